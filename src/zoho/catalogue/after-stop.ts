/**
 * How the advice ends where a refusal stops a run: the rows that were not reached are sent when it
 * is resumed; those that were refused have failed, and are sent by retrying alone.
 */
export const THEN_RESUME = 'then resume the run; retry sends the rows that failed.';
