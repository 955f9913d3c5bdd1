import { expect, test } from 'vitest';
import { demoRecordId } from '../../src/sandbox/index.ts';
import { type Rig, startRig } from './client.ts';

const coql = (rig: Rig, select_query: string) => rig.send('POST', '/coql', { select_query });
const idsOf = (reply: { body: { data: { id: string }[] } }) => reply.body.data.map((one) => one.id);

test('COQL gives ids and territories, and says whether there are more', async () => {
  await using rig = await startRig({ assign: 'immediate' });
  const [id] = await rig.territories('East');
  const record = demoRecordId('Accounts', 2);
  const data = [{ id: record, Territories: [{ id }] }];
  await rig.send('POST', '/Accounts/actions/assign_territories', { data });
  const reply = await coql(
    rig,
    "select id, Account_Name, Territories from Accounts where id > '0' order by id asc limit 2",
  );
  expect(reply.body).toEqual({
    data: [
      { id: demoRecordId('Accounts', 1), Account_Name: 'Amber Analytics', Territories: [] },
      { id: record, Account_Name: expect.any(String), Territories: [{ name: 'East', id }] },
    ].map((row, n) => (n === 0 ? { ...row, Account_Name: expect.any(String) } : row)),
    info: { count: 2, more_records: true },
  });
  const deals = await coql(rig, 'select Territory from Deals where id is not null limit 1');
  expect(deals.body.data).toEqual([{ id: demoRecordId('Deals', 1), Territory: [] }]);
});

test('all rows of a module can be walked by the last id', async () => {
  await using rig = await startRig({ recordsPerModule: 950 });
  const seen: string[] = [];
  for (let last = '0'; ; last = seen.at(-1) as string) {
    const query = `select id from Leads where id > '${last}' order by id asc limit 400`;
    const { body } = await coql(rig, query);
    seen.push(...body.data.map((row: { id: string }) => row.id));
    if (!body.info.more_records) break;
  }
  expect(seen).toEqual(Array.from({ length: 950 }, (_, n) => demoRecordId('Leads', n + 1)));
  expect((await coql(rig, `select id from Leads where id > ${seen.at(-1)}`)).status).toBe(204);
});

test.each([
  ["Industry = 'banking'", 100],
  ["Industry != 'Banking'", 1_900],
  ["(Industry = 'Banking' and Billing_Country in ('France', 'Spain')) or id = 5", undefined],
  ["Account_Name like 'Alpine%'", 40],
  ["Account_Name not like 'Alpine%'", 1_960],
  ['Annual_Revenue >= 100000 and Annual_Revenue < 50000', 0],
  ['Employees between 5 and 100000', 2_000],
  ['Fax is null', 2_000],
  ["Owner = '5725767000000100002'", undefined],
  ["Owner.name = 'Amara Okafor'", undefined],
])('COQL understands %s', async (where, count) => {
  await using rig = await startRig();
  const reply = await coql(rig, `select id from Accounts where ${where} limit 2000`);
  if (count === 0) expect(reply.status).toBe(204);
  else if (count !== undefined) expect(reply.body.info.count).toBe(count);
  else expect(reply.body.info.count).toBeGreaterThan(0);
});

test.each([
  ['select id from', 'INVALID_QUERY'],
  ['select id from Accounts', 'INVALID_QUERY'],
  ["select nix from Accounts where id = '1'", 'INVALID_QUERY'],
  ["select Territories from Deals where id = '1'", 'INVALID_QUERY'],
  ["select id from Nix where id = '1'", 'INVALID_QUERY'],
  ["select id from Accounts where Territories = '1'", 'INVALID_QUERY'],
  ["select id from Accounts where Employees = 'many'", 'INVALID_QUERY'],
  ["select id from Accounts where (id = '1'", 'INVALID_QUERY'],
  ["select id from Accounts where id ~ '1'", 'INVALID_QUERY'],
  ["select id from Accounts where id = '1' limit 0", 'INVALID_QUERY'],
  ["select id from Accounts where id = '1' limit 2001", 'LIMIT_EXCEEDED'],
  ["select id from Accounts where id = '1' limit 2000 offset 100000", 'LIMIT_EXCEEDED'],
])('COQL refuses %s', async (query, code) => {
  await using rig = await startRig({ recordsPerModule: 1 });
  const reply = await coql(rig, query);
  expect([reply.status, reply.body.code]).toEqual([400, code]);
});

test('COQL costs one, two or three credits by its limit', async () => {
  await using rig = await startRig();
  for (const [limit, used] of [
    [200, 1],
    [1_000, 3],
    [2_000, 6],
  ]) {
    await coql(rig, `select id from Accounts where id > 0 limit ${limit}`);
    expect(rig.sandbox.stats().credits).toBe(used);
  }
  const middle = await coql(
    rig,
    'select id from Accounts where id > 0 order by id desc limit 5, 1',
  );
  expect(idsOf(middle)).toEqual([demoRecordId('Accounts', 1_995)]);
});

test('records are listed by page, then by token, newest first', async () => {
  await using rig = await startRig();
  const first = await rig.send('GET', '/Contacts?fields=Last_Name&per_page=2');
  expect(idsOf(first)).toEqual([demoRecordId('Contacts', 2_000), demoRecordId('Contacts', 1_999)]);
  expect(first.body.info).toMatchObject({ count: 2, more_records: true, sort_order: 'desc' });
  const token = first.body.info.next_page_token;
  const second = await rig.send('GET', `/Contacts?fields=Last_Name&per_page=2&page_token=${token}`);
  expect(idsOf(second)[0]).toBe(demoRecordId('Contacts', 1_998));
  rig.advance(86_400_000);
  const late = await rig.send('GET', `/Contacts?fields=Last_Name&page_token=${token}`);
  expect(late.body.details).toEqual({ param_name: 'page_token' });
  const far = await rig.send('GET', '/Contacts?fields=Last_Name&page=11');
  expect(far.body.code).toBe('DISCRETE_PAGINATION_LIMIT_EXCEEDED');
  expect((await rig.send('GET', '/Contacts')).body.code).toBe('REQUIRED_PARAM_MISSING');
});

test('records are listed by ids and by territory, children included when asked', async () => {
  await using rig = await startRig({ assign: 'immediate' });
  const [east] = await rig.territories('East');
  const record = demoRecordId('Contacts', 5);
  const data = [{ id: record, Territories: [{ id: east }] }];
  await rig.send('POST', '/Contacts/actions/assign_territories', { data });
  const list = (query: string) => rig.send('GET', `/Contacts?fields=Territories&${query}`);
  expect(idsOf(await list(`ids=${record},5`))).toEqual([record]);
  expect(idsOf(await list(`territory_id=${east}`))).toEqual([record]);
  const root = rig.sandbox.org.territories()[0]?.id;
  expect((await list(`territory_id=${root}`)).status).toBe(204);
  expect(idsOf(await list(`territory_id=${root}&include_child=true`))).toEqual([record]);
  expect((await list('territory_id=5')).status).toBe(400);
  const bySort = await list('sort_by=Created_Time&sort_order=asc&per_page=1');
  expect(idsOf(bySort)).toEqual([demoRecordId('Contacts', 1)]);
});

test('what a module does not have is refused', async () => {
  await using rig = await startRig({ recordsPerModule: 10 });
  const code = async (method: string, path: string) => {
    const { status, body } = await rig.send(method, path, method === 'GET' ? undefined : {});
    return [status, body.code];
  };
  expect(await code('GET', `/Accounts/${demoRecordId('Leads', 1)}`)).toEqual([400, 'INVALID_DATA']);
  expect(await code('POST', '/Nix/actions/assign_territories')).toEqual([400, 'INVALID_MODULE']);
  expect(await code('POST', '/Tasks/actions/assign_territories')).toEqual([400, 'NOT_SUPPORTED']);
  expect(await code('GET', '/settings/nix')).toEqual([404, 'INVALID_URL_PATTERN']);
  expect(await code('GET', '/Accounts/1/2/3/4')).toEqual([404, 'INVALID_URL_PATTERN']);
  expect(await code('DELETE', '/coql')).toEqual([400, 'INVALID_REQUEST_METHOD']);
  const info = '/Accounts/actions/get_feature_specific_info?features=';
  expect(await code('GET', info)).toEqual([400, 'REQUIRED_PARAM_MISSING']);
  expect(await code('GET', `${info}nix&ids=1`)).toEqual([400, 'INVALID_DATA']);
  expect(await code('GET', `${info}territory_scheduled_jobs&ids=1`)).toEqual([400, 'INVALID_DATA']);
});

test('more than ten records in a call are refused as a whole', async () => {
  await using rig = await startRig({ recordsPerModule: 20 });
  const data = Array.from({ length: 11 }, () => ({}));
  const reply = await rig.send('POST', '/Accounts/actions/assign_territories', { data });
  expect(reply.body).toEqual({
    code: 'INVALID_DATA',
    details: { maximum_length: 10, api_name: 'data', json_path: '$.data' },
    message: 'invalid data',
    status: 'error',
  });
});

test('a territory that a rule gave cannot be removed by hand', async () => {
  await using rig = await startRig({ recordsPerModule: 10 });
  const [id] = await rig.territories('East');
  const record = demoRecordId('Accounts', 1);
  rig.sandbox.org.assignByRule(record, id as string);
  const data = [{ id: record, Territories: [{ id }] }];
  const reply = await rig.send('POST', '/Accounts/actions/remove_territories', { data });
  expect([reply.status, reply.body.data[0].code]).toEqual([403, 'NOT_ALLOWED']);
  const other = [{ id: demoRecordId('Accounts', 2), Territories: [{ id }] }];
  const missing = await rig.send('POST', '/Accounts/actions/remove_territories', { data: other });
  expect(missing.body.data[0].message).toBe('the id given seems to be invalid');
});

test('permissions of the user are answered per item, or for the whole single call', async () => {
  const record = demoRecordId('Accounts', 1);
  const data = [{ id: record, Territories: [{ id: '5' }] }];
  await using noRecord = await startRig({ denied: { records: [record] } });
  const single = `/Accounts/${record}/actions/assign_territories`;
  expect((await noRecord.send('POST', single, { data })).body).toMatchObject({
    code: 'NO_PERMISSION',
    details: { resource_path_index: 1 },
  });
  await using noTerritories = await startRig({ denied: { assignTerritories: true } });
  const refused = await noTerritories.send('POST', '/Accounts/actions/remove_territories', {
    data,
  });
  expect([refused.status, refused.body.data[0]]).toEqual([
    401,
    {
      code: 'NO_PERMISSION',
      details: { api_name: 'id', json_path: ' $.data[0].Territories' },
      message: 'User has no permission to remove the Territories',
      status: 'error',
    },
  ]);
  await using noSettings = await startRig({ denied: { settings: true } });
  const settings = await noSettings.send('GET', '/settings/territories');
  expect([settings.status, settings.body.code]).toEqual([403, 'NO_PERMISSION']);
  await using noUpdate = await startRig({ denied: { updateRecords: true } });
  const path = '/crm/v7/Accounts/actions/remove_territories';
  expect((await noUpdate.send('POST', path, { data })).status).toBe(401);
});
