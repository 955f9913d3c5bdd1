import { has, pathPart, saysLastResort } from './details.ts';
import type { CatalogueEntry } from './entry.ts';
import { D7_TERRITORY_REMOVE, O26B, S1 } from './sources.ts';

const add = {
  endpoints: ['territory-users.add'],
  httpStatus: [400],
  concerns: 'row',
  retry: 'never',
} as const;

const remove = { ...add, endpoints: ['territory-users.remove'] } as const;

const change = { ...add, endpoints: ['territory-users.add', 'territory-users.remove'] } as const;

/** Adding users to a territory and taking them out: calls on `/settings/territories/{id}/users`. */
export const TERRITORY_USER_ENTRIES = [
  {
    ...change,
    code: 'INVALID_DATA',
    endpoints: ['territory-users.add', 'territory-users.remove', 'territory-users.read'],
    concerns: 'call',
    cause: 'no territory has this id',
    resolution:
      'Correct the territory column: write the id or the name of a territory that is in the org; ' +
      'it may have been deleted meanwhile.',
    source: O26B,
    when: pathPart(1, 2),
  },
  {
    ...change,
    code: 'INVALID_DATA',
    cause: 'the user is inactive or deleted',
    resolution:
      'Put an active user in the user column, or have an administrator activate this one first.',
    source: [...S1, ...O26B],
    when: has('owner_status'),
  },
  {
    ...add,
    code: 'INVALID_DATA',
    cause: 'no user has this id',
    resolution:
      'Correct the user column: take the id or the e-mail of an active user from the user list of ' +
      'the org.',
    source: S1,
  },
  {
    ...remove,
    code: 'INVALID_DATA',
    satisfied: true,
    cause: 'the user is not in the territory',
    resolution:
      'Leave it as it is: the user in the user column is not in the territory in the territory ' +
      'column.',
    source: [...D7_TERRITORY_REMOVE, ...O26B],
    // An unknown user comes with the same details. Another wording gets the entry below, so that a
    // mistyped id is never taken for success.
    when: saysLastResort(/not a member|not (linked|associated)/i),
  },
  {
    ...remove,
    code: 'INVALID_DATA',
    cause: 'no user of the territory has this id',
    resolution: 'Correct the user column: take the id from the list of users of the territory.',
    source: O26B,
  },
  {
    ...add,
    code: 'DUPLICATE_DATA',
    satisfied: true,
    cause: 'the user is already in the territory',
    resolution:
      'Leave the row as it is or drop it: the user in the user column already has this territory.',
    source: S1,
  },
  {
    ...add,
    code: 'LIMIT_EXCEEDED',
    cause: 'the territory has all the users it may hold',
    resolution:
      'Choose another territory in the territory column, or take somebody out of this one first; ' +
      'its manager counts as one of its users.',
    source: [...S1, ...O26B],
  },
  {
    ...change,
    code: 'MANDATORY_NOT_FOUND',
    cause: 'the id of the user is missing',
    resolution: 'Fill the user column with the id or the e-mail of a user.',
    source: ['INF'],
  },
  {
    ...change,
    code: 'PERMISSION_DENIED',
    cause: 'the signed-in user may not change this territory',
    resolution:
      'Sign in as an administrator, or drop the rows with this territory in the territory column.',
    source: ['INF'],
  },
] as const satisfies readonly CatalogueEntry[];
