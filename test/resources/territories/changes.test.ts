import { describe, expect, test } from 'vitest';
import { previewTree } from '../../../src/report/tree-preview.ts';
import { treeChangesOf } from '../../../src/resources/territories/changes.ts';
import { territories } from '../../../src/resources/territories/index.ts';
import { orgOf, TOP, territory, user } from '../../support/org.ts';
import { planRows, type TestRow } from '../../support/rows.ts';

const RULE = { comparator: 'equal', field: { api_name: 'Industry' }, value: 'Banking' };
const org = orgOf({
  territories: [
    territory({
      id: '1',
      name: 'Old',
      managerId: '2001',
      criteria: { account_rule_criteria: RULE, deal_rule_criteria: RULE },
    }),
    territory({ id: '2', name: 'Other', managerId: '9' }),
  ],
  users: [user({ id: '2001', email: 'ann@example.com' }), user({ id: '2002', email: '' })],
});
const changesOf = (...rows: TestRow[]) =>
  treeChangesOf(org, planRows(territories, rows, org, { mode: 'upsert' }).chunks);

test('the tree before is that of the org', () => {
  expect(changesOf().before).toEqual([
    { key: TOP.id, name: 'Whole Org', parent: null },
    { key: '1', name: 'Old', parent: TOP.id },
    { key: '2', name: 'Other', parent: TOP.id },
  ]);
});

test('what is created has its row as key', () => {
  const rows = [
    { name: 'A', permission_type: 'read_only', reporting_to: 'Old' },
    { name: 'B', permission_type: 'read_only', reporting_to: 'A' },
  ];
  expect(changesOf(...rows).changes).toEqual([
    { kind: 'created', key: 'row 2', name: 'A', parent: '1' },
    { kind: 'created', key: 'row 3', name: 'B', parent: 'row 2' },
  ]);
});

describe('what is updated', () => {
  test('is told by name, parent and columns', () => {
    const row = {
      territory_id: '1',
      name: 'New',
      reporting_to: 'Other',
      permission_type: 'read_write_delete',
      manager: '(none)',
      description: 'd',
      account_rule_criteria: '(none)',
      lead_rule_criteria: '(Country:equal:Chile)',
      deal_rule_criteria: '(Stage:equal:Won)',
    };
    expect(changesOf(row).changes).toEqual([
      {
        kind: 'updated',
        key: '1',
        name: 'New',
        parent: '2',
        columns: [
          { name: 'permission_type', before: 'read_only', after: 'read_write_delete' },
          { name: 'manager', before: 'ann@example.com', after: '(none)' },
          { name: 'description', before: '(none)', after: 'd' },
          { name: 'account_rule_criteria', before: 'rules', after: '(none)' },
          { name: 'lead_rule_criteria', before: '(none)', after: 'added' },
          { name: 'deal_rule_criteria', before: 'rules', after: 'changed' },
        ],
      },
    ]);
  });

  test('leaves out what stays', () => {
    expect(changesOf({ name: 'Old', description: 'd' }).changes).toEqual([
      {
        kind: 'updated',
        key: '1',
        columns: [{ name: 'description', before: '(none)', after: 'd' }],
      },
    ]);
  });

  test('tells managers without an address by their ids', () => {
    expect(changesOf({ name: 'Other', manager: '2002' }).changes).toMatchObject([
      { columns: [{ before: '9', after: '2002' }] },
    ]);
  });

  test('may move below what is created', () => {
    const rows = [
      { name: 'Old', reporting_to: 'A' },
      { name: 'A', permission_type: 'read_only' },
    ];
    expect(changesOf(...rows).changes).toMatchObject([{}, { kind: 'updated', parent: 'row 3' }]);
  });
});

test('the changes can be drawn', () => {
  const { before, changes } = changesOf(
    { name: 'Old', reporting_to: 'A' },
    { name: 'A', permission_type: 'read_only' },
  );
  expect(previewTree(before, changes).map(({ mark }) => mark)).toEqual([
    'same',
    'created',
    'moved',
    'folded',
  ]);
});
