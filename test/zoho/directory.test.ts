import { describe, expect, test } from 'vitest';
import { DEMO_ORG, demoUserId } from '../../src/sandbox/index.ts';
import { createClient, type ZohoClient } from '../../src/zoho/client.ts';
import {
  readCurrentUserId,
  readTerritories,
  readTerritoriesOfRecord,
  readTerritoriesOfUser,
  readUsers,
  readUsersOfTerritory,
} from '../../src/zoho/directory.ts';
import { type Handler, refusal, startHostileServer } from '../support/hostile-server.ts';
import { connectionTo, test as sandboxTest } from '../support/sandbox.ts';
import { virtualTime } from '../support/schedule.ts';

async function rig(handler: Handler) {
  const server = await startHostileServer(handler);
  const client = createClient(server.connection(), { ...virtualTime(), retries: 1 });
  return {
    server,
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

const pageOf = (path: string) => Number(new URLSearchParams(path.split('?')[1]).get('page'));
const user = (n: number) => ({
  id: `${n}`,
  email: `${n}@x`,
  full_name: `U ${n}`,
  status: 'active',
});

/** Users in pages of two. */
const paged =
  (count: number): Handler =>
  ({ path }) => {
    const first = (pageOf(path) - 1) * 2;
    const users = Array.from({ length: count }, (_, i) => user(i + 1)).slice(first, first + 2);
    if (users.length === 0) return { status: 204 };
    return { body: { users, info: { more_records: first + 2 < count } } };
  };

describe('a list of the org', () => {
  test.for([0, 1, 2, 3, 5, 14, 31])('is read to its end: %d things', async (count) => {
    await using it = await rig(paged(count));
    const users = await readUsers(it.client);
    expect(users.map(({ id }) => id)).toEqual(
      Array.from({ length: count }, (_, i) => String(i + 1)),
    );
  });

  test('is given once where things moved to the next page while it was read', async () => {
    await using it = await rig(({ path }) =>
      pageOf(path) === 1
        ? { body: { users: [user(1), user(2)], info: { more_records: true } } }
        : { body: { users: [user(2), user(3)], info: { more_records: false } } },
    );
    expect((await readUsers(it.client)).map(({ id }) => id)).toEqual(['1', '2', '3']);
  });

  test.for([
    ['and gives the same page for ever', () => [user(1), user(2)]],
    ['and gives empty pages', () => []],
  ] as const)('is given up when it says there is more %s', async ([, users]) => {
    await using it = await rig(() => ({
      body: { users: users(), info: { more_records: true } },
    }));
    await expect(readUsers(it.client)).rejects.toMatchObject({
      name: 'OrgError',
      code: 'UNEXPECTED_RESPONSE',
    });
    expect(it.server.calls.length).toBeLessThan(10);
  });

  test('is read when its ids are numbers too long for JavaScript', async () => {
    await using it = await rig(() => ({
      body: '{"territories":[{"id":5725767000000400001,"name":"Top","reporting_to":null}]}',
    }));
    expect((await readTerritories(it.client))[0]?.id).toBe('5725767000000400001');
  });

  test('may leave out what is optional', async () => {
    await using it = await rig(() => ({ body: { territories: [{ id: '1', name: 'Top' }] } }));
    expect(await readTerritories(it.client)).toEqual([
      {
        id: '1',
        name: 'Top',
        parentId: null,
        permissionType: '',
        managerId: null,
        description: null,
        criteria: {},
      },
    ]);
  });
});

describe('a list that cannot be read', () => {
  test.for([
    [
      'a missing scope',
      { status: 401, body: refusal('OAUTH_SCOPE_MISMATCH') },
      'OAUTH_SCOPE_MISMATCH',
    ],
    ['a missing right', { status: 403, body: refusal('NO_PERMISSION') }, 'NO_PERMISSION'],
    [
      'the feature off',
      { status: 400, body: refusal('FEATURE_NOT_ENABLED') },
      'FEATURE_NOT_ENABLED',
    ],
    ['a sign-in page', { status: 200, body: '<html>' }, 'UNEXPECTED_RESPONSE'],
    ['a redirect', { status: 302, headers: { location: '/' } }, 'UNEXPECTED_RESPONSE'],
    ['things of another shape', { body: { territories: [{ title: 'x' }] } }, 'UNEXPECTED_RESPONSE'],
    ['JSON that is no object', { body: '[]' }, 'UNEXPECTED_RESPONSE'],
    ['500 for ever', { status: 500, body: refusal('INTERNAL_ERROR') }, 'INTERNAL_ERROR'],
  ] as const)('ends the run with the reason: %s', async ([, reply, code]) => {
    await using it = await rig(() => reply);
    const error = await readTerritories(it.client).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'OrgError', code, exitCode: 3 });
    expect((error as { hint: string }).hint).not.toBe('');
  });
});

describe('what one user or CRM record holds', () => {
  const body = { Territories: [{ id: '1' }, { id: '2' }], id: '9' };

  test.for<[string, unknown, string[]]>([
    ['a list', { data: [body] }, ['1', '2']],
    ['nothing', { data: [{ id: '9', Territories: null }] }, []],
    ['the one of a deal', { data: [{ id: '9', Territory: { id: '3' } }] }, ['3']],
    ['the one of a deal, in a list', { data: [{ id: '9', Territory: [{ id: '3' }] }] }, ['3']],
  ])('of a record is read: %s', async ([, answer, ids]) => {
    await using it = await rig(() => ({ body: answer }));
    expect([...(await readTerritoriesOfRecord(it.client, 'Deals', '9'))]).toEqual(ids);
  });

  test('of a record is all that any of its fields names', async () => {
    const record = { Territories: { id: '1' }, Territory: [{ id: 2 }] };
    await using it = await rig(() => ({ body: { data: [record] } }));
    expect([...(await readTerritoriesOfRecord(it.client, 'Leads', '9'))]).toEqual(['1', '2']);
  });

  const unknown = { status: 400, body: refusal('INVALID_DATA', { resource_path_index: 1 }) };
  test.for<[string, (client: ZohoClient) => Promise<Set<string>>]>([
    ['record', (client) => readTerritoriesOfRecord(client, 'Leads', '9')],
    ['user', (client) => readTerritoriesOfUser(client, '9')],
    ['territory', (client) => readUsersOfTerritory(client, '9')],
  ])('is nothing when the org knows no such %s', async ([, read]) => {
    await using it = await rig(() => unknown);
    expect([...(await read(it.client))]).toEqual([]);
  });

  test('is nothing for a user without territories (204)', async () => {
    await using it = await rig(() => ({ status: 204 }));
    expect([...(await readTerritoriesOfUser(it.client, '9'))]).toEqual([]);
  });

  test('is nothing when the refusal comes as the one item of the list', async () => {
    const item = refusal('INVALID_DATA', { resource_path_index: 2 });
    await using it = await rig(() => ({ status: 400, body: { users: [item] } }));
    expect([...(await readUsersOfTerritory(it.client, '9'))]).toEqual([]);
  });

  test('is not nothing when the org refuses for another reason', async () => {
    await using it = await rig(() => ({ status: 403, body: refusal('TERRITORY_DISABLED') }));
    await expect(readUsersOfTerritory(it.client, '9')).rejects.toMatchObject({
      code: 'TERRITORY_DISABLED',
      message: expect.stringContaining('(GET /settings/territories/9/users?page=1'),
    });
  });

  test('the signed-in user may be untold', async () => {
    await using it = await rig(() => ({ status: 204 }));
    expect(await readCurrentUserId(it.client)).toBeUndefined();
  });
});

describe('the users of a territory', () => {
  const members = [demoUserId(2), demoUserId(3)];

  sandboxTest('are read by their ids, and none for one that is not there', async ({ sandbox }) => {
    await using client = createClient(connectionTo(sandbox));
    const path = `/settings/territories/${DEMO_ORG.territoryId}/users`;
    expect(await readUsersOfTerritory(client, DEMO_ORG.territoryId)).toEqual(new Set());
    await client.send({ method: 'PUT', path, body: { users: members.map((id) => ({ id })) } });
    expect(await readUsersOfTerritory(client, DEMO_ORG.territoryId)).toEqual(new Set(members));
    expect(await readUsersOfTerritory(client, '12345')).toEqual(new Set());
  });

  test('are read to their end', async () => {
    await using it = await rig(paged(5));
    expect([...(await readUsersOfTerritory(it.client, '9'))]).toEqual(['1', '2', '3', '4', '5']);
  });
});
