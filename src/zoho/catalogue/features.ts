import { THEN_RESUME } from './after-stop.ts';
import type { CatalogueEntry } from './entry.ts';
import { O26A, O26B, S3, S4 } from './sources.ts';

/** Three spellings of one thing; which one comes depends on the version and the call. */
const FEATURE_OFF_CODES = [
  'TERRITORY_NOT_ENABLED',
  'TERRITORY_DISABLED',
  'FEATURE_NOT_ENABLED',
] as const;

/** Territory management is off: for one CRM module where records are meant, else for the org. */
export const FEATURE_ENTRIES: readonly CatalogueEntry[] = FEATURE_OFF_CODES.flatMap((code) => [
  {
    code,
    endpoints: [
      'record-territories.assign',
      'record-territories.remove',
      'record-territories.read',
    ] as const,
    httpStatus: [400, 403],
    concerns: 'module',
    retry: 'never',
    cause: 'territories are off for this module or for the whole org',
    resolution:
      'Ask the support of Zoho to switch territories on for Leads, or an administrator for other ' +
      `modules (under Territory Management), ${THEN_RESUME}`,
    source: [...S3, ...O26A, ...O26B],
  },
  {
    code,
    endpoints: 'any',
    httpStatus: [400, 403],
    concerns: 'org',
    retry: 'never',
    cause: 'territory management is off in this org',
    resolution:
      'Have an administrator switch on Territory Management in the settings of the org (Enterprise ' +
      `edition or higher), ${THEN_RESUME}`,
    source: [...S4, ...O26A, ...O26B],
  },
]);
