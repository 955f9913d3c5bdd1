import { setImmediate as nextTurn } from 'node:timers/promises';
import pLimit from 'p-limit';
import { MOST_CALLS_IN_FLIGHT } from './limits.ts';

/** The org-wide limit on calls in flight. */
export interface Slots {
  /** Runs `call` as soon as a slot is free and no pause is on, or once nobody may start any more. */
  run<T>(call: () => Promise<T>, mayStart: () => boolean): Promise<T>;
  /** Tells that a call was answered: the limit may rise. */
  accepted(): void;
  /** Tells that a call was refused as one too many: the limit falls, and all wait if asked to. */
  refused(retryAfterMs: number | undefined): void;
  readonly inFlight: number;
  readonly limit: number;
}

/** A long pause is slept in pieces, so that a run which stops meanwhile need not sit it out. */
const LONGEST_SLEEP_MS = 1000;

/** Where an `auto` limit starts: what the smallest edition sold today allows (see `limits.ts`). */
const AUTO_START = 10;

/**
 * Makes the limit for one org. `auto` starts at 10 and finds the org's own limit by itself:
 * one more slot after every full round of answers, a quarter fewer after a refusal. A number is
 * a ceiling: it is lowered by refusals and recovers, and never exceeded.
 *
 * @param sleep waits the given milliseconds; injected so that tests need not.
 */
export function createSlots(
  concurrency: number | 'auto',
  clock: () => number,
  sleep: (ms: number) => Promise<void>,
): Slots {
  const ceiling = concurrency === 'auto' ? MOST_CALLS_IN_FLIGHT : concurrency;
  const limit = pLimit(Math.min(ceiling, concurrency === 'auto' ? AUTO_START : concurrency));
  let answeredInRound = 0;
  let pausedUntil = 0;

  return {
    run: (call, mayStart) =>
      limit(async () => {
        // The answer that freed this slot may have stopped the run: let it be acted on first.
        await nextTurn();
        while (clock() < pausedUntil && mayStart()) {
          await sleep(Math.min(pausedUntil - clock(), LONGEST_SLEEP_MS));
        }
        return call();
      }),
    accepted() {
      answeredInRound += 1;
      if (answeredInRound >= limit.concurrency && limit.concurrency < ceiling) {
        limit.concurrency += 1;
        answeredInRound = 0;
      }
    },
    refused(retryAfterMs) {
      // One burst of refusals is one signal: the limit falls again only after some answers.
      if (answeredInRound >= 0)
        limit.concurrency = Math.max(1, Math.floor(limit.concurrency * 0.75));
      answeredInRound = -limit.concurrency;
      if (retryAfterMs !== undefined) {
        pausedUntil = Math.max(pausedUntil, clock() + retryAfterMs);
      }
    },
    get inFlight() {
      return limit.activeCount;
    },
    get limit() {
      return limit.concurrency;
    },
  };
}
