import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import { openJournal } from '../../src/journal/open.ts';
import { planChunks, startPlan } from '../../src/pipeline/plan/plan.ts';
import { comparePlans, type Difference } from '../../src/pipeline/plan-diff.ts';
import { recordTerritories } from '../../src/resources/record-territories/index.ts';
import type { AnyResource } from '../../src/resources/registry.ts';
import type { Org } from '../../src/resources/resource.ts';
import { userTerritories } from '../../src/resources/user-territories/index.ts';
import { RowSet } from '../../src/row-set.ts';
import type { Chunk } from '../../src/vocabulary.ts';
import { orgOf, territory, user } from '../support/org.ts';
import { filesOf, planRows, type TestRow, userTerritoryCells } from '../support/rows.ts';

const PLACES = Array.from({ length: 8 }, (_, i) => territory({ id: `${3000 + i}`, name: `T${i}` }));
const USERS = [
  user({ id: '2001', email: 'ann@example.com' }),
  user({ id: '2002', email: 'bob@example.com' }),
  user({ id: '2003', email: 'eve@example.com' }),
  user({ id: '2004', email: 'me@example.com' }),
];
const org = orgOf({ territories: PLACES, users: USERS, currentUserId: '2004' });

/** Ann in territory T0; say only what differs. */
const row = (values: TestRow = {}): TestRow => ({
  user: 'ann@example.com',
  territory: 'T0',
  ...values,
});
const ROWS = [
  row(),
  row({ territory: 'T1' }),
  row({ user: '2002' }),
  row({ territory: 'Nowhere' }),
];

/** How a file was planned. */
interface Planning {
  readonly resource?: AnyResource;
  readonly org?: Org;
  readonly held?: RowSet;
}

const headerOf = ({ columns }: AnyResource): string[] => columns.map(({ name }) => name);

/** The journal of a plan of rows 2, 3, …; rows that are undefined are blank lines. */
function planned(
  rows: readonly (TestRow | undefined)[],
  { resource = userTerritories, org: where = org, held = new RowSet() }: Planning = {},
): Journal {
  const journal = openJournal(':memory:', 'test');
  rows.forEach((values, i) => {
    if (values === undefined) return;
    const cell = (column: string) => values[column] ?? '';
    const checked = resource.check(cell, {});
    const cells = headerOf(resource).map(cell);
    const record = 'record' in checked ? checked.record : null;
    journal.addRows([{ row: i + 2, cells, subject: resource.subject(cell, {}), record }]);
    if ('finding' in checked) {
      const { finding } = checked;
      journal.addOutcomes([{ row: i + 2, status: 'invalid', finding, attempts: 0 }]);
    }
  });
  planChunks(
    journal,
    resource,
    startPlan(journal, resource, where, { settings: {}, callsAtOnce: 20 }),
    held,
  );
  return journal;
}

/** The differences of two plans, of which each journal is used once. */
function differences(
  before: Journal,
  now: Journal,
  resource: AnyResource = userTerritories,
): Difference[] {
  using left = before;
  using right = now;
  return [...comparePlans(left, right, resource, headerOf(resource))];
}

function rowSet(...rows: number[]): RowSet {
  const set = new RowSet();
  for (const one of rows) set.add(one);
  return set;
}

describe('two plans', () => {
  test('of the same rows do not differ', () => {
    expect(differences(planned(ROWS), planned(ROWS))).toEqual([]);
    expect(differences(planned([]), planned([]))).toEqual([]);
  });

  test('differ in a row that was added, at the end or between', () => {
    expect(differences(planned(ROWS), planned([...ROWS, row({ territory: 'T5' })]))).toEqual([
      { row: 6, planned: 'no such row', now: 'associated' },
    ]);
    const [first, second, ...rest] = ROWS;
    expect(
      differences(planned([first, undefined, ...rest]), planned([first, second, ...rest])),
    ).toEqual([{ row: 3, planned: 'no such row', now: 'associated' }]);
  });

  test('differ in a row that was taken away', () => {
    expect(differences(planned(ROWS), planned(ROWS.slice(0, 3)))).toEqual([
      { row: 5, planned: 'invalid (the territory does not exist: Nowhere)', now: 'no such row' },
    ]);
    expect(differences(planned([row()]), planned([]))).toMatchObject([{ row: 2 }]);
  });

  test('differ in a row that asks for something else', () => {
    const now = ROWS.with(1, row({ territory: 'T2' }));
    expect(differences(planned(ROWS), planned(now))).toEqual([
      { row: 3, planned: 'associated, territory 3001', now: 'associated, territory 3002' },
    ]);
  });

  test('differ in a row whose cells now mean something else', () => {
    const renamed = orgOf({
      territories: [...PLACES.slice(1), territory({ id: '3900', name: 'T0' })],
      users: USERS,
    });
    expect(differences(planned(ROWS), planned(ROWS, { org: renamed }))).toEqual(
      [2, 4].map((one) => ({
        row: one,
        planned: 'associated, territory 3000',
        now: 'associated, territory 3900',
      })),
    );
  });

  test('differ in a row that says the same in other words', () => {
    expect(differences(planned([row()]), planned([row({ user: '2001' })]))).toEqual([
      { row: 2, planned: 'user "ann@example.com"', now: 'user "2001"' },
    ]);
    const both = row({ user: 'ANN@example.com', territory: '3000' });
    expect(differences(planned([row()]), planned([both]))).toEqual([
      {
        row: 2,
        planned: 'user "ann@example.com", territory "T0"',
        now: 'user "ANN@example.com", territory "3000"',
      },
    ]);
  });

  test('differ in a row that is now refused, or was', () => {
    const smaller = orgOf({ territories: PLACES.slice(1), users: USERS });
    const refused = 'invalid (the territory does not exist: T0)';
    expect(differences(planned([row()]), planned([row()], { org: smaller }))).toEqual([
      { row: 2, planned: 'associated', now: refused },
    ]);
    expect(differences(planned([row()], { org: smaller }), planned([row()]))).toEqual([
      { row: 2, planned: refused, now: 'associated' },
    ]);
  });

  test('differ in a row that the org holds by now', () => {
    expect(differences(planned(ROWS), planned(ROWS, { held: rowSet(3) }))).toEqual([
      {
        row: 3,
        planned: 'associated',
        now: 'unchanged (the user is in the territory already)',
      },
    ]);
  });

  test('differ in a row that ends the same for another reason', () => {
    const twice = [row(), row(), row()];
    expect(differences(planned(twice), planned(twice.with(0, row({ territory: 'T7' }))))).toEqual([
      { row: 2, planned: 'associated, territory 3000', now: 'associated, territory 3007' },
      { row: 3, planned: 'invalid (an earlier row says the same: row 2)', now: 'associated' },
      { row: 4, planned: 'invalid, value row 2', now: 'invalid, value row 3' },
    ]);
  });

  test('of CRM records differ in the part whose row is another', () => {
    const record = (name: string) => ({ record_id: '501', territory: name, module: 'Leads' });
    const resource = recordTerritories;
    const before = planned([record('T0'), record('T1'), record('T2')], { resource });
    const now = planned([record('T0'), record('T3'), record('T2')], { resource });
    expect(differences(before, now, resource)).toEqual([
      { row: 3, planned: 'assigned, territory 3001', now: 'assigned, territory 3003' },
    ]);
  });
});

describe('other calls for the same', () => {
  /** A journal of rows 2 to 4, which stand in these calls. */
  function journalOf(...chunks: Omit<Chunk, 'id' | 'after'>[]): Journal {
    const journal = openJournal(':memory:', 'test');
    journal.addRows(
      [2, 3, 4].map((one) => ({ row: one, cells: [`cell ${one}`], subject: '', record: {} })),
    );
    chunks.forEach((chunk, i) => {
      journal.addChunk({ id: i + 1, after: i === 0 ? [] : [i], ...chunk });
    });
    return journal;
  }
  const entry = (id: string, one: number) => ({ id, rows: [one] });

  test('by territory and not by user are no difference', () => {
    const byUser = journalOf(
      { operation: 'byUser', target: '2002', entries: [entry('3000', 3)] },
      { operation: 'byUser', target: '2001', entries: [entry('3000', 2), entry('3001', 4)] },
    );
    const byTerritory = journalOf(
      { operation: 'byTerritory', target: '3000', entries: [entry('2002', 3), entry('2001', 2)] },
      { operation: 'byTerritory', target: '3001', entries: [entry('2001', 4)] },
    );
    expect(differences(byUser, byTerritory)).toEqual([]);
  });

  test('in other sizes are no difference', () => {
    const [operation, target] = ['byUser', '2001'];
    const [a, b, c] = [entry('3000', 2), entry('3001', 3), entry('3002', 4)];
    expect(
      differences(
        journalOf({ operation, target, entries: [a, b, c] }),
        journalOf({ operation, target, entries: [c] }, { operation, target, entries: [b, a] }),
      ),
    ).toEqual([]);
  });

  test('because rows were added are no difference in the other rows', () => {
    const before = [row(), row({ user: '2002', territory: 'T3' })];
    const added = ['2002', '2003', '2004'].map((name) => row({ user: name }));
    const found = differences(planned(before), planned([...before, ...added]));
    expect(found.map((one) => one.row)).toEqual([4, 5, 6]);
  });

  test('that leave a row out are a bug', () => {
    const whole = () => planned([row(), row({ user: '2002' })]);
    using broken = openJournal(':memory:', 'test');
    broken.addRows([{ row: 2, cells: [], subject: '', record: {} }]);
    expect(() => differences(whole(), broken)).toThrow('bug: row 2 is in no chunk');
  });
});

const cells = userTerritoryCells(
  ['2001', 'ann@example.com', '2002', '2003', 'me@example.com'],
  ['T0', 'T1', 'T2', '3000'],
);
/** A file as it was, and as somebody has changed a few rows of it, or added or cut some. */
const versions = fc
  .tuple(
    filesOf(cells, 12),
    fc.array(fc.tuple(fc.nat({ max: 11 }), fc.record(cells)), { maxLength: 2 }),
    fc.constantFrom(0, 0, 1, 5),
    filesOf(cells, 2),
  )
  .map(([before, edits, cut, added]): [TestRow[], TestRow[]] => {
    const now = before.slice(0, Math.max(0, before.length - cut));
    for (const [place, values] of edits) if (place < now.length) now[place] = values;
    return [before, [...now, ...added]];
  });
const rowSets = fc
  .array(fc.integer({ min: 2, max: 14 }), { maxLength: 4 })
  .map((rows) => rowSet(...rows));

/** By row, its cells and what the plan does with it. */
function decisions(rows: readonly TestRow[], held: RowSet): Map<number, string> {
  const plan = planRows(userTerritories, rows, org, {}, held);
  const pairs = plan.chunks.flatMap(({ operation, target, entries }) =>
    entries.map(({ id, rows: [one = 0] }): [number, unknown] => [
      one,
      operation === 'byUser' ? [target, id] : [id, target],
    ]),
  );
  const ends = plan.outcomes.map((one): [number, unknown] => [one.row, one]);
  return new Map(
    [...pairs, ...ends].map(([one, what]) => [one, JSON.stringify([rows[one - 2], what])]),
  );
}

test.prop([versions, rowSets, rowSets])(
  'plans differ in just the rows that say or become something else, in their order',
  ([before, now], heldBefore, heldNow) => {
    const [left, right] = [decisions(before, heldBefore), decisions(now, heldNow)];
    const rows = [...new Set([...left.keys(), ...right.keys()])].sort((a, b) => a - b);
    const expected = rows.filter((one) => left.get(one) !== right.get(one));
    const found = differences(
      planned(before, { held: heldBefore }),
      planned(now, { held: heldNow }),
    );
    expect(found.map((one) => one.row)).toEqual(expected);
    for (const one of found) expect(one.planned).not.toBe(one.now);
  },
);
