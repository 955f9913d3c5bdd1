import { describe, expect, test } from 'vitest';
import { demoRecordId, demoUserId, type MixedAnswer } from '../../src/sandbox/index.ts';
import { startRig, territory } from './client.ts';

const BAD = territory({ name: 'West', permission_type: 'admin' });

test.each<[MixedAnswer, number, string[], string[]]>([
  ['207', 207, ['SUCCESS', 'INVALID_DATA', 'SUCCESS'], ['East', 'South']],
  ['success', 201, ['SUCCESS', 'INVALID_DATA', 'SUCCESS'], ['East', 'South']],
  ['400', 400, ['SUCCESS', 'INVALID_DATA', 'SUCCESS'], ['East', 'South']],
  ['only-faulty', 400, ['INVALID_DATA'], []],
])('mixed: %s answers %i and creates what it says', async (mixed, status, codes, created) => {
  await using rig = await startRig({ seed: 'empty', mixed });
  const territories = [territory(), BAD, territory({ name: 'South' })];
  const reply = await rig.send('POST', '/settings/territories', { territories });
  expect(reply.status).toBe(status);
  const items: { code: string; details: { json_path?: string } }[] = reply.body.territories;
  expect(items.map((item) => item.code)).toEqual(codes);
  const faulty = items.find((item) => item.code === 'INVALID_DATA');
  expect(faulty?.details.json_path).toBe('$.territories[1].permission_type');
  const names = rig.sandbox.org.territories().map((one) => one.name);
  expect(names.slice(1)).toEqual(created);
});

test('an assignment that fails in part schedules the good records', async () => {
  await using rig = await startRig({ mixed: 'success', jobMs: 0 });
  const [id] = await rig.territories('East');
  const records = [1, 1_991, 2].map((n) => demoRecordId('Accounts', n));
  const data = records.map((record) => ({ id: record, Territories: [{ id }] }));
  const reply = await rig.send('POST', '/Accounts/actions/assign_territories', { data });
  expect(reply.status).toBe(202);
  expect(reply.body.data.map((item: { code: string }) => item.code)).toEqual([
    'SCHEDULED',
    'RECORD_LOCKED',
    'SCHEDULED',
  ]);
  expect(records.map((record) => rig.sandbox.org.territoriesOf('Accounts', record).length)).toEqual(
    [1, 0, 1],
  );
});

test('failures of one kind keep their own status', async () => {
  const record = demoRecordId('Accounts', 1);
  await using rig = await startRig({ recordsPerModule: 3, denied: { records: [record] } });
  const [id] = await rig.territories('East');
  const item = { id: record, Territories: [{ id }] };
  const post = async (...data: object[]) =>
    (await rig.send('POST', '/Accounts/actions/assign_territories', { data })).status;
  expect(await post(item)).toBe(403);
  expect(await post(item, { ...item, id: '5' })).toBe(400);
  expect(await post(item, { ...item, id: demoRecordId('Accounts', 2) })).toBe(207);
});

describe('mixed: unnamed', () => {
  const error = (code: string, message: string, details: object = {}) => ({
    code,
    details,
    message,
    status: 'error',
  });

  test('refuses the whole call for its first fault, and does not say where that is', async () => {
    await using rig = await startRig({ seed: 'empty', mixed: 'unnamed' });
    const territories = [territory(), BAD, territory({ name: 'A&B' })];
    const reply = await rig.send('POST', '/settings/territories', { territories });
    expect([reply.status, reply.body]).toEqual([
      400,
      error('INVALID_DATA', 'Given permission_type value is invalid'),
    ]);
    expect(rig.sandbox.org.territories()).toHaveLength(1);
    expect(rig.sandbox.stats().refusals).toEqual({ INVALID_DATA: 1 });
  });

  test('does so where every item is at fault, with the status of the first', async () => {
    const record = demoRecordId('Accounts', 1);
    const denied = { records: [record] };
    await using rig = await startRig({ recordsPerModule: 3, mixed: 'unnamed', denied });
    const [id] = await rig.territories('East');
    const data = [record, '5'].map((one) => ({ id: one, Territories: [{ id }] }));
    const reply = await rig.send('POST', '/Accounts/actions/assign_territories', { data });
    expect([reply.status, reply.body]).toEqual([
      403,
      error('NO_PERMISSION', 'User has no permission to update the record'),
    ]);
  });

  test('schedules no job and adds no user', async () => {
    await using rig = await startRig({ recordsPerModule: 3, mixed: 'unnamed', jobMs: 0 });
    const [id] = await rig.territories('East');
    const records = [demoRecordId('Accounts', 1), '5'];
    const data = records.map((one) => ({ id: one, Territories: [{ id }] }));
    const assigned = await rig.send('POST', '/Accounts/actions/assign_territories', { data });
    expect([assigned.status, assigned.body.code]).toEqual([400, 'INVALID_DATA']);
    expect(rig.sandbox.org.territoriesOf('Accounts', records[0] ?? '')).toEqual([]);
    const users = [demoUserId(2), '6'].map((user) => ({ id: user }));
    const added = await rig.send('PUT', `/settings/territories/${id}/users`, { users });
    expect([added.status, added.body.details]).toEqual([400, {}]);
    expect(rig.sandbox.org.usersOf(id ?? '')).toEqual([]);
  });

  test('keeps a limit, which is the same for every item', async () => {
    await using rig = await startRig({ seed: 'empty', mixed: 'unnamed', territoryLimit: 2 });
    const territories = [territory(), territory({ name: 'South' })];
    const reply = await rig.send('POST', '/settings/territories', { territories });
    expect([reply.status, reply.body]).toEqual([
      400,
      error('LIMIT_EXCEEDED', 'Territory Limit reached', { limit: 2 }),
    ]);
  });

  test('answers a call of one item, or without a fault, as ever', async () => {
    await using rig = await startRig({ seed: 'empty', mixed: 'unnamed' });
    const one = await rig.send('POST', '/settings/territories', { territories: [BAD] });
    expect(one.status).toBe(400);
    expect(one.body.territories[0].details.json_path).toBe('$.territories[0].permission_type');
    const territories = [territory(), territory({ name: 'South' })];
    const good = await rig.send('POST', '/settings/territories', { territories });
    expect([good.status, good.body.territories.length]).toEqual([201, 2]);
  });
});
