import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  chooseSides,
  type PairSides,
} from '../../../src/resources/user-territories/fewest-calls/index.ts';

type Pair = readonly [user: number, territory: number];

interface Mapping {
  readonly pairs: readonly Pair[];
  readonly perUserCall: number;
  readonly perTerritoryCall: number;
  readonly barredUsers?: ReadonlySet<number>;
}

function choose({ pairs, ...limits }: Mapping): PairSides {
  return chooseSides(
    Uint32Array.from(pairs, ([user]) => user),
    Uint32Array.from(pairs, ([, territory]) => territory),
    limits,
  );
}

/** A mapping with the documented limits. */
function hundreds(pairs: readonly Pair[], ...barred: number[]): Mapping {
  return { pairs, perUserCall: 100, perTerritoryCall: 100, barredUsers: new Set(barred) };
}

/** The first `users` users, each in the first `territories` territories. */
function block(users: number, territories: number): Pair[] {
  return Array.from({ length: users * territories }, (_, i): Pair => {
    return [Math.floor(i / territories), i % territories];
  });
}

/** What the sides cost, counted anew. */
function count(
  { pairs, perUserCall, perTerritoryCall }: Mapping,
  sides: ArrayLike<number>,
): number {
  const loads = [new Map<number, number>(), new Map<number, number>()] as const;
  pairs.forEach((pair, i) => {
    const side = sides[i] === 0 ? 0 : 1;
    loads[side].set(pair[side], (loads[side].get(pair[side]) ?? 0) + 1);
  });
  const calls = (side: 0 | 1, perCall: number) =>
    loads[side].values().reduce((sum, load) => sum + Math.ceil(load / perCall), 0);
  return calls(0, perUserCall) + calls(1, perTerritoryCall);
}

/** The fewest calls of all ways to choose. */
function fewest(mapping: Mapping): number {
  const { pairs, barredUsers } = mapping;
  let least = Number.POSITIVE_INFINITY;
  for (let ways = 0; ways < 2 ** pairs.length; ways += 1) {
    const sides = pairs.map((_, i) => (ways >> i) & 1);
    if (pairs.some(([user], i) => sides[i] === 0 && barredUsers?.has(user))) continue;
    least = Math.min(least, count(mapping, sides));
  }
  return least;
}

/** Whether one call can carry all pairs of any user (but a barred one) or territory. */
function fitsCalls({ pairs, perUserCall, perTerritoryCall, barredUsers }: Mapping): boolean {
  return pairs.every(([user, territory]) => {
    const ofUser = pairs.filter(([other]) => other === user).length;
    const ofTerritory = pairs.filter(([, other]) => other === territory).length;
    return (barredUsers?.has(user) || ofUser <= perUserCall) && ofTerritory <= perTerritoryCall;
  });
}

function expectSound(mapping: Mapping, chosen: PairSides): void {
  const { pairs, barredUsers } = mapping;
  expect(chosen.sides).toHaveLength(pairs.length);
  expect(chosen.sides.every((side) => side === 0 || side === 1)).toBe(true);
  expect(pairs.some(([user], i) => barredUsers?.has(user) && chosen.sides[i] === 0)).toBe(false);
  const byUser = pairs.map(([user]) => (barredUsers?.has(user) ? 1 : 0));
  expect(chosen.calls).toBe(count(mapping, chosen.sides));
  expect(chosen.callsByUser).toBe(count(mapping, byUser));
  expect(chosen.callsByTerritory).toBe(count(mapping, new Uint8Array(pairs.length).fill(1)));
  expect(chosen.calls).toBeLessThanOrEqual(Math.min(chosen.callsByUser, chosen.callsByTerritory));
}

/** Distinct pairs of at most 6 users and 6 territories, among them barred users. */
function mappings(perCall: fc.Arbitrary<number>, maxPairs: number): fc.Arbitrary<Mapping> {
  const index = fc.nat({ max: 5 });
  return fc.record({
    pairs: fc.uniqueArray(fc.tuple(index, index), {
      maxLength: maxPairs,
      selector: ([user, territory]) => user * 6 + territory,
    }),
    perUserCall: perCall,
    perTerritoryCall: perCall,
    barredUsers: fc.uniqueArray(index, { maxLength: 2 }).map((users) => new Set(users)),
  });
}

/** Even numbers from 0 to 1, the same for the same seed. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Distinct random pairs; the more `skew`, the more they crowd at low indexes. */
function scatter(users: number, territories: number, pairs: number, skew = 1): Pair[] {
  const random = randoms(20_261_121);
  const keys = new Set<number>();
  while (keys.size < pairs) {
    const user = Math.floor(users * random() ** skew);
    keys.add(user * territories + Math.floor(territories * random() ** skew));
  }
  return Array.from(keys, (key) => [Math.floor(key / territories), key % territories]);
}

const star = (center: number, leaves: number, from: number): Pair[] =>
  Array.from({ length: leaves }, (_, i) => [center, from + i]);
const turned = (pairs: readonly Pair[]): Pair[] => pairs.map(([user, other]) => [other, user]);

describe('chooseSides', () => {
  test.each<[calls: number, what: string, mapping: Mapping]>([
    [0, 'nothing', hundreds([])],
    [1, 'one pair', hundreds([[0, 0]])],
    [5, '500 users in one territory', hundreds(block(500, 1))],
    [3, 'one user in 250 territories', hundreds(block(1, 250))],
    [30, 'a block of 30 users and 40 territories', hundreds(block(30, 40))],
    [30, 'a block of 40 users and 30 territories', hundreds(block(40, 30))],
    [
      3,
      'two busy users beside a busy territory',
      hundreds([...star(0, 50, 0), ...star(1, 60, 30), ...turned(star(90, 70, 2))]),
    ],
    [
      4,
      'a territory of 300 users beside a busy one of them',
      hundreds([...block(300, 1), ...star(7, 99, 1)]),
    ],
    [
      12,
      '102 users in 10 territories: the two that do not fit go by user',
      hundreds(block(102, 10)),
    ],
    [
      2,
      'a territory of 101 users, one of whom has a call anyway',
      hundreds([...block(101, 1), ...star(100, 50, 1)]),
    ],
  ])('takes %i calls for %s', (calls, _, mapping) => {
    const chosen = choose(mapping);
    expectSound(mapping, chosen);
    expect(chosen.calls).toBe(calls);
  });

  test('sends the pairs of a barred user by territory, whatever that costs', () => {
    const mapping = hundreds([...star(0, 50, 0), ...star(1, 50, 0)], 0);
    const chosen = choose(mapping);
    expectSound(mapping, chosen);
    expect(chosen).toMatchObject({ calls: 50, callsByUser: 51, callsByTerritory: 50 });
  });

  test('fills up the calls that a barred user forces', () => {
    const mapping = hundreds([[0, 0], ...block(100, 1).slice(1), [1, 1], [1, 2]], 0);
    expect(choose(mapping)).toMatchObject({ calls: 2, callsByUser: 100, callsByTerritory: 3 });
  });

  test('gives the same sides for the same pairs', () => {
    const mapping = hundreds(scatter(300, 300, 33_000));
    expect(choose(mapping).sides).toEqual(choose(mapping).sides);
  });

  const smallCalls = fc.integer({ min: 1, max: 4 });

  test.prop([mappings(fc.constantFrom(4, 6, 100), 12)], { numRuns: 200 })(
    'finds the fewest calls if nothing fills more than one',
    (mapping) => {
      fc.pre(fitsCalls(mapping));
      expect(choose(mapping).calls).toBe(fewest(mapping));
    },
  );

  // Of 20,000 random mappings of up to 14 pairs that fill several calls, 25 took one call too many, none took two.
  test.prop([mappings(smallCalls, 10)], { numRuns: 200 })(
    'takes at most one call too many for a few pairs that fill several calls',
    (mapping) => {
      const chosen = choose(mapping);
      expectSound(mapping, chosen);
      expect(chosen.calls).toBeLessThanOrEqual(fewest(mapping) + 1);
    },
  );

  test.prop([mappings(smallCalls, 36)], { numRuns: 500 })(
    'puts every pair on one side, for no more calls than either pure way',
    (mapping) => expectSound(mapping, choose(mapping)),
  );

  test.each<[what: string, pairs: Pair[]]>([
    ['few large territories', scatter(4_000, 100, 100_000)],
    ['users and territories of the same size', scatter(900, 900, 100_000)],
    ['a few crowded users and territories', scatter(4_000, 2_000, 100_000, 3)],
    ['no crowd at all', scatter(80_000, 80_000, 100_000)],
  ])('is no worse than either pure way for 100,000 pairs of %s', (_, pairs) => {
    const mapping = hundreds(pairs, 0, 5, 17);
    expectSound(mapping, choose(mapping));
  });

  test('is much better than either pure way where users and territories are a little overfull', () => {
    const { calls, callsByUser, callsByTerritory } = choose(
      hundreds(scatter(1_000, 1_000, 105_000)),
    );
    expect(calls).toBeLessThan(0.75 * Math.min(callsByUser, callsByTerritory));
  });
});
