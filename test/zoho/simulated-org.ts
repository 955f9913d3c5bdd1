import { RateLimitError } from '../../src/zoho/errors.ts';
import { createRetrying } from '../../src/zoho/retrying.ts';
import { createSlots } from '../../src/zoho/slots.ts';
import { eventTime } from './event-time.ts';

/** An org that takes so many calls at once, and how it refuses those beyond. */
export interface SimulatedOrg {
  /** Calls that fit at a time, in milliseconds since the start. */
  readonly fitting: (ms: number) => number;
  /** Milliseconds until a call that does not fit is refused. */
  readonly refusalMs: number;
  /** By how much the time of a call differs from 200 ms, at most. @default 0 */
  readonly jitterMs?: number;
  readonly concurrency?: number | 'auto';
}

/** What came of it. */
export interface Played {
  answered: number;
  /** When calls were refused, in milliseconds since the start. */
  readonly refusedAt: number[];
  /** The learned limit after each answer and refusal, with its time. */
  readonly limits: { readonly ms: number; readonly limit: number }[];
  /** When calls were given up, in milliseconds since the start. */
  readonly gaveUpAt: number[];
}

export const CALL_MS = 200;

/**
 * Plays a run with more work than can be done: each call starts as soon as there is a slot, and
 * those refused are repeated as the client repeats them.
 */
export async function play(org: SimulatedOrg, ms: number): Promise<Played> {
  const { clock, sleep, until } = eventTime();
  const random = pseudoRandom();
  const slots = createSlots(org.concurrency ?? 'auto', clock, sleep);
  const retrying = createRetrying({
    retries: 5,
    backoffMs: 250,
    rateLimitPatienceMs: 600_000,
    clock,
    random,
    sleep,
  });
  const played: Played = { answered: 0, refusedAt: [], limits: [], gaveUpAt: [] };
  let inFlight = 0;

  async function call(): Promise<void> {
    if (inFlight >= org.fitting(clock())) {
      played.refusedAt.push(clock());
      await sleep(org.refusalMs);
      slots.refused(undefined);
      played.limits.push({ ms: clock(), limit: slots.limit });
      const refusal = { code: 'TOO_MANY_REQUESTS', httpStatus: 429, message: '', details: {} };
      throw new RateLimitError(refusal, undefined);
    }
    inFlight += 1;
    await sleep(CALL_MS + (random() * 2 - 1) * (org.jitterMs ?? 0));
    inFlight -= 1;
    played.answered += 1;
    slots.accepted();
    played.limits.push({ ms: clock(), limit: slots.limit });
  }

  async function work(): Promise<void> {
    while (clock() < ms) {
      const giveBack = await slots.reserve();
      const done = retrying(() => slots.run(call, () => true));
      done.catch(() => played.gaveUpAt.push(clock())); // what is left at the end is left
      giveBack();
    }
  }

  void work();
  await until(ms);
  return played;
}

/** The same numbers from 0 to below 1 every time. */
function pseudoRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
