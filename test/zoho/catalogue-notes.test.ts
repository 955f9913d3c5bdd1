import { describe, expect, test } from 'vitest';
import {
  type CatalogueEntry,
  type Endpoint,
  lookup,
  type Refusal,
} from '../../src/zoho/catalogue/index.ts';

type Concern = CatalogueEntry['concerns'];
type Retry = CatalogueEntry['retry'];

/** A refusal as documented beyond the reference pages, and a word of the cause it must give. */
type Line = readonly [
  endpoint: Endpoint,
  code: string,
  httpStatus: number,
  details: Record<string, unknown>,
  concerns: Concern,
  cause: RegExp,
  more?: { readonly retry?: Retry; readonly satisfied?: true; readonly message?: string },
];

const at = (path: string, more: Record<string, unknown> = {}) => ({
  api_name: path
    .split('.')
    .at(-1)
    ?.replace(/\[\d+\]$/, ''),
  json_path: path,
  ...more,
});
const field = (name: string, more?: Record<string, unknown>) =>
  at(`$.territories[0].${name}`, more);
const rule = (key: string, more?: Record<string, unknown>) =>
  field(`account_rule_criteria.${key}`, more);

const create = 'territories.create';
const update = 'territories.update';
const remove = 'territories.delete';
const assign = 'record-territories.assign';
const unassign = 'record-territories.remove';
const RECORD = at(' $.data[0].id');
const TERRITORY = at(' $.data[0].Territories[0].id');

const TERRITORIES: readonly Line[] = [
  [create, 'INVALID_DATA', 400, field('name', { maximum_length: 50 }), 'row', /name is too long/],
  [create, 'INVALID_DATA', 400, field('name', { maximum_length: '50' }), 'row', /name is too long/],
  [
    create,
    'INVALID_DATA',
    400,
    field('description', { maximum_length: 250 }),
    'row',
    /desc.* long/,
  ],
  [create, 'INVALID_DATA', 400, field('description'), 'row', /description/],
  [create, 'INVALID_DATA', 400, at('$.territories', { maximum_length: 10 }), 'call', /at once/],
  [create, 'INVALID_DATA', 400, rule('field.api_name'), 'row', /a field that is not there/],
  [create, 'INVALID_DATA', 400, rule('comparator', { supported_values: [] }), 'row', /comparator/],
  [create, 'INVALID_DATA', 400, rule('value'), 'row', /value/],
  [create, 'INVALID_DATA', 400, rule('field', { expected_data_type: 'jsonobject' }), 'row', /form/],
  [create, 'INVALID_DATA', 400, field('manager', { expected_data_type: 'x' }), 'row', /type/],
  [create, 'INVALID_DATA', 400, {}, 'row', /not accepted/],
  [create, 'MANDATORY_NOT_FOUND', 400, rule('comparator'), 'row', /criteria/],
  [create, 'MANDATORY_NOT_FOUND', 400, field('manager.id'), 'row', /manager/],
  [create, 'MANDATORY_NOT_FOUND', 400, {}, 'row', /mandatory/],
  [create, 'DEPENDENT_MISMATCH', 400, rule('comparator', { dependee: {} }), 'row', /comparator/],
  [create, 'DEPENDENT_MISMATCH', 400, rule('value', { dependee: {} }), 'row', /value/],
  [create, 'DEPENDENT_FIELD_MISSING', 400, rule('comparator', { dependee: {} }), 'row', /lacks/],
  [create, 'NOT_SUPPORTED', 400, rule('field.api_name', { api_name: 'Tag' }), 'row', /cannot use/],
  [create, 'LOOKUP_LIMIT_EXCEEDED', 400, { used_in: [] }, 'row', /lookup/],
  [create, 'LIMIT_EXCEEDED', 400, { limit: 250 }, 'org', /edition/],
  [create, 'LIMIT_EXCEEDED', 400, {}, 'row', /limit/],
  [create, 'NOT_ALLOWED', 400, field('lead_rule_criteria'), 'row', /lead rules/],
  [create, 'NOT_ALLOWED', 400, field('deal_rule_criteria'), 'row', /deal rules/],
  [create, 'NOT_ALLOWED', 400, field('account_rule_criteria'), 'row', /account rules/],
  [create, 'NOT_ALLOWED', 400, field('manager.id'), 'row', /inactive/],
  [create, 'NOT_ALLOWED', 400, {}, 'row', /inactive/, { message: 'Inactive User' }],
  [create, 'NOT_ALLOWED', 400, {}, 'row', /settings of the org/],
  [create, 'PERMISSION_DENIED', 400, {}, 'row', /under this parent/],
  [create, 'AUTHENTICATION_FAILURE', 401, {}, 'org', /who is calling/, { retry: 'token' }],
  [create, 'INTERNAL_SERVER_ERROR', 500, {}, 'call', /fault/, { retry: 'wait' }],
  [create, 'FEATURE_NOT_ENABLED', 400, {}, 'org', /off in this org/],
  [create, 'FEATURE_NOT_ENABLED', 403, {}, 'org', /off in this org/],
  [update, 'MANDATORY_NOT_FOUND', 400, field('id'), 'row', /mandatory/],
  [update, 'INVALID_DATA', 400, field('id'), 'row', /no territory has this id/],
  [update, 'INVALID_DATA', 400, field('reporting_to'), 'row', /below the territory itself/],
  [update, 'INVALID_DATA', 400, field('reporting_to.id'), 'row', /given as parent/],
  [update, 'NOT_ALLOWED', 400, {}, 'row', /only the name/],
  [update, 'PERMISSION_DENIED', 400, { id: '1' }, 'row', /change this territory/],
  [update, 'PERMISSION_DENIED', 400, {}, 'row', /under this parent/],
  [remove, 'INVALID_DATA', 400, { id: '1' }, 'row', /not there/, { satisfied: true }],
  [remove, 'INVALID_DATA', 400, field('transfer_to_id'), 'row', /move things to/],
  [remove, 'DEPENDENT_FIELD_MISSING', 400, field('transfer_to_id'), 'row', /report to this one/],
  [remove, 'NOT_ALLOWED', 400, { id: '1' }, 'row', /below this one/],
  [
    remove,
    'NOT_ALLOWED',
    400,
    { id: '1' },
    'row',
    /top territory/,
    { message: 'Org Territory cannot be deleted' },
  ],
  [remove, 'REQUIRED_PARAM_MISSING', 400, { param_name: 'ids' }, 'call', /names no territory/],
  [remove, 'PERMISSION_DENIED', 401, {}, 'row', /delete/],
  [remove, 'INVALID_REQUEST', 400, {}, 'call', /at once/],
  ['territories.read', 'INVALID_DATA', 400, { param_name: 'filters' }, 'call', /filter/],
  ['territories.read', 'INVALID_DATA', 400, { resource_path_index: 1 }, 'call', /no territory/],
  ['territories.read', 'AUTHORIZATION_FAILED', 400, {}, 'org', /no right/],
  ['territories.read', 'NO_PERMISSION', 403, {}, 'org', /profile/],
  ['territories.read', 'TERRITORY_DISABLED', 403, {}, 'org', /off in this org/],
];

const USERS: readonly Line[] = [
  ['user-territories.read', 'INVALID_DATA', 400, { resource_path_index: 1 }, 'call', /no user/],
  ['user-territories.add', 'INVALID_DATA', 400, { resource_path_index: 1 }, 'call', /no user/],
  [
    'user-territories.add',
    'INVALID_DATA',
    400,
    field('id', { expected_data_type: 'long' }),
    'row',
    /digits/,
  ],
  [
    'user-territories.add',
    'INVALID_DATA',
    400,
    at('$.territories', { maximum_length: 200 }),
    'call',
    /at once/,
  ],
  ['user-territories.add', 'LIMIT_EXCEEDED', 400, {}, 'call', /100/],
  ['user-territories.add', 'LIMIT_EXCEEDED', 400, field('id', { limit: 100 }), 'row', /may hold/],
  ['user-territories.add', 'PERMISSION_DENIED', 400, field('id'), 'row', /may not change/],
  ['user-territories.add', 'NOT_ALLOWED', 403, {}, 'call', /their own/],
  ['user-territories.remove', 'NOT_ALLOWED', 400, {}, 'call', /their own/],
  ['user-territories.remove', 'INVALID_DATA', 400, { resource_path_index: 1 }, 'call', /no user/],
  [
    'user-territories.remove',
    'INVALID_DATA',
    400,
    { resource_path_index: 3 },
    'row',
    /not have/,
    { satisfied: true },
  ],
  [
    'user-territories.remove',
    'INVALID_DATA',
    400,
    field('id'),
    'row',
    /not have/,
    { satisfied: true },
  ],
  ['user-territories.remove', 'INVALID_DATA', 400, {}, 'row', /manages/],
  ['user-territories.remove', 'INVALID_DATA', 400, { param_name: 'ids' }, 'call', /parameter/],
  [
    'user-territories.remove',
    'INVALID_DATA',
    400,
    { param_name: 'ids', maximum_length: 100 },
    'call',
    /at once/,
  ],
  [
    'user-territories.remove',
    'INVALID_DATA',
    400,
    {},
    'row',
    /top/,
    { message: 'Organization Territory cannot be removed' },
  ],
  ['territory-users.add', 'INVALID_DATA', 400, { resource_path_index: 2 }, 'call', /no territory/],
  [
    'territory-users.add',
    'INVALID_DATA',
    400,
    at('$.users', { maximum_length: 100 }),
    'call',
    /at once/,
  ],
  ['territory-users.add', 'TERRITORY_NOT_ENABLED', 403, {}, 'org', /off in this org/],
  ['territory-users.add', 'TERRITORY_DISABLED', 403, {}, 'org', /off in this org/],
  ['territory-users.remove', 'INVALID_DATA', 400, { id: '1' }, 'row', /no user/],
  [
    'territory-users.remove',
    'INVALID_DATA',
    400,
    { id: '1' },
    'row',
    /not in/,
    { satisfied: true, message: 'Given user is not a member of this territory.' },
  ],
  ['users.read', 'INVALID_DATA', 400, { param_name: 'type' }, 'call', /users/],
  ['users.read', 'DEPENDENT_PARAM_MISSING', 400, { param_name: 'x' }, 'call', /another/],
];

const RECORDS: readonly Line[] = [
  [assign, 'INVALID_DATA', 400, TERRITORY, 'row', /no territory/],
  [unassign, 'INVALID_DATA', 400, TERRITORY, 'row', /not have/, { satisfied: true }],
  [unassign, 'INVALID_DATA', 400, RECORD, 'row', /no CRM record/],
  [unassign, 'INVALID_DATA', 207, {}, 'row', /not valid/],
  [assign, 'INVALID_DATA', 400, { resource_path_index: 1 }, 'row', /no CRM record/],
  [assign, 'INVALID_DATA', 400, { api_name: 'id' }, 'row', /no CRM record/],
  [assign, 'INVALID_DATA', 400, at('$.data', { maximum_length: 10 }), 'call', /at once/],
  [assign, 'INVALID_DATA', 400, at('$.data[0].Territories', { maximum_length: 100 }), 'row', /ten/],
  [assign, 'INVALID_DATA', 400, { ...RECORD, expected_data_type: 'long' }, 'row', /digits/],
  [assign, 'MANDATORY_NOT_FOUND', 400, at('$.data[0].Territories'), 'row', /territory/],
  [assign, 'DUPLICATE_DATA', 400, TERRITORY, 'row', /already has/, { satisfied: true }],
  [assign, 'DUPLICATE_DATA', 400, { ...TERRITORY, exists_in: {} }, 'row', /twice/],
  [assign, 'ALREADY_USED', 400, { ...TERRITORY, exists_in: {} }, 'row', /twice/],
  [assign, 'ALREADY_SCHEDULED', 400, { id: '1', job_id: '2' }, 'row', /pending/, { retry: 'job' }],
  [assign, 'RECORD_LOCKED', 400, { action: 'x' }, 'row', /locked/, { retry: 'unlock' }],
  [assign, 'NOT_SUPPORTED', 400, { resource_path_index: 0 }, 'module', /no territories/],
  [assign, 'INVALID_MODULE', 400, { resource_path_index: 0 }, 'module', /no module/],
  [assign, 'TERRITORY_NOT_ENABLED', 403, {}, 'module', /off for this module/],
  [assign, 'TERRITORY_DISABLED', 403, {}, 'module', /off for this module/],
  [assign, 'FEATURE_NOT_ENABLED', 400, {}, 'module', /off for this module/],
  [
    assign,
    'NO_PERMISSION',
    401,
    at('$.data[0].Territories', { api_name: 'id' }),
    'row',
    /this terr/,
  ],
  [assign, 'NO_PERMISSION', 403, RECORD, 'row', /this CRM record/],
  [assign, 'NO_PERMISSION', 403, { resource_path_index: 1 }, 'row', /this CRM record/],
  [assign, 'NO_PERMISSION', 403, {}, 'module', /this module/],
  [unassign, 'NO_PERMISSION', 403, {}, 'module', /this module/],
  [unassign, 'NOT_ALLOWED', 403, {}, 'row', /rule/],
  [unassign, 'AUTHORIZATION_FAILED', 401, {}, 'module', /no right to update this module/],
  [assign, 'AUTHORIZATION_FAILED', 400, RECORD, 'row', /this CRM record/],
  [unassign, 'OAUTH_SCOPE_MISMATCH', 401, {}, 'org', /CRM records/],
  ['record-territories.read', 'INVALID_DATA', 400, { resource_path_index: 1 }, 'row', /no CRM/],
  ['coql', 'INVALID_QUERY', 400, {}, 'call', /query/],
  ['coql', 'LIMIT_EXCEEDED', 400, {}, 'call', /too much/],
];

const ANYWHERE: readonly Line[] = [
  ['users.read', 'INVALID_TOKEN', 401, {}, 'org', /token/, { retry: 'token' }],
  ['coql', 'OAUTH_SCOPE_MISMATCH', 401, {}, 'org', /scope/],
  ['coql', 'INVALID_HOST', 400, {}, 'org', /host/],
  ['coql', 'INVALID_URL_PATTERN', 404, {}, 'org', /address/],
  ['coql', 'INVALID_REQUEST_METHOD', 400, {}, 'org', /method/],
  ['coql', 'INVALID_MODULE', 400, { resource_path_index: 0 }, 'module', /module/],
  ['coql', 'INVALID_REQUEST', 400, {}, 'call', /make sense/],
  ['coql', 'INVALID_DATA', 400, { resource_path_index: 0 }, 'call', /address/],
  [assign, 'TOO_MANY_REQUESTS', 429, {}, 'call', /too many calls/, { retry: 'wait' }],
  ['token', 'invalid_client', 200, {}, 'org', /client id/],
  ['token', 'invalid_client_secret', 200, {}, 'org', /secret/],
  ['token', 'invalid_code', 200, {}, 'org', /refresh token/],
  ['token', 'invalid_grant', 400, {}, 'org', /refresh token/],
  ['token', 'Access Denied', 400, {}, 'org', /too many access tokens/, { retry: 'wait' }],
];

describe.each([
  ['territories', TERRITORIES],
  ['users and territories', USERS],
  ['CRM records and territories', RECORDS],
  ['any call', ANYWHERE],
])('what the org refuses: %s', (_area, lines) => {
  test.for(lines)('%s %s %i %j', ([endpoint, code, httpStatus, details, concerns, cause, more]) => {
    const { message = '', ...expected } = more ?? {};
    const refusal: Refusal = { code, httpStatus, message, details };
    const entry = lookup(endpoint, refusal);
    expect(entry).toMatchObject({ code, concerns, retry: 'never', ...expected });
    expect(entry.cause).toMatch(cause);
    expect(entry.httpStatus).toContain(httpStatus);
    expect(entry.satisfied).toBe(expected.satisfied);
  });
});
