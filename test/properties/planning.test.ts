import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { recordTerritories } from '../../src/resources/record-territories/index.ts';
import { territories } from '../../src/resources/territories/index.ts';
import { userTerritories } from '../../src/resources/user-territories/index.ts';
import { RowSet } from '../../src/row-set.ts';
import type { Chunk } from '../../src/vocabulary.ts';
import { LIMITS } from '../../src/zoho/limits.ts';
import { orgOf, territory, user } from '../support/org.ts';
import {
  filesOf,
  planRows,
  recordTerritoryCells,
  rowsOfChunks,
  type TestPlan,
  type TestRow,
  territoryCells,
  userTerritoryCells,
} from '../support/rows.ts';

const PLACES = Array.from({ length: 14 }, (_, i) => `T${i}`);
const org = orgOf({
  territories: [
    ...PLACES.map((name, i) => territory({ id: `${3000 + i}`, name })),
    territory({ id: '4001', name: 'B' }),
  ],
  users: [
    user({ id: '2001', email: 'ann@example.com' }),
    user({ id: '2002', email: 'bob@example.com' }),
    user({ id: '2003', email: 'gone@example.com', active: false }),
    user({ id: '2004', email: 'me@example.com' }),
  ],
  currentUserId: '2004',
});

const USERS = ['2001', 'ann@example.com', 'ANN@example.com', '2002', '2003', 'me@example.com'];
const RECORDS = Array.from({ length: 13 }, (_, i) => `${501 + i}`);

/** The org with so many territories and users more that one call cannot carry all of either. */
const WIDE = 230;
const wideOrg = orgOf({
  territories: [
    ...org.territories,
    ...Array.from({ length: WIDE }, (_, i) => territory({ id: `${6000 + i}`, name: `W${i}` })),
  ],
  users: [
    ...org.users,
    ...Array.from({ length: WIDE }, (_, i) =>
      user({ id: `${7000 + i}`, email: `w${i}@example.com` }),
    ),
  ],
  currentUserId: '2004',
});

/** A user with many territories, or a territory with many users; several of them meet. */
const wideStar = fc
  .record({
    size: fc.oneof(fc.nat({ max: 8 }), fc.integer({ min: 95, max: WIDE - 10 })),
    center: fc.nat({ max: 3 }),
    from: fc.nat({ max: 9 }),
    isUser: fc.boolean(),
  })
  .map(({ size, center, from, isUser }) =>
    Array.from({ length: size }, (_, i): TestRow => {
      const [one, other] = [center, from + i];
      const [person, place] = isUser ? [one, other] : [other, one];
      return { user: person === 0 ? '2004' : `${7000 + person}`, territory: `${6000 + place}` };
    }),
  );

const FILES = {
  territories: filesOf(territoryCells(['T0', '3001', 'Whole Org']), 40),
  // Enough pairs that calls overflow, and few enough that pairs meet again.
  users: fc.oneof(
    { weight: 2, arbitrary: filesOf(userTerritoryCells(USERS, [...PLACES, '3000']), 40) },
    { weight: 1, arbitrary: fc.array(wideStar, { maxLength: 3 }).map((stars) => stars.flat()) },
  ),
  records: filesOf(recordTerritoryCells(RECORDS, PLACES), 120),
};

/** Rows that the org holds: none, some, or nearly all. */
const HELD: fc.Arbitrary<RowSet> = fc
  .tuple(fc.constantFrom(0, 1, 4, 7), fc.array(fc.nat({ max: 7 }), { minLength: 1 }))
  .map(([share, dice]) => {
    const held = new RowSet();
    for (let row = 2; row < 800; row += 1) {
      if ((dice[row % dice.length] ?? 0) < share) held.add(row);
    }
    return held;
  });

const plans = {
  territories: (rows: TestRow[]) => planRows(territories, rows, org),
  users: (rows: TestRow[], held?: RowSet) => planRows(userTerritories, rows, wideOrg, {}, held),
  records: (rows: TestRow[], held?: RowSet) => planRows(recordTerritories, rows, org, {}, held),
};

/** Every row of the plan, whether it is sent or ends here. */
const rowsOf = ({ chunks, outcomes }: TestPlan): number[] =>
  [...rowsOfChunks(chunks).flat(), ...outcomes.map(({ row }) => row)].sort((a, b) => a - b);
const rowNumbers = (rows: readonly TestRow[]): number[] => rows.map((_, i) => i + 2);

describe('every row is planned exactly once', () => {
  test.prop([FILES.territories])('territories', (rows) => {
    expect(rowsOf(plans.territories(rows))).toEqual(rowNumbers(rows));
  });
  test.prop([FILES.users, HELD])('user-territories', (rows, held) => {
    expect(rowsOf(plans.users(rows, held))).toEqual(rowNumbers(rows));
  });
  test.prop([FILES.records, HELD])('record-territories', (rows, held) => {
    expect(rowsOf(plans.records(rows, held))).toEqual(rowNumbers(rows));
  });
});

describe('no call is empty or over its limit', () => {
  const sizes = ({ chunks }: TestPlan) => chunks.map(({ entries }) => entries.length);
  const within = (most: number, plan: TestPlan) =>
    sizes(plan).every((size) => size > 0 && size <= most);

  test.prop([FILES.territories])('territories', (rows) => {
    expect(within(LIMITS.territoriesPerCreate, plans.territories(rows))).toBe(true);
  });
  test.prop([FILES.users, HELD])('user-territories', (rows, held) => {
    const { chunks, ...rest } = plans.users(rows, held);
    const of = (operation: string) => ({
      ...rest,
      chunks: chunks.filter((chunk) => chunk.operation === operation),
    });
    expect(within(LIMITS.territoriesPerUserCall, of('byUser'))).toBe(true);
    expect(within(LIMITS.usersPerTerritoryCall, of('byTerritory'))).toBe(true);
  });
  test.prop([FILES.records, HELD])('record-territories', (rows, held) => {
    expect(within(LIMITS.recordsPerAssign, plans.records(rows, held))).toBe(true);
  });
});

describe('a call waits for calls before it only', () => {
  const isAfterLower = ({ chunks }: TestPlan) =>
    chunks.every(({ id, after }, i) => {
      const distinct = new Set(after).size === after.length;
      return id === i + 1 && distinct && after.every((one) => one >= 1 && one < id);
    });

  test.prop([FILES.territories])('territories', (rows) => {
    expect(isAfterLower(plans.territories(rows))).toBe(true);
  });
  test.prop([FILES.users, HELD])('user-territories', (rows, held) => {
    expect(isAfterLower(plans.users(rows, held))).toBe(true);
  });
  test.prop([FILES.records, HELD])('record-territories', (rows, held) => {
    expect(isAfterLower(plans.records(rows, held))).toBe(true);
  });
});

describe('a row that the org holds is not sent', () => {
  function expectUnsent({ chunks, outcome }: TestPlan, plain: TestPlan, held: RowSet): void {
    expect(
      rowsOfChunks(chunks)
        .flat()
        .filter((row) => held.has(row)),
    ).toEqual([]);
    // Rows that would have been sent end unchanged; the others end as they would have.
    for (const row of rowsOf(plain).filter((one) => held.has(one))) {
      const ended = plain.outcome(row);
      if (ended === undefined) expect(outcome(row)?.status).toBe('unchanged');
      else expect(outcome(row)).toEqual(ended);
    }
  }

  test.prop([FILES.users, HELD])('user-territories', (rows, held) => {
    expectUnsent(plans.users(rows, held), plans.users(rows), held);
  });
  test.prop([FILES.records, HELD])('record-territories', (rows, held) => {
    expectUnsent(plans.records(rows, held), plans.records(rows), held);
  });
});

describe('territories', () => {
  test.prop([FILES.territories])('no row is sent before its parent', (rows) => {
    const { chunks } = plans.territories(rows);
    const chunkOf = new Map(
      chunks.flatMap(({ id, entries }) =>
        entries.flatMap((entry) => entry.rows.map((row) => [row, id] as const)),
      ),
    );
    for (const { after, entries } of chunks) {
      for (const { parentRow } of entries) {
        if (parentRow !== undefined) expect(after).toContain(chunkOf.get(parentRow));
      }
    }
  });

  test.prop([FILES.territories])(
    'every row sent has a parent, in the org or in the file',
    (rows) => {
      for (const { entries } of plans.territories(rows).chunks) {
        for (const { body, parentRow } of entries) {
          expect(body?.['reporting_to'] === undefined).toBe(parentRow !== undefined);
        }
      }
    },
  );

  test.prop([FILES.territories])('no name is sent twice', (rows) => {
    const names = plans
      .territories(rows)
      .chunks.flatMap(({ entries }) =>
        entries.map(({ body }) => String(body?.['name']).toLowerCase()),
      );
    expect(new Set(names).size).toBe(names.length);
  });
});

/** The pair of each entry of a call, and its row. */
function pairsOf({ operation, target, entries }: Chunk) {
  return entries.map(({ id = '', rows: [row = 0] }) =>
    operation === 'byUser'
      ? { user: target, territory: id, row }
      : { user: id, territory: target, row },
  );
}

describe('user-territories', () => {
  test.prop([FILES.users, HELD])('a call asks for what its rows do', (rows, held) => {
    for (const pair of plans.users(rows, held).chunks.flatMap(pairsOf)) {
      const asked = rows[pair.row - 2];
      expect(wideOrg.user(asked?.['user'] ?? '', 'user')).toMatchObject({
        found: { id: pair.user },
      });
      expect(wideOrg.territory(asked?.['territory'] ?? '', 'territory')).toMatchObject({
        found: { id: pair.territory },
      });
    }
  });

  test.prop([FILES.users, HELD])('a call waits for the one before of its target', (rows, held) => {
    const latest = new Map<string, number>();
    for (const { id, operation, target, after } of plans.users(rows, held).chunks) {
      const key = `${operation} ${target}`;
      const before = latest.get(key);
      expect(after).toEqual(before === undefined ? [] : [before]);
      latest.set(key, id);
    }
  });

  test.prop([FILES.users, HELD])('no pair is sent twice', (rows, held) => {
    const sent = plans.users(rows, held).chunks.flatMap(pairsOf);
    const pairs = new Set(sent.map((pair) => `${pair.user} ${pair.territory}`));
    expect(pairs.size).toBe(sent.length);
  });

  test.prop([FILES.users, HELD])('the logged-in user is in the path of no call', (rows, held) => {
    const { chunks } = plans.users(rows, held);
    expect(chunks.filter(({ target }) => target === '2004')).toEqual([]);
  });

  test.prop([FILES.users, HELD])(
    'no fewer calls go all by user or all by territory',
    (rows, held) => {
      const { chunks } = plans.users(rows, held);
      const pairs = chunks.flatMap(pairsOf);
      const calls = (mine: typeof pairs, side: 'user' | 'territory') =>
        Map.groupBy(mine, (pair) => pair[side])
          .values()
          .reduce((sum, { length }) => sum + Math.ceil(length / 100), 0);
      const own = pairs.filter((pair) => pair.user === '2004');
      const others = pairs.filter((pair) => pair.user !== '2004');
      expect(chunks.length).toBeLessThanOrEqual(calls(pairs, 'territory'));
      expect(chunks.length).toBeLessThanOrEqual(calls(others, 'user') + calls(own, 'territory'));
    },
  );

  /** The fewest calls, when each carries all it is given: some users, and the territories of the rest. */
  function fewest(pairs: readonly TestRow[]): number {
    const users = [...new Set(pairs.map((pair) => pair['user']))].filter((id) => id !== '2004');
    let least = Number.POSITIVE_INFINITY;
    for (let choice = 0; choice < 2 ** users.length; choice += 1) {
      const chosen = new Set(users.filter((_, i) => (choice >> i) & 1));
      const rest = pairs.filter((pair) => !chosen.has(pair['user']));
      least = Math.min(least, chosen.size + new Set(rest.map((pair) => pair['territory'])).size);
    }
    return least;
  }

  const someUsers = ['2001', '2002', '2004', '7001', '7002', '7003'];
  const fewPairs = fc.uniqueArray(
    fc.record({
      user: fc.constantFrom(...someUsers),
      territory: fc.constantFrom(...PLACES.slice(0, 6)),
    }),
    { maxLength: 18, selector: (pair) => `${pair.user} ${pair.territory}` },
  );

  test.prop([fewPairs, HELD], { numRuns: 300 })(
    'calls are the fewest there can be when each carries all it is given',
    (rows, held) => {
      const sent = rows.filter((_, i) => !held.has(i + 2));
      expect(plans.users(rows, held).chunks).toHaveLength(fewest(sent));
    },
  );

  test.prop([FILES.users, HELD])('the same file and org give the same plan', (rows, held) => {
    expect(plans.users(rows, held).chunks).toEqual(plans.users(rows, held).chunks);
  });
});

describe('record-territories', () => {
  test.prop([FILES.records, HELD])('no CRM record is in two places of the plan', (rows, held) => {
    const records = plans
      .records(rows, held)
      .chunks.flatMap(({ target, entries }) => entries.map(({ id }) => `${target} ${id}`));
    expect(new Set(records).size).toBe(records.length);
  });

  test.prop([FILES.records, HELD])(
    'no CRM record gets more territories than it can have',
    (rows, held) => {
      for (const { target, entries } of plans.records(rows, held).chunks) {
        for (const { parts = [] } of entries) {
          expect(parts.length).toBeLessThanOrEqual(target === 'Deals' ? 1 : 10);
        }
      }
    },
  );

  test.prop([FILES.records, HELD])('a part of an entry is what its row asks for', (rows, held) => {
    for (const entry of plans.records(rows, held).chunks.flatMap(({ entries }) => entries)) {
      entry.rows.forEach((row, i) => {
        expect(rows[row - 2]?.['record_id']).toBe(entry.id);
        expect(org.territory(rows[row - 2]?.['territory'] ?? '', 'territory')).toMatchObject({
          found: { id: entry.parts?.[i] },
        });
      });
    }
  });
});
