import { all, any, has, hasPointer, not, pathPart, saysLastResort } from './details.ts';
import type { CatalogueEntry } from './entry.ts';
import { D7_USER_REMOVE, O26B, S0, S2 } from './sources.ts';

const add = {
  endpoints: ['user-territories.add'],
  httpStatus: [400],
  concerns: 'row',
  retry: 'never',
} as const;

const remove = { ...add, endpoints: ['user-territories.remove'] } as const;

const change = { ...add, endpoints: ['user-territories.add', 'user-territories.remove'] } as const;

/** Giving territories to a user and taking them away: calls on `/users/{id}/territories`. */
export const USER_TERRITORY_ENTRIES = [
  {
    ...change,
    code: 'INVALID_DATA',
    endpoints: ['user-territories.add', 'user-territories.remove', 'user-territories.read'],
    concerns: 'call',
    cause: 'no user has this id',
    resolution:
      'Correct the user column: take the id or the e-mail address from the user list of the org.',
    source: [...O26B, 'D7'],
    when: pathPart(1),
  },
  {
    ...change,
    code: 'INVALID_DATA',
    concerns: 'call',
    cause: 'the user is inactive or deleted',
    resolution:
      'Put an active user in the user column, or have an administrator activate this one first.',
    source: [...D7_USER_REMOVE, 'INF'],
    when: has('owner_status'),
  },
  {
    ...add,
    code: 'INVALID_DATA',
    cause: 'no territory has this id',
    resolution:
      'Correct the territory column: write the id or the name of a territory that is in the org; ' +
      'it may have been deleted meanwhile.',
    source: [...S0, ...S2],
  },
  {
    ...add,
    code: 'DUPLICATE_DATA',
    satisfied: true,
    cause: 'the user already has the territory',
    resolution:
      'Leave the row as it is or drop it: the user in the user column already has this territory.',
    source: [...S0, ...S2],
  },
  {
    ...add,
    code: 'LIMIT_EXCEEDED',
    cause: 'the territory has all the users it may hold',
    resolution:
      'Choose another territory in the territory column, or take somebody out of this one first; ' +
      'its manager counts as one of its users.',
    source: ['INF', ...O26B],
    // The limit on users is published with its number alone, at the calls on a territory.
    when: any(hasPointer, all(has('limit'), not(has('maximum_length')))),
  },
  {
    ...change,
    code: 'LIMIT_EXCEEDED',
    concerns: 'call',
    cause: 'the call holds more than 100 territories',
    resolution:
      'Nothing in the CSV is wrong: retry the run, and report it if the same rows are refused ' +
      'once more.',
    source: [...S0, ...S2],
  },
  {
    ...change,
    code: 'MANDATORY_NOT_FOUND',
    cause: 'the id of the territory is missing',
    resolution: 'Fill the territory column with the id or the name of a territory.',
    source: [...S0, ...S2],
  },
  {
    ...change,
    code: 'PERMISSION_DENIED',
    cause: 'the signed-in user may not change this territory',
    resolution:
      'Sign in as an administrator, or drop the rows with this territory in the territory column.',
    source: O26B,
  },
  {
    ...add,
    code: 'NOT_ALLOWED',
    httpStatus: [400, 403],
    concerns: 'call',
    cause: 'the signed-in user cannot change their own territories',
    resolution:
      'Run the rows with this user in the user column with the token of another administrator, ' +
      'or make the change on the settings page.',
    source: [...S0, ...S2, ...O26B],
  },
  {
    ...remove,
    code: 'NOT_ALLOWED',
    httpStatus: [400, 403],
    concerns: 'call',
    cause: 'the signed-in user cannot give up their own territories',
    resolution:
      'Run the rows with this user in the user column with the token of another administrator, ' +
      'or make the change on the settings page.',
    source: D7_USER_REMOVE,
  },
  {
    ...remove,
    code: 'INVALID_DATA',
    satisfied: true,
    cause: 'the user does not have the territory',
    resolution:
      'Leave it as it is: the user in the user column does not have the territory in the ' +
      'territory column.',
    source: [...D7_USER_REMOVE, ...O26B],
    // A pointer to the territory comes with an id that is unknown and one the user does not hold:
    // either way the user is without it. Without a pointer only the wording tells; if it changes,
    // the row is reported as refused although nothing is left to do.
    when: any(hasPointer, saysLastResort(/not (linked|associated)|not a member/i)),
  },
  {
    ...remove,
    code: 'INVALID_DATA',
    cause: 'the top territory cannot be taken from a user',
    resolution: 'Drop the rows with the top territory of the org in the territory column.',
    source: D7_USER_REMOVE,
    // The sample of the entry below has empty details, and so may this. Another wording gets that
    // entry, which refuses the row as well.
    when: saysLastResort(/org(ani[sz]ation)? territory/i),
  },
  {
    ...remove,
    code: 'INVALID_DATA',
    cause: 'the user manages the territory',
    resolution:
      'Give the territory another manager first (the manager column of a territories file), then ' +
      'remove the user from it.',
    source: D7_USER_REMOVE,
  },
] as const satisfies readonly CatalogueEntry[];
