import { expect, test } from 'vitest';
import {
  DEMO_ORG,
  demoRecord,
  demoRecordId,
  demoUserId,
  demoUsers,
  isDemoRecordLocked,
  MODULES,
} from '../../src/sandbox/index.ts';
import { startRig } from './client.ts';

const emails = (reply: { body: { users: { email: string }[] } }) =>
  reply.body.users.map((user) => user.email);

test('users are listed by type, page and ids', async () => {
  await using rig = await startRig({ recordsPerModule: 0 });
  const list = (query: string) => rig.send('GET', `/users?${query}`);
  const all = await list('');
  expect(all.body.info).toEqual({ per_page: 200, count: 59, page: 1, more_records: false });
  expect(emails(await list('type=CurrentUser'))).toEqual(['alex.morgan@northwind.example']);
  expect(emails(await list('type=AdminUsers'))).toHaveLength(1);
  expect(emails(await list('type=DeactiveUsers'))).toHaveLength(2);
  expect(emails(await list('type=DeletedUsers'))).toEqual(['yuki.sato@northwind.example']);
  expect(emails(await list('type=ActiveUsers&per_page=50&page=2'))).toHaveLength(7);
  expect(emails(await list(`ids=${demoUserId(2)},${demoUserId(60)}`))).toHaveLength(1);
  expect((await list('type=NotConfirmedUsers')).status).toBe(204);
  const wrong = await list('type=constructor');
  expect([wrong.status, wrong.body.details.param_name]).toEqual([400, 'type']);
  expect((await list('per_page=201')).body.details).toMatchObject({ param_name: 'per_page' });
  expect((await list(`ids=${'1,'.repeat(101)}`)).body.details).toMatchObject({ param_name: 'ids' });
});

test('one user, one org and the metadata can be read', async () => {
  await using rig = await startRig({ recordsPerModule: 0 });
  const user = await rig.send('GET', `/users/${demoUserId(60)}`);
  expect(user.body.users[0]).toMatchObject({
    full_name: 'Yuki Sato',
    status: 'deleted',
    role: { name: 'Account Executive' },
    profile: { name: 'Standard' },
  });
  expect((await rig.send('GET', '/users/5')).body.details).toEqual({ resource_path_index: 1 });
  const org = await rig.send('GET', '/org');
  expect(org.body.org[0].company_name).toBe(DEMO_ORG.name);
  const modules = await rig.send('GET', '/settings/modules');
  expect(modules.body.modules.map((one: { api_name: string }) => one.api_name)).toEqual([
    ...MODULES,
  ]);
  expect((await rig.send('GET', '/settings/modules/Deals')).body.modules).toHaveLength(1);
  const fields = await rig.send('GET', '/settings/fields?module=Deals');
  expect(fields.body.fields).toContainEqual(
    expect.objectContaining({ api_name: 'Amount', data_type: 'currency', json_type: 'double' }),
  );
  const nix = await rig.send('GET', '/settings/fields?module=Nix');
  expect([nix.body.code, nix.body.details]).toEqual(['INVALID_MODULE', { param_name: 'module' }]);
});

test('the demo org keeps its ids', () => {
  expect(demoUsers()).toHaveLength(60);
  expect(new Set(demoUsers().map((user) => user.email)).size).toBe(60);
  expect(demoUserId(60)).toBe('5725767000000100060');
  expect(MODULES.map((module) => demoRecordId(module, 2_000))).toEqual([
    '5725767000001002000',
    '5725767000002002000',
    '5725767000003002000',
    '5725767000004002000',
  ]);
  const names = Array.from(
    { length: 2_000 },
    (_, n) => demoRecord('Accounts', n + 1)['Account_Name'],
  );
  expect(new Set(names).size).toBe(2_000);
  expect([1_990, 1_991, 2_000, 2_001].map((n) => isDemoRecordLocked('Accounts', n))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test('the demo org is there in less than half a second', async () => {
  const start = performance.now();
  await using rig = await startRig();
  expect(performance.now() - start).toBeLessThan(500);
  expect(rig.sandbox.org.territories()).toHaveLength(1);
});
