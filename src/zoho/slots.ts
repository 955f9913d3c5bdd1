import { setImmediate as nextTurn } from 'node:timers/promises';
import pLimit from 'p-limit';
import { CALLS_IN_FLIGHT, MOST_CALLS_IN_FLIGHT } from './limits.ts';

/** The org-wide limit on calls in flight. */
export interface Slots {
  /** Runs `call` as soon as a slot is free and no pause is on, or once nobody may start any more. */
  run<T>(call: () => Promise<T>, mayStart: () => boolean): Promise<T>;
  /**
   * Waits until there is a slot for one more call than are on their way, and keeps it free.
   *
   * @returns gives the slot back: to the call that is now on its way, or to others
   */
  reserve(): Promise<() => void>;
  /** Waits until no call has a slot or waits for one. */
  idle(): Promise<void>;
  /** Tells that a call was answered: the limit may rise. */
  accepted(): void;
  /** Tells that a call was refused as one too many: the limit falls, and all wait if asked to. */
  refused(retryAfterMs: number | undefined): void;
  readonly inFlight: number;
  readonly limit: number;
  /** Calls that will be in flight at once when there is enough to do, as far as is known. */
  readonly expected: number;
}

/** A long pause is slept in pieces, so that a run which stops meanwhile need not sit it out. */
const LONGEST_SLEEP_MS = 1000;

/** Where an `auto` limit starts: what the smallest edition sold today allows (see `limits.ts`). */
const AUTO_START = 10;

/** Rounds of answers without a refusal after which one more call than known to fit is tried. */
const ROUNDS_BEFORE_PROBE = 10;

/**
 * Makes the limit for one org.
 *
 * `auto` starts at 10 and grows with every answer until the org refuses; each refusal takes one
 * slot away, so that a burst leaves as many as the org took. What was lost comes back by one slot a
 * round, and now and then one more than that is tried. A number is a ceiling: it is lowered by
 * refusals, recovers in the same way, and is never exceeded.
 *
 * @param sleep waits the given milliseconds; injected so that tests need not.
 */
export function createSlots(
  concurrency: number | 'auto',
  clock: () => number,
  sleep: (ms: number) => Promise<void>,
): Slots {
  const ceiling = concurrency === 'auto' ? MOST_CALLS_IN_FLIGHT : concurrency;
  const limit = pLimit(concurrency === 'auto' ? AUTO_START : concurrency);
  let wasRefused = false;
  /** The largest limit that may still fit, as far as refusals have told. */
  let fitting = ceiling;
  let answers = 0;
  let pausedUntil = 0;
  const waiting: (() => void)[] = [];

  let reserved = 0;

  const isFree = () => limit.activeCount + limit.pendingCount + reserved < limit.concurrency;

  function wakeNext(): void {
    if (isFree()) waiting.shift()?.();
  }

  /** What the call that ended makes ready is known two turns later, when it is written down. */
  function wakeLater(): void {
    setImmediate(() => setImmediate(wakeNext));
  }

  return {
    run: (call, mayStart) =>
      limit(async () => {
        // The answer that freed this slot may have stopped the run: let it be acted on first.
        await nextTurn();
        for (let ms = pausedUntil - clock(); ms > 0 && mayStart(); ms = pausedUntil - clock()) {
          await sleep(Math.min(ms, LONGEST_SLEEP_MS));
        }
        return call();
      }).finally(wakeLater),
    async idle() {
      while (limit.activeCount + limit.pendingCount > 0) await nextTurn();
    },
    async reserve() {
      while (!isFree()) {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      }
      reserved += 1;
      let isKept = true;
      return () => {
        if (!isKept) return;
        isKept = false;
        reserved -= 1;
        wakeNext();
      };
    },
    accepted() {
      answers += 1;
      const rounds = limit.concurrency < fitting ? 1 : ROUNDS_BEFORE_PROBE;
      const needed = wasRefused ? limit.concurrency * rounds : 1;
      if (answers < needed || limit.concurrency >= ceiling) return;
      answers = 0;
      limit.concurrency += 1;
      fitting = Math.max(fitting, limit.concurrency);
    },
    refused(retryAfterMs) {
      wasRefused = true;
      answers = 0;
      limit.concurrency = Math.max(1, limit.concurrency - 1);
      fitting = Math.max(1, fitting - 1);
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
    get expected() {
      // Territories come with the Enterprise edition and those above it.
      const open = concurrency === 'auto' ? CALLS_IN_FLIGHT.enterprise : concurrency;
      return wasRefused ? Math.min(fitting, open) : open;
    },
  };
}
