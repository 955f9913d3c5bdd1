import { describe, expect, test } from 'vitest';
import type { OrgReader } from '../../../src/resources/operation.ts';
import type { Planner } from '../../../src/resources/planner.ts';
import { operationOf } from '../../../src/resources/resource.ts';
import { userTerritories } from '../../../src/resources/user-territories/index.ts';
import { RowSet } from '../../../src/row-set.ts';
import type { Chunk } from '../../../src/vocabulary.ts';
import { orgOf, territory, user } from '../../support/org.ts';
import { checkRow, planRows, rowsOfChunks, type TestRow } from '../../support/rows.ts';

const MANY = Array.from({ length: 250 }, (_, i) => territory({ id: `${3000 + i}`, name: `T${i}` }));
const CROWD = Array.from({ length: 500 }, (_, i) =>
  user({ id: `${5000 + i}`, email: `u${i}@example.com` }),
);
const org = orgOf({
  territories: MANY,
  users: [
    user({ id: '2001', email: 'ann@example.com' }),
    user({ id: '2002', email: 'bob@example.com' }),
    user({ id: '2003', email: 'gone@example.com', active: false }),
    user({ id: '2004', email: 'me@example.com' }),
    ...CROWD,
  ],
  currentUserId: '2004',
});

/** Ann in territory T0; say only what differs. */
const row = (values: TestRow = {}): TestRow => ({
  user: 'ann@example.com',
  territory: 'T0',
  ...values,
});
/** A user in each of the territories T`from` … */
const star = (name: string, territories: number, from = 0): TestRow[] =>
  Array.from({ length: territories }, (_, i) => row({ user: name, territory: `T${from + i}` }));
/** So many users in one territory. */
const crowd = (users: number, name = 'T0'): TestRow[] =>
  CROWD.slice(0, users).map(({ id }) => row({ user: id, territory: name }));

const plan = (...rows: TestRow[]) => planRows(userTerritories, rows, org);
const planHolding = (held: RowSet, ...rows: TestRow[]) =>
  planRows(userTerritories, rows, org, {}, held);

function rowSet(...rows: number[]): RowSet {
  const set = new RowSet();
  for (const one of rows) set.add(one);
  return set;
}

/** Calls in short: "byUser 2001 x2", "byTerritory 3000 x100 after 1". */
const inShort = (chunks: readonly Chunk[]): string[] =>
  chunks.map(({ operation, target, entries, after }) =>
    [`${operation} ${target} x${entries.length}`, ...after.map((id) => `after ${id}`)].join(' '),
  );

describe('a row by itself', () => {
  test.each(['user', 'territory'])('without a %s is refused', (column) => {
    expect(checkRow(userTerritories, row({ [column]: '' })).finding).toMatchObject({
      code: 'MANDATORY_NOT_FOUND',
      field: column,
    });
  });

  test.each([
    ['a user that is not in the org', { user: 'eve@example.com' }, 'INVALID_DATA', 'user'],
    ['a user id ruined by Excel', { user: '3.65E+18' }, 'INVALID_DATA', 'user'],
    ['an inactive user', { user: '2003' }, 'INVALID_DATA', 'user'],
    ['a territory that is not in the org', { territory: 'T999' }, 'INVALID_DATA', 'territory'],
  ])('with %s is not sent', (_, values, code, field) => {
    const { chunks, outcome } = plan(row(values));
    expect(chunks).toEqual([]);
    expect(outcome(2)).toMatchObject({ status: 'invalid', finding: { code, field } });
  });

  test('carries the cell at fault as it was written', () => {
    const { outcome } = plan(row({ user: 'GONE@example.com' }));
    expect(outcome(2)?.finding?.value).toBe('GONE@example.com');
  });
});

describe('calls', () => {
  test('hold the rows of one user, however far apart', () => {
    const { chunks } = plan(row(), ...star('bob@example.com', 50), row({ territory: 'T1' }));
    expect(rowsOfChunks(chunks.filter(({ target }) => target === '2001'))).toEqual([[2, 53]]);
  });

  test('take a user named by id and by address as one', () => {
    const { chunks } = plan(
      row({ territory: 'T0' }),
      row({ user: '2001', territory: 'T1' }),
      row({ user: 'ANN@EXAMPLE.COM', territory: 'T2' }),
    );
    expect(inShort(chunks)).toEqual(['byUser 2001 x3']);
  });

  test('take a territory named by id and by name as one', () => {
    const { chunks } = plan(
      row({ user: '2001' }),
      row({ user: '2002', territory: '3000' }),
      row({ user: '5000', territory: 't0' }),
    );
    expect(inShort(chunks)).toEqual(['byTerritory 3000 x3']);
  });

  test('of one user with 250 territories wait for one another', () => {
    expect(inShort(plan(...star('2001', 250)).chunks)).toEqual([
      'byUser 2001 x100',
      'byUser 2001 x100 after 1',
      'byUser 2001 x50 after 2',
    ]);
  });

  test('of one territory with 500 users wait for one another', () => {
    expect(inShort(plan(...crowd(500)).chunks)).toEqual([
      'byTerritory 3000 x100',
      ...[1, 2, 3, 4].map((id) => `byTerritory 3000 x100 after ${id}`),
    ]);
  });

  test('of two users do not wait', () => {
    const { chunks } = plan(...star('2001', 100), ...star('2002', 100));
    expect(inShort(chunks)).toEqual(['byUser 2001 x100', 'byUser 2002 x100']);
  });

  test('of exactly 100 pairs leave no empty call behind', () => {
    expect(plan(...star('2001', 100)).chunks).toHaveLength(1);
    expect(plan(...crowd(100)).chunks).toHaveLength(1);
  });

  test('go by user and by territory in one file, whichever takes fewer', () => {
    const { chunks } = plan(...star('2001', 120), ...crowd(150, 'T200'), ...star('2002', 9, 100));
    expect(inShort(chunks)).toEqual([
      'byUser 2001 x100',
      'byTerritory 3200 x100',
      'byUser 2001 x20 after 1',
      'byTerritory 3200 x50 after 2',
      'byUser 2002 x9',
    ]);
  });

  test('carry a pair that both a user and a territory could carry only once', () => {
    const { chunks } = plan(...star('2001', 10), ...crowd(10, 'T20'), row({ territory: 'T20' }));
    expect(chunks.map(({ operation, target }) => `${operation} ${target}`)).toEqual([
      'byUser 2001',
      'byTerritory 3020',
    ]);
    expect(
      rowsOfChunks(chunks)
        .flat()
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 21 }, (_, i) => i + 2));
  });

  test('of the logged-in user go by territory, while the others choose', () => {
    const { chunks, outcomes } = plan(...star('ME@example.com', 3), ...star('2001', 10, 50));
    expect(outcomes).toEqual([]);
    expect(inShort(chunks)).toEqual([
      'byUser 2001 x10',
      'byTerritory 3000 x1',
      'byTerritory 3001 x1',
      'byTerritory 3002 x1',
    ]);
  });

  test('that the logged-in user forces are filled up with others', () => {
    const { chunks } = plan(...star('2004', 3), ...star('2001', 3), row({ user: '2002' }));
    expect(inShort(chunks)).toEqual([
      'byTerritory 3000 x3',
      'byTerritory 3001 x2',
      'byTerritory 3002 x2',
    ]);
  });
});

describe('the two calls', () => {
  const byUser: Chunk = {
    id: 1,
    operation: 'byUser',
    target: '2001',
    after: [],
    entries: [
      { rows: [2], id: '3000' },
      { rows: [3], id: '3001' },
    ],
  };
  const byTerritory: Chunk = {
    id: 1,
    operation: 'byTerritory',
    target: '3000',
    after: [],
    entries: [
      { rows: [2], id: '2001' },
      { rows: [3], id: '2002' },
    ],
  };

  test('are made as the API wants them', () => {
    expect(operationOf(userTerritories, byUser).request(byUser)).toEqual({
      method: 'PUT',
      path: '/users/2001/territories',
      body: { territories: [{ id: '3000' }, { id: '3001' }] },
    });
    expect(operationOf(userTerritories, byTerritory).request(byTerritory)).toEqual({
      method: 'PUT',
      path: '/settings/territories/3000/users',
      body: { users: [{ id: '2001' }, { id: '2002' }] },
    });
  });

  test('have the same effect for the same pair', () => {
    const effects = [byUser, byTerritory].map((chunk) =>
      operationOf(userTerritories, chunk).effect(chunk, chunk.entries[0] ?? { rows: [] }, 0),
    );
    expect(effects).toEqual(Array(2).fill({ user: '2001', territory: '3000' }));
  });

  test.each([
    [byUser, { apiName: 'id', jsonPath: '$.territories[0].id' }, undefined, 'territory'],
    [byUser, { apiName: '', jsonPath: '' }, 1, 'user'],
    [byTerritory, { apiName: 'id', jsonPath: '$.users[0].id' }, undefined, 'user'],
    [byTerritory, { apiName: '', jsonPath: '' }, 2, 'territory'],
  ])('know which column an answer means: $operation', (chunk, at, resourcePathIndex, column) => {
    const { column: columnOf } = operationOf(userTerritories, chunk);
    expect(columnOf({ ...at, resourcePathIndex })).toBe(column);
  });

  test('are settled, when unanswered, by what the user or the territory holds now', async () => {
    const reader = readerThat({
      territoriesOfUser: async (id) => new Set(id === '2001' ? ['3001'] : []),
      usersOfTerritory: async (id) => new Set(id === '3000' ? ['2002'] : []),
    });
    for (const chunk of [byUser, byTerritory]) {
      const { settle } = operationOf(userTerritories, chunk);
      expect([...(await settle(chunk, chunk.entries, reader))]).toEqual([[3, {}]]);
    }
  });
});

describe('the same pair again', () => {
  test('points at the first row', () => {
    const { outcome } = plan(row(), row({ user: 'bob@example.com' }), row());
    expect(outcome(4)).toMatchObject({
      status: 'invalid',
      finding: { code: 'DUPLICATE_DATA', value: 'row 2' },
    });
  });

  test('is seen when both are named otherwise', () => {
    expect(plan(row(), row({ user: '2001', territory: ' t0 ' })).outcome(3)?.finding?.code).toBe(
      'DUPLICATE_DATA',
    );
  });

  test('is seen across the calls of one user', () => {
    const rows = star('ann@example.com', 150);
    expect(plan(...rows, row({ territory: 'T5' })).outcome(152)?.finding?.value).toBe('row 7');
  });

  test('is seen in the rows of the logged-in user', () => {
    expect(plan(...star('2004', 2), row({ user: '2004' })).outcome(4)?.finding?.value).toBe(
      'row 2',
    );
  });

  test('does not point at a row that was refused itself', () => {
    const { outcomes, chunks } = plan(row({ territory: 'Nowhere' }), row({ territory: 'T0' }));
    expect(outcomes.map((one) => one.row)).toEqual([2]);
    expect(rowsOfChunks(chunks)).toEqual([[3]]);
  });
});

describe('rows that the org holds', () => {
  test('end unchanged, with nothing to be done, and are not sent', () => {
    const { chunks, outcomes } = planHolding(rowSet(3), ...star('2001', 3));
    expect(outcomes).toEqual([
      {
        row: 3,
        status: 'unchanged',
        finding: {
          code: 'DUPLICATE_DATA',
          cause: 'the user is in the territory already',
          resolution: '',
        },
        attempts: 0,
      },
    ]);
    expect(rowsOfChunks(chunks)).toEqual([[2, 4]]);
  });

  test('leave no call behind when they are all there are', () => {
    const { chunks, outcomes } = planHolding(rowSet(2, 3, 4), ...star('2001', 3));
    expect(chunks).toEqual([]);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['unchanged']));
  });

  test('are not counted when the calls are chosen', () => {
    const held = rowSet(...Array.from({ length: 50 }, (_, i) => i + 2));
    expect(inShort(planHolding(held, ...crowd(150)).chunks)).toEqual(['byTerritory 3000 x100']);
  });

  test('are still the first of the same pair', () => {
    const { outcome } = planHolding(rowSet(2), row(), row());
    expect(outcome(2)?.status).toBe('unchanged');
    expect(outcome(3)).toMatchObject({ status: 'invalid', finding: { value: 'row 2' } });
  });
});

/** The planner of these rows, which stand user by user; its rows are sifted. */
function plannerOf(...rows: TestRow[]): Planner {
  const candidates = rows.map((values, i) => {
    const { record } = checkRow(userTerritories, values);
    return { row: i + 2, subject: '', record: record ?? null };
  });
  const planner = userTerritories.planner(() => candidates, org, { settings: {}, callsAtOnce: 20 });
  expect([...planner.sift()]).toEqual([]);
  return planner;
}

describe('more users for a territory than many orgs allow', () => {
  const warnings = (planner: Planner, held = new RowSet()) =>
    [...planner.calls(held)].flatMap((planned) => ('warning' in planned ? planned.warning : []));

  test('are told, and sent all the same', () => {
    const planner = plannerOf(...crowd(101));
    expect(warnings(planner)).toEqual([
      expect.stringContaining('more than 100 users for T0 (101):'),
    ]);
    expect([...planner.calls(new RowSet())].filter((planned) => 'entries' in planned).length).toBe(
      2,
    );
  });

  test('are told whether the org holds some of them or not', () => {
    expect(warnings(plannerOf(...crowd(101)), rowSet(2, 3))).toHaveLength(1);
  });

  test('are not told for 100', () => {
    expect(warnings(plannerOf(...crowd(100)))).toEqual([]);
  });

  test('are told in one sentence that names three territories', () => {
    const rows = CROWD.slice(0, 101).flatMap(({ id }) => star(id, 5));
    expect(warnings(plannerOf(...rows))).toEqual([
      expect.stringContaining('T0 (101), T1 (101), T2 (101) and 2 more:'),
    ]);
  });
});

/** An org that answers these questions only. */
function readerThat(answers: Partial<OrgReader>): OrgReader {
  const never = () => Promise.reject(new Error('this is not to be read'));
  return {
    territories: never,
    territoriesOfUser: never,
    usersOfTerritory: never,
    territoriesOfRecord: never,
    pendingJobs: never,
    territoriesOfRecords: never,
    ...answers,
  };
}

/** An org that holds these pairs, and notes what it is asked. */
function orgHolding(...pairs: (readonly [user: string, territory: string])[]) {
  const asked: string[] = [];
  const reader = readerThat({
    async territoriesOfUser(id) {
      asked.push(`user ${id}`);
      return new Set(pairs.filter(([one]) => one === id).map(([, other]) => other));
    },
    async usersOfTerritory(id) {
      asked.push(`territory ${id}`);
      return new Set(pairs.filter(([, other]) => other === id).map(([one]) => one));
    },
  });
  return { asked, reader };
}

/** Makes every lookup; gives the reads, and for each what it was to cost, and what it found. */
async function lookUp(
  planner: Planner,
  rows: RowSet | undefined,
  ...pairs: (readonly [user: string, territory: string])[]
) {
  const { asked, reader } = orgHolding(...pairs);
  const found = [];
  for (const lookup of planner.lookups(rows)) {
    const { held, ...rest } = await lookup.find(reader);
    found.push({ expected: lookup.credits, rows: [...lookup.rows], held: [...held], ...rest });
  }
  return { asked, found };
}

describe('lookups', () => {
  const territoriesOf = (id: string, count: number) =>
    MANY.slice(0, count).map((one): [string, string] => [id, one.id]);

  test('ask the users and territories of the calls', async () => {
    const rows = [...star('2001', 20), ...star('2004', 2, 40), ...crowd(50, 'T100')];
    const { asked, found } = await lookUp(plannerOf(...rows), undefined);
    expect(asked).toEqual(['user 2001', 'territory 3040', 'territory 3041', 'territory 3100']);
    expect(found.flatMap((one) => one.rows)).toEqual(rows.map((_, i) => i + 2));
  });

  test('tell which rows the org holds', async () => {
    const planner = plannerOf(...star('2001', 3), ...crowd(4, 'T100'));
    const { found } = await lookUp(
      planner,
      undefined,
      ['2001', '3001'],
      ['2001', '3100'],
      ['5003', '3100'],
      ['2002', '3100'],
    );
    expect(found).toEqual([
      { expected: 1, rows: [2, 3, 4], held: [3], credits: 1, savedCalls: 0 },
      { expected: 1, rows: [5, 6, 7, 8], held: [8], credits: 1, savedCalls: 0 },
    ]);
  });

  test.each([
    [0, 0],
    [49, 0],
    [50, 1],
    [149, 1],
    [150, 2],
    [250, 3],
  ])('save calls for %i of 250 rows: %i', async (held, savedCalls) => {
    const planner = plannerOf(...star('2001', 250));
    const { found } = await lookUp(planner, undefined, ...territoriesOf('2001', held));
    expect(found[0]).toMatchObject({ expected: 1, savedCalls });
    expect(found[0]?.held).toHaveLength(held);
  });

  test('cost a credit for each page of 200 that the org holds, and one at least', async () => {
    const costs = async (held: number) => {
      const planner = plannerOf(row());
      const { found } = await lookUp(planner, undefined, ...territoriesOf('2001', held));
      return found.map(({ credits }) => credits);
    };
    expect(await Promise.all([0, 200, 201].map(costs))).toEqual([[1], [1], [2]]);
  });

  test('are restricted to the rows that are asked for', async () => {
    const planner = plannerOf(...star('2001', 3), ...star('2002', 3, 10), ...crowd(3, 'T100'));
    const { asked, found } = await lookUp(planner, rowSet(3, 4, 9), ['2001', '3000']);
    expect(asked[0]).toBe('user 2001');
    expect(asked).toHaveLength(2);
    expect(found.map((one) => one.rows)).toEqual([[3, 4], [9]]);
    expect(found.flatMap(({ held }) => held)).toEqual([]);
  });

  test('ask the same of a part of the rows as of all', async () => {
    // By themselves the first two rows would go by user.
    const planner = plannerOf(row({ user: '5000', territory: 'T1' }), ...crowd(50));
    const { asked } = await lookUp(planner, rowSet(2, 3));
    expect(asked).toHaveLength(2);
    expect(asked).toEqual((await lookUp(planner, undefined)).asked);
  });

  test('of no rows are none', () => {
    expect([...plannerOf(...star('2001', 3)).lookups(new RowSet())]).toEqual([]);
  });

  test('give the same every time', async () => {
    const planner = plannerOf(...star('2001', 20), ...crowd(50, 'T100'));
    expect(await lookUp(planner, undefined)).toEqual(await lookUp(planner, undefined));
  });
});
