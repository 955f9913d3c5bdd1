import { OrgError } from './errors.ts';

/** What all calls of a client may cost together. */
export interface CreditLimit {
  /**
   * Takes what a try may cost, before it is made.
   *
   * @throws {OrgError} MAX_CREDITS when there is not so much left
   */
  reserve(credits: number): void;
  /** What may still be taken. */
  free(): number;
  /** Gives back what was taken for a try that never left the machine. */
  giveBack(credits: number): void;
}

/** Makes a limit that holds however many calls are in flight: each takes its credits first. */
export function createCreditLimit(maxCredits: number): CreditLimit {
  let taken = 0;
  return {
    reserve(credits) {
      if (taken + credits > maxCredits) throw wouldCostTooMuch(maxCredits);
      taken += credits;
    },
    free: () => maxCredits - taken,
    giveBack(credits) {
      taken -= credits;
    },
  };
}

function wouldCostTooMuch(maxCredits: number): OrgError {
  return new OrgError(
    'MAX_CREDITS',
    `The next call would exceed the limit of ${maxCredits} API credits (--max-credits).`,
    'Go on with a higher --max-credits, or on a day when there are credits again.',
  );
}
