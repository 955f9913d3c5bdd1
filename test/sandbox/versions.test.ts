import { expect, test } from 'vitest';
import { demoRecordId, demoUserId } from '../../src/sandbox/index.ts';
import { startRig } from './client.ts';

test.each([
  ['v2', 200, 'SUCCESS'],
  ['v5', 200, 'SUCCESS'],
  ['v6', 200, 'SUCCESS'],
  ['v7', 202, 'SCHEDULED'],
  ['v8', 202, 'SCHEDULED'],
])('%s answers an assignment with %i %s and a job', async (version, status, code) => {
  await using rig = await startRig({ recordsPerModule: 10 });
  const [id] = await rig.territories('East');
  const record = demoRecordId('Accounts', 1);
  const data = [{ id: record, Territories: [{ id }] }];
  const reply = await rig.send('POST', `/crm/${version}/Accounts/actions/assign_territories`, {
    data,
  });
  expect([reply.status, reply.body.data[0].code]).toEqual([status, code]);
  expect(reply.body.data[0].details).toEqual({
    job_id: expect.stringMatching(/^\d+$/),
    id: record,
  });
  expect(reply.body.data[0].message).toBe('Territory assignment process scheduled successfully');
});

test('only v8 prints a blank before the path of an assignment error', async () => {
  await using rig = await startRig({ recordsPerModule: 10 });
  for (const [version, path] of [
    ['v6', '$.data[0].id'],
    ['v7', '$.data[0].id'],
    ['v8', ' $.data[0].id'],
  ]) {
    const url = `/crm/${version}/Accounts/actions/assign_territories`;
    const { body } = await rig.send('POST', url, { data: [{}] });
    expect(body.data[0].details.json_path).toBe(path);
  }
});

test("changing one's own territories is 403 on v8 and 400 before", async () => {
  await using rig = await startRig({ seed: 'empty' });
  for (const [version, status] of [
    ['v6', 400],
    ['v7', 400],
    ['v8', 403],
  ]) {
    const path = `/crm/${version}/users/${demoUserId(1)}/territories`;
    const put = await rig.send('PUT', path, { territories: [{ id: '5' }] });
    const removal = await rig.send('DELETE', `${path}?ids=5`);
    expect([put.status, put.body.code]).toEqual([status, 'NOT_ALLOWED']);
    expect([removal.status, removal.body.code]).toEqual([status, 'NOT_ALLOWED']);
  }
});

test('a transferred territory and a server error have their words by version', async () => {
  await using rig = await startRig({
    seed: 'empty',
    faults: { schedule: ['ok', 'ok', 'ok', 'serverError', 'serverError'] },
  });
  const [east, west] = await rig.territories('East', 'West');
  const message = async (version: string, id: string | undefined) => {
    const path = `/crm/${version}/settings/territories/actions/transfer_and_delete`;
    const { body } = await rig.send('POST', path, { territories: [{ id }] });
    return body.territories[0].message;
  };
  expect(await message('v7', east)).toContain('moved to the another territory');
  expect(await message('v8', west)).toBe('Territory Transferred And Deleted Successfully');
  expect((await rig.send('GET', '/crm/v7/users')).body).toMatchObject({ code: 'INTERNAL_ERROR' });
  expect((await rig.send('GET', '/crm/v8/users')).body).toMatchObject({
    code: 'INTERNAL_SERVER_ERROR',
    message: '',
  });
});

test('versions that do not exist are no URL', async () => {
  await using rig = await startRig({ seed: 'empty' });
  expect((await rig.send('GET', '/crm/v9/users')).status).toBe(404);
  expect((await rig.send('GET', '/crm/v1/users')).status).toBe(404);
});

test.each([
  ['TERRITORY_NOT_ENABLED', 403],
  ['TERRITORY_DISABLED', 403],
  ['FEATURE_NOT_ENABLED', 400],
] as const)(
  '%s switches every territory call off, and nothing else',
  async (featureOff, status) => {
    await using rig = await startRig({ seed: 'empty', featureOff });
    for (const path of ['/settings/territories', `/users/${demoUserId(1)}/territories`]) {
      const reply = await rig.send('GET', path);
      expect([reply.status, reply.body.code, reply.body.details]).toEqual([status, featureOff, {}]);
    }
    expect((await rig.send('GET', '/users')).status).toBe(200);
  },
);
