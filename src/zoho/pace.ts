import type { TextResponse } from './transport.ts';

/** How fast the org answers, and how much it will still answer. */
export interface Pace {
  /** Mean time of the last answered calls, 20 at most; undefined before the first answer. */
  readonly latencyMs: number | undefined;
  /**
   * The org's own count of its API credits left; it is told once half of the day's are used. Of
   * calls that were in flight together the least is taken, as their answers come in any order.
   */
  readonly creditsLeft: number | undefined;
}

/** A {@link Pace} that is told of every response. */
export interface PaceKeeper extends Pace {
  /** Notes how long a call took that was answered; refused and failed tries tell little. */
  answered(ms: number): void;
  /** Notes that a call is sent; gives what tells its answer from answers to calls sent before. */
  sent(): number;
  /**
   * Notes what a response says of the credits.
   *
   * @param told what {@link creditsIn} gives for it
   * @param sent what {@link sent} gave for its call
   */
  received(told: number | undefined, sent: number): void;
}

const CALLS_REMEMBERED = 20;

export function createPace(): PaceKeeper {
  let times: readonly number[] = [];
  let creditsLeft: number | undefined;
  let calls = 0;
  /** Calls sent until the count was told: a later one tells of a later time, whatever it says. */
  let toldAfter = 0;
  return {
    answered(ms) {
      times = [...times, ms].slice(-CALLS_REMEMBERED);
    },
    sent() {
      calls += 1;
      return calls;
    },
    received(told, sent) {
      if (told === undefined) return;
      const isLater = sent > toldAfter;
      if (!isLater && creditsLeft !== undefined && told >= creditsLeft) return;
      creditsLeft = told;
      toldAfter = calls;
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

/** The credits left that a response tells of; undefined when it does not, or tells no count. */
export function creditsIn(headers: TextResponse['headers']): number | undefined {
  const told = [headers['x-api-credits-remaining']].flat().at(-1);
  return told !== undefined && /^\d{1,15}$/.test(told) ? Number(told) : undefined;
}
