import { fc, test } from '@fast-check/vitest';
import { describe, expect, test as plain } from 'vitest';
import { createOrg } from '../../../src/pipeline/plan/resolve.ts';
import { normaliseName } from '../../../src/resources/names.ts';
import type { Candidate, Planned } from '../../../src/resources/planner.ts';
import type { Trace } from '../../../src/resources/resource.ts';
import { territories } from '../../../src/resources/territories/index.ts';
import type { TerritoryRecord } from '../../../src/resources/territories/record.ts';
import { verifyTerritories } from '../../../src/resources/territories/verify.ts';
import { RowSet } from '../../../src/row-set.ts';
import type { Territory } from '../../../src/zoho/directory.ts';
import { ModelOrg } from '../../support/model-org.ts';
import { TOP, territory, user } from '../../support/org.ts';
import { checkRow, filesOf, planRows, type TestRow } from '../../support/rows.ts';

const USERS = [user({}), user({ id: '2002', email: 'bob@example.com' })];
const orgWith = (held: readonly Territory[]) => createOrg({ territories: held, users: USERS });

/** A file that was carried out: the org it left, and how its rows compare with another one. */
function carriedOut(
  before: readonly Territory[],
  rows: readonly TestRow[],
  mode: 'add' | 'upsert',
) {
  const { chunks, outcomes } = planRows(territories, rows, orgWith(before), { mode });
  const model = new ModelOrg(before);
  const traces = new Map<number, Trace>();
  for (const { row, status, id } of outcomes) {
    if (status === 'unchanged') traces.set(row, { id, entry: undefined, parentId: undefined });
  }
  for (const chunk of chunks) {
    model.apply(chunk, (entries) => entries);
    for (const entry of chunk.entries) {
      const [row = 0] = entry.rows;
      const id = entry.id ?? model.made.get(row);
      traces.set(row, { id, entry, parentId: model.made.get(entry.parentRow ?? 0) });
    }
  }
  const candidates = [...traces.keys()].map((row): Candidate<TerritoryRecord> => {
    const { record } = checkRow(territories, rows[row - 2] ?? {}, { mode });
    return { row, subject: '', record };
  });
  const refused = outcomes.filter(({ row, id }) => id !== undefined && !traces.has(row));
  return {
    refusedNames: refused.map(({ row }) => rows[row - 2]?.['name'] ?? ''),
    left: [...model.territories.values()],
    rows: candidates.map(({ row }) => row),
    compare: (held: readonly Territory[]) =>
      [...verifyTerritories(() => candidates, orgWith(held), traces).calls(new RowSet())].map(tell),
  };
}

/** "2 unchanged", "3 is called X now", "4 missing". */
function tell(planned: Planned): string {
  if ('warning' in planned) return planned.warning;
  if ('entries' in planned) return `${planned.entries[0]?.rows[0]} missing`;
  const { row, status, finding } = planned;
  return `${row} ${status === 'unchanged' ? status : finding.cause}`;
}

const names = fc.constantFrom('A', 'B', 'C', 'D', 'a ', 'New', 'Other', 'Whole Org');
const cells = {
  territory_id: fc.oneof(
    { weight: 5, arbitrary: fc.constant('') },
    { weight: 3, arbitrary: fc.constantFrom('100', '101', '102', '999') },
  ),
  name: names,
  reporting_to: fc.oneof(names, fc.constantFrom('', '102')),
  permission_type: fc.constantFrom('read_only', 'read_write_delete'),
  description: fc.constantFrom('', 'some', '(none)'),
  manager: fc.constantFrom('', '2002', 'ann@example.com', '(none)'),
};
const TREE = [
  TOP,
  territory({ id: '100', name: 'A' }),
  territory({ id: '101', name: 'B', parentId: '100', description: 'some' }),
  territory({ id: '102', name: 'C', parentId: '101', managerId: '2002' }),
];

describe('rows that were carried out', () => {
  test.prop([filesOf(cells, 6), fc.constantFrom('add', 'upsert')], { numRuns: 1000 })(
    'are found as they were asked, whatever was renamed and moved',
    (rows, mode) => {
      const run = carriedOut(TREE, rows, mode);
      // A row that names a parent by a name which that one was refused is not as asked after all.
      const parents = rows.map((row) => normaliseName(row['reporting_to'] ?? ''));
      fc.pre(!run.refusedNames.some((name) => parents.includes(normaliseName(name))));
      expect(run.compare(run.left)).toEqual(run.rows.map((row) => `${row} unchanged`));
    },
  );

  test.prop([filesOf(cells, 6), fc.nat()], { numRuns: 500 })(
    'are found by their ids, though every territory is renamed',
    (rows, pick) => {
      const run = carriedOut(TREE, rows, 'upsert');
      const parents = rows.map((row) => normaliseName(row['reporting_to'] ?? ''));
      fc.pre(!run.refusedNames.some((name) => parents.includes(normaliseName(name))));
      const renamed = run.left.map((one, i) => ({ ...one, name: `x${(i + pick) % 9}y${i}` }));
      for (const text of run.compare(renamed)) {
        expect(text).toMatch(/^\d+ is called x\dy\d+ now$/);
      }
    },
  );
});

plain('permissions that the org hides are not told to be others', () => {
  const run = carriedOut([TOP], [{ name: 'A', permission_type: 'read_only' }], 'add');
  const hidden = run.left.map((one) => ({ ...one, permissionType: '' }));
  expect(run.compare(hidden)).toEqual(['2 unchanged']);
});

plain('a row that found its parent in place is not changed when that is renamed', () => {
  const held = [
    TOP,
    territory({ id: '100', name: 'A' }),
    territory({ id: '101', parentId: '100' }),
  ];
  const row = { name: 'East', permission_type: 'read_only', reporting_to: 'A' };
  const renamed = held.map((one) => (one.id === '100' ? { ...one, name: 'Area' } : one));
  const files: TestRow[][] = [
    [row],
    [{ ...row, description: 'd' }],
    [row, { name: 'A', permission_type: 'read_only' }],
  ];
  for (const rows of files) {
    const run = carriedOut(held, rows, 'upsert');
    const texts = run.compare(
      run.left.map((one) => renamed.find(({ id }) => id === one.id && id === '100') ?? one),
    );
    expect(texts[0]).toBe('2 unchanged');
  }
});

plain('a row that found its parent in place is changed when it is moved', () => {
  const held = [
    TOP,
    territory({ id: '100', name: 'A' }),
    territory({ id: '101', parentId: '100' }),
    territory({ id: '102', name: 'B' }),
  ];
  const moved = held.map((one) => (one.id === '101' ? { ...one, parentId: '102' } : one));
  const row = { name: 'East', permission_type: 'read_only', reporting_to: 'A' };
  expect(carriedOut(held, [row], 'add').compare(moved)).toEqual(['2 reporting_to: B']);
  // Even where its parent is gone: B is known to be another one.
  const rows = [row, { name: 'B', permission_type: 'read_only' }];
  const withoutA = moved.filter(({ id }) => id !== '100');
  expect(carriedOut(held, rows, 'add').compare(withoutA)).toEqual([
    '2 reporting_to: B',
    '3 unchanged',
  ]);
  const byId = { ...row, reporting_to: '0100' };
  expect(carriedOut(held, [byId], 'add').compare(withoutA)).toEqual(['2 reporting_to: B']);
});

plain('a name is held as it was sent, and found in whatever case', () => {
  const held = [TOP, territory({ id: '100', name: 'SPAIN' })];
  const byName = { name: 'Spain', permission_type: 'read_only' };
  const byId = { ...byName, territory_id: '100' };
  expect(carriedOut(held, [byName], 'upsert').compare(held)).toEqual(['2 unchanged']);
  const sent = carriedOut(held, [byId], 'upsert');
  expect(sent.compare(sent.left)).toEqual(['2 unchanged']);
  expect(sent.compare(held)).toEqual(['2 is called SPAIN now']);
  const created = carriedOut([TOP], [byName], 'add');
  const shouted = created.left.map((one) => ({ ...one, name: one.name.toUpperCase() }));
  expect(created.compare(shouted)[0]).toBe('2 is called SPAIN now');
  const asHeld = carriedOut(held, [{ ...byId, name: 'SPAIN' }], 'upsert');
  const lower = held.map((one) => (one.id === '100' ? { ...one, name: 'Spain' } : one));
  expect(asHeld.compare(lower)).toEqual(['2 is called Spain now']);
});

plain('a parent that nobody has moved is told by none of the names it has had', () => {
  const held = [TOP, territory({ id: '100', name: 'A' }), territory({ id: '101', name: 'B' })];
  const rows = [{ name: 'New', permission_type: 'read_only', reporting_to: 'A' }];
  const run = carriedOut(held, rows, 'add');
  const rename = (id: string, name: string) => (one: Territory) =>
    one.id === id ? { ...one, name } : one;
  expect(run.compare(run.left.map(rename('100', 'Area')))).toEqual(['2 unchanged']);
  const swapped = run.left.map(rename('100', 'B')).map(rename('101', 'A'));
  expect(run.compare(swapped)).toEqual(['2 unchanged']);
});
