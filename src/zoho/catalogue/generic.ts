import { THEN_RESUME } from './after-stop.ts';
import { any, has } from './details.ts';
import type { CatalogueEntry } from './entry.ts';
import { D7_COQL, D7_USERS, D8_LIMITS, D8_STATUS, O26B, S3 } from './sources.ts';

const call = {
  endpoints: 'any',
  httpStatus: [400],
  concerns: 'call',
  retry: 'never',
} as const;

const row = { ...call, concerns: 'row' } as const;

const TOOL_FAULT =
  'Nothing in the CSV is wrong: check that ZOHO_API_VERSION is v6, v7 or v8, and report it if it ' +
  'is.';

const serverFault = {
  ...call,
  httpStatus: [500],
  retry: 'wait',
  cause: 'the org had a fault of its own',
  resolution:
    'Wait a few minutes and retry the run; if it stays, tell the support of Zoho ' +
    'the time of the run.',
} as const;

const READ_ON = 'the _field column of result.csv says where and the _message column what.';

/** What any call can answer, and what codes mean where no endpoint has its own entry for them. */
export const GENERIC_ENTRIES = [
  {
    ...call,
    code: 'TOO_MANY_REQUESTS',
    httpStatus: [429],
    retry: 'wait',
    cause: 'too many calls at once, or the credits of the day are used up',
    resolution:
      'Lower --concurrency if other programs use the same org; if its credits are used up, ' +
      'resume the run when they are back, 24 hours later at most.',
    source: D8_LIMITS,
  },
  { ...serverFault, code: 'INTERNAL_ERROR', source: [...S3, ...D8_STATUS] },
  { ...serverFault, code: 'INTERNAL_SERVER_ERROR', source: O26B },
  {
    ...call,
    code: 'INVALID_URL_PATTERN',
    httpStatus: [404],
    concerns: 'org',
    cause: 'the address is not one of the API',
    resolution:
      'Set ZOHO_API_DOMAIN to a domain without a path, and ZOHO_API_VERSION to v6, v7 or v8, ' +
      THEN_RESUME,
    source: D8_STATUS,
  },
  {
    ...call,
    code: 'INVALID_REQUEST_METHOD',
    concerns: 'org',
    cause: 'the API does not take this method at this address',
    resolution:
      'Check ZOHO_API_DOMAIN and any proxy on the way, set ZOHO_API_VERSION to v6, v7 or v8, ' +
      THEN_RESUME,
    source: [...S3, ...D8_STATUS],
  },
  {
    ...call,
    code: 'INVALID_MODULE',
    concerns: 'module',
    cause: 'the org has no module of this name',
    resolution:
      'Write Leads, Accounts, Contacts or Deals in the module column, or give one of them with ' +
      '--module.',
    source: D8_STATUS,
  },
  {
    ...call,
    code: 'INVALID_REQUEST',
    cause: 'the API could not make sense of the call',
    resolution: TOOL_FAULT,
    source: D8_STATUS,
  },
  {
    ...call,
    code: 'REQUIRED_PARAM_MISSING',
    cause: 'the call lacks a parameter',
    resolution: TOOL_FAULT,
    source: O26B,
  },
  {
    ...call,
    code: 'DEPENDENT_PARAM_MISSING',
    cause: 'the call lacks a parameter that another one needs',
    resolution: TOOL_FAULT,
    source: O26B,
  },
  {
    ...call,
    code: 'INVALID_DATA',
    endpoints: ['users.read'],
    cause: 'the query for users is refused',
    resolution: TOOL_FAULT,
    source: D7_USERS,
  },
  {
    ...call,
    code: 'INVALID_QUERY',
    endpoints: ['coql'],
    cause: 'the query for CRM records is refused',
    resolution:
      'Set ZOHO_API_VERSION to v7 or v8, whose queries know territories, and check that the ' +
      'signed-in user may read the module.',
    source: D7_COQL,
  },
  {
    ...call,
    code: 'LIMIT_EXCEEDED',
    endpoints: ['coql'],
    cause: 'the query for CRM records asks for too much',
    resolution: TOOL_FAULT,
    source: D7_COQL,
  },
  {
    ...call,
    code: 'INVALID_DATA',
    cause: 'a part of the address or a parameter of the call is refused',
    resolution:
      'Check the ids in the user column, the territory column and the record_id column: the org ' +
      'does not know the one the call is addressed to.',
    source: D8_STATUS,
    when: any(has('param_name'), has('resource_path_index')),
  },
  {
    ...row,
    code: 'INVALID_DATA',
    cause: 'a value is not accepted',
    resolution: `Correct the value: ${READ_ON}`,
    source: D8_STATUS,
  },
  {
    ...row,
    code: 'MANDATORY_NOT_FOUND',
    cause: 'a mandatory value is missing',
    resolution: `Fill in the missing value: ${READ_ON}`,
    source: D8_STATUS,
  },
  {
    ...row,
    code: 'DUPLICATE_DATA',
    cause: 'the org already has this',
    resolution: `Drop the row or change its value: ${READ_ON}`,
    source: D8_STATUS,
  },
  {
    ...row,
    code: 'ALREADY_USED',
    cause: 'the file says the same thing twice',
    resolution: `Drop one of the two rows: ${READ_ON}`,
    source: [...S3, 'INF'],
  },
  {
    ...row,
    code: 'LIMIT_EXCEEDED',
    cause: 'a limit of the org is reached',
    resolution: `Make room in the org or split what the row asks for: ${READ_ON}`,
    source: ['INF'],
  },
  {
    ...row,
    code: 'NOT_ALLOWED',
    httpStatus: [400, 403],
    cause: 'the org does not allow this change',
    resolution: `Drop the row, or make the change as another user: ${READ_ON}`,
    source: ['INF'],
  },
  {
    ...row,
    code: 'PERMISSION_DENIED',
    httpStatus: [400, 401, 403],
    cause: 'the signed-in user may not do this',
    resolution: `Sign in as an administrator, or drop the row: ${READ_ON}`,
    source: D8_STATUS,
  },
  {
    ...row,
    code: 'NOT_SUPPORTED',
    cause: 'the API does not support this value',
    resolution: `Change or empty the value: ${READ_ON}`,
    source: D8_STATUS,
  },
] as const satisfies readonly CatalogueEntry[];
