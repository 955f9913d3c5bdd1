import { describe, expect, test } from 'vitest';
import type { Planned } from '../../../src/resources/planner.ts';
import { territories } from '../../../src/resources/territories/index.ts';
import { RowSet } from '../../../src/row-set.ts';
import { orgOf, TOP, territory } from '../../support/org.ts';
import { planRows, rowsOfChunks, type TestRow, territoryRow } from '../../support/rows.ts';

/** Rows written as `Name` or `Name < Parent`. */
const rows = (...names: string[]): TestRow[] =>
  names.map((text) => {
    const [name = '', parent = ''] = text.split(' < ');
    return territoryRow({ name, reporting_to: parent });
  });
const plan = (...names: string[]) => planRows(territories, rows(...names), orgOf());

describe('parents come first', () => {
  test('a row without a parent hangs on the top territory of the org', () => {
    expect(plan('A').chunks[0]?.entries[0]?.body).toMatchObject({ reporting_to: { id: TOP.id } });
  });

  test('a child that stands before its parent waits for it', () => {
    const { chunks } = plan('B < A', 'A');
    expect(rowsOfChunks(chunks)).toEqual([[3], [2]]);
    expect(chunks[1]?.entries[0]).toMatchObject({ parentRow: 3 });
  });

  test('five levels are five calls, in whatever order they stand', () => {
    const { chunks } = plan('E < D', 'C < B', 'A', 'D < C', 'B < A');
    expect(chunks.map(({ after, entries }) => [after, entries[0]?.body?.['name']])).toEqual([
      [[], 'A'],
      [[1], 'B'],
      [[2], 'C'],
      [[3], 'D'],
      [[4], 'E'],
    ]);
  });

  test('a call waits for all that hold its parents, each told once', () => {
    const tops = Array.from({ length: 15 }, (_, i) => `P${i}`);
    const below = tops.toReversed().map((name) => `${name} child < ${name}`);
    const { chunks } = plan(...tops, ...below);
    expect(chunks.map(({ after, entries }) => [entries.length, after])).toEqual([
      [10, []],
      [5, []],
      [10, [1, 2]],
      [5, [1]],
    ]);
  });

  test('a parent in the file is found without case and repeated blanks', () => {
    expect(plan('North  Sea', 'B < NORTH SEA').chunks).toHaveLength(2);
  });

  test('a parent in the file may be named by digits', () => {
    expect(plan('2024', 'B < 2024').outcomes).toEqual([]);
  });

  test('each level is packed ten a call, what others wait for first', () => {
    const level = Array.from({ length: 23 }, (_, i) => `L${i}`);
    const { chunks } = plan(...level, 'X < L0', 'Y < L22');
    expect(chunks.map(({ after, entries }) => [after, entries.length])).toEqual([
      [[], 10],
      [[], 10],
      [[1], 5],
    ]);
  });

  test('rows are called by their names', () => {
    expect(plan('A').chunks[0]?.entries[0]).toMatchObject({ label: 'A', rows: [2] });
  });
});

describe('parents in the org', () => {
  const org = orgOf({ territories: [territory({ id: '5001', name: 'Old' })] });

  test.each(['Old', 'OLD', '5001'])('may be named %s', (parent) => {
    const { chunks } = planRows(territories, rows(`B < ${parent}`), org);
    expect(chunks[0]).toMatchObject({
      after: [],
      entries: [{ body: { reporting_to: { id: '5001' } } }],
    });
  });

  test.each(['9999', 'Nowhere', '3.65E+18'])('that are not there are told: %s', (parent) => {
    expect(planRows(territories, rows(`B < ${parent}`), org).outcome(2)).toMatchObject({
      status: 'invalid',
      finding: { code: 'INVALID_DATA', field: 'reporting_to', value: parent },
    });
  });

  test.each([
    ['the org', 'B < Olt', 'Old'],
    ['the file', 'Nordics < Nordisc', undefined],
    ['another row of the file', 'B < Nordisc', 'Nordics'],
  ])('that are not there may be misspelt names of %s', (_, text, suggestion) => {
    const { outcome } = planRows(territories, rows(text, 'Nordics'), org);
    expect(outcome(2)?.finding?.suggestion).toBe(suggestion);
  });

  test('that are not there are no misspelt ids', () => {
    const { outcome } = planRows(territories, rows('B < 5002'), org);
    expect(outcome(2)?.finding?.suggestion).toBeUndefined();
  });

  test('of which two have the name are told with their ids', () => {
    const twins = orgOf({
      territories: [territory({ id: '1', name: 'Twin' }), territory({ id: '2', name: 'Twin' })],
    });
    expect(planRows(territories, rows('B < Twin'), twins).outcome(2)?.finding).toMatchObject({
      code: 'AMBIGUOUS_NAME',
      field: 'reporting_to',
    });
  });

  test('are used even when the file names them again', () => {
    const { outcome, chunks } = planRows(territories, rows('Old', 'B < Old'), org);
    expect(outcome(2)?.status).toBe('unchanged');
    expect(chunks[0]?.entries[0]?.body).toMatchObject({ reporting_to: { id: '5001' } });
  });

  test('are used even when the file wants them otherwise', () => {
    const old = territoryRow({ name: 'Old', permission_type: 'read_write_delete' });
    const { outcome, chunks } = planRows(territories, [old, ...rows('B < Old')], org);
    expect(outcome(2)?.status).toBe('invalid');
    expect(rowsOfChunks(chunks)).toEqual([[3]]);
  });
});

test('an org without a top territory is told', () => {
  const headless = { ...orgOf(), territories: [] };
  expect(planRows(territories, rows('A'), headless).outcome(2)?.finding).toMatchObject({
    cause: 'the org has no top territory to report to',
    field: 'reporting_to',
  });
});

describe('circles', () => {
  test('are spelled out from each of their rows', () => {
    const { outcomes, chunks } = plan('A < C', 'B < A', 'C < B');
    expect(chunks).toEqual([]);
    expect(outcomes.map(({ status, finding }) => [status, finding?.code, finding?.value])).toEqual([
      ['invalid', 'INVALID_DATA', 'A > C > B > A'],
      ['invalid', 'INVALID_DATA', 'B > A > C > B'],
      ['invalid', 'INVALID_DATA', 'C > B > A > C'],
    ]);
  });

  test('of one row are told as such', () => {
    expect(plan('A < a').outcome(2)?.finding).toMatchObject({
      cause: 'the territory would report to itself',
      value: 'A > A',
      field: 'reporting_to',
    });
  });

  test('of many are shortened in the middle', () => {
    const names = Array.from({ length: 12 }, (_, i) => `N${i} < N${(i + 1) % 12}`);
    expect(plan(...names).outcome(2)?.finding?.value).toBe(
      'N0 > N1 > N2 > N3 > N4 > … > N9 > N10 > N11 > N0',
    );
  });

  test('of nine are spelled in full', () => {
    const names = Array.from({ length: 9 }, (_, i) => `N${i} < N${(i + 1) % 9}`);
    expect(plan(...names).outcome(2)?.finding?.value).toBe(
      'N0 > N1 > N2 > N3 > N4 > N5 > N6 > N7 > N8 > N0',
    );
  });

  test('leave their neighbours alone', () => {
    expect(rowsOfChunks(plan('A < B', 'B < A', 'X', 'Y < X').chunks)).toEqual([[4], [5]]);
  });

  test('block what hangs on them', () => {
    expect(plan('D < C', 'C < A', 'A < B', 'B < A').outcome(2)).toMatchObject({
      status: 'blocked',
      finding: { code: 'PARENT_FAILED', value: 'C > A (row 4)', field: 'reporting_to' },
    });
  });
});

describe('a row is blocked', () => {
  test('below a row that its check refused', () => {
    const bad = territoryRow({ name: 'A', permission_type: 'all' });
    const { outcome } = planRows(territories, [...rows('B < A', 'C < B'), bad], orgOf());
    expect(outcome(2)).toMatchObject({ status: 'blocked', finding: { value: 'A (row 4)' } });
    expect(outcome(3)).toMatchObject({ status: 'blocked', finding: { value: 'B > A (row 4)' } });
  });

  test('below a row whose parent is nowhere', () => {
    expect(plan('A < Nowhere', 'B < A', 'C < B').outcome(4)).toMatchObject({
      status: 'blocked',
      finding: { value: 'B > A (row 2)' },
    });
  });

  test('below a row whose manager is unknown', () => {
    const bad = territoryRow({ name: 'A', manager: 'eve@example.com' });
    expect(planRows(territories, [bad, ...rows('B < A')], orgOf()).outcome(3)).toMatchObject({
      status: 'blocked',
      finding: { value: 'A (row 2)' },
    });
  });

  test('but not below the first of two rows of one name', () => {
    const { outcomes } = plan('A', 'A', 'B < A');
    expect(outcomes.map(({ row, status }) => [row, status])).toEqual([[3, 'invalid']]);
  });

  test('but not when another row of that name is good', () => {
    const bad = territoryRow({ name: 'A', permission_type: 'all' });
    const { chunks } = planRows(territories, [bad, ...rows('A', 'B < A')], orgOf());
    expect(rowsOfChunks(chunks)).toEqual([[3], [4]]);
  });
});

describe('a name twice', () => {
  test('points at the first row', () => {
    expect(plan('East', 'West', 'EAST').outcome(4)?.finding).toMatchObject({
      code: 'DUPLICATE_DATA',
      value: 'EAST (row 2)',
      field: 'name',
    });
  });
});

describe('20,000 territories', { timeout: 10_000 }, () => {
  const chain = (first?: string) => () =>
    Array.from({ length: 20_000 }, (_, i) => ({
      row: i + 2,
      subject: `T${i}`,
      record: {
        name: `T${i}`,
        reportingTo: i === 0 ? first : `T${i - 1}`,
        permissionType: 'read_only',
        criteria: {},
      },
    }));
  const planned = (first?: string) => [
    ...territories
      .planner(chain(first), orgOf(), { settings: {}, callsAtOnce: 20 })
      .calls(new RowSet()),
  ];
  const end = (all: readonly Planned[], row: number) =>
    all.find((one) => 'row' in one && one.row === row);

  test('in one chain are planned without a deep stack', () => {
    expect(planned().at(-1)).toMatchObject({ after: [19_999] });
  });

  test('below a parent that is nowhere are told in short', () => {
    const all = planned('Nowhere');
    expect(all).toHaveLength(20_000);
    expect(end(all, 20_001)).toMatchObject({
      status: 'blocked',
      finding: {
        value: 'T19998 > T19997 > T19996 > T19995 > T19994 > … > T3 > T2 > T1 > T0 (row 2)',
      },
    });
  });

  test('in one circle are told in short', () => {
    expect(end(planned('T19999'), 4)).toMatchObject({
      status: 'invalid',
      finding: { value: 'T2 > T1 > T0 > T19999 > T19998 > … > T5 > T4 > T3 > T2' },
    });
  });
});
