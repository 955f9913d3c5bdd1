/**
 * How the advice ends where a refusal stops a run: resuming sends the rows that were not reached,
 * and once more those that were refused for it.
 */
export const THEN_RESUME = 'then resume the run.';
