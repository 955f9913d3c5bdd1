import { THEN_RESUME } from './after-stop.ts';
import { all, any, has, hasPointer, not, pathPart, pointsTo, saysLastResort } from './details.ts';
import type { CatalogueEntry, Endpoint } from './entry.ts';
import { D7_READ, D7_UPDATE, O26A, O26B, S4 } from './sources.ts';

const WRITE = ['territories.create', 'territories.update'] as const satisfies Endpoint[];

const row = {
  endpoints: WRITE,
  httpStatus: [400],
  concerns: 'row',
  retry: 'never',
} as const;

// The org-wide and the per-territory limit both may come with `limit` alone. Another wording only
// means that a full territory is taken for a full org, which cannot happen to a new territory.
const isUsersLimit = any(pointsTo('manager', 'users'), saysLastResort(/users limit/i));

/** Reading, creating and updating territories: all that is not about one field or the criteria. */
export const TERRITORY_ENTRIES = [
  {
    ...row,
    code: 'DUPLICATE_DATA',
    cause: 'two rows of the same file use this territory name',
    resolution:
      'Give every row another name in the name column, or drop the row that repeats a territory.',
    source: [...S4, 'INF'],
    // Both meanings come with the same details. Another wording gets the entry below, whose advice
    // fits as well.
    when: saysLastResort(/^\s*duplicate\b/i),
  },
  {
    ...row,
    code: 'DUPLICATE_DATA',
    cause: 'the territory name is taken',
    resolution:
      'Write another name in the name column; if the row means the territory that is already in ' +
      'the org, import it with --mode upsert.',
    source: S4,
  },
  {
    ...row,
    code: 'LIMIT_EXCEEDED',
    cause: 'the territory would have more users than it may hold',
    resolution:
      'Leave the manager column blank, or free a place in the territory: its manager counts as ' +
      'one of its users.',
    source: S4,
    when: isUsersLimit,
  },
  {
    ...row,
    code: 'LIMIT_EXCEEDED',
    endpoints: ['territories.create'],
    concerns: 'org',
    cause: 'the org holds as many territories as its edition allows',
    resolution:
      'Delete territories that are no longer needed or have the limit of the edition raised, ' +
      THEN_RESUME,
    source: [...S4, ...O26B],
    when: all(has('limit'), not(has('limit_due_to')), not(hasPointer)),
  },
  {
    ...row,
    code: 'LIMIT_EXCEEDED',
    cause: 'a limit of the org or of the territory is reached',
    resolution:
      'Read in the _message column of result.csv which limit it is; then delete territories, ' +
      'empty the manager column or shorten the criteria.',
    source: S4,
  },
  {
    ...row,
    code: 'NOT_ALLOWED',
    cause: 'the user given as manager is inactive',
    resolution:
      'Put an active user in the manager column, leave it blank, or have an administrator ' +
      'activate that user.',
    source: [...O26A, ...O26B],
    // The details of this one are not published. Another wording gets one of the two entries below.
    when: any(pointsTo('manager'), saysLastResort(/inactive user/i)),
  },
  {
    ...row,
    code: 'NOT_ALLOWED',
    endpoints: ['territories.update'],
    cause: 'only the name of the top territory can be changed',
    resolution:
      'Leave every column but the name column as it is in the org for the top territory, or drop ' +
      'the row.',
    source: D7_UPDATE,
  },
  {
    ...row,
    code: 'NOT_ALLOWED',
    endpoints: ['territories.create'],
    cause: 'the settings of the org do not allow this value',
    resolution:
      'Empty the lead_rule_criteria column and the deal_rule_criteria column, or put an active ' +
      'user in the manager column; the _message column says which it is.',
    source: [...O26A, ...O26B],
  },
  {
    ...row,
    code: 'PERMISSION_DENIED',
    endpoints: ['territories.update'],
    cause: 'the signed-in user may not change this territory',
    resolution:
      'Drop the row of that name column, or sign in as a user who manages the territory or as an ' +
      'administrator.',
    source: D7_UPDATE,
    when: has('id'),
  },
  {
    ...row,
    code: 'PERMISSION_DENIED',
    cause: 'the signed-in user may not put territories under this parent',
    resolution: 'Choose another parent in the reporting_to column, or sign in as an administrator.',
    source: [...O26A, ...O26B],
  },
  {
    ...row,
    code: 'INVALID_DATA',
    endpoints: ['territories.read'],
    concerns: 'call',
    cause: 'the filter of the list of territories is refused',
    resolution:
      'Nothing in the CSV is wrong: check that ZOHO_API_VERSION is v6, v7 or v8, and report it ' +
      'if it is.',
    source: D7_READ,
    when: has('param_name'),
  },
  {
    ...row,
    code: 'INVALID_DATA',
    endpoints: ['territories.read'],
    concerns: 'call',
    cause: 'no territory has this id',
    resolution:
      'Correct the id in the reporting_to column or the territory column; the territory may have ' +
      'been deleted meanwhile.',
    source: O26A,
    when: any(pathPart(1, 2), has('id')),
  },
] as const satisfies readonly CatalogueEntry[];
