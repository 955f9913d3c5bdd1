import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { scheduleTree, type TreeCapacity } from '../../../src/resources/territories/schedule.ts';

interface TestNode {
  readonly name: string;
  readonly parent: TestNode | undefined;
  readonly kind: string;
}

/** Nodes written as `Name` or `Name < Parent`, the parent first; small letters are updates. */
function nodesOf(...texts: string[]): TestNode[] {
  const nodes = new Map<string, TestNode>();
  for (const text of texts) {
    const [name = '', parent = ''] = text.split(' < ');
    const kind = name === name.toLowerCase() ? 'update' : 'create';
    nodes.set(name, { name, parent: nodes.get(parent), kind });
  }
  return [...nodes.values()];
}

/** The calls as they would run: a round ends when its slots are taken, or a call must wait. */
function roundsOf(calls: readonly TestNode[][], slots: number): TestNode[][][] {
  const rounds: TestNode[][][] = [];
  const placeOf = new Map<TestNode, number>();
  for (const call of calls) {
    const mustWait = call.some(({ parent }) => parent && placeOf.get(parent) === rounds.length - 1);
    if (mustWait || rounds.length === 0 || rounds.at(-1)?.length === slots) rounds.push([]);
    rounds.at(-1)?.push(call);
    for (const node of call) placeOf.set(node, rounds.length - 1);
  }
  return rounds;
}

const countRounds = (nodes: readonly TestNode[], capacity: TreeCapacity) =>
  roundsOf(scheduleTree(nodes, capacity), capacity.slots).length;

function depthOf({ parent }: TestNode): number {
  return parent === undefined ? 0 : depthOf(parent) + 1;
}

/** Forests of up to `most` nodes in any order, each hanging on an earlier one or on nothing. */
const forests = (most: number, kinds: readonly string[]): fc.Arbitrary<TestNode[]> =>
  fc
    .array(fc.record({ up: fc.nat({ max: most }), kind: fc.constantFrom(...kinds) }), {
      minLength: 1,
      maxLength: most,
    })
    .map((links) => {
      const nodes: TestNode[] = [];
      for (const { up, kind } of links) {
        nodes.push({ name: `T${nodes.length}`, parent: nodes[nodes.length - up], kind });
      }
      return nodes;
    })
    .chain((nodes) =>
      fc.shuffledSubarray(nodes, { minLength: nodes.length, maxLength: nodes.length }),
    );
const capacities = fc.record({
  perCall: fc.integer({ min: 1, max: 3 }),
  slots: fc.integer({ min: 1, max: 3 }),
});

/** Tries all schedules of nodes of one kind, round by round; a set of nodes is bits of a number. */
function fewestRounds(nodes: readonly TestNode[], capacity: TreeCapacity): number {
  const parents = nodes.map(({ parent }) =>
    parent === undefined ? 0 : 1 << nodes.indexOf(parent),
  );
  const most = capacity.perCall * capacity.slots;
  const all = 2 ** nodes.length - 1;
  let reached = new Set([0]);
  for (let rounds = 0; ; rounds++) {
    if (reached.has(all)) return rounds;
    const next = new Set<number>();
    for (const done of reached) {
      const ready = parents.reduce(
        (set, parent, i) =>
          ((done >> i) & 1) === 0 && (parent & ~done) === 0 ? set | (1 << i) : set,
        0,
      );
      for (let set = ready; set > 0; set = (set - 1) & ready) {
        if (countBits(set) <= most) next.add(done | set);
      }
    }
    reached = next;
  }
}

function countBits(set: number): number {
  let bits = 0;
  for (let left = set; left > 0; left &= left - 1) bits += 1;
  return bits;
}

const namesOf = (calls: readonly TestNode[][]) =>
  calls.map((call) => call.map(({ name }) => name).join(' '));

describe('calls', () => {
  test('take the longest chains first, then the order given', () => {
    const nodes = nodesOf('X', 'Y', 'A', 'Z', 'B < A', 'C < B', 'D', 'E < D');
    const calls = scheduleTree(nodes, { perCall: 2, slots: 1 });
    expect(namesOf(calls)).toEqual(['A D', 'B X', 'Y Z', 'C E']);
  });

  test.each([
    { perCall: 10, slots: 10, calls: ['A B', 'a b'] },
    { perCall: 10, slots: 1, calls: ['A B', 'a b'] },
    { perCall: 1, slots: 2, calls: ['A', 'a', 'B', 'b'] },
  ])('are of one kind each: $perCall a call, $slots at once', ({ calls, ...capacity }) => {
    expect(namesOf(scheduleTree(nodesOf('A', 'a', 'B', 'b'), capacity))).toEqual(calls);
  });

  test('leave the lowest for later where two half-filled ones would be one too many', () => {
    const nodes = nodesOf('A', 'B < A', 'X', 'Y', 'x', 'b < A');
    const rounds = roundsOf(scheduleTree(nodes, { perCall: 2, slots: 2 }), 2);
    expect(rounds.map(namesOf)).toEqual([['A X'], ['B Y', 'x b']]);
  });

  test('that nothing waits for go along with later ones that have room', () => {
    const nodes = nodesOf('A', 'B < A', 'X', 'Y');
    const calls = scheduleTree(nodes, { perCall: 2, slots: 2 });
    expect(namesOf(calls)).toEqual(['A X', 'B Y']);
  });

  test('are none for no nodes', () => {
    expect(scheduleTree([], { perCall: 10, slots: 10 })).toEqual([]);
  });
});

describe('whatever the forest', () => {
  const forest = forests(30, ['create', 'update']);

  test.prop([forest, capacities])('every node is in exactly one call', (nodes, capacity) => {
    const scheduled = scheduleTree(nodes, capacity).flat();
    expect(scheduled).toHaveLength(nodes.length);
    expect(new Set(scheduled)).toEqual(new Set(nodes));
  });

  test.prop([forest, capacities])('parents are in earlier calls', (nodes, capacity) => {
    const done = new Set<TestNode>();
    for (const call of scheduleTree(nodes, capacity)) {
      for (const { parent } of call) expect(parent === undefined || done.has(parent)).toBe(true);
      for (const node of call) done.add(node);
    }
  });

  test.prop([forest, capacities])('no call is too large or of two kinds', (nodes, capacity) => {
    for (const call of scheduleTree(nodes, capacity)) {
      expect(call.length).toBeLessThanOrEqual(capacity.perCall);
      expect(new Set(call.map(({ kind }) => kind)).size).toBe(1);
    }
  });

  test.prop([forest, capacities])('it needs no more rounds than promised', (nodes, capacity) => {
    const levels = Math.max(...nodes.map(depthOf)) + 1;
    const sure = capacity.perCall * (capacity.slots - 1) + 1;
    expect(countRounds(nodes, capacity)).toBeLessThanOrEqual(levels + nodes.length / sure);
  });
});

describe('the fewest rounds there can be, for one kind', () => {
  test.prop([forests(8, ['create']), capacities])('as trying all finds them', (nodes, capacity) => {
    expect(countRounds(nodes, capacity)).toBe(fewestRounds(nodes, capacity));
  });

  test.prop([forests(200, ['create']), capacities])("as Hu's bound has them", (nodes, capacity) => {
    const depths = nodes.map(depthOf);
    const bounds = depths.map((depth) => {
      const deeper = depths.filter((other) => other >= depth).length;
      return depth + Math.ceil(deeper / (capacity.perCall * capacity.slots));
    });
    expect(countRounds(nodes, capacity)).toBe(Math.max(...bounds));
  });

  test('1,000 nodes in six levels, where level by level takes 13', () => {
    const capacity = { perCall: 10, slots: 10 };
    const levels: TestNode[][] = [];
    for (const width of [40, 120, 200, 240, 220, 180]) {
      const above = levels.at(-1) ?? [];
      const name = `L${levels.length}`;
      levels.push(
        Array.from({ length: width }, (_, i) => ({
          name: `${name}-${i}`,
          parent: above[(i * i) % above.length],
          kind: 'create',
        })),
      );
    }
    expect(levels.reduce((sum, level) => sum + Math.ceil(level.length / 100), 0)).toBe(13);
    // The first can hold 40 only, and 960 more need ten.
    expect(countRounds(levels.flat(), capacity)).toBe(11);
  });
});

describe('100,000 nodes', { timeout: 10_000 }, () => {
  const LENGTH = 100_000;
  const chain = (length: number): TestNode[] => {
    const nodes: TestNode[] = [];
    for (let i = 0; i < length; i++) {
      nodes.push({ name: `T${i}`, parent: nodes.at(-1), kind: i % 2 === 0 ? 'create' : 'update' });
    }
    return nodes;
  };
  const root: TestNode = { name: 'root', parent: undefined, kind: 'create' };
  const below = (parent: TestNode | undefined, length: number): TestNode[] =>
    Array.from({ length }, (_, i) => ({ name: `B${i}`, parent, kind: 'create' }));
  const stem = chain(LENGTH / 2);

  test.each([
    ['one chain', chain(LENGTH), LENGTH],
    ['one chain, its end first', chain(LENGTH).reverse(), LENGTH],
    ['no parents', below(undefined, LENGTH), LENGTH / 10],
    ['one parent', [root, ...below(root, LENGTH - 1)], LENGTH / 10 + 1],
    ['a chain with a broom at its end', [...stem, ...below(stem.at(-1), LENGTH / 2)], 55_000],
  ])('%s', (_, nodes, calls) => {
    expect(scheduleTree(nodes, { perCall: 10, slots: 10 })).toHaveLength(calls);
  });

  test('one a round', () => {
    expect(scheduleTree(below(undefined, LENGTH), { perCall: 1, slots: 1 })).toHaveLength(LENGTH);
  });
});

describe('a bug is told', () => {
  test('of nodes in a circle', () => {
    const first: { parent: object | undefined; kind: string } = { parent: undefined, kind: '' };
    const second = { parent: first, kind: '' };
    first.parent = second;
    const nodes = [first, second] as unknown as TestNode[];
    expect(() => scheduleTree(nodes, { perCall: 1, slots: 1 })).toThrow('bug: ');
  });

  test('of a parent that is not among the nodes', () => {
    const nodes = nodesOf('A', 'B < A').slice(1);
    expect(() => scheduleTree(nodes, { perCall: 1, slots: 1 })).toThrow('bug: ');
  });
});
