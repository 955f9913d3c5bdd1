import { describe, expect, test } from 'vitest';
import {
  demoRecordId,
  demoUserId,
  SANDBOX_CREDENTIALS,
  type SandboxOptions,
} from '../../src/sandbox/index.ts';
import { type Reply, type Rig, ROOT, startRig, territory } from './client.ts';

/**
 * Every entry under "Possible Errors" of the five reference pages, and how it is provoked.
 * `page` is the page's number; an entry that lists several causes has a line for each.
 */
interface Entry {
  readonly page: string;
  readonly entry: string;
  readonly options?: SandboxOptions;
  readonly call: (rig: Rig) => Promise<Reply>;
  readonly status: number;
  readonly code: string;
  readonly details: unknown;
  /** Where the page prints the message that the API gives. */
  readonly message?: string;
  /** The list that holds the error; none when the whole call is refused. */
  readonly within?: 'territories' | 'users' | 'data';
}

const USER = demoUserId(2);
const ME = demoUserId(1);
const INACTIVE = demoUserId(58);
const ACCOUNT = demoRecordId('Accounts', 1);
const LOCKED = demoRecordId('Accounts', 1_991);
const UNKNOWN = '5725767000000999999';

const putUser =
  (version: string, body: (id: string) => unknown, user = USER): Entry['call'] =>
  async (rig) => {
    const [id] = await rig.territories('East');
    return rig.send('PUT', `/crm/${version}/users/${user}/territories`, body(id as string));
  };
const idAt = (list: string, index = 0) => ({
  api_name: 'id',
  json_path: `$.${list}[${index}].id`,
});

const userTerritories = (version: 'v6' | 'v7', page: string): Entry[] => [
  {
    page,
    entry: 'INVALID_DATA',
    call: putUser(version, () => ({ territories: [{ id: UNKNOWN }] })),
    status: 400,
    code: 'INVALID_DATA',
    details: idAt('territories'),
    within: 'territories',
  },
  {
    page,
    entry: 'LIMIT_EXCEEDED',
    call: putUser(version, (id) => ({ territories: Array.from({ length: 101 }, () => ({ id })) })),
    status: 400,
    code: 'LIMIT_EXCEEDED',
    details: {
      limit: 100,
      maximum_length: 100,
      api_name: 'territories',
      json_path: '$.territories',
    },
  },
  {
    page,
    entry: 'DUPLICATE_DATA',
    call: async (rig) => {
      const [id] = await rig.territories('East');
      const body = { territories: [{ id }] };
      await rig.send('PUT', `/crm/${version}/users/${USER}/territories`, body);
      return rig.send('PUT', `/crm/${version}/users/${USER}/territories`, body);
    },
    status: 400,
    code: 'DUPLICATE_DATA',
    message: 'Territory already associated with the user',
    details: idAt('territories'),
    within: 'territories',
  },
  {
    page,
    entry: 'MANDATORY_NOT_FOUND',
    call: putUser(version, () => ({ territories: [{}] })),
    status: 400,
    code: 'MANDATORY_NOT_FOUND',
    details: idAt('territories'),
    within: 'territories',
  },
  {
    page,
    entry: 'expected_data_type: not a string',
    call: putUser(version, () => ({ territories: [{ id: 5 }] })),
    status: 400,
    code: 'INVALID_DATA',
    details: { expected_data_type: 'string', ...idAt('territories') },
    within: 'territories',
  },
  {
    page,
    entry: 'expected_data_type: not only digits',
    call: putUser(version, () => ({ territories: [{ id: 'East' }] })),
    status: 400,
    code: 'INVALID_DATA',
    details: { expected_data_type: 'long', ...idAt('territories') },
    within: 'territories',
  },
  {
    page,
    entry: 'NOT_ALLOWED',
    call: putUser(version, (id) => ({ territories: [{ id }] }), ME),
    status: 400,
    code: 'NOT_ALLOWED',
    details: {},
  },
];

const putTerritoryUsers =
  (...ids: string[]): Entry['call'] =>
  async (rig) => {
    const [id] = await rig.territories('East');
    const users = ids.map((user) => ({ id: user }));
    return rig.send('PUT', `/crm/v7/settings/territories/${id}/users`, { users });
  };

const territoryUsers: Entry[] = [
  {
    page: 'S1',
    entry: 'DUPLICATE_DATA',
    call: async (rig) => {
      const [id] = await rig.territories('East');
      const path = `/crm/v7/settings/territories/${id}/users`;
      await rig.send('PUT', path, { users: [{ id: USER }] });
      return rig.send('PUT', path, { users: [{ id: USER }] });
    },
    status: 400,
    code: 'DUPLICATE_DATA',
    details: idAt('users'),
    within: 'users',
  },
  {
    page: 'S1',
    entry: 'LIMIT_EXCEEDED: the manager counts as a user',
    options: { usersPerTerritory: 1 },
    call: async (rig) => {
      const [id] = await rig.territories('East');
      await rig.send('PUT', `/settings/territories/${id}`, {
        territories: [{ manager: { id: USER } }],
      });
      return rig.send('PUT', `/crm/v7/settings/territories/${id}/users`, {
        users: [{ id: demoUserId(3) }],
      });
    },
    status: 400,
    code: 'LIMIT_EXCEEDED',
    message: 'Maximum Users Limit reached for a territory',
    details: { limit: 1 },
    within: 'users',
  },
  {
    page: 'S1',
    entry: 'INVALID_DATA: inactive user',
    call: putTerritoryUsers(INACTIVE),
    status: 400,
    code: 'INVALID_DATA',
    details: { ...idAt('users'), owner_status: 'inactive' },
    within: 'users',
  },
  {
    page: 'S1',
    entry: 'INVALID_DATA: unknown user',
    call: putTerritoryUsers(UNKNOWN),
    status: 400,
    code: 'INVALID_DATA',
    details: idAt('users'),
    within: 'users',
  },
];

type Held = { id: string; Territories?: { id?: string }[] };
const assign =
  (data: (...ids: string[]) => Held[] | object[], ...names: string[]): Entry['call'] =>
  async (rig) => {
    const ids = await rig.territories(...(names.length === 0 ? ['East'] : names));
    return rig.send('POST', '/crm/v7/Accounts/actions/assign_territories', { data: data(...ids) });
  };
const assignOne: Entry['call'] = assign((id) => [{ id: ACCOUNT, Territories: [{ id }] }]);
const inData = (path: string) => ({ api_name: 'id', json_path: `$.data[0].${path}` });

const records: Entry[] = [
  {
    page: 'S3',
    entry: 'ALREADY_SCHEDULED',
    call: async (rig) => {
      const [id] = await rig.territories('East');
      const data = [{ id: ACCOUNT, Territories: [{ id }] }];
      await rig.send('POST', '/crm/v7/Accounts/actions/assign_territories', { data });
      return rig.send('POST', '/crm/v7/Accounts/actions/assign_territories', { data });
    },
    status: 400,
    code: 'ALREADY_SCHEDULED',
    details: { id: ACCOUNT, job_id: '5725767000010000001' },
    within: 'data',
  },
  {
    page: 'S3',
    entry: 'INVALID_REQUEST_METHOD',
    call: (rig) => rig.send('GET', '/crm/v7/Accounts/actions/assign_territories'),
    status: 400,
    code: 'INVALID_REQUEST_METHOD',
    message: 'The http request method type is not a valid one',
    details: {},
  },
  {
    page: 'S3',
    entry: 'RECORD_LOCKED',
    call: assign((id) => [{ id: LOCKED, Territories: [{ id }] }]),
    status: 400,
    code: 'RECORD_LOCKED',
    details: { id: LOCKED, action: 'record_locking' },
    within: 'data',
  },
  {
    page: 'S3',
    entry: 'AUTHORIZATION_FAILED',
    options: { denied: { updateRecords: true } },
    call: assignOne,
    status: 400,
    code: 'AUTHORIZATION_FAILED',
    message: 'User does not have sufficient privilege to update records',
    details: {},
  },
  {
    page: 'S3',
    entry: 'LIMIT_EXCEEDED: eleven territories',
    call: async (rig) => {
      const names = Array.from({ length: 10 }, (_, i) => `East ${i}`);
      const ids = [...(await rig.territories(...names)), ...(await rig.territories('West'))];
      const data = [{ id: ACCOUNT, Territories: ids.map((id) => ({ id })) }];
      return rig.send('POST', '/crm/v7/Accounts/actions/assign_territories', { data });
    },
    status: 400,
    code: 'LIMIT_EXCEEDED',
    message: 'Maximum limit of territories for that record exceeds',
    details: { api_name: 'Territories', json_path: '$.data[0].Territories', limit: 10 },
    within: 'data',
  },
  {
    page: 'S3',
    entry: 'LIMIT_EXCEEDED: two territories for a deal',
    call: async (rig) => {
      const ids = await rig.territories('East', 'West');
      const data = [{ id: demoRecordId('Deals', 1), Territories: ids.map((id) => ({ id })) }];
      return rig.send('POST', '/crm/v7/Deals/actions/assign_territories', { data });
    },
    status: 400,
    code: 'LIMIT_EXCEEDED',
    details: { api_name: 'Territories', json_path: '$.data[0].Territories', limit: 1 },
    within: 'data',
  },
  {
    page: 'S3',
    entry: 'INVALID_DATA: the record id',
    call: assign((id) => [{ id: UNKNOWN, Territories: [{ id }] }]),
    status: 400,
    code: 'INVALID_DATA',
    message: 'The record Id given seems to be invalid',
    details: inData('id'),
    within: 'data',
  },
  {
    page: 'S3',
    entry: 'INVALID_DATA: the record id in the path',
    call: async (rig) => {
      const [id] = await rig.territories('East');
      const data = [{ Territories: [{ id }] }];
      return rig.send('POST', `/crm/v7/Accounts/${UNKNOWN}/actions/assign_territories`, { data });
    },
    status: 400,
    code: 'INVALID_DATA',
    message: 'The record Id given seems to be invalid',
    details: { resource_path_index: 1 },
  },
  {
    page: 'S3',
    entry: 'INVALID_DATA: the territory id',
    call: assign(() => [{ id: ACCOUNT, Territories: [{ id: UNKNOWN }] }]),
    status: 400,
    code: 'INVALID_DATA',
    message: 'the id given seems to be invalid',
    details: inData('Territories[0].id'),
    within: 'data',
  },
  {
    page: 'S3',
    entry: 'MANDATORY_NOT_FOUND: no record id',
    call: assign((id) => [{ Territories: [{ id }] }]),
    status: 400,
    code: 'MANDATORY_NOT_FOUND',
    message: 'One of the expected parameter is missing',
    details: inData('id'),
    within: 'data',
  },
  {
    page: 'S3',
    entry: 'MANDATORY_NOT_FOUND: no territory id',
    call: assign(() => [{ id: ACCOUNT, Territories: [{}] }]),
    status: 400,
    code: 'MANDATORY_NOT_FOUND',
    message: 'required field not found',
    details: inData('Territories[0].id'),
    within: 'data',
  },
  ...[{ Territories: [] }, {}].map(
    (values): Entry => ({
      page: 'S3',
      entry: `MANDATORY_NOT_FOUND: Territories ${'Territories' in values ? 'empty' : 'missing'}`,
      call: assign(() => [{ id: ACCOUNT, ...values }]),
      status: 400,
      code: 'MANDATORY_NOT_FOUND',
      details: { api_name: 'Territories', json_path: '$.data[0].Territories' },
      within: 'data',
    }),
  ),
  {
    page: 'S3',
    entry: 'DUPLICATE_DATA',
    options: { assign: 'immediate' },
    call: async (rig) => {
      const [id] = await rig.territories('East');
      const data = [{ id: ACCOUNT, Territories: [{ id }] }];
      await rig.send('POST', '/crm/v7/Accounts/actions/assign_territories', { data });
      return rig.send('POST', '/crm/v7/Accounts/actions/assign_territories', { data });
    },
    status: 400,
    code: 'DUPLICATE_DATA',
    message: 'Given territory already exists for that record',
    details: inData('Territories[0].id'),
    within: 'data',
  },
  {
    page: 'S3',
    entry: 'ALREADY_USED',
    call: assign((id) => [{ id: ACCOUNT, Territories: [{ id }, { id }] }]),
    status: 400,
    code: 'ALREADY_USED',
    message: 'Duplicate territory ID found',
    details: {
      ...inData('Territories[1].id'),
      exists_in: { json_path: '$.data[0].Territories[0].id' },
    },
    within: 'data',
  },
  {
    page: 'S3',
    entry: 'INVALID_DATA: multiple response states',
    options: { mixed: '400' },
    call: assign((id) => [
      { id: UNKNOWN, Territories: [{ id }] },
      { id: ACCOUNT, Territories: [{ id }] },
    ]),
    status: 400,
    code: 'INVALID_DATA',
    details: inData('id'),
    within: 'data',
  },
  {
    page: 'S3',
    entry: 'OAUTH_SCOPE_MISMATCH',
    call: async (rig) => {
      const { clientId, clientSecret, refreshToken } = SANDBOX_CREDENTIALS;
      const query = new URLSearchParams({
        client_id: clientId,
        client_secret: clientSecret,
        refresh_token: refreshToken,
        grant_type: 'refresh_token',
        scope: 'ZohoCRM.modules.accounts.READ',
      });
      const answer = await fetch(`${rig.sandbox.url}/oauth/v2/token?${query}`, { method: 'POST' });
      const { access_token } = (await answer.json()) as { access_token: string };
      const path = '/crm/v7/Accounts/actions/assign_territories';
      return rig.sendAs(access_token, 'POST', path, { data: [] });
    },
    status: 401,
    code: 'OAUTH_SCOPE_MISMATCH',
    message: 'Invalid OAuth scope to access this URL',
    details: {},
  },
  {
    page: 'S3',
    entry: 'TERRITORY_NOT_ENABLED: Leads',
    options: { disabledModules: ['Leads'] },
    call: (rig) => rig.send('POST', '/crm/v7/Leads/actions/assign_territories', { data: [{}] }),
    status: 403,
    code: 'TERRITORY_NOT_ENABLED',
    details: {},
  },
  {
    page: 'S3',
    entry: 'TERRITORY_NOT_ENABLED: the org',
    options: { featureOff: 'TERRITORY_NOT_ENABLED' },
    call: (rig) => rig.send('POST', '/crm/v7/Deals/actions/assign_territories', { data: [{}] }),
    status: 403,
    code: 'TERRITORY_NOT_ENABLED',
    details: {},
  },
  {
    page: 'S3',
    entry: 'NO_PERMISSION',
    options: { denied: { records: [ACCOUNT] } },
    call: assignOne,
    status: 403,
    code: 'NO_PERMISSION',
    details: inData('id'),
    within: 'data',
  },
  {
    page: 'S3',
    entry: 'INTERNAL_ERROR',
    options: { faults: { schedule: ['serverError'] } },
    call: (rig) => rig.send('POST', '/crm/v7/Accounts/actions/assign_territories', { data: [{}] }),
    status: 500,
    code: 'INTERNAL_ERROR',
    message: 'Internal Server Error',
    details: {},
  },
];

const create =
  (...items: Record<string, unknown>[]): Entry['call'] =>
  (rig) =>
    rig.send('POST', '/crm/v7/settings/territories', { territories: items });
const at = (name: string, path = name, index = 0) => ({
  api_name: name,
  json_path: `$.territories[${index}].${path}`,
});
const without = (key: string) => {
  const { [key]: _, ...rest } = territory();
  return rest;
};
const PERMISSIONS = { supported_values: ['read_only', 'read_write_delete'] };

const creation: Entry[] = [
  {
    page: 'S4',
    entry: 'DUPLICATE_DATA: in the org',
    call: async (rig) => {
      await rig.territories('East');
      return create(territory())(rig);
    },
    status: 400,
    code: 'DUPLICATE_DATA',
    details: at('name'),
    within: 'territories',
  },
  {
    page: 'S4',
    entry: 'DUPLICATE_DATA: in the request',
    options: { mixed: 'only-faulty' },
    call: create(territory(), territory()),
    status: 400,
    code: 'DUPLICATE_DATA',
    details: at('name', 'name', 1),
    within: 'territories',
  },
  ...['name', 'reporting_to', 'permission_type'].map(
    (key): Entry => ({
      page: 'S4',
      entry: `MANDATORY_NOT_FOUND: ${key}`,
      call: create(without(key)),
      status: 400,
      code: 'MANDATORY_NOT_FOUND',
      details: { ...at(key), ...(key === 'permission_type' ? PERMISSIONS : {}) },
      within: 'territories',
    }),
  ),
  {
    page: 'S4',
    entry: 'INVALID_DATA: the parent territory id',
    call: create(territory({ reporting_to: { id: UNKNOWN } })),
    status: 400,
    code: 'INVALID_DATA',
    details: at('id', 'reporting_to.id'),
    within: 'territories',
  },
  {
    page: 'S4',
    entry: 'INVALID_DATA: reporting_to',
    call: create(territory({ reporting_to: ROOT })),
    status: 400,
    code: 'INVALID_DATA',
    details: { expected_data_type: 'jsonobject', ...at('reporting_to') },
    within: 'territories',
  },
  {
    page: 'S4',
    entry: 'INVALID_DATA: permission_type',
    call: create(territory({ permission_type: 'admin' })),
    status: 400,
    code: 'INVALID_DATA',
    details: { ...at('permission_type'), ...PERMISSIONS },
    within: 'territories',
  },
  {
    page: 'S4',
    entry: 'INVALID_DATA: the manager id',
    call: create(territory({ manager: { id: UNKNOWN } })),
    status: 400,
    code: 'INVALID_DATA',
    details: at('id', 'manager.id'),
    within: 'territories',
  },
  ...Array.from('^~`#%&+=[]{}|\\;"\'<>,').map(
    (character): Entry => ({
      page: 'S4',
      entry: `INVALID_DATA: the name has ${character}`,
      call: create(territory({ name: `East${character}West` })),
      status: 400,
      code: 'INVALID_DATA',
      details: at('name'),
      within: 'territories',
    }),
  ),
  {
    page: 'S4',
    entry: 'INVALID_DATA: the criteria is no JSON object',
    call: create(territory({ account_rule_criteria: '(Industry:equal:Banking)' })),
    status: 400,
    code: 'INVALID_DATA',
    details: { expected_data_type: 'jsonobject', ...at('account_rule_criteria') },
    within: 'territories',
  },
  ...(['TERRITORY_NOT_ENABLED', 'TERRITORY_DISABLED'] as const).map(
    (code): Entry => ({
      page: 'S4',
      entry: code,
      options: { featureOff: code },
      call: create(territory()),
      status: 403,
      code,
      details: {},
    }),
  ),
  {
    page: 'S4',
    entry: 'LIMIT_EXCEEDED: territories',
    options: { territoryLimit: 1 },
    call: create(territory()),
    status: 400,
    code: 'LIMIT_EXCEEDED',
    details: { limit: 1 },
    within: 'territories',
  },
  {
    page: 'S4',
    entry: 'LIMIT_EXCEEDED: users',
    options: { usersPerTerritory: 0 },
    call: create(territory({ manager: { id: USER } })),
    status: 400,
    code: 'LIMIT_EXCEEDED',
    details: { limit: 0 },
    within: 'territories',
  },
  {
    page: 'S4',
    entry: 'LIMIT_EXCEEDED: criteria',
    call: create(
      territory({
        account_rule_criteria: {
          group_operator: 'or',
          group: Array.from({ length: 26 }, (_, i) => ({
            field: { api_name: 'Industry' },
            comparator: 'equal',
            value: `Industry ${i}`,
          })),
        },
      }),
    ),
    status: 400,
    code: 'LIMIT_EXCEEDED',
    details: { limit: 25, limit_due_to: [at('account_rule_criteria')] },
    within: 'territories',
  },
];

const ENTRIES: Entry[] = [
  ...userTerritories('v7', 'S0'),
  ...userTerritories('v6', 'S2'),
  ...territoryUsers,
  ...records,
  ...creation,
];

describe('every possible error of the reference pages can be provoked', () => {
  test.each(ENTRIES)(
    '$page $entry',
    async ({ options, call, status, code, details, message, within }) => {
      await using rig = await startRig({ recordsPerModule: 2_000, ...options });
      const reply = await call(rig);
      const item = within === undefined ? reply.body : reply.body[within][0];
      expect({ status: reply.status, code: item.code, details: item.details }).toEqual({
        status,
        code,
        details,
      });
      expect(item.status).toBe('error');
      if (message !== undefined) expect(item.message.toLowerCase()).toBe(message.toLowerCase());
      expect(reply.headers['content-type']).toBe('application/json;charset=UTF-8');
    },
  );
});
