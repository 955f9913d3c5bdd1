import { describe, expect, test } from 'vitest';
import type { OrgReader } from '../../../src/resources/operation.ts';
import { operationOf } from '../../../src/resources/resource.ts';
import { territories } from '../../../src/resources/territories/index.ts';
import { createClient } from '../../../src/zoho/client.ts';
import { readTerritories, type Territory } from '../../../src/zoho/directory.ts';
import { startHostileServer } from '../../support/hostile-server.ts';
import { orgOf, TOP, territory, user } from '../../support/org.ts';
import { planRows, type TestRow, territoryRow } from '../../support/rows.ts';

const rule = (value: string) => ({
  comparator: 'equal',
  field: { api_name: 'Industry' },
  value,
});
/** Old is managed by Ann, described as a day, and has rules for accounts. */
const OLD = territory({
  id: '5001',
  name: 'Old',
  managerId: '2001',
  description: 'Monday',
  criteria: { account_rule_criteria: rule('Banking') },
});
const OTHER = territory({ id: '5002', name: 'Other' });
const ORG = orgOf({ territories: [OLD, OTHER], users: [user({})] });

/** What an org that holds these territories makes of the only call that a row needs. */
async function settle(values: TestRow, ...held: readonly Territory[]) {
  const { chunks } = planRows(territories, [values], ORG, { mode: 'upsert' });
  const [chunk] = chunks;
  if (chunk === undefined) throw new Error('no call was planned');
  const reader = { territories: async () => [TOP, OTHER, ...held] } as unknown as OrgReader;
  const settled = await operationOf(territories, chunk).settle(chunk, chunk.entries, reader);
  expect([...settled.keys()].filter((row) => row !== 2)).toEqual([]);
  return settled.get(2);
}

describe('a territory that was to be created', () => {
  const ROW = territoryRow({
    manager: '2001',
    description: 'd',
    account_rule_criteria: '(Industry:equal:Banking)',
  });
  const MADE = territory({
    id: '77',
    managerId: '2001',
    description: 'd',
    criteria: OLD.criteria,
  });

  test('is known by its name', async () => {
    expect(await settle(territoryRow(), territory({ id: '77', name: 'EAST' }))).toEqual({
      id: '77',
    });
    expect(await settle(territoryRow(), territory({ id: '77', name: 'West' }))).toBeUndefined();
  });

  test('is rather the one of exactly its name', async () => {
    const held = [territory({ id: '76', name: 'EAST' }), territory({ id: '77', name: 'East' })];
    expect(await settle(territoryRow(), ...held)).toEqual({ id: '77' });
  });

  test('is there as asked', async () => {
    expect(await settle(ROW, MADE)).toEqual({ id: '77' });
  });

  test.each<[string, Partial<Territory>, string]>([
    ['another parent', { parentId: '5002' }, 'reporting_to: Other'],
    ['a parent that nobody knows', { parentId: '9' }, 'reporting_to: 9'],
    [
      'another permission type',
      { permissionType: 'read_write_delete' },
      'permission_type: read_write_delete',
    ],
    ['another manager', { managerId: '2009' }, 'manager: 2009'],
    ['another description', { description: 'Spain' }, 'description: Spain'],
    [
      'a long description',
      { description: `a\n${'b'.repeat(60)}` },
      `description: a ${'b'.repeat(47)}…`,
    ],
    [
      'other rules',
      { criteria: { account_rule_criteria: rule('Retail') } },
      'account_rule_criteria: Industry:equal:Retail',
    ],
    [
      'several fields of its own',
      { description: 'Spain', parentId: '5002', managerId: null },
      'reporting_to: Other; description: Spain',
    ],
    ['no manager', { managerId: null, empty: ['manager'] }, 'manager: (none)'],
    ['no description', { description: null, empty: ['description'] }, 'description: (none)'],
    ['an empty description', { description: ' ' }, 'description: (none)'],
    ['no parent', { parentId: null, empty: ['reporting_to'] }, 'reporting_to: (none)'],
    ['no rules', { criteria: { account_rule_criteria: null } }, 'account_rule_criteria: (none)'],
  ])('is in conflict with a namesake that has %s', async (_, other, conflict) => {
    expect(await settle(ROW, { ...MADE, ...other })).toEqual({
      id: '77',
      differs: true,
      conflict,
    });
  });

  test.each<[string, Partial<Territory>]>([
    ['parent', { parentId: null }],
    ['permission type', { permissionType: '' }],
    ['manager', { managerId: null }],
    ['description', { description: null, empty: ['manager'] }],
    ['rules', { criteria: { lead_rule_criteria: null } }],
    ['rules that can be read', { criteria: { account_rule_criteria: { rules: [] } } }],
  ])('is not in conflict with a namesake that is told without %s', async (_, other) => {
    expect(await settle(ROW, { ...MADE, ...other })).toEqual({ id: '77', differs: true });
  });

  test('is not in conflict with what it asks in other blanks', async () => {
    const row = { ...ROW, description: 'one\r\ntwo' };
    expect(await settle(row, { ...MADE, description: 'one\n two' })).toEqual({
      id: '77',
      differs: true,
    });
  });

  test('is as asked whatever it has in fields that the row leaves blank', async () => {
    const held = { ...MADE, description: 'Spain', managerId: '2009' };
    expect(await settle(territoryRow(), held)).toEqual({ id: '77' });
  });
});

test.each<[string, object, string | undefined]>([
  ['nothing', {}, undefined],
  ['a manager', { manager: { id: '2009' } }, 'manager: 2009'],
  [
    'that there is nothing',
    { reporting_to: null, manager: null, description: null, account_rule_criteria: null },
    'reporting_to: (none); manager: (none); description: (none); account_rule_criteria: (none)',
  ],
])('an answer may tell of a new namesake %s', async (_, told, conflict) => {
  const territories = [{ id: '77', name: 'East', permission_type: 'read_only', ...told }];
  await using server = await startHostileServer(() => ({ body: { territories } }));
  await using client = createClient(server.connection());
  const row = territoryRow({
    manager: '2001',
    description: 'd',
    account_rule_criteria: '(Industry:equal:Banking)',
  });
  const held = await readTerritories(client);
  expect((await settle(row, ...held))?.conflict).toBe(conflict);
});

describe('a territory that was to be updated', () => {
  const ROW = {
    territory_id: '5001',
    name: 'New',
    reporting_to: 'Other',
    permission_type: 'read_only',
    manager: '(none)',
    description: 'Tuesday',
    account_rule_criteria: '(none)',
  };
  const AFTER = {
    ...OLD,
    name: 'New',
    parentId: '5002',
    managerId: null,
    description: 'Tuesday',
    criteria: { account_rule_criteria: null },
  };

  test('is as asked', async () => {
    expect(await settle(ROW, AFTER)).toEqual({ id: '5001' });
  });

  test.each<[string, Partial<Territory>]>([
    ['name', { name: 'Old' }],
    ['parent', { parentId: '1000' }],
    ['manager', { managerId: '2001' }],
    ['description', { description: 'Monday' }],
    ['rules', { criteria: OLD.criteria }],
    ['value of every field', OLD],
  ])('is not settled while the %s is as before', async (_, stale) => {
    expect(await settle(ROW, { ...AFTER, ...stale })).toBeUndefined();
  });

  test('is not settled when it is gone', async () => {
    expect(await settle(ROW)).toBeUndefined();
  });

  test.each<[string, Partial<Territory>, string]>([
    ['name', { name: 'Newer' }, 'name: Newer'],
    ['parent', { parentId: '77' }, 'reporting_to: 77'],
    ['manager', { managerId: '2009' }, 'manager: 2009'],
    ['description', { description: 'Sunday' }, 'description: Sunday'],
    ['description, none', { description: null, empty: ['description'] }, 'description: (none)'],
    [
      'rules',
      { criteria: { account_rule_criteria: rule('Retail') } },
      'account_rule_criteria: Industry:equal:Retail',
    ],
    [
      'permission type, which was as asked',
      { permissionType: 'read_write_delete' },
      'permission_type: read_write_delete',
    ],
    [
      'description and parent, while its manager is as before',
      { description: 'Sunday', parentId: '1001', managerId: '2001' },
      'reporting_to: 1001; description: Sunday',
    ],
  ])('is in conflict when somebody gives it another %s', async (_, other, conflict) => {
    expect(await settle(ROW, { ...AFTER, ...other })).toEqual({
      id: '5001',
      differs: true,
      conflict,
    });
  });

  test('is not in conflict over fields that the row leaves blank', async () => {
    const row = { name: 'Old', description: 'Tuesday' };
    const held = { ...OLD, description: 'Tuesday', managerId: '2009', parentId: '5002' };
    expect(await settle(row, held)).toEqual({ id: '5001' });
    // Every update sends it all the same.
    const other = { ...held, permissionType: 'read_write_delete' };
    expect(await settle(row, other)).toEqual({ id: '5001' });
    expect(await settle(row, { ...other, description: 'Monday' })).toBeUndefined();
  });

  test('is in conflict over a permission type that the row fills with what it was', async () => {
    const row = { name: 'Old', description: 'Tuesday', permission_type: 'read_only' };
    const held = { ...OLD, description: 'Tuesday', permissionType: 'read_write_delete' };
    expect(await settle(row, held)).toEqual({
      id: '5001',
      differs: true,
      conflict: 'permission_type: read_write_delete',
    });
  });

  test('is not in conflict over what the org does not tell', async () => {
    expect(await settle(ROW, { ...AFTER, description: null })).toBeUndefined();
    expect(await settle(ROW, { ...AFTER, permissionType: '' })).toBeUndefined();
  });

  test('is neither as asked nor in conflict when its name is spelt otherwise', async () => {
    expect(await settle(ROW, { ...AFTER, name: 'NEW' })).toBeUndefined();
  });

  test('is not in conflict over rules that cannot be read', async () => {
    const held = { ...AFTER, criteria: { account_rule_criteria: { rules: [] } } };
    expect(await settle(ROW, held)).toBeUndefined();
  });
});
