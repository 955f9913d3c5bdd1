import pRetry from 'p-retry';
import { RateLimitError, stillRateLimited, TokenRefusedError, TransientError } from './errors.ts';

/** How long a client goes on trying. */
export interface Patience {
  /** How often a failing call is repeated; 429 does not count. */
  readonly retries: number;
  /** First wait after a failure, doubled each time, in milliseconds. */
  readonly backoffMs: number;
  /** How long after its first 429 a call is repeated, in milliseconds. */
  readonly rateLimitPatienceMs: number;
  readonly clock: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Repeats `once` until it gives an answer or its failures are used up. */
export type Retrying = <T>(once: () => Promise<T>) => Promise<T>;

const LONGEST_BACKOFF_MS = 10_000;

/** Makes the policy by which calls are repeated; each use of it counts its own failures. */
export function createRetrying(patience: Patience): Retrying {
  const { retries: mostRetries, clock, sleep } = patience;

  function jittered(attempt: number): number {
    const ceilingMs = Math.min(LONGEST_BACKOFF_MS, patience.backoffMs * 2 ** (attempt - 1));
    return Math.ceil(ceilingMs * (0.5 + patience.random() / 2));
  }

  return (once) => {
    let rateLimits = 0;
    /** By the clock: what it waits for its slot, while all calls pause, counts as well. */
    let limitedSince: number | undefined;
    return pRetry(once, {
      // With a number here, a 429 after the last retry would end the call: `shouldRetry` counts.
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 0,
      shouldConsumeRetry: ({ error }) => !(error instanceof RateLimitError),
      shouldRetry: ({ error, retriesConsumed }) =>
        error instanceof RateLimitError || (isRepeatable(error) && retriesConsumed < mostRetries),
      onFailedAttempt: async ({ error, retriesConsumed }) => {
        if (error instanceof RateLimitError) {
          rateLimits += 1;
          const waitMs = Math.max(error.retryAfterMs ?? 0, jittered(rateLimits));
          limitedSince ??= clock();
          const limitedMs = clock() + waitMs - limitedSince;
          if (limitedMs > patience.rateLimitPatienceMs) throw stillRateLimited(error);
          // A wait that the org asked for is for all, and is on in the slots; too short a one is not.
          const shortMs = waitMs - (error.retryAfterMs ?? 0);
          if (shortMs > 0) await sleep(shortMs);
        } else if (error instanceof TransientError && retriesConsumed < mostRetries) {
          await sleep(jittered(retriesConsumed + 1));
        }
      },
    });
  };
}

function isRepeatable(error: unknown): boolean {
  return error instanceof TransientError || error instanceof TokenRefusedError;
}
