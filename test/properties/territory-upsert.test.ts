import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { normaliseName } from '../../src/resources/names.ts';
import { territories } from '../../src/resources/territories/index.ts';
import type { Chunk, Entry, Outcome } from '../../src/vocabulary.ts';
import type { Territory } from '../../src/zoho/directory.ts';
import { ModelOrg } from '../support/model-org.ts';
import { orgOf, TOP, territory, user } from '../support/org.ts';
import { filesOf, planRows, rowsOfChunks, type TestRow } from '../support/rows.ts';

const MOST = 7;
const HELD = Array.from({ length: MOST }, (_, i) => `T${i}`);
const NEW = ['N0', 'N1', 'N2', 'N3'];

/** Trees of some of T0, T1, …, deep rather than wide; their ids are 100, 101, … */
const trees: fc.Arbitrary<Territory[]> = fc
  .tuple(
    fc.shuffledSubarray(HELD, { minLength: 1 }),
    fc.array(fc.nat({ max: 2 }), { minLength: MOST, maxLength: MOST }),
    fc.constantFrom('2001', null),
  )
  .map(([names, steps, managerId]) => {
    const ids = [TOP.id];
    return names.map((name, i) => {
      const id = `10${name.slice(1)}`;
      const parentId = ids.at(-1 - (steps[i] ?? 0)) ?? TOP.id;
      ids.push(id);
      return territory({ id, name, parentId, managerId });
    });
  });

const names = fc.constantFrom(...HELD, ...HELD, ...NEW, 't1', 'Whole Org');
const mostly = (usual: fc.Arbitrary<string>, ...rare: string[]) =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(...rare) });
const cells = {
  territory_id: mostly(fc.constant(''), '100', '101', '102', '103', TOP.id, '999', 'x'),
  name: names,
  reporting_to: mostly(names, '', 'Nowhere', '104', 'n1 '),
  permission_type: mostly(fc.constantFrom('read_only', 'read_write_delete'), '', 'all'),
  description: mostly(fc.constantFrom('', 'd'), '(none)'),
  manager: mostly(fc.constant(''), '2001', '(none)', '7'),
};
/** Mostly one row for a name; few rows would get far otherwise. */
const files = fc
  .tuple(
    fc.uniqueArray(fc.record(cells), { maxLength: 12, selector: ({ name }) => name }),
    filesOf(cells, 2),
  )
  .map((parts) => parts.flat());
/** Numbers by which one of several things is picked, again and again. */
const picks = fc.infiniteStream(fc.nat());

const RUNS = { numRuns: 1000 };
const plan = (tree: readonly Territory[], rows: readonly TestRow[]) => {
  const org = orgOf({ territories: tree, users: [user({})] });
  return planRows(territories, rows, org, { mode: 'upsert' });
};

describe('a file of territories to create and update', () => {
  test.prop([trees, files], RUNS)('has one end for every row', (tree, rows) => {
    const { chunks, outcomes } = plan(tree, rows);
    const all = [...rowsOfChunks(chunks).flat(), ...outcomes.map(({ row }) => row)];
    expect(all.sort((a, b) => a - b)).toEqual(rows.map((_, i) => i + 2));
  });

  test.prop([trees, files, picks], RUNS)(
    'is taken by the org in any order of calls that the plan allows',
    async (tree, rows, pick) => {
      const { chunks } = plan(tree, rows);
      const org = new ModelOrg([TOP, ...tree]);
      const sent = carryOut(org, chunks, (most) => Number(pick.next().value) % most);
      for (const chunk of sent) expect(await org.unsettled(chunk)).toEqual([]);
    },
  );

  test.prop([trees, files], RUNS)('leaves alone what no valid row speaks of', (tree, rows) => {
    const { chunks } = plan(tree, rows);
    const org = new ModelOrg([TOP, ...tree]);
    carryOut(org, chunks, () => 0);
    const touched = new Set(chunks.flatMap(({ entries }) => entries.map(({ id }) => id)));
    for (const before of [TOP, ...tree]) {
      if (!touched.has(before.id)) expect(org.territories.get(before.id)).toEqual(before);
    }
    expect(org.territories.size).toBe(1 + tree.length + org.made.size);
  });

  test.prop([trees, files], RUNS)('puts every territory where its valid row says', (tree, rows) => {
    const { chunks, outcomes } = plan(tree, rows);
    const org = new ModelOrg([TOP, ...tree]);
    carryOut(org, chunks, () => 0);
    const done = outcomes.filter(({ status }) => status === 'unchanged').map(({ row }) => row);
    const wish = wishesOf(tree, rows, outcomes);
    const idOf = (key: string) => org.made.get(Number(key.replace('row ', ''))) ?? key;
    for (const row of [...done, ...rowsOfChunks(chunks).flat()]) {
      const { key, parent } = wish(row);
      expect(org.territories.get(idOf(key))?.parentId ?? '').toBe(parent && idOf(parent));
    }
  });

  test.prop([trees, files], RUNS)(
    'loses no row but those of circles and below them',
    (tree, rows) => {
      const { chunks, outcomes } = plan(tree, rows);
      const sent = rowsOfChunks(chunks).flat();
      const wish = wishesOf(tree, rows, outcomes);
      const lost = outcomes.filter((one) => one.status !== 'unchanged' && isOfTree(one));
      const all = [...sent, ...lost.map(({ row }) => row)];
      const kept = withoutCircles(tree, new Map(all.map((row) => [row, wish(row)])));
      expect(new Set(sent)).toEqual(kept);
    },
  );
});

/** Whether a row got as far as the tree: nothing but its parent spoke against it, if anything. */
function isOfTree({ status, finding }: Outcome): boolean {
  if (status === 'unchanged') return true;
  return finding?.field === 'reporting_to' && !NOT_OF_TREE.has(finding.code);
}

/** What is told of a parent before rows are put into the tree. */
const NOT_OF_TREE: ReadonlySet<string> = new Set(['NOT_ALLOWED', 'CONTRADICTION']);

/** Carries out the calls, each time one of those that may start; gives them as they were sent. */
function carryOut(
  org: ModelOrg,
  chunks: readonly Chunk[],
  pick: (most: number) => number,
): Chunk[] {
  const sent = new Map<number, Chunk>();
  const shuffled = (entries: readonly Entry[]) => {
    const left = [...entries];
    return entries.flatMap(() => left.splice(pick(left.length), 1));
  };
  while (sent.size < chunks.length) {
    const ready = chunks.filter(
      ({ id, after }) => !sent.has(id) && after.every((one) => sent.has(one)),
    );
    const chunk = ready[pick(ready.length)];
    if (chunk === undefined) throw new Error('calls wait for one another');
    sent.set(chunk.id, org.apply(chunk, shuffled));
  }
  return [...sent.values()];
}

/** A territory and the parent that it shall have: ids, or `row 2` for what that row creates. */
interface Wish {
  readonly key: string;
  /** Empty for the top, undefined where the name is nowhere. */
  readonly parent: string | undefined;
}

/** What rows ask for, read in the plainest way. */
function wishesOf(
  tree: readonly Territory[],
  rows: readonly TestRow[],
  outcomes: readonly Outcome[],
): (row: number) => Wish {
  const held = [TOP, ...tree];
  const isNamed = (name: string) => (one: { name?: string }) =>
    normaliseName(one.name ?? '') === normaliseName(name);
  const inOrg = (text: string) =>
    held.find(({ id }) => id === text)?.id ?? held.find(isNamed(text))?.id;
  const keyOf = ({ territory_id: id = '', name = '' }: TestRow, row: number) =>
    id === '' ? (inOrg(name) ?? `row ${row}`) : id;
  const early = new Set(outcomes.filter((one) => !isOfTree(one)).map(({ row }) => row));
  const inFile = (name: string) => {
    const index = rows.findIndex((one, i) => isNamed(name)(one) && !early.has(i + 2));
    return index < 0 ? undefined : keyOf(rows[index] ?? {}, index + 2);
  };
  return (row) => {
    const values = rows[row - 2] ?? {};
    const key = keyOf(values, row);
    const text = values['reporting_to'] ?? '';
    if (text !== '') return { key, parent: inOrg(text) ?? inFile(text) };
    const before = held.find(({ id }) => id === key);
    return { key, parent: before === undefined ? TOP.id : (before.parentId ?? '') };
  };
}

/** The rows that can be carried out, found by refusing circles in the whole tree again and again. */
function withoutCircles(
  tree: readonly Territory[],
  wishes: ReadonlyMap<number, Wish>,
): Set<number> {
  const homes = new Map([TOP, ...tree].map(({ id, parentId }) => [id, parentId ?? '']));
  const kept = new Map(wishes);
  for (;;) {
    const parents = new Map<string, string | undefined>(homes);
    for (const { key, parent } of kept.values()) parents.set(key, parent);
    const lost = [...kept].filter(([, { key, parent }]) => {
      if (parent === undefined) return true;
      return parent !== homes.get(key) && (!parents.has(parent) || isAboveItself(key, parents));
    });
    if (lost.length === 0) return new Set(kept.keys());
    for (const [row] of lost) kept.delete(row);
  }
}

function isAboveItself(key: string, parents: ReadonlyMap<string, string | undefined>): boolean {
  let one = parents.get(key);
  for (let steps = 0; one !== undefined && one !== key && steps < parents.size; steps += 1) {
    one = parents.get(one);
  }
  return one === key;
}
