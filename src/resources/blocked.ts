import type { Finding } from '../vocabulary.ts';

/** What is said of a row whose parent could not be created. */
export function blockedFinding(path: string, row: number): Finding {
  return {
    code: 'PARENT_FAILED',
    cause: 'its parent could not be created',
    value: `${path} (row ${row})`,
    field: 'reporting_to',
    resolution: 'Correct that row in failed.csv, which holds both, then retry the run.',
  };
}
