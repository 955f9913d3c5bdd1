import type { TextResponse } from './transport.ts';

/** How fast the org answers, and how much it will still answer. */
export interface Pace {
  /** Mean time of the last answered calls, 20 at most; undefined before the first answer. */
  readonly latencyMs: number | undefined;
  /** The org's own count of its API credits left; it is told once half of the day's are used. */
  readonly creditsLeft: number | undefined;
}

/** A {@link Pace} that is told of every response. */
export interface PaceKeeper extends Pace {
  /** Notes how long a call took that was answered; refused and failed tries tell little. */
  answered(ms: number): void;
  /** Notes what any response says of the credits. */
  received(headers: TextResponse['headers']): void;
}

const CALLS_REMEMBERED = 20;

export function createPace(): PaceKeeper {
  let times: readonly number[] = [];
  let creditsLeft: number | undefined;
  return {
    answered(ms) {
      times = [...times, ms].slice(-CALLS_REMEMBERED);
    },
    received(headers) {
      const told = [headers['x-api-credits-remaining']].flat().at(-1);
      if (told !== undefined && /^\d{1,15}$/.test(told)) creditsLeft = Number(told);
    },
    get latencyMs() {
      if (times.length === 0) return undefined;
      return times.reduce((sum, ms) => sum + ms, 0) / times.length;
    },
    get creditsLeft() {
      return creditsLeft;
    },
  };
}
