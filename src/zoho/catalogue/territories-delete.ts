import { all, any, has, not, pathPart, pointsTo, saysLastResort } from './details.ts';
import type { CatalogueEntry } from './entry.ts';
import { D7_DELETE, D7_TRANSFER, O26B } from './sources.ts';

const row = {
  endpoints: ['territories.delete'],
  httpStatus: [400],
  concerns: 'row',
  retry: 'never',
} as const;

/** Deleting territories, with or without moving what hangs below them. */
export const TERRITORY_DELETE_ENTRIES = [
  {
    ...row,
    code: 'INVALID_DATA',
    cause: 'the territory to move things to is not usable',
    resolution:
      'Choose another territory that is neither the deleted one nor below it; the reporting_to ' +
      'column of an export shows the tree.',
    source: [...D7_TRANSFER, ...O26B],
    when: pointsTo('transfer_to_id'),
  },
  {
    ...row,
    code: 'INVALID_DATA',
    satisfied: true,
    cause: 'the territory is not there any more',
    resolution:
      'Leave it as it is: no territory of this org has the id that was created for the name column.',
    source: [...D7_DELETE, ...O26B],
    when: all(any(has('id'), pointsTo('id'), pathPart(2)), not(has('expected_data_type'))),
  },
  {
    ...row,
    code: 'DEPENDENT_FIELD_MISSING',
    cause: 'other territories still report to this one',
    resolution:
      'Delete or move the territories first that name this one in their reporting_to column.',
    source: [...D7_TRANSFER, ...O26B],
  },
  {
    ...row,
    code: 'NOT_ALLOWED',
    cause: 'the top territory of the org cannot be deleted',
    resolution: 'Leave out the territory whose reporting_to column is empty in an export.',
    source: [...D7_DELETE, ...O26B],
    // Both meanings come with `id` alone. Another wording gets the entry below, which costs the
    // user one look at the tree.
    when: saysLastResort(/org(anization)? territory/i),
  },
  {
    ...row,
    code: 'NOT_ALLOWED',
    cause: 'territories below this one are still there',
    resolution:
      'Delete or move the territories first that name this one in their reporting_to column.',
    source: [...D7_DELETE, ...O26B],
  },
  {
    ...row,
    code: 'PERMISSION_DENIED',
    httpStatus: [400, 401],
    cause: 'the signed-in user may not delete this territory',
    resolution: 'Sign in as an administrator, or leave out the territory of that name column.',
    source: [...D7_DELETE, ...O26B],
  },
  {
    ...row,
    code: 'REQUIRED_PARAM_MISSING',
    concerns: 'call',
    cause: 'the call names no territory to delete',
    resolution: 'Nothing in the CSV is wrong: this is a fault of the tool, so please report it.',
    source: O26B,
  },
] as const satisfies readonly CatalogueEntry[];
