import type { Finding } from '../vocabulary.ts';
import { ownEntry } from '../zoho/catalogue/index.ts';

/** What is said of a row whose parent could not be created. */
export function blockedFinding(path: string, row: number): Finding {
  const { code, cause, resolution } = ownEntry('PARENT_FAILED');
  return { code, cause, value: `${path} (row ${row})`, field: 'reporting_to', resolution };
}
