import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  type FaultName,
  SANDBOX_ACCESS_TOKEN,
  type SandboxOptions,
} from '../../src/sandbox/index.ts';
import { type Rig, startRig, territory } from './client.ts';
import { refresh } from './tokens.ts';

const withSchedule = (...schedule: FaultName[]): SandboxOptions => ({
  seed: 'empty',
  faults: { schedule },
});
const create = (rig: Rig, name = 'East') =>
  rig.send('POST', '/settings/territories', { territories: [territory({ name })] });
const count = (rig: Rig) => rig.sandbox.org.territories().length - 1;

test.each<[FaultName, number, string]>([
  ['rateLimited', 429, 'TOO_MANY_REQUESTS'],
  ['rateLimitedRetryAfter', 429, 'TOO_MANY_REQUESTS'],
  ['serverError', 500, 'INTERNAL_SERVER_ERROR'],
])('%s answers %i and does no work', async (fault, status, code) => {
  await using rig = await startRig(withSchedule(fault));
  const reply = await create(rig);
  expect([reply.status, reply.body.code, count(rig)]).toEqual([status, code, 0]);
  expect(reply.headers['retry-after']).toBe(fault === 'rateLimitedRetryAfter' ? '1' : undefined);
  expect((await create(rig)).status).toBe(201);
  expect(rig.sandbox.stats().faults).toEqual({ [fault]: 1 });
});

test('a bad gateway speaks HTML', async () => {
  await using rig = await startRig(withSchedule('badGateway'));
  const reply = await create(rig);
  expect([reply.status, reply.headers['content-type'], count(rig)]).toEqual([502, 'text/html', 0]);
});

test.each<[FaultName, number]>([
  ['resetBefore', 0],
  ['resetAfter', 1],
  ['halfBody', 1],
])('%s breaks the connection, with %i territories made', async (fault, made) => {
  await using rig = await startRig(withSchedule(fault));
  await expect(create(rig)).rejects.toThrow();
  expect(count(rig)).toBe(made);
});

test('a bad body is complete for HTTP and no JSON, and the work is done', async () => {
  await using rig = await startRig(withSchedule('badBody'));
  const reply = await create(rig);
  expect([reply.status, reply.body, count(rig)]).toEqual([200, undefined, 1]);
  expect(reply.text).toMatch(/^\{"territories"/);
});

test('a stalled call does nothing and holds its place until the client leaves', async () => {
  await using rig = await startRig({ ...withSchedule('stall'), maxInFlight: 1 });
  const leave = new AbortController();
  const stalled = fetch(`${rig.sandbox.url}/crm/v8/users`, {
    headers: { authorization: `Bearer ${SANDBOX_ACCESS_TOKEN}` },
    signal: leave.signal,
  });
  while (rig.sandbox.stats().maxInFlight === 0) await sleep(1);
  expect((await create(rig)).status).toBe(429);
  leave.abort();
  await expect(stalled).rejects.toThrow('aborted');
  while ((await create(rig)).status === 429) await sleep(1);
  expect(count(rig)).toBe(1);
});

test('closing a sandbox ends its stalled calls', async () => {
  const rig = await startRig(withSchedule('stall'));
  const stalled = expect(create(rig)).rejects.toThrow();
  while (rig.sandbox.stats().maxInFlight === 0) await sleep(1);
  await rig.sandbox.close();
  await stalled;
});

test('an expired token stays expired', async () => {
  await using rig = await startRig(withSchedule('expireToken'));
  const { access_token } = await refresh(rig);
  for (let n = 0; n < 2; n++) {
    const reply = await rig.sendAs(access_token, 'GET', '/users');
    expect([reply.status, reply.body.code]).toEqual([401, 'INVALID_TOKEN']);
  }
  const next = await refresh(rig);
  expect((await rig.sendAs(next.access_token, 'GET', '/users')).status).toBe(200);
});

test('reads can be spared', async () => {
  await using rig = await startRig({
    seed: 'empty',
    faults: { schedule: ['serverError'], reads: false },
  });
  expect((await rig.send('GET', '/users')).status).toBe(200);
  expect((await rig.send('POST', '/coql', { select_query: 'x' })).status).toBe(400);
  expect((await create(rig)).status).toBe(500);
});

test('the same seed plays the same faults in about the shares asked for', async () => {
  const play = async (seed: number) => {
    await using rig = await startRig({
      seed: 'empty',
      faults: { seed, rateLimited: 0.25, badGateway: 0.25 },
    });
    const statuses: number[] = [];
    for (let n = 0; n < 200; n++) statuses.push((await rig.send('GET', '/users')).status);
    return statuses;
  };
  const first = await play(7);
  expect(await play(7)).toEqual(first);
  expect(await play(8)).not.toEqual(first);
  for (const status of [429, 502]) {
    const share = first.filter((one) => one === status).length / first.length;
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.35);
  }
});
