import { describe, expect, test } from 'vitest';
import { userTerritories } from '../../src/resources/user-territories.ts';
import { orgOf, territory, user } from '../support/org.ts';
import { checkRow, planRows, rowsOfChunks, type TestRow } from '../support/rows.ts';

const MANY = Array.from({ length: 250 }, (_, i) => territory({ id: `${3000 + i}`, name: `T${i}` }));
const org = orgOf({
  territories: MANY,
  users: [
    user({ id: '2001', email: 'ann@example.com' }),
    user({ id: '2002', email: 'bob@example.com' }),
    user({ id: '2003', email: 'gone@example.com', active: false }),
    user({ id: '2004', email: 'me@example.com' }),
  ],
  currentUserId: '2004',
});

/** Ann in territory T0; say only what differs. */
const row = (values: TestRow = {}): TestRow => ({
  user: 'ann@example.com',
  territory: 'T0',
  ...values,
});
const plan = (...rows: TestRow[]) => planRows(userTerritories, rows, org);

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
    ['the logged-in user, by address', { user: 'ME@example.com' }, 'NOT_ALLOWED', 'user'],
    ['the logged-in user, by id', { user: '2004' }, 'NOT_ALLOWED', 'user'],
    ['a territory that is not in the org', { territory: 'T999' }, 'INVALID_DATA', 'territory'],
  ])('with %s is not sent', (_, values, code, field) => {
    const { chunks, outcome } = plan(row(values));
    expect(chunks).toEqual([]);
    expect(outcome(2)).toMatchObject({ status: 'invalid', finding: { code, field } });
  });

  test('of the logged-in user carries the cell as it was written', () => {
    expect(plan(row({ user: 'ME@example.com' })).outcome(2)?.finding?.value).toBe('ME@example.com');
  });
});

describe('calls', () => {
  test('hold the rows of one user, however far apart', () => {
    const others = Array.from({ length: 50 }, (_, i) =>
      row({ user: 'bob@example.com', territory: `T${i}` }),
    );
    const { chunks } = plan(row(), ...others, row({ territory: 'T1' }));
    expect(rowsOfChunks(chunks.filter(({ target }) => target === '2001'))).toEqual([[2, 53]]);
  });

  test('take a user named by id and by address as one', () => {
    const { chunks } = plan(
      row({ territory: 'T0' }),
      row({ user: 'bob@example.com', territory: 'T0' }),
      row({ user: '2001', territory: 'T1' }),
      row({ user: 'ANN@EXAMPLE.COM', territory: 'T2' }),
    );
    expect(rowsOfChunks(chunks)).toEqual([[2, 4, 5], [3]]);
  });

  test('hold 100 territories at most', () => {
    const { chunks } = plan(...MANY.map(({ name }) => row({ territory: name })));
    expect(chunks.map(({ entries }) => entries.length)).toEqual([100, 100, 50]);
  });

  test('of one user wait for one another', () => {
    const { chunks } = plan(...MANY.map(({ name }) => row({ territory: name })));
    expect(chunks.map(({ wave }) => wave)).toEqual([0, 1, 2]);
  });

  test('of two users do not wait', () => {
    const both = (name: string) => [
      row({ territory: name }),
      row({ user: '2002', territory: name }),
    ];
    const { chunks } = plan(...MANY.slice(0, 100).flatMap(({ name }) => both(name)));
    expect(chunks.map(({ wave }) => wave)).toEqual([0, 0]);
  });

  test('of exactly 100 territories leave no empty call behind', () => {
    const { chunks } = plan(...MANY.slice(0, 100).map(({ name }) => row({ territory: name })));
    expect(chunks).toHaveLength(1);
  });

  test('are made as the API wants them', () => {
    const [chunk] = plan(row(), row({ territory: '3001' })).chunks;
    expect(chunk && userTerritories.request(chunk)).toEqual({
      method: 'PUT',
      path: '/users/2001/territories',
      body: { territories: [{ id: '3000' }, { id: '3001' }] },
    });
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
    const rows = MANY.slice(0, 150).map(({ name }) => row({ territory: name }));
    expect(plan(...rows, row({ territory: 'T5' })).outcome(152)?.finding?.value).toBe('row 7');
  });

  test('does not point at a row that was refused itself', () => {
    const { outcomes, chunks } = plan(row({ territory: 'Nowhere' }), row({ territory: 'T0' }));
    expect(outcomes.map((one) => one.row)).toEqual([2]);
    expect(rowsOfChunks(chunks)).toEqual([[3]]);
  });
});

test('an unanswered call is settled by the territories that the user has now', async () => {
  const [chunk] = plan(row(), row({ territory: 'T1' })).chunks;
  if (chunk === undefined) throw new Error('no call was planned');
  const settled = await userTerritories.settle(chunk, chunk.entries, {
    territories: async () => [],
    territoriesOfUser: async (id) => new Set(id === '2001' ? ['3001'] : []),
    territoriesOfRecord: async () => new Set(),
  });
  expect([...settled]).toEqual([[3, {}]]);
});
