import { expect, test } from 'vitest';
import { demoRecordId, demoUserId } from '../../src/sandbox/index.ts';
import { type Rig, ROOT, startRig, territory } from './client.ts';

const PATH = '/settings/territories';

async function child(rig: Rig, name: string, parent: string): Promise<string> {
  const item = territory({ name, reporting_to: { id: parent } });
  const { body } = await rig.send('POST', PATH, { territories: [item] });
  return body.territories[0].details.id;
}

async function names(rig: Rig, query: string): Promise<string[]> {
  const { body } = await rig.send('GET', `${PATH}?${query}`);
  return (body?.territories ?? []).map((one: { name: string }) => one.name);
}

const filter = (apiName: string, comparator: string, value: unknown) =>
  `filters=${encodeURIComponent(JSON.stringify({ field: { api_name: apiName }, comparator, value }))}`;

test('pages, ids and filters choose the territories of a list', async () => {
  await using rig = await startRig();
  const [east, west] = await rig.territories('East', 'West');
  await child(rig, 'Far East', east as string);
  expect(await names(rig, 'per_page=2&page=2')).toEqual(['West', 'Far East']);
  expect(await names(rig, `ids=${west},5`)).toEqual(['West']);
  expect((await rig.send('GET', `${PATH}?ids=5`)).status).toBe(204);
  expect(await names(rig, filter('name', 'contains', 'east'))).toEqual(['East', 'Far East']);
  expect(await names(rig, filter('name', 'not_contains', 'east'))).toHaveLength(2);
  expect(await names(rig, filter('name', 'starts_with', 'far'))).toEqual(['Far East']);
  expect(await names(rig, filter('reporting_to.id', 'equal', east))).toEqual(['Far East']);
  expect(await names(rig, filter('permission_type', 'not_equal', 'read_only'))).toHaveLength(1);
  const time = filter('created_time', 'between', ['2026-11-20T23:00:00Z', '2026-11-21T23:00:00Z']);
  expect(await names(rig, time)).toHaveLength(4);
  expect(await names(rig, filter('name', 'ends_with', 'EAST'))).toHaveLength(2);
  expect(await names(rig, filter('manager.id', 'not_equal', '5'))).toHaveLength(4);
  expect(await names(rig, filter('id', 'equal', west))).toEqual(['West']);
  expect(await names(rig, filter('created_by', 'equal', { id: demoUserId(1) }))).toHaveLength(4);
  for (const [comparator, found] of [
    ['less_than', 0],
    ['less_equal', 4],
    ['greater_than', 0],
    ['equal', 4],
  ] as const) {
    const at = filter('modified_time', comparator, '2026-11-21T05:30:00+05:30');
    expect(await names(rig, at)).toHaveLength(found);
  }
  const either = ['East', 'West'].map((value) => ({
    field: { api_name: 'name' },
    comparator: 'equal',
    value,
  }));
  const grouped = encodeURIComponent(JSON.stringify({ group_operator: 'or', group: either }));
  expect(await names(rig, `filters=${grouped}`)).toEqual(['East', 'West']);
  for (const wrong of ['{', '[]', '{"field":{}}', '{"field":{"api_name":"name"}}']) {
    const reply = await rig.send('GET', `${PATH}?filters=${encodeURIComponent(wrong)}`);
    expect([reply.status, reply.body.details]).toEqual([400, { param_name: 'filters' }]);
  }
  const refused = await rig.send('GET', `${PATH}?${filter('description', 'equal', 'x')}`);
  expect([refused.status, refused.body]).toEqual([
    400,
    {
      code: 'INVALID_DATA',
      details: { param_name: 'filters' },
      message: 'The given api_name(description) is not supported',
      status: 'error',
    },
  ]);
});

test('children and numbers of users are listed', async () => {
  await using rig = await startRig();
  const [east] = await rig.territories('East');
  const below = await child(rig, 'Far East', east as string);
  await rig.send('PUT', `${PATH}/${below}/users/${demoUserId(3)}`);
  const children = await rig.send('GET', `${PATH}/${east}/__child_territories`);
  expect(children.body.territories).toHaveLength(1);
  expect((await rig.send('GET', `${PATH}/${below}/__child_territories`)).status).toBe(204);
  const counts = await rig.send('GET', `${PATH}/actions/associated_users_count`);
  expect(counts.body.associated_users_count[2]).toEqual({
    count: '1',
    territory: { id: below, name: 'Far East' },
  });
});

test('an update keeps what it does not name and clears what it gives as null', async () => {
  await using rig = await startRig();
  const manager = { id: demoUserId(2) };
  const item = territory({ manager, description: 'Coast' });
  const created = await rig.send('POST', PATH, { territories: [item] });
  const { id } = created.body.territories[0].details;
  const update = { territories: [{ id, name: 'East Coast', manager: null }] };
  const reply = await rig.send('PUT', PATH, update);
  expect(reply.body.territories[0]).toEqual({
    code: 'SUCCESS',
    details: { id },
    message: 'Territory Updated Successfully',
    status: 'success',
  });
  const [shown] = (await rig.send('GET', `${PATH}/${id}`)).body.territories;
  expect(shown).toMatchObject({ name: 'East Coast', manager: null, description: 'Coast' });
});

test('an update that cannot be is refused with its reason', async () => {
  await using rig = await startRig();
  const [east] = await rig.territories('East');
  const below = await child(rig, 'Far East', east as string);
  const put = async (values: object) => {
    const { body } = await rig.send('PUT', PATH, { territories: [values] });
    return [body.territories[0].code, body.territories[0].message];
  };
  const cycle = { id: east, reporting_to: { id: below } };
  const isInvalid = 'Given Reporting To Territory value is invalid';
  expect(await put(cycle)).toEqual(['INVALID_DATA', isInvalid]);
  expect(await put({ id: east, reporting_to: { id: east } })).toEqual(['INVALID_DATA', isInvalid]);
  expect((await put({ name: 'x' }))[0]).toBe('MANDATORY_NOT_FOUND');
  expect(await put({ id: '5', name: 'x' })).toEqual([
    'INVALID_DATA',
    'The Territory Id given seems to be invalid',
  ]);
  expect((await put({ id: east, name: 'FAR EAST ' }))[0]).toBe('DUPLICATE_DATA');
  expect(await put({ id: ROOT, permission_type: 'read_only' })).toEqual([
    'NOT_ALLOWED',
    "Can't update the Org Territory Properties Except its Name",
  ]);
  expect((await put({ id: ROOT, name: 'Northwind' }))[0]).toBe('SUCCESS');
  expect((await put({ id: east, manager: { id: demoUserId(58) } }))[1]).toBe('Inactive User');
});

test('names and descriptions have their lengths', async () => {
  await using rig = await startRig();
  const post = async (values: object) => {
    const { body } = await rig.send('POST', PATH, { territories: [territory({ ...values })] });
    return body.territories[0].details;
  };
  expect(await post({ name: 'x'.repeat(51) })).toEqual({
    maximum_length: 50,
    api_name: 'name',
    json_path: '$.territories[0].name',
  });
  expect(await post({ description: 'x'.repeat(251) })).toMatchObject({ maximum_length: 250 });
  expect(await post({ name: 5 })).toMatchObject({ expected_data_type: 'string' });
  expect(await post({ name: 'x'.repeat(50), description: 'x'.repeat(250) })).toHaveProperty('id');
});

test('more than ten territories in a call are refused as a whole', async () => {
  await using rig = await startRig();
  const territories = Array.from({ length: 11 }, (_, n) => territory({ name: `East ${n}` }));
  const reply = await rig.send('POST', PATH, { territories });
  expect([reply.status, reply.body]).toEqual([
    400,
    {
      code: 'INVALID_DATA',
      details: { maximum_length: 10, api_name: 'territories', json_path: '$.territories' },
      message: 'invalid data',
      status: 'error',
    },
  ]);
  const ids = Array.from({ length: 11 }, (_, n) => n).join();
  expect((await rig.send('DELETE', `${PATH}?ids=${ids}`)).body.code).toBe('INVALID_REQUEST');
});

test('bodies that are no JSON, or JSON of the wrong kind, are refused', async () => {
  await using rig = await startRig();
  const post = async (body: unknown) => (await rig.send('POST', PATH, body)).body;
  expect(await post('{"territories":')).toMatchObject({
    code: 'INVALID_DATA',
    details: { expected_data_type: 'jsonobject' },
    message: 'body',
  });
  expect(await post({})).toMatchObject({ code: 'MANDATORY_NOT_FOUND' });
  expect(await post({ territories: {} })).toMatchObject({
    details: { expected_data_type: 'jsonarray' },
  });
  expect((await post({ territories: [5] })).territories[0].details).toMatchObject({
    expected_data_type: 'jsonobject',
  });
});

test('only territories without children, and never the top one, can be deleted', async () => {
  await using rig = await startRig({ assign: 'immediate' });
  const [east] = await rig.territories('East');
  const below = await child(rig, 'Far East', east as string);
  const record = demoRecordId('Leads', 1);
  const data = [{ id: record, Territories: [{ id: below }] }];
  await rig.send('POST', '/Leads/actions/assign_territories', { data });
  const del = async (...ids: (string | undefined)[]) => {
    const { body } = await rig.send('DELETE', `${PATH}?ids=${ids.join()}`);
    return body.territories.map((one: { message: string }) => one.message);
  };
  expect(await del(east, ROOT, '5')).toEqual([
    "Territory can't be deleted as it's having child",
    'Org Territory cannot be deleted',
    'the id given seems to be invalid',
  ]);
  expect((await rig.send('DELETE', PATH)).body).toMatchObject({
    code: 'REQUIRED_PARAM_MISSING',
    details: { param_name: 'ids' },
  });
  expect(await del(below)).toEqual(['Given Territory Removed Successfully']);
  expect(rig.sandbox.org.territoriesOf('Leads', record)).toEqual([]);
  const one = await rig.send('DELETE', `${PATH}/${east}?delete_previous_forecasts=true`);
  expect(one.body.territories[0].details).toEqual({ id: east });
});

test('transfer and delete moves the children first', async () => {
  await using rig = await startRig();
  const [east, west] = await rig.territories('East', 'West');
  const below = await child(rig, 'Far East', east as string);
  const many = `${PATH}/actions/transfer_and_delete`;
  const transfer = async (item: object) => {
    const { body } = await rig.send('POST', many, { territories: [item] });
    return body.territories[0];
  };
  expect(await transfer({ id: east })).toMatchObject({
    code: 'DEPENDENT_FIELD_MISSING',
    details: { api_name: 'transfer_to_id', dependee: { api_name: 'id' } },
  });
  expect(await transfer({ id: '5' })).toMatchObject({ details: { api_name: 'id' } });
  expect(await transfer({ id: east, transfer_to_id: east })).toMatchObject({
    message: 'Territory id and Transfer_to_id are same.Please choose different transfer_to_id',
  });
  expect(await transfer({ id: east, transfer_to_id: below })).toMatchObject({
    message: 'Choose correct transfer_to_id value',
  });
  expect(await transfer({ id: east, transfer_to_id: '5' })).toMatchObject({
    message: "Given transfer_to_id isn't valid one",
  });
  expect(await transfer({ id: east, transfer_to_id: west })).toMatchObject({ code: 'SUCCESS' });
  const parents = rig.sandbox.org.territories().map((one) => [one.name, one.parentId]);
  expect(parents).toContainEqual(['Far East', west]);
  const one = `${PATH}/${below}/actions/transfer_and_delete`;
  const alone = await rig.send('POST', one, { territories: [{}] });
  expect(alone.body.territories[0].details).toEqual({ id: below });
});

test('territories that the user may not change are refused with PERMISSION_DENIED', async () => {
  const east = '5725767000000400002';
  await using rig = await startRig({ denied: { territories: [east] } });
  await rig.territories('East');
  const codes = async (...call: [string, string, unknown?]) => {
    const { status, body } = await rig.send(...call);
    return [status, body.territories[0].code];
  };
  const item = territory({ name: 'Far East', reporting_to: { id: east } });
  expect(await codes('POST', PATH, { territories: [item] })).toEqual([400, 'PERMISSION_DENIED']);
  const update = { territories: [{ id: east, name: 'x' }] };
  expect(await codes('PUT', PATH, update)).toEqual([400, 'PERMISSION_DENIED']);
  expect(await codes('DELETE', `${PATH}/${east}`)).toEqual([400, 'PERMISSION_DENIED']);
  expect(await codes('DELETE', `/crm/v7${PATH}/${east}`)).toEqual([401, 'PERMISSION_DENIED']);
  const put = { territories: [{ id: east }] };
  const user = `/users/${demoUserId(3)}/territories`;
  expect(await codes('PUT', user, put)).toEqual([400, 'PERMISSION_DENIED']);
});

test('a module without the feature takes no criteria and shows none', async () => {
  await using rig = await startRig({ disabledModules: ['Leads'] });
  const rule = { comparator: 'equal', field: { api_name: 'City' }, value: 'Paris' };
  const item = territory({ lead_rule_criteria: rule });
  const reply = await rig.send('POST', PATH, { territories: [item] });
  expect(reply.body.territories[0]).toMatchObject({
    code: 'NOT_ALLOWED',
    details: { api_name: 'lead_rule_criteria', json_path: '$.territories[0].lead_rule_criteria' },
    message: 'Lead Rule Disabled',
  });
  const [root] = (await rig.send('GET', `${PATH}/${ROOT}`)).body.territories;
  expect(Object.keys(root)).not.toContain('lead_rule_criteria');
  expect(Object.keys(root)).toContain('deal_rule_criteria');
});

test('the manager stays a member until somebody else is the manager', async () => {
  await using rig = await startRig();
  const manager = demoUserId(2);
  const item = territory({ manager: { id: manager } });
  const { body } = await rig.send('POST', PATH, { territories: [item] });
  const { id } = body.territories[0].details;
  const reply = await rig.send('DELETE', `${PATH}/${id}/users?ids=${manager}`);
  const message =
    'This user cannot be removed as the user is a manager of the mentioned Territory.';
  expect(reply.body.users[0].message).toBe(message);
  const other = await rig.send('DELETE', `${PATH}/${id}/users?ids=${demoUserId(9)}`);
  expect(other.body.users[0].message).toBe('Given user is not a member of this territory.');
  const unknown = await rig.send('PUT', `${PATH}/5/users`, { users: [{ id: manager }] });
  expect(unknown.body.users[0].details).toEqual({ resource_path_index: 2 });
  await rig.send('PUT', `${PATH}/${id}`, { territories: [{ manager: null }] });
  expect((await rig.send('DELETE', `${PATH}/${id}/users?ids=${manager}`)).status).toBe(200);
});
