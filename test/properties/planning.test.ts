import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { recordTerritories } from '../../src/resources/record-territories.ts';
import { territories } from '../../src/resources/territories.ts';
import { userTerritories } from '../../src/resources/user-territories.ts';
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
const FILES = {
  territories: filesOf(territoryCells(['T0', '3001', 'Whole Org']), 40),
  // Enough territories that a user's calls overflow, and few enough that pairs meet again.
  users: fc.oneof(
    filesOf(userTerritoryCells(USERS, [...PLACES, '3000']), 40),
    fc.integer({ min: 95, max: 130 }).map(longUser),
  ),
  records: filesOf(recordTerritoryCells(RECORDS, PLACES), 120),
};

/** So many territories of one user that two calls may be needed; the org knows them by id. */
function longUser(length: number): TestRow[] {
  return Array.from({ length }, (_, i) => ({ user: '2001', territory: `${6000 + i}` }));
}
const wideOrg = orgOf({
  territories: [
    ...org.territories,
    ...Array.from({ length: 130 }, (_, i) => territory({ id: `${6000 + i}`, name: `W${i}` })),
  ],
  users: org.users,
  currentUserId: '2004',
});

const plans = {
  territories: (rows: TestRow[]) => planRows(territories, rows, org),
  users: (rows: TestRow[]) => planRows(userTerritories, rows, wideOrg),
  records: (rows: TestRow[]) => planRows(recordTerritories, rows, org),
};

/** Every row of the plan, whether it is sent or ends here. */
const rowsOf = ({ chunks, outcomes }: TestPlan): number[] =>
  [...rowsOfChunks(chunks).flat(), ...outcomes.map(({ row }) => row)].sort((a, b) => a - b);
const rowNumbers = (rows: readonly TestRow[]): number[] => rows.map((_, i) => i + 2);

describe('every row is planned exactly once', () => {
  test.prop([FILES.territories])('territories', (rows) => {
    expect(rowsOf(plans.territories(rows))).toEqual(rowNumbers(rows));
  });
  test.prop([FILES.users])('user-territories', (rows) => {
    expect(rowsOf(plans.users(rows))).toEqual(rowNumbers(rows));
  });
  test.prop([FILES.records])('record-territories', (rows) => {
    expect(rowsOf(plans.records(rows))).toEqual(rowNumbers(rows));
  });
});

describe('no call is empty or over its limit', () => {
  const sizes = ({ chunks }: TestPlan) => chunks.map(({ entries }) => entries.length);
  const within = (most: number, plan: TestPlan) =>
    sizes(plan).every((size) => size > 0 && size <= most);

  test.prop([FILES.territories])('territories', (rows) => {
    expect(within(LIMITS.territoriesPerCreate, plans.territories(rows))).toBe(true);
  });
  test.prop([FILES.users])('user-territories', (rows) => {
    expect(within(LIMITS.territoriesPerUserCall, plans.users(rows))).toBe(true);
  });
  test.prop([FILES.records])('record-territories', (rows) => {
    expect(within(LIMITS.recordsPerAssign, plans.records(rows))).toBe(true);
  });
});

describe('territories', () => {
  test.prop([FILES.territories])('no row is sent before its parent', (rows) => {
    const { chunks } = plans.territories(rows);
    const waves = new Map(
      chunks.flatMap(({ wave, entries }) =>
        entries.flatMap((entry) => entry.rows.map((row) => [row, wave] as const)),
      ),
    );
    for (const { wave, entries } of chunks) {
      for (const { parentRow } of entries) {
        if (parentRow !== undefined) expect(waves.get(parentRow)).toBeLessThan(wave);
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

describe('user-territories', () => {
  test.prop([FILES.users])('a call is of one user', (rows) => {
    for (const { target, entries } of plans.users(rows).chunks) {
      for (const row of entries.flatMap((entry) => entry.rows)) {
        expect(wideOrg.user(rows[row - 2]?.['user'] ?? '', 'user')).toMatchObject({
          found: { id: target },
        });
      }
    }
  });

  test.prop([FILES.users])('no two calls of one wave are of the same user', (rows) => {
    const places = plans.users(rows).chunks.map(({ wave, target }) => `${wave} ${target}`);
    expect(new Set(places).size).toBe(places.length);
  });

  test.prop([FILES.users])('no pair is sent twice', (rows) => {
    const pairs = plans
      .users(rows)
      .chunks.flatMap(({ target, entries }) => entries.map(({ id }) => `${target} ${id}`));
    expect(new Set(pairs).size).toBe(pairs.length);
  });
});

describe('record-territories', () => {
  test.prop([FILES.records])('no CRM record is in two places of the plan', (rows) => {
    const records = plans
      .records(rows)
      .chunks.flatMap(({ target, entries }) => entries.map(({ id }) => `${target} ${id}`));
    expect(new Set(records).size).toBe(records.length);
  });

  test.prop([FILES.records])('no CRM record gets more territories than it can have', (rows) => {
    for (const { target, entries } of plans.records(rows).chunks) {
      for (const { parts = [] } of entries) {
        expect(parts.length).toBeLessThanOrEqual(target === 'Deals' ? 1 : 10);
      }
    }
  });

  test.prop([FILES.records])('a part of an entry is what its row asks for', (rows) => {
    for (const entry of plans.records(rows).chunks.flatMap(({ entries }) => entries)) {
      entry.rows.forEach((row, i) => {
        expect(rows[row - 2]?.['record_id']).toBe(entry.id);
        expect(org.territory(rows[row - 2]?.['territory'] ?? '', 'territory')).toMatchObject({
          found: { id: entry.parts?.[i] },
        });
      });
    }
  });
});
