import { expect, test } from 'vitest';
import { demoRecordId, demoUserId } from '../../src/sandbox/index.ts';
import { startRig, territory } from './client.ts';

const burst = async (calls: number, send: () => Promise<{ status: number }>) => {
  const replies = await Promise.all(Array.from({ length: calls }, send));
  return replies.filter((reply) => reply.status === 429).length;
};

test.each([
  ['free', 5],
  ['standard', 10],
  ['professional', 15],
  ['enterprise', 20],
  ['ultimate', 25],
] as const)('the edition %s has %i calls in flight', async (edition, limit) => {
  await using rig = await startRig({ seed: 'empty', edition, latencyMs: 40 });
  expect(await burst(limit + 3, () => rig.send('GET', '/users'))).toBe(3);
  expect(rig.sandbox.stats()).toMatchObject({ maxInFlight: limit, rateLimited: 3 });
  expect((await rig.send('GET', '/users')).status).toBe(200);
});

test('a call that is too many says so', async () => {
  await using rig = await startRig({ seed: 'empty', maxInFlight: 0 });
  const reply = await rig.send('GET', '/users');
  expect([reply.status, reply.body]).toEqual([
    429,
    {
      code: 'TOO_MANY_REQUESTS',
      details: {},
      message: 'too many requests. please try again after some time',
      status: 'error',
    },
  ]);
});

test('COQL has ten calls in flight in every edition', async () => {
  await using rig = await startRig({ recordsPerModule: 1, latencyMs: 40 });
  const select_query = 'select id from Accounts where id > 0';
  expect(await burst(12, () => rig.send('POST', '/coql', { select_query }))).toBe(2);
});

test('credits run out, are shown when half is used, and come back after a day', async () => {
  await using rig = await startRig({ seed: 'empty', credits: 4 });
  const left: unknown[] = [];
  for (let n = 0; n < 4; n++) {
    const { headers } = await rig.send('GET', '/users');
    left.push(headers['x-api-credits-remaining']);
  }
  expect(left).toEqual([undefined, '2', '1', '0']);
  expect((await rig.send('GET', '/users')).body.code).toBe('TOO_MANY_REQUESTS');
  rig.advance(25 * 3_600_000);
  expect((await rig.send('GET', '/users')).status).toBe(200);
});

test('twenty callers at once lose nothing', async () => {
  await using rig = await startRig({ territoryLimit: 10_000, jobMs: 0 });
  const lanes = Array.from({ length: 20 }, (_, lane) => lane);
  await Promise.all(
    lanes.map(async (lane) => {
      for (let n = 0; n < 10; n++) {
        const territories = Array.from({ length: 10 }, (_, item) =>
          territory({ name: `T ${lane} ${n} ${item}` }),
        );
        const reply = await rig.send('POST', '/settings/territories', { territories });
        expect(reply.status).toBe(201);
      }
    }),
  );
  expect(rig.sandbox.org.territories()).toHaveLength(2_001);
  expect(rig.sandbox.stats().calls).toEqual({ 'POST /settings/territories': 200 });
});

test('a territory holds a hundred users, however they come', async () => {
  await using rig = await startRig({ usersPerTerritory: 3 });
  const [id] = await rig.territories('East');
  const users = [2, 3, 4, 5].map((n) => ({ id: demoUserId(n) }));
  const reply = await rig.send('PUT', `/settings/territories/${id}/users`, { users });
  expect(reply.status).toBe(207);
  expect(reply.body.users[3]).toMatchObject({ code: 'LIMIT_EXCEEDED', details: { limit: 3 } });
  const path = `/users/${demoUserId(6)}/territories`;
  const other = await rig.send('PUT', path, { territories: [{ id }] });
  expect(other.body.territories[0].code).toBe('LIMIT_EXCEEDED');
  const update = { territories: [{ manager: { id: demoUserId(6) } }] };
  const manager = await rig.send('PUT', `/settings/territories/${id}`, update);
  expect(manager.body.territories[0].message).toBe('Maximum Users Limit reached for a territory');
  const many = Array.from({ length: 101 }, () => ({ id: demoUserId(2) }));
  const tooMany = await rig.send('PUT', `/settings/territories/${id}/users`, { users: many });
  expect(tooMany.body.code).toBe('LIMIT_EXCEEDED');
});

test('a record counts the territories it holds already', async () => {
  await using rig = await startRig({ assign: 'immediate', recordsPerModule: 10 });
  const held = await rig.territories(...Array.from({ length: 10 }, (_, n) => `East ${n}`));
  const [next] = await rig.territories('West');
  const id = demoRecordId('Leads', 1);
  const assign = async (ids: (string | undefined)[]) => {
    const data = [{ id, Territories: ids.map((one) => ({ id: one })) }];
    const { body } = await rig.send('POST', '/Leads/actions/assign_territories', { data });
    return body.data[0].code;
  };
  expect(await assign(held)).toBe('SUCCESS');
  expect(await assign([next])).toBe('LIMIT_EXCEEDED');
});

test('the figures tell duplicates and calls that overlap', async () => {
  await using rig = await startRig({ latencyMs: 20, recordsPerModule: 10 });
  const [id] = await rig.territories('East');
  const data = [1, 2].map((n) => ({ id: demoRecordId('Leads', n), Territories: [{ id }] }));
  const send = (items: unknown[]) =>
    rig.send('POST', '/Leads/actions/assign_territories', { data: items });
  await Promise.all([send(data.slice(0, 1)), send(data.slice(1))]);
  expect(rig.sandbox.stats()).toMatchObject({ overlaps: 0, duplicates: 0 });
  await Promise.all([send(data), send(data)]);
  const stats = rig.sandbox.stats();
  expect(stats).toMatchObject({ overlaps: 1, duplicates: 4, refusals: { ALREADY_SCHEDULED: 4 } });
});
