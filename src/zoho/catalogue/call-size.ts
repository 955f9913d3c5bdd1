import { all, any, endsWith, has } from './details.ts';
import type { CatalogueEntry, Endpoint } from './entry.ts';
import { D8_STATUS, O26A, O26B } from './sources.ts';

const RESOLUTION =
  'Nothing in the CSV is wrong: retry the run, and report it if the same rows are refused once more.';

const WRITES = [
  'territories.create',
  'territories.update',
  'territories.delete',
  'user-territories.add',
  'user-territories.remove',
  'territory-users.add',
  'territory-users.remove',
  'record-territories.assign',
  'record-territories.remove',
] as const satisfies Endpoint[];

const call = { endpoints: WRITES, httpStatus: [400], concerns: 'call', retry: 'never' } as const;

/**
 * Calls refused for what they are, whatever their rows say; most of them hold more items than
 * allowed. The third form of that, a limit code, is with the calls on the territories of a user,
 * where alone it has that meaning.
 */
export const CALL_SIZE_ENTRIES = [
  {
    ...call,
    code: 'INVALID_DATA',
    cause: 'the call holds more items than the API takes at once',
    resolution: RESOLUTION,
    source: [...O26A, 'INF'],
    when: all(
      has('maximum_length'),
      any(endsWith('data'), endsWith('territories'), endsWith('users'), has('param_name')),
    ),
  },
  {
    ...call,
    code: 'INVALID_DATA',
    cause: 'a parameter of the call is refused',
    resolution: RESOLUTION,
    source: D8_STATUS,
    when: has('param_name'),
  },
  {
    ...call,
    code: 'INVALID_REQUEST',
    endpoints: ['territories.delete'],
    cause: 'the call deletes more territories than the API takes at once',
    resolution: RESOLUTION,
    source: O26B,
  },
] as const satisfies readonly CatalogueEntry[];
