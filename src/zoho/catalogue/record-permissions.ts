import { THEN_RESUME } from './after-stop.ts';
import { any, hasPointer, pointsTo } from './details.ts';
import type { CatalogueEntry } from './entry.ts';
import { D7_RECORD_REMOVE, O26B, S3 } from './sources.ts';

const change = {
  endpoints: ['record-territories.assign', 'record-territories.remove'],
  concerns: 'row',
  retry: 'never',
} as const;

/**
 * Who may assign and remove territories of CRM records: a refusal that points into the request is
 * about that CRM record, one that does not is about the module and stops the run.
 */
export const RECORD_PERMISSION_ENTRIES = [
  {
    ...change,
    code: 'NO_PERMISSION',
    httpStatus: [401],
    cause: 'the signed-in user may not give or take this territory',
    resolution:
      'Sign in as a user who manages the territory in the territory column, or as an ' +
      'administrator.',
    source: O26B,
    when: any(pointsTo('Territories'), (refusal) => refusal.httpStatus === 401),
  },
  {
    ...change,
    code: 'NO_PERMISSION',
    httpStatus: [403],
    cause: 'the signed-in user may not change this CRM record',
    resolution:
      'Have the CRM record in the record_id column shared with the signed-in user, or sign in as ' +
      'an administrator.',
    source: O26B,
    when: hasPointer,
  },
  {
    ...change,
    code: 'NO_PERMISSION',
    httpStatus: [403],
    concerns: 'module',
    cause: 'the signed-in user may not change records of this module',
    resolution:
      'Have an administrator allow editing this module in the profile of the signed-in user, ' +
      THEN_RESUME,
    source: [...S3, ...D7_RECORD_REMOVE],
  },
  {
    ...change,
    code: 'AUTHORIZATION_FAILED',
    httpStatus: [400, 401],
    cause: 'the signed-in user has no right to update this CRM record',
    resolution:
      'Have the CRM record in the record_id column shared with the signed-in user, or sign in as ' +
      'an administrator.',
    source: [...S3, 'INF'],
    when: hasPointer,
  },
  {
    ...change,
    code: 'AUTHORIZATION_FAILED',
    httpStatus: [400, 401],
    concerns: 'module',
    cause: 'the signed-in user has no right to update this module',
    resolution:
      'Have an administrator allow editing this module in the profile of the signed-in user, ' +
      THEN_RESUME,
    source: [...S3, ...D7_RECORD_REMOVE],
  },
  {
    ...change,
    code: 'NOT_SUPPORTED',
    httpStatus: [400],
    concerns: 'module',
    cause: 'the module has no territories',
    resolution:
      'Write Leads, Accounts, Contacts or Deals in the module column, or give one of them with ' +
      '--module.',
    source: O26B,
  },
  {
    ...change,
    code: 'INVALID_MODULE',
    httpStatus: [400],
    concerns: 'module',
    cause: 'the org has no module of this name',
    resolution:
      'Write Leads, Accounts, Contacts or Deals in the module column, or give one of them with ' +
      '--module.',
    source: O26B,
  },
] as const satisfies readonly CatalogueEntry[];
