import { all, has, not } from './details.ts';
import type { CatalogueEntry, Endpoint } from './entry.ts';
import { O26B, S0, S2 } from './sources.ts';

const ADVICE =
  'copy the ids anew and format the column as text, because spreadsheets round ids and write ' +
  'them like 3.65E+18.';

interface Place {
  readonly endpoints: readonly Endpoint[] | 'any';
  readonly cause: string;
  readonly resolution: string;
}

const PLACES: readonly Place[] = [
  {
    endpoints: ['territories.create', 'territories.update'],
    cause: 'a value of the territory is of the wrong type',
    resolution: `Write ids as digits only in the reporting_to column and the manager column: ${ADVICE}`,
  },
  {
    endpoints: ['user-territories.add', 'user-territories.remove'],
    cause: 'the id of the territory is not made of digits only',
    resolution: `Write the id as digits only, or the name, in the territory column: ${ADVICE}`,
  },
  {
    endpoints: ['territory-users.add', 'territory-users.remove'],
    cause: 'the id of the user is not made of digits only',
    resolution: `Write the id as digits only, or the e-mail, in the user column: ${ADVICE}`,
  },
  {
    endpoints: ['record-territories.assign', 'record-territories.remove'],
    cause: 'an id of the row is not made of digits only',
    resolution: `Write ids as digits only in the record_id column and the territory column: ${ADVICE}`,
  },
  {
    endpoints: 'any',
    cause: 'an id is not made of digits only',
    resolution: `Write ids as digits only in the column that the _field column of result.csv names: ${ADVICE}`,
  },
];

// An id in the address is refused for the whole call, so the entries of its endpoint come first.
const isWrongType = all(has('expected_data_type'), not(has('resource_path_index')));

/**
 * Ids of the wrong type. Two reference pages print the name of a detail, `expected_data_type`, as
 * if it were the code; real answers have `INVALID_DATA` with that detail. Both are found.
 */
export const ID_TYPE_ENTRIES: readonly CatalogueEntry[] = PLACES.flatMap((place) => {
  const entry = {
    ...place,
    httpStatus: [400],
    concerns: 'row',
    retry: 'never',
    source: [...S0, ...S2, ...O26B],
  } as const;
  return [
    { ...entry, code: 'INVALID_DATA', when: isWrongType },
    { ...entry, code: 'expected_data_type' },
  ];
});
