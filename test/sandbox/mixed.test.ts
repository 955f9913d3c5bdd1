import { expect, test } from 'vitest';
import { demoRecordId, type MixedAnswer } from '../../src/sandbox/index.ts';
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
