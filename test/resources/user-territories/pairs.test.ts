import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  chooseGroups,
  type Group,
  groupsOf,
  Pairs,
} from '../../../src/resources/user-territories/pairs.ts';

type Pair = readonly [user: string, territory: string];

/** Pairs of rows 2, 3, … */
function pairsOf(pairs: readonly Pair[]): Pairs {
  const list = new Pairs();
  pairs.forEach(([user, territory], i) => {
    list.add(user, territory, i + 2);
  });
  return list;
}

function groups(
  pairs: readonly Pair[],
  { wanted = () => true, barred }: { wanted?: (row: number) => boolean; barred?: string } = {},
): Group[] {
  const list = pairsOf(pairs);
  return allOf(list, chooseGroups(list, wanted, barred));
}

/** Every group, whole. */
function allOf(list: Pairs, sides: Uint32Array): Group[] {
  const all = groupsOf(list, sides);
  return Array.from({ length: all.count }, (_, i) => all.part(i, 0, all.sizeOf(i)));
}

const ANN: readonly Pair[] = [
  ['ann', 'east'],
  ['ann', 'west'],
];
const EAST: readonly Pair[] = [
  ['bob', 'north'],
  ['eve', 'north'],
];

describe('pairs', () => {
  test('give users and territories numbers from 0, in the order in which they come', () => {
    const pairs = pairsOf([...ANN, ['bob', 'west']]);
    expect(pairs.users.ids).toEqual(['ann', 'bob']);
    expect(pairs.territories.ids).toEqual(['east', 'west']);
    expect([...pairs.userOf.array()]).toEqual([0, 0, 1]);
    expect([...pairs.territoryOf.array()]).toEqual([0, 1, 1]);
    expect([...pairs.rowOf.array()]).toEqual([2, 3, 4]);
    expect(pairs.length).toBe(3);
  });
});

describe('groups', () => {
  test('are of one user or of one territory, users first', () => {
    expect(groups([...EAST, ...ANN])).toEqual([
      { side: 'user', id: 'ann', others: ['east', 'west'], rows: [4, 5] },
      { side: 'territory', id: 'north', others: ['bob', 'eve'], rows: [2, 3] },
    ]);
  });

  test('of no pairs are none', () => {
    expect(groups([])).toEqual([]);
    expect(groups(ANN, { wanted: () => false })).toEqual([]);
  });

  test('leave out pairs that are not wanted, when they choose and when they group', () => {
    const all = [...ANN, ...EAST, ['ann', 'north']] as const;
    expect(groups(all, { wanted: (row) => row >= 4 })).toEqual([
      { side: 'territory', id: 'north', others: ['bob', 'eve', 'ann'], rows: [4, 5, 6] },
    ]);
  });

  test('of a barred user are those of the territories', () => {
    expect(groups(ANN, { barred: 'ann' })).toEqual([
      { side: 'territory', id: 'east', others: ['ann'], rows: [2] },
      { side: 'territory', id: 'west', others: ['ann'], rows: [3] },
    ]);
  });

  test('bar nobody by a user that no pair has', () => {
    expect(groups(ANN, { barred: 'eve' })).toEqual(groups(ANN));
  });

  test('are more than one call, where a user or a territory has more pairs', () => {
    const many = Array.from({ length: 250 }, (_, i): Pair => ['ann', `${i}`]);
    expect(groups(many).map(({ id, rows }) => [id, rows.length])).toEqual([['ann', 250]]);
    const turned = many.map(([user, other]): Pair => [other, user]);
    expect(groups(turned).map(({ id, rows }) => [id, rows.length])).toEqual([['ann', 250]]);
  });

  test('are chosen anew from the same pairs', () => {
    const list = pairsOf([...EAST, ...ANN]);
    const choose = (row: number) =>
      allOf(
        list,
        chooseGroups(list, (one) => one === row),
      );
    expect([2, 3, 2].map(choose).map((found) => found.map(({ rows }) => rows))).toEqual([
      [[2]],
      [[3]],
      [[2]],
    ]);
    expect(
      allOf(
        list,
        chooseGroups(list, () => true),
      ),
    ).toHaveLength(2);
  });

  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  const mapping = fc.uniqueArray(fc.tuple(id, id), {
    maxLength: 30,
    selector: ([user, territory]) => user + territory,
  });

  test.prop([mapping, fc.set(fc.nat({ max: 35 })), fc.option(id)])(
    'hold every wanted pair once, in the order of the pairs, each user and territory once at most',
    (pairs, wantedRows, barred) => {
      const wanted = (row: number) => wantedRows.has(row);
      const found = groups(pairs, { wanted, ...(barred === null ? {} : { barred }) });
      const grouped = found.flatMap(({ side, id: one, others, rows }) =>
        rows.map((row, i) => [row, ...(side === 'user' ? [one, others[i]] : [others[i], one])]),
      );
      const expected = pairs
        .map(([user, territory], i) => [i + 2, user, territory] as const)
        .filter(([row]) => wanted(row));
      expect(grouped.sort(([a], [b]) => Number(a) - Number(b))).toEqual(expected);
      for (const { rows } of found) expect(rows).toEqual(rows.toSorted((a, b) => a - b));
      const keys = found.map(({ side, id: one }) => `${side} ${one}`);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys).not.toContain(`user ${barred}`);
    },
  );
});
