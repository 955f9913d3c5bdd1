import { setImmediate as nextTurn } from 'node:timers/promises';
import pLimit from 'p-limit';
import { createLearnedLimit } from './learned-limit.ts';
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

/** How long all wait when calls are refused though no other is in flight; doubled each time. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Where an `auto` limit starts: two rounds below what the editions with territories allow (see
 * `limits.ts`), and so low that an org which takes 5 refuses fewer than 2 % of its first 250 calls.
 */
const AUTO_START = 9;

/**
 * Makes the limit for one org.
 *
 * `auto` learns how many fit; a number is a ceiling: it is lowered by refusals, recovers in the same
 * way, and is never exceeded.
 *
 * @param sleep waits the given milliseconds; injected so that tests need not.
 */
export function createSlots(
  concurrency: number | 'auto',
  clock: () => number,
  sleep: (ms: number) => Promise<void>,
): Slots {
  const isAuto = concurrency === 'auto';
  const learned = createLearnedLimit(
    isAuto ? AUTO_START : concurrency,
    isAuto ? MOST_CALLS_IN_FLIGHT : concurrency,
  );
  const limit = pLimit(learned.current);
  let pausedUntil = 0;
  /** Refusals since the last answer of calls that had the org to themselves. */
  let refusedAlone = 0;
  const waiting: (() => void)[] = [];

  let reserved = 0;

  const isFree = () => limit.activeCount + limit.pendingCount + reserved < limit.concurrency;

  function adjust(): void {
    if (limit.concurrency !== learned.current) limit.concurrency = learned.current;
  }

  /** Once is chance; when the next call alone is refused as well, any other would be, too. */
  function pauseForAll(): number {
    if (limit.activeCount > 1) return 0;
    refusedAlone += 1;
    if (refusedAlone === 1) return 0;
    return Math.min(FIRST_PAUSE_MS * 2 ** (refusedAlone - 2), LONGEST_PAUSE_MS);
  }

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
        learned.started(limit.activeCount);
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
      refusedAlone = 0;
      learned.accepted();
      adjust();
    },
    refused(retryAfterMs) {
      learned.refused();
      adjust();
      pausedUntil = Math.max(pausedUntil, clock() + (retryAfterMs ?? pauseForAll()));
    },
    get inFlight() {
      return limit.activeCount;
    },
    get limit() {
      return limit.concurrency;
    },
    get expected() {
      // Territories come with the Enterprise edition and those above it.
      const open = isAuto ? CALLS_IN_FLIGHT.enterprise : concurrency;
      return learned.wasRefused ? Math.min(learned.current, open) : open;
    },
  };
}
