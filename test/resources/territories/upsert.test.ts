import { describe, expect, test } from 'vitest';
import { territories } from '../../../src/resources/territories/index.ts';
import type { Entry } from '../../../src/vocabulary.ts';
import { orgOf, TOP, territory, user } from '../../support/org.ts';
import { planRows, rowsOfChunks, type TestRow } from '../../support/rows.ts';

const RULE = { comparator: 'equal', field: { api_name: 'Industry', id: '9' }, value: 'Banking' };
const OLD = territory({
  id: '5001',
  name: 'Old',
  managerId: '2001',
  description: 'as was',
  criteria: { account_rule_criteria: RULE },
});
const OTHER = territory({ id: '5002', name: 'Other' });
const org = orgOf({
  territories: [OLD, OTHER],
  users: [
    user({ id: '2001' }),
    user({ id: '2002', email: 'bob@example.com' }),
    user({ id: '2003', email: 'gone@example.com', active: false }),
  ],
});

const plan = (...rows: TestRow[]) => planRows(territories, rows, org, { mode: 'upsert' });
/** The only item that is sent for a row. */
function entryOf(row: TestRow): Entry {
  const { chunks, outcomes } = plan(row);
  expect(outcomes).toEqual([]);
  const entries = chunks.flatMap((chunk) => chunk.entries);
  expect(entries).toHaveLength(1);
  return entries[0] as Entry;
}

describe('an update', () => {
  test.each<[string, TestRow, object, object]>([
    [
      'permission type',
      { permission_type: 'read_write_delete' },
      { permission_type: 'read_write_delete' },
      { permission_type: 'read_only' },
    ],
    ['manager', { manager: '2002' }, { manager: { id: '2002' } }, { manager: { id: '2001' } }],
    ['manager', { manager: '(none)' }, { manager: null }, { manager: { id: '2001' } }],
    ['description', { description: 'new' }, { description: 'new' }, { description: 'as was' }],
    ['description', { description: '(none)' }, { description: null }, { description: 'as was' }],
    [
      'rules',
      { account_rule_criteria: '(none)' },
      { account_rule_criteria: null },
      { account_rule_criteria: RULE },
    ],
    [
      'rules',
      { lead_rule_criteria: '(Country:equal:Chile)' },
      {
        lead_rule_criteria: {
          comparator: 'equal',
          field: { api_name: 'Country' },
          value: 'Chile',
        },
      },
      { lead_rule_criteria: null },
    ],
    [
      'parent',
      { reporting_to: 'Other' },
      { reporting_to: { id: '5002' } },
      { reporting_to: { id: '1000' } },
    ],
    ['name', { territory_id: '5001', name: 'New' }, { name: 'New' }, { name: 'Old' }],
  ])('of another %s carries that and nothing else', (_, values, changes, before) => {
    expect(entryOf({ name: 'Old', ...values })).toEqual({
      rows: [2],
      id: '5001',
      label: values['name'] ?? 'Old',
      body: { permission_type: 'read_only', ...changes },
      before,
    });
  });

  test('of several fields is one', () => {
    const values = { description: 'new', manager: '(none)', reporting_to: '5002' };
    expect(Object.keys(entryOf({ name: 'OLD', ...values }).before ?? {}).sort()).toEqual([
      'description',
      'manager',
      'reporting_to',
    ]);
  });

  test.each<[string, TestRow]>([
    ['nothing but the name', { name: 'Old' }],
    ['the name in another case', { name: ' OLD ' }],
    ['the name in another case and the id', { name: 'Old', territory_id: '5001' }],
    [
      'all that the org holds',
      {
        name: 'Old',
        reporting_to: 'Whole Org',
        permission_type: 'read_only',
        manager: 'ann@example.com',
        description: 'as was',
        account_rule_criteria: '(Industry:equal:Banking)',
        lead_rule_criteria: '(none)',
      },
    ],
  ])('is not needed where the row says %s', (_, values) => {
    const { chunks, outcome } = plan(values);
    expect(chunks).toEqual([]);
    expect(outcome(2)).toMatchObject({
      status: 'unchanged',
      id: '5001',
      finding: { code: 'DUPLICATE_DATA', resolution: '' },
    });
  });

  test('is packed ten a call, apart from what is created', () => {
    const held = Array.from({ length: 12 }, (_, i) => territory({ id: `${i + 1}`, name: `T${i}` }));
    const rows = held.flatMap(({ name }) => [
      { name, description: 'new' },
      { name: `${name} new`, permission_type: 'read_only' },
    ]);
    const { chunks } = planRows(territories, rows, orgOf({ territories: held }), {
      mode: 'upsert',
    });
    expect(chunks.map(({ operation, entries }) => [operation, entries.length]).sort()).toEqual([
      ['create', 10],
      ['create', 2],
      ['update', 10],
      ['update', 2],
    ]);
  });
});

describe('a manager', () => {
  const stale = orgOf({
    territories: [territory({ id: '5001', name: 'Old', managerId: '2003' })],
    users: org.users,
  });
  const statusOf = (manager: string) =>
    planRows(territories, [{ name: 'Old', manager }], stale, { mode: 'upsert' }).outcome(2)?.status;

  test.each(['2003', 'gone@example.com'])('who is inactive may stay: %s', (manager) => {
    expect(statusOf(manager)).toBe('unchanged');
  });

  test('whom nobody knows any more may stay', () => {
    const deleted = orgOf({
      territories: [territory({ id: '5001', name: 'Old', managerId: '9' })],
    });
    const { outcome } = planRows(territories, [{ name: 'Old', manager: '9' }], deleted, {
      mode: 'upsert',
    });
    expect(outcome(2)?.status).toBe('unchanged');
  });

  test('who is inactive may not come', () => {
    expect(plan({ name: 'Old', manager: '2003' }).outcome(2)?.finding).toMatchObject({
      cause: 'the manager is an inactive user',
      field: 'manager',
    });
  });
});

describe('a territory that is not in the org', () => {
  test('is created', () => {
    const { chunks } = plan({ name: 'New', permission_type: 'read_only' });
    expect(chunks).toMatchObject([{ operation: 'create', entries: [{ label: 'New' }] }]);
  });

  test('needs a permission type', () => {
    const { chunks, outcome } = plan({ name: 'New' });
    expect(chunks).toEqual([]);
    expect(outcome(2)).toMatchObject({
      status: 'invalid',
      finding: { code: 'MANDATORY_NOT_FOUND', field: 'permission_type', value: 'New' },
    });
  });

  test('and cannot be created blocks those below it', () => {
    expect(plan({ name: 'New' }, { name: 'Old', reporting_to: 'New' }).outcome(3)).toMatchObject({
      status: 'blocked',
      finding: { code: 'PARENT_FAILED', value: 'New (row 2)' },
    });
  });
});

describe('the territory of a row', () => {
  const twins = orgOf({
    territories: [
      territory({ id: '1', name: 'Twin' }),
      territory({ id: '2', name: 'Twin', parentId: '1' }),
      territory({ id: '3', name: 'TWIN' }),
    ],
  });
  const planTwins = (row: TestRow) => planRows(territories, [row], twins, { mode: 'upsert' });

  test('is found by its id, whatever the name', () => {
    expect(entryOf({ name: 'Quite new', territory_id: '5001' })).toMatchObject({ id: '5001' });
  });

  test('is told when no such id is there', () => {
    const row = { name: 'Old', territory_id: '77', permission_type: 'read_only' };
    expect(planRows(territories, [row], org, { mode: 'upsert' }).outcome(2)).toMatchObject({
      status: 'invalid',
      finding: {
        code: 'INVALID_DATA',
        cause: 'no territory has this id',
        value: '77',
        field: 'territory_id',
      },
    });
  });

  test('must be the only one of its name', () => {
    expect(planTwins({ name: 'Twin', description: 'd' }).outcome(2)?.finding).toEqual({
      code: 'AMBIGUOUS_NAME',
      cause: 'several territories in the org have this name',
      value: 'Twin (1: Whole Org > Twin; 2: Whole Org > Twin > Twin)',
      field: 'name',
      resolution:
        'Put the id of the one you mean into the territory_id column, with --mode upsert.',
    });
    expect(planTwins({ name: 'twin', description: 'd' }).outcome(2)?.finding?.value).toContain(
      '3:',
    );
  });

  test('is the one whose name is exactly the same', () => {
    const { chunks } = planTwins({ name: 'TWIN', description: 'd' });
    expect(chunks[0]?.entries[0]?.id).toBe('3');
  });

  test('of an ambiguous name is told by its id', () => {
    const { chunks } = planTwins({ name: 'Twin', territory_id: '2', description: 'd' });
    expect(chunks[0]?.entries[0]?.id).toBe('2');
  });

  test('of many namesakes tells a few', () => {
    const many = Array.from({ length: 8 }, (_, i) => territory({ id: `${i + 1}`, name: 'Twin' }));
    const { outcome } = planRows(territories, [{ name: 'Twin' }], orgOf({ territories: many }), {
      mode: 'upsert',
    });
    expect(outcome(2)?.finding?.value).toContain('5: Whole Org > Twin; … and 3 more)');
  });
});

describe('two rows about one territory', () => {
  test.each<[string, TestRow, TestRow, string]>([
    ['by name', { name: 'Old' }, { name: 'OLD' }, 'name'],
    [
      'by id',
      { name: 'Old', territory_id: '5001' },
      { name: 'OLD', territory_id: '5001' },
      'territory_id',
    ],
    ['by id and name', { name: 'New', territory_id: '5001' }, { name: 'Old' }, 'name'],
  ])('%s: the later is refused', (_, first, second, field) => {
    const row = { ...second, description: 'new' };
    expect(plan(first, row).outcome(3)?.finding).toMatchObject({
      code: 'DUPLICATE_DATA',
      cause: 'an earlier row is about the same territory',
      value: `${second['name']} (row 2)`,
      field,
    });
  });

  test('that is new: the later is refused', () => {
    const rows = ['Fresh', 'FRESH'].map((name) => ({ name, permission_type: 'read_only' }));
    expect(plan(...rows).outcome(3)?.finding).toMatchObject({
      cause: 'an earlier row has the same territory name',
      value: 'FRESH (row 2)',
    });
  });
});

describe('a rename', () => {
  const refusal = (rows: TestRow[], row = 2) => plan(...rows).outcome(row)?.finding;

  test('in nothing but case needs the id', () => {
    expect(entryOf({ name: 'OLD', territory_id: '5001' }).body).toMatchObject({ name: 'OLD' });
  });

  test('to a name that the org has is refused, even if that is given up', () => {
    const rows = [
      { name: 'OTHER', territory_id: '5001' },
      { name: 'Third', territory_id: '5002' },
    ];
    expect(refusal(rows)).toMatchObject({
      code: 'DUPLICATE_DATA',
      cause: 'another territory of the org has this name',
      value: 'OTHER (5002)',
      field: 'name',
    });
    expect(refusal(rows)?.resolution).toContain('in an import of its own');
    expect(rowsOfChunks(plan(...rows).chunks)).toEqual([[3]]);
  });

  test('that swaps two names is refused twice', () => {
    const rows = [
      { name: 'Other', territory_id: '5001' },
      { name: 'Old', territory_id: '5002' },
    ];
    expect(plan(...rows).outcomes.map(({ status }) => status)).toEqual(['invalid', 'invalid']);
  });

  test('to a name that a row creates is refused, and that row with it', () => {
    const rows = [
      { name: 'New', territory_id: '5001' },
      { name: 'NEW', permission_type: 'read_only' },
    ];
    expect(refusal(rows)).toMatchObject({
      code: 'DUPLICATE_DATA',
      cause: 'another row asks for the same territory name',
      value: 'New (row 3)',
    });
    expect(refusal(rows, 3)?.value).toBe('NEW (row 2)');
    expect(plan(...rows).chunks).toEqual([]);
  });

  test('to a name that another rename takes too is refused with it', () => {
    const rows = [
      { name: 'New', territory_id: '5001' },
      { name: 'new', territory_id: '5002' },
    ];
    expect(refusal(rows)?.value).toBe('New (row 3)');
    expect(refusal(rows, 3)?.value).toBe('new (row 2)');
  });

  test('gives a name below which others may hang at once', () => {
    const rows = [
      { name: 'B', reporting_to: 'NEW', permission_type: 'read_only' },
      { name: 'New', territory_id: '5001' },
    ];
    const { chunks } = plan(...rows);
    expect(chunks).toMatchObject([
      { operation: 'create', after: [], entries: [{ body: { reporting_to: { id: '5001' } } }] },
      { operation: 'update', after: [] },
    ]);
  });

  test('that is refused blocks those that name it', () => {
    const rows = [
      { name: 'New', territory_id: '5001', manager: 'eve@example.com' },
      { name: 'B', reporting_to: 'New', permission_type: 'read_only' },
    ];
    expect(plan(...rows).outcome(3)).toMatchObject({
      status: 'blocked',
      finding: { value: 'New (row 2)' },
    });
  });

  test('may take the old name as parent', () => {
    const rows = [
      { name: 'New', territory_id: '5001' },
      { name: 'B', reporting_to: 'Old', permission_type: 'read_only' },
    ];
    expect(plan(...rows).outcomes).toEqual([]);
  });
});

describe('the top territory', () => {
  test('may be renamed', () => {
    expect(entryOf({ name: 'World', territory_id: TOP.id })).toMatchObject({
      body: { name: 'World', permission_type: 'read_only' },
      before: { name: 'Whole Org' },
    });
  });

  test('may be named as it is', () => {
    const row = { name: 'Whole Org', permission_type: 'read_only', manager: '(none)' };
    expect(plan(row).outcome(2)?.status).toBe('unchanged');
  });

  test.each<[TestRow, string]>([
    [{ description: 'd' }, 'description'],
    [{ reporting_to: 'Old' }, 'reporting_to'],
    [{ reporting_to: 'Nowhere', manager: '2001' }, 'reporting_to, manager'],
    [{ permission_type: 'read_write_delete' }, 'permission_type'],
  ])('may not be changed otherwise: %o', (values, columns) => {
    const { chunks, outcome } = plan({ name: 'World', territory_id: TOP.id, ...values });
    expect(chunks).toEqual([]);
    expect(outcome(2)).toMatchObject({
      status: 'invalid',
      id: TOP.id,
      finding: {
        code: 'NOT_ALLOWED',
        cause: 'only the name of the top territory can be changed',
        value: `World (${columns})`,
        field: columns.split(',')[0],
      },
    });
  });
});
