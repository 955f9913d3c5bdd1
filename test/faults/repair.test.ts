import { describe, expect, test } from 'vitest';
import { demoRecordId, demoUserId, type SandboxOptions } from '../../src/sandbox/index.ts';
import type { Chunk } from '../../src/vocabulary.ts';
import { type Handler, type Reply, refusal, success } from '../support/hostile-server.ts';
import { callsOf, countBy, type Line, madeId, startRuns } from '../support/runs.ts';
import { accountChunk, executorRig, inShort, territoryChunk, userChunk } from './rig.ts';

/** The fewest calls that are sure to find one culprit among n, and to send all others. */
const mostCalls = (n: number) => Math.floor(2 * Math.log2(n) + 1);

const BY_USER = 'PUT /users/{id}/territories';
const CREATE = 'POST /settings/territories';
const ASSIGN = 'POST /{module}/actions/assign_territories';

const range = (length: number) => Array.from({ length }, (_, i) => i);
const statusOf = (line: Line | undefined) => line?.['_status'] ?? '';

describe('one among a hundred that nobody names', () => {
  const ids = range(100).map((i) => String(101 + i));

  test('is found with 14 calls at most, wherever it stands', async () => {
    let culprit = '';
    await using it = await executorRig('user-territories', ({ json }) => {
      const given: string[] = json.territories.map((one: { id: string }) => one.id);
      return given.includes(culprit)
        ? { status: 400, body: refusal('SOMETHING_NEW') }
        : { body: { territories: given.map((id) => success({ id })) } };
    });
    const calls: number[] = [];
    for (const [place, id] of ids.entries()) {
      culprit = id;
      const before = it.writes().length;
      const { outcomes } = await it.execute(userChunk(...ids));
      calls.push(it.writes().length - before);
      const failed = outcomes.filter(({ status }) => status === 'failed');
      expect(failed.map(({ row }) => row)).toEqual([place + 2]);
      expect(outcomes.filter(({ status }) => status === 'associated')).toHaveLength(99);
    }
    expect(calls).toHaveLength(100);
    expect(Math.max(...calls)).toBeLessThanOrEqual(mostCalls(100));
    expect(mostCalls(100)).toBe(14);
  });
});

/** 100 territories of one user, through everything, into an org that disturbs it so. */
async function hundredTerritories(
  sandbox: SandboxOptions,
  prepare: (ids: readonly string[]) => object[] = () => [],
) {
  await using runs = await startRuns({ ...sandbox, recordsPerModule: 1 });
  const ids = await runs.territories(...range(100).map((i) => `P${i}`));
  for (const territories of prepare(ids)) {
    await runs.send('PUT', `/users/${demoUserId(2)}/territories`, { territories });
  }
  const before = callsOf(runs, BY_USER);
  const file = ['user,territory', ...ids.map((id) => `${demoUserId(2)},${id}`)];
  const summary = await runs.import('run', 'user-territories', file, { precheck: 'never' });
  const lines = await runs.lines('run');
  const held = runs.sandbox.org.territories().filter(({ id }) => {
    return runs.sandbox.org.usersOf(id).includes(demoUserId(2));
  });
  return { summary, lines, calls: callsOf(runs, BY_USER) - before, held: held.length };
}

describe('a hundred territories of a user, one of which is denied', () => {
  const places = [1, 37, 64, 100];

  test.for(places)('are 99 in two calls where the org names it: number %d', async (n) => {
    const denied = { territories: [madeId(n)] };
    const { lines, calls, held } = await hundredTerritories({ mixed: 'only-faulty', denied });
    expect(countBy(lines)).toEqual({ associated: 99, failed: 1 });
    expect(lines[n - 1]).toMatchObject({ _status: 'failed', _code: 'PERMISSION_DENIED' });
    expect([calls, held]).toEqual([2, 99]);
  });

  test.for(places)('are 99 in 14 calls where it does not: number %d', async (n) => {
    const denied = { territories: [madeId(n)] };
    const { lines, calls, held } = await hundredTerritories({ mixed: 'unnamed', denied });
    expect(countBy(lines)).toEqual({ associated: 99, failed: 1 });
    expect(lines[n - 1]).toMatchObject({ _status: 'failed', _code: 'PERMISSION_DENIED' });
    expect(calls).toBeLessThanOrEqual(mostCalls(100));
    expect(held).toBe(99);
  });
});

describe('several culprits of one call', () => {
  test.for(['only-faulty', 'unnamed'] as const)(
    'each get their own outcome, and their neighbours theirs: %s',
    async (mixed) => {
      const denied = { territories: [madeId(3), madeId(50), madeId(51)] };
      const { lines, calls, held } = await hundredTerritories({ mixed, denied }, (ids) => [
        [{ id: ids[19] }, { id: ids[98] }],
      ]);
      expect(countBy(lines)).toEqual({ associated: 95, unchanged: 2, failed: 3 });
      const by = Map.groupBy(lines, statusOf);
      expect(by.get('failed')?.map((line) => line['_row'])).toEqual(['4', '51', '52']);
      expect(by.get('unchanged')?.map((line) => line['_row'])).toEqual(['21', '100']);
      expect(by.get('unchanged')?.map((line) => line['_code'])).toEqual([
        'DUPLICATE_DATA',
        'DUPLICATE_DATA',
      ]);
      expect(by.get('associated')?.map((line) => line['_code'])).toEqual(new Array(95).fill(''));
      expect(held).toBe(97);
      // Each of the five is found for itself, all others being there.
      expect(calls).toBeLessThanOrEqual(mixed === 'unnamed' ? 5 * mostCalls(100) : 2);
    },
  );

  test('are all of them, where there is nothing else', async () => {
    const denied = { territories: range(100).map((i) => madeId(i + 1)) };
    const { summary, lines, calls } = await hundredTerritories({ mixed: 'unnamed', denied });
    expect(countBy(lines, '_code')).toEqual({ PERMISSION_DENIED: 100 });
    expect(summary).toMatchObject({ exitCode: 1, statuses: { failed: 100 } });
    // A call for each, and one for each time that a part is cut in two.
    expect(calls).toBe(199);
  });
});

describe('ten territories, one of which is refused', () => {
  const TREE = ['name,reporting_to,permission_type'];

  test.for(
    (['only-faulty', 'unnamed'] as const).flatMap((mixed) =>
      [0, 4, 9].map((bad) => [mixed, bad] as const),
    ),
  )('are nine, with their own ids, and what is below them: %s, number %d', async ([mixed, bad]) => {
    await using runs = await startRuns({
      mixed,
      recordsPerModule: 1,
      denied: { territories: [madeId(1)] },
    });
    await runs.territories('Locked');
    const file = [
      ...TREE,
      ...range(10).map((i) => `T${i},${i === bad ? 'Locked' : ''},read_only`),
      ...range(10).map((i) => `Below ${i},T${i},read_only`),
    ];
    const before = callsOf(runs, CREATE);
    await runs.import('run', 'territories', file, { client: { concurrency: 1 } });
    const lines = await runs.lines('run');
    expect(countBy(lines)).toEqual({ created: 18, failed: 1, blocked: 1 });
    expect(lines[bad]).toMatchObject({ name: `T${bad}`, _code: 'PERMISSION_DENIED' });
    expect(lines[bad + 10]).toMatchObject({ _status: 'blocked', _code: 'PARENT_FAILED' });
    const made = new Map(runs.sandbox.org.territories().map((one) => [one.name, one]));
    for (const line of lines.filter((one) => statusOf(one) === 'created')) {
      expect(line['_id']).toBe(made.get(line['name'] ?? '')?.id);
      const parent = made.get(line['reporting_to'] ?? '');
      if (parent !== undefined) expect(made.get(line['name'] ?? '')?.parentId).toBe(parent.id);
    }
    // A parent that is denied is told without a place, whatever the answer lists.
    expect(callsOf(runs, CREATE) - before).toBeLessThanOrEqual(mostCalls(10) + 1);
  });

  test('are refused for a row of a parent that is not there: the row is found', async () => {
    await using it = await executorRig('territories', ({ json }) => {
      const given: { name: string }[] = json.territories;
      return given.some(({ name }) => name === 'Bad')
        ? { status: 400, body: { territories: [refusal('PERMISSION_DENIED')] } }
        : { status: 201, body: { territories: given.map(({ name }) => success({ id: name })) } };
    });
    const names = ['A', 'B', 'Bad', 'C', 'D'];
    const { outcomes } = await it.execute(territoryChunk(...names));
    expect(inShort(outcomes)).toEqual([
      '2 created A',
      '3 created B',
      '4 failed PERMISSION_DENIED',
      '5 created C',
      '6 created D',
    ]);
  });
});

describe('ten CRM records, one of which is refused', () => {
  const rows = (records: readonly string[]) => [
    'module,record_id,territory',
    ...records.map((id) => `Accounts,${id},East`),
  ];
  const accounts = (n: number) => range(n).map((i) => demoRecordId('Accounts', i + 1));
  const UNKNOWN = '5725767000001999999';

  test.for(['only-faulty', 'unnamed'] as const)(
    'are nine when the org does not know it: %s',
    async (mixed) => {
      await using runs = await startRuns({ mixed, jobMs: 0, recordsPerModule: 9 });
      await runs.territories('East');
      await runs.import('run', 'record-territories', rows([...accounts(9), UNKNOWN]));
      const lines = await runs.lines('run');
      expect(countBy(lines)).toEqual({ scheduled: 9, failed: 1 });
      expect(lines.at(-1)).toMatchObject({ _code: 'INVALID_DATA', _field: 'record_id' });
      expect(callsOf(runs, ASSIGN)).toBeLessThanOrEqual(mixed === 'unnamed' ? mostCalls(10) : 2);
      for (const id of accounts(9)) {
        expect(runs.sandbox.org.territoriesOf('Accounts', id)).toEqual([madeId(1)]);
      }
    },
  );

  test.for(range(10))('are nine wherever it stands: number %d', async (bad) => {
    const ids = range(10).map((i) => String(21 + i));
    await using it = await executorRig('record-territories', ({ json }) => {
      const given: string[] = json.data.map((one: { id: string }) => one.id);
      return given.includes(ids[bad] ?? '')
        ? { status: 400, body: refusal('INVALID_DATA') }
        : { body: { data: given.map((id) => success({ id })) } };
    });
    const chunk = accountChunk(Object.fromEntries(ids.map((id) => [id, ['11', '12']])));
    const { outcomes } = await it.execute(chunk);
    const failed = outcomes.filter(({ status }) => status === 'failed');
    expect(failed.map(({ row }) => row)).toEqual([2 * bad + 2, 2 * bad + 3]);
    expect(outcomes.filter(({ status }) => status === 'assigned')).toHaveLength(18);
    // The record alone is asked once more for each of its territories.
    expect(it.writes().length).toBeLessThanOrEqual(mostCalls(10) + 2);
  });
});

describe('words that may mean one item or the whole call', () => {
  const accounts = range(30).map((i) => demoRecordId('Accounts', i + 1));
  const file = ['module,record_id,territory', ...accounts.map((id) => `Accounts,${id},East`)];

  test.for([1, 5, 10])('cost a CRM record that may not be changed alone: number %d', async (n) => {
    const denied = { records: [demoRecordId('Accounts', n)] };
    await using runs = await startRuns({ mixed: 'unnamed', denied });
    await runs.territories('East');
    const { stopped, statuses } = await runs.import('run', 'record-territories', file);
    expect([stopped, statuses]).toEqual([undefined, { scheduled: 29, failed: 1 }]);
    expect((await runs.lines('run'))[n - 1]).toMatchObject({
      _code: 'NO_PERMISSION',
      _message: expect.stringContaining('may not change this CRM record'),
    });
    expect(callsOf(runs, ASSIGN)).toBeLessThanOrEqual(mostCalls(10) + 2);
  });

  test('stop the module when they are of no single one', async () => {
    const denied = { updateRecords: true };
    await using runs = await startRuns({ mixed: 'unnamed', denied });
    await runs.territories('East');
    const { stopped } = await runs.import('run', 'record-territories', file, {
      client: { concurrency: 1 },
    });
    expect(stopped?.code).toBe('AUTHORIZATION_FAILED');
    // Halved until one stands alone, and no further.
    expect(callsOf(runs, ASSIGN)).toBeLessThanOrEqual(4);
    expect(countBy(await runs.lines('run'))['not_sent']).toBeGreaterThanOrEqual(20);
  });

  test.for(['207', 'only-faulty', 'unnamed'] as const)(
    'cost a territory that is full alone: %s',
    async (mixed) => {
      await using runs = await startRuns({ mixed, usersPerTerritory: 1, recordsPerModule: 1 });
      const ids = await runs.territories(...range(20).map((i) => `P${i}`));
      await runs.send('PUT', `/users/${demoUserId(3)}/territories`, {
        territories: [{ id: ids[7] }],
      });
      const rows = ['user,territory', ...ids.map((id) => `${demoUserId(2)},${id}`)];
      await runs.import('run', 'user-territories', rows, { precheck: 'never' });
      const lines = await runs.lines('run');
      expect(countBy(lines)).toEqual({ associated: 19, failed: 1 });
      expect(lines[7]).toMatchObject({
        _code: 'LIMIT_EXCEEDED',
        _message: expect.stringContaining('has all the users it may hold'),
      });
    },
  );

  test('let in as many territories as the org has room for', async () => {
    await using runs = await startRuns({ mixed: 'unnamed', territoryLimit: 6 });
    const rows = ['name,permission_type', ...range(12).map((i) => `T${i},read_only`)];
    const { stopped, statuses } = await runs.import('run', 'territories', rows, {
      client: { concurrency: 1 },
    });
    expect(stopped?.code).toBe('LIMIT_EXCEEDED');
    expect(statuses).toEqual({ created: 5, failed: 1, not_sent: 6 });
    expect(runs.sandbox.org.territories()).toHaveLength(6);
  });
});

describe('a call refused for its size', () => {
  /** An org that takes so many at once, and never this one. */
  function taking(most: number, culprit = ''): Handler {
    return ({ json }): Reply => {
      const given: string[] = json.territories.map((one: { id: string }) => one.id);
      const details = { maximum_length: most, json_path: '$.territories' };
      if (given.length > most) return { status: 400, body: refusal('INVALID_DATA', details) };
      return given.includes(culprit)
        ? { status: 400, body: refusal('SOMETHING_NEW') }
        : { body: { territories: given.map((id) => success({ id })) } };
    };
  }
  const ids = range(100).map((i) => String(101 + i));
  const chunk: Chunk = userChunk(...ids);

  test('is cut in two, and nobody in it is taken for a culprit', async () => {
    await using it = await executorRig('user-territories', taking(50));
    const { outcomes } = await it.execute(chunk);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['associated']));
    expect(it.writes().map(({ json }) => json.territories.length)).toEqual([100, 50, 50]);
  });

  test('is cut until it fits, each part of it once', async () => {
    await using it = await executorRig('user-territories', taking(10));
    const { outcomes } = await it.execute(chunk);
    expect(outcomes.filter(({ status }) => status === 'associated')).toHaveLength(100);
    const taken = it.writes().filter(({ json }) => json.territories.length <= 10);
    expect(taken.flatMap(({ json }) => json.territories)).toEqual(ids.map((id) => ({ id })));
  });

  test('and for one of its items costs that item alone', async () => {
    await using it = await executorRig('user-territories', taking(50, '177'));
    const { outcomes } = await it.execute(chunk);
    const failed = outcomes.filter(({ status }) => status === 'failed');
    expect(inShort(failed)).toEqual(['78 failed SOMETHING_NEW']);
    expect(outcomes).toHaveLength(100);
    expect(it.writes().length).toBeLessThanOrEqual(2 + mostCalls(50));
  });
});
