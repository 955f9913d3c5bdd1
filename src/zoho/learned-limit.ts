import { CALLS_IN_FLIGHT } from './limits.ts';

/** A limit that nobody tells, as far as what the org took and refused lets it be known. */
export interface LearnedLimit {
  /** How many calls may be in flight at once. */
  readonly current: number;
  readonly wasRefused: boolean;
  /** Tells that a call starts, and how many are in flight with it. */
  started(inFlight: number): void;
  /** Tells that a call was answered: the limit may rise. */
  accepted(): void;
  /** Tells that a call was refused as one too many: the limit falls by one. */
  refused(): void;
}

/** Until a call is refused, the limit grows by half with every round that was in full use. */
const GROWTH = 1.5;

/** Rounds before one more call than known to fit is tried; doubled by every try that is refused. */
const FIRST_DISTANCE = 2;
const LONGEST_DISTANCE = 32;

/**
 * Rounds after which the call that was tried is taken to fit: by then it has been answered, however
 * late in a round it was sent. An org that takes much longer to refuse calls than to do them has
 * some more tried before it is known: in the simulation of the tests, up to 5 % were refused.
 */
const ROUNDS_OF_TRY = 1.5;

/**
 * Answers that make up for one refusal: nothing above what every edition allows is tried before
 * those that came have made up for the refusals so far, so that of all calls well under 2 % are
 * refused. Where only one or two fit, which no edition is so low as to tell, it is up to 5 %.
 */
const ANSWERS_PER_REFUSAL = 60;
/** A long quiet time pays for one fall from the top; of a bad start the rest is forgiven. */
const MOST_PAID = 25 * ANSWERS_PER_REFUSAL;
const MOST_OWED = 5 * ANSWERS_PER_REFUSAL;

/**
 * Makes a limit that begins at `start` and never exceeds `ceiling`.
 *
 * It counts in rounds: as many answers as the limit is. They tell something only if the limit was
 * in full use. Each refusal takes exactly one slot away: a call that does not fit holds one until
 * it is refused, so that as many slots are left as calls fit, whatever was in flight. From then on
 * one more is tried now and then; while that fits, one after the other, and faster up to where the
 * limit was before: then the refusals had another cause.
 */
export function createLearnedLimit(start: number, ceiling: number): LearnedLimit {
  let current = start;
  let wasRefused = false;
  /** Answers, and the most calls in flight, since the limit changed or was last thought about. */
  let answers = 0;
  let mostInFlight = 0;
  /** Whether the limit is one more than is known to fit. */
  let isTrying = false;
  let distance = FIRST_DISTANCE;
  /** What has fitted, as far as no try since has shown that it does so no more. */
  let proven = 0;
  /** By how much the next try goes towards what has fitted; doubled by every try that fits. */
  let step = 1;
  /** Answers that are left when every refusal so far has been made up for. */
  let paid = 0;

  function roundsToWait(): number {
    if (!wasRefused) return 1;
    return isTrying ? ROUNDS_OF_TRY : distance;
  }

  /** Up to what the smallest edition allows, and to what has fitted, a try needs no payment. */
  function canPay(): boolean {
    return current < Math.max(CALLS_IN_FLIGHT.free, proven) || paid >= ANSWERS_PER_REFUSAL;
  }

  function change(limit: number): void {
    current = limit;
    answers = 0;
    mostInFlight = 0;
  }

  function rise(): void {
    proven = Math.max(proven, current);
    if (!wasRefused) {
      change(Math.min(Math.ceil(current * GROWTH), ceiling));
      return;
    }
    if (isTrying) {
      distance = FIRST_DISTANCE;
      step *= 2;
    }
    isTrying = current < ceiling && canPay();
    if (isTrying) change(Math.max(current + 1, Math.min(current + step, proven)));
    else change(current);
  }

  return {
    get current() {
      return current;
    },
    get wasRefused() {
      return wasRefused;
    },
    started(inFlight) {
      mostInFlight = Math.max(mostInFlight, inFlight);
    },
    accepted() {
      paid = Math.min(paid + 1, MOST_PAID);
      answers += 1;
      if (answers < current * roundsToWait()) return;
      if (mostInFlight >= current) rise();
      else change(current);
    },
    refused() {
      wasRefused = true;
      paid = Math.max(paid - ANSWERS_PER_REFUSAL, -MOST_OWED);
      if (isTrying) {
        distance = Math.min(distance * 2, LONGEST_DISTANCE);
        proven = current - 1;
      } else {
        distance = FIRST_DISTANCE;
      }
      isTrying = false;
      step = 1;
      // With one call at a time answers go on counting, or refusals at random would hold it there.
      if (current > 1) change(current - 1);
    },
  };
}
