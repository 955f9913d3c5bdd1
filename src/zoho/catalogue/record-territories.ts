import { all, any, endsWith, has, not, pathPart, pointsTo } from './details.ts';
import type { CatalogueEntry, Endpoint } from './entry.ts';
import { D7_RECORD_REMOVE, O26A, O26B, S3 } from './sources.ts';

const CHANGE = [
  'record-territories.assign',
  'record-territories.remove',
] as const satisfies Endpoint[];

const row = {
  endpoints: CHANGE,
  httpStatus: [400],
  concerns: 'row',
  retry: 'never',
} as const;

// The record's list is spelt with a capital, unlike the lists of the other calls.
const atTerritory = pointsTo('Territories');

const atRecord = any(
  all(not(atTerritory), endsWith('data', 'id')),
  all(not(atTerritory), not(has('json_path')), endsWith('id')),
  pathPart(1),
);

/** Assigning territories to CRM records and removing them: what is wrong with one row. */
export const RECORD_TERRITORY_ENTRIES = [
  {
    ...row,
    code: 'INVALID_DATA',
    cause: 'the CRM record would have more than ten territories',
    resolution:
      'Keep at most ten territories per CRM record in the territory column, and one for a deal.',
    source: [...O26A, 'INF'],
    when: all(endsWith('Territories'), has('maximum_length')),
  },
  {
    ...row,
    code: 'INVALID_DATA',
    endpoints: ['record-territories.assign'],
    cause: 'no territory has this id',
    resolution:
      'Correct the territory column: write the id or the name of a territory that is in the org; ' +
      'it may have been deleted meanwhile.',
    source: [...S3, ...O26B],
    when: atTerritory,
  },
  {
    ...row,
    code: 'INVALID_DATA',
    endpoints: ['record-territories.remove'],
    satisfied: true,
    cause: 'the CRM record does not have the territory',
    resolution:
      'Leave it as it is: the CRM record in the record_id column is not in the territory in the ' +
      'territory column.',
    // An unknown territory is refused in the same way: either way the record is without it.
    source: [...D7_RECORD_REMOVE, ...O26B],
    when: atTerritory,
  },
  {
    ...row,
    code: 'INVALID_DATA',
    endpoints: [...CHANGE, 'record-territories.read'],
    cause: 'no CRM record has this id',
    resolution:
      'Correct the record_id column and check the module column: the CRM record may be in ' +
      'another module, deleted, or of another org.',
    source: [...S3, ...O26B],
    when: atRecord,
  },
  {
    ...row,
    code: 'INVALID_DATA',
    httpStatus: [400, 207],
    cause: 'something in the request for this CRM record is not valid',
    resolution:
      'Check the record_id column and the territory column of the row; the _message column of ' +
      'result.csv says what was refused.',
    source: [...S3, ...D7_RECORD_REMOVE],
  },
  {
    ...row,
    code: 'MANDATORY_NOT_FOUND',
    cause: 'the territory is missing',
    resolution: 'Fill the territory column with the id or the name of a territory.',
    source: [...S3, ...O26B],
    when: atTerritory,
  },
  {
    ...row,
    code: 'MANDATORY_NOT_FOUND',
    cause: 'the id of the CRM record is missing',
    resolution: 'Fill the record_id column with the id of a CRM record of the module.',
    source: [...S3, ...O26B],
  },
  {
    ...row,
    code: 'DUPLICATE_DATA',
    endpoints: ['record-territories.assign'],
    cause: 'the file gives the CRM record this territory twice',
    resolution:
      'Drop one of the rows that have the same values in the record_id column and the territory ' +
      'column.',
    source: O26B,
    when: has('exists_in'),
  },
  {
    ...row,
    code: 'DUPLICATE_DATA',
    endpoints: ['record-territories.assign'],
    satisfied: true,
    cause: 'the CRM record already has the territory',
    resolution:
      'Leave the row as it is or drop it: the CRM record in the record_id column already has this ' +
      'territory.',
    source: [...S3, ...O26B],
  },
  {
    ...row,
    code: 'ALREADY_USED',
    cause: 'the file gives the CRM record this territory twice',
    resolution:
      'Drop one of the rows that have the same values in the record_id column and the territory ' +
      'column.',
    source: [...S3, ...O26A, ...O26B],
  },
  {
    ...row,
    code: 'LIMIT_EXCEEDED',
    cause: 'a deal takes one territory only',
    resolution:
      'Keep one row per deal in the record_id column, and remove the territory that the deal has ' +
      'now.',
    source: S3,
    when: (refusal) => Number(refusal.details['limit']) === 1,
  },
  {
    ...row,
    code: 'LIMIT_EXCEEDED',
    cause: 'the CRM record has all the territories it may have',
    resolution:
      'Keep at most ten territories per CRM record in the territory column (one for a deal), ' +
      'counting those that it has already.',
    source: [...S3, ...O26B],
  },
  {
    ...row,
    code: 'ALREADY_SCHEDULED',
    retry: 'job',
    cause: 'an earlier territory job of the CRM record is still pending',
    resolution:
      'Wait until the job of the CRM record in the record_id column is done, then ' +
      'retry the run.',
    source: S3,
  },
  {
    ...row,
    code: 'RECORD_LOCKED',
    retry: 'unlock',
    cause: 'the CRM record is locked',
    resolution: 'Have the CRM record in the record_id column unlocked, then retry the run.',
    source: [...S3, ...O26B],
  },
  {
    ...row,
    code: 'NOT_ALLOWED',
    endpoints: ['record-territories.remove'],
    httpStatus: [403],
    cause: 'a rule gave the CRM record this territory',
    resolution:
      'Drop the row, or change the rule of the territory in the territory column: what a rule has ' +
      'given cannot be removed by hand.',
    source: D7_RECORD_REMOVE,
  },
] as const satisfies readonly CatalogueEntry[];
