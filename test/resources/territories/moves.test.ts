import { describe, expect, test } from 'vitest';
import type { Planned } from '../../../src/resources/planner.ts';
import { territories } from '../../../src/resources/territories/index.ts';
import { RowSet } from '../../../src/row-set.ts';
import { orgOf, TOP, territory } from '../../support/org.ts';
import { planRows, rowsOfChunks, type TestRow } from '../../support/rows.ts';

/** An org written as `Name` or `Name < Parent`; ids are `id of Name`. */
const orgWith = (...names: string[]) =>
  orgOf({
    territories: names.map((text) => {
      const [name = '', parent] = text.split(' < ');
      return territory({
        id: `id of ${name}`,
        name,
        parentId: parent === undefined ? TOP.id : `id of ${parent}`,
      });
    }),
  });

/** Rows written as `Name` or `Name < Parent`; those that the org has not are created. */
const rows = (...names: string[]): TestRow[] =>
  names.map((text) => {
    const [name = '', parent = ''] = text.split(' < ');
    return { name, reporting_to: parent, permission_type: 'read_only' };
  });

const plan = (org: ReturnType<typeof orgWith>, ...names: string[]) =>
  planRows(territories, rows(...names), org, { mode: 'upsert' });

describe('a move', () => {
  const org = orgWith('EMEA', 'DACH < EMEA', 'Bern < DACH', 'APAC');

  test('goes below a territory of the org', () => {
    expect(plan(org, 'DACH < apac').chunks).toMatchObject([
      {
        operation: 'update',
        after: [],
        entries: [{ id: 'id of DACH', body: { reporting_to: { id: 'id of APAC' } } }],
      },
    ]);
  });

  test('goes below one that the file creates, after it', () => {
    const { chunks } = plan(org, 'DACH < New', 'New');
    expect(chunks).toMatchObject([
      { operation: 'create', entries: [{ rows: [3] }] },
      {
        operation: 'update',
        after: [1],
        entries: [{ parentRow: 3, before: { reporting_to: { id: 'id of EMEA' } } }],
      },
    ]);
    expect(chunks[1]?.entries[0]?.body).toEqual({ permission_type: 'read_only' });
  });

  test('is none where the parent is what it was', () => {
    expect(plan(org, 'DACH < EMEA').outcome(2)?.status).toBe('unchanged');
  });

  test('below a name that is nowhere is told', () => {
    expect(plan(org, 'DACH < Nowhere', 'Bern < Nowere').outcome(2)).toMatchObject({
      status: 'invalid',
      finding: { cause: 'the territory does not exist', field: 'reporting_to', value: 'Nowhere' },
    });
  });

  test('below a row that is refused is blocked, whatever else it changes', () => {
    const bad = { name: 'New', permission_type: 'all' };
    const row = { name: 'DACH', reporting_to: 'New', description: 'd' };
    const { chunks, outcome } = planRows(territories, [bad, row], org, { mode: 'upsert' });
    expect(chunks).toEqual([]);
    expect(outcome(3)).toMatchObject({ status: 'blocked', finding: { value: 'New (row 2)' } });
  });

  test('that is blocked does not block what hangs below', () => {
    const bad = { name: 'New', permission_type: 'all' };
    const { outcomes, chunks } = planRows(
      territories,
      [bad, ...rows('DACH < New', 'Bern < DACH', 'Ulm < DACH')],
      org,
      { mode: 'upsert' },
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['invalid', 'blocked', 'unchanged']);
    expect(rowsOfChunks(chunks)).toEqual([[5]]);
  });
});

describe('the order of moves', () => {
  test('a territory goes below what was below it once that has left', () => {
    const org = orgWith('A', 'B < A');
    const { chunks } = plan(org, 'A < B', 'B < Whole Org');
    expect(chunks.map(({ after }) => after)).toEqual([[], [1]]);
    expect(rowsOfChunks(chunks)).toEqual([[3], [2]]);
  });

  test('waits through territories that nobody moves', () => {
    const org = orgWith('A', 'B < A', 'C < B', 'D < C');
    const { chunks } = plan(org, 'A < D', 'B < Whole Org');
    expect(rowsOfChunks(chunks)).toEqual([[3], [2]]);
  });

  test('waits through territories that are created', () => {
    const org = orgWith('A', 'B < A');
    const { chunks } = plan(org, 'A < New', 'New < B', 'B < Whole Org');
    expect(rowsOfChunks(chunks)).toEqual([[4], [3], [2]]);
    expect(chunks.map(({ after }) => after)).toEqual([[], [1], [2]]);
  });

  test('does not matter for anything but moves', () => {
    const org = orgWith('A', 'B < A');
    const [a = {}, b = {}] = rows('A', 'B');
    const { chunks } = planRows(
      territories,
      [
        { ...a, description: 'd' },
        { ...b, description: 'd' },
      ],
      org,
      { mode: 'upsert' },
    );
    expect(rowsOfChunks(chunks)).toEqual([[2, 3]]);
  });
});

describe('a circle', () => {
  const chain = orgWith('EMEA', 'DACH < EMEA', 'Bern < DACH');

  test('of a territory below its child is told', () => {
    expect(plan(chain, 'EMEA < DACH').outcome(2)).toMatchObject({
      status: 'invalid',
      id: 'id of EMEA',
      finding: {
        code: 'INVALID_DATA',
        cause: 'the territory would report to itself, over others',
        value: 'EMEA > DACH > EMEA',
        field: 'reporting_to',
      },
    });
  });

  test('names territories that nobody moves', () => {
    expect(plan(chain, 'EMEA < Bern').outcome(2)?.finding?.value).toBe('EMEA > Bern > DACH > EMEA');
  });

  test('leaves out most of a long branch that nobody moves', () => {
    const branch = Array.from({ length: 30 }, (_, i) => `T${i + 1} < T${i}`);
    expect(plan(orgWith('T0', ...branch), 'T0 < T30').outcome(2)?.finding?.value).toBe(
      'T0 > T30 > T29 > T28 > T27 > … > T22 > T21 > … > T0',
    );
  });

  test('of a territory below itself is told', () => {
    expect(plan(chain, 'DACH < dach').outcome(2)?.finding).toMatchObject({
      cause: 'the territory would report to itself',
      value: 'DACH > DACH',
    });
  });

  test('over a new territory is told by both rows', () => {
    const { chunks, outcomes } = plan(chain, 'New < Bern', 'EMEA < New');
    expect(chunks).toEqual([]);
    expect(outcomes.map(({ finding }) => finding?.value)).toEqual([
      'New > Bern > DACH > EMEA > New',
      'EMEA > New > Bern > DACH > EMEA',
    ]);
  });

  test('of two moves leaves both where they are', () => {
    const org = orgWith('A', 'B');
    const { outcomes, chunks } = plan(org, 'A < B', 'B < A', 'C < A');
    expect(outcomes.map(({ status }) => status)).toEqual(['invalid', 'invalid']);
    expect(rowsOfChunks(chunks)).toEqual([[4]]);
  });

  test('is none where the same file takes it apart', () => {
    expect(plan(chain, 'EMEA < DACH', 'DACH < Whole Org').outcomes).toEqual([]);
  });

  test('that is refused can bring about another', () => {
    // Were B and C not refused, A could go below B.
    const org = orgWith('A', 'B < A', 'C');
    const { outcomes, chunks } = plan(org, 'A < B', 'B < C', 'C < B');
    expect(chunks).toEqual([]);
    expect(outcomes.map(({ finding }) => finding?.value)).toEqual([
      'A > B > A',
      'B > C > B',
      'C > B > C',
    ]);
  });

  test('may come of a blocked move too', () => {
    const org = orgWith('A', 'B < A');
    const { outcomes } = plan(org, 'A < B', 'B < New', 'New < Nowhere');
    expect(outcomes.map(({ status, finding }) => [status, finding?.value])).toEqual([
      ['invalid', 'A > B > A'],
      ['blocked', 'New (row 4)'],
      ['invalid', 'Nowhere'],
    ]);
  });

  test('in the org itself harms nobody', () => {
    const org = orgOf({
      territories: [
        territory({ id: '1', name: 'A', parentId: '2' }),
        territory({ id: '2', name: 'B', parentId: '1' }),
      ],
    });
    const { outcomes, chunks } = plan(org, 'C < A', 'B < C');
    expect(outcomes.map(({ status }) => status)).toEqual(['invalid', 'invalid']);
    expect(chunks).toEqual([]);
    expect(rowsOfChunks(plan(org, 'C < A', 'D < C').chunks)).toEqual([[2], [3]]);
  });
});

describe('20,000 territories', { timeout: 10_000 }, () => {
  const COUNT = 20_000;
  const chain = orgWith(
    ...Array.from({ length: COUNT }, (_, i) => (i === 0 ? 'T0' : `T${i} < T${i - 1}`)),
  );
  const planned = (parentOf: (i: number) => string): Planned[] => {
    const candidates = () =>
      Array.from({ length: COUNT }, (_, i) => ({
        row: i + 2,
        subject: `T${i}`,
        record: { name: `T${i}`, reportingTo: parentOf(i), criteria: {} },
      }));
    return [
      ...territories
        .planner(candidates, chain, { settings: { mode: 'upsert' }, callsAtOnce: 20 })
        .calls(new RowSet()),
    ];
  };

  test('are turned upside down', () => {
    const all = planned((i) => (i === COUNT - 1 ? 'Whole Org' : `T${i + 1}`));
    expect(all).toHaveLength(COUNT);
    expect(all.at(-1)).toMatchObject({ after: [COUNT - 1], entries: [{ id: 'id of T0' }] });
  });

  test('of which each would hang below the last are refused', () => {
    const all = planned(() => `T${COUNT - 1}`);
    expect(all).toHaveLength(COUNT);
    expect(all.every((one) => 'status' in one && one.status === 'invalid')).toBe(true);
  });
});
