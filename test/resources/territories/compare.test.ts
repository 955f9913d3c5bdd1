import { describe, expect, test } from 'vitest';
import { territories } from '../../../src/resources/territories/index.ts';
import { orgOf, territory, user } from '../../support/org.ts';
import { planRows, type TestRow, territoryRow } from '../../support/rows.ts';

describe('a territory that exists, where rows are added', () => {
  const held = territory({
    id: '5001',
    name: 'Old',
    description: 'as was',
    managerId: '2001',
    criteria: {
      account_rule_criteria: {
        comparator: 'equal',
        field: { api_name: 'Industry', id: '9' },
        value: 'Banking',
      },
    },
  });
  const org = orgOf({
    territories: [held],
    users: [user({ id: '2001' }), user({ id: '2002', email: 'bob@example.com' })],
  });
  const outcome = (values: TestRow) =>
    planRows(territories, [territoryRow({ name: 'Old', ...values })], org).outcome(2);

  test.each<[string, TestRow]>([
    ['the name alone', {}],
    ['another case', { name: 'OLD' }],
    ['its parent', { reporting_to: 'Whole Org' }],
    ['its manager', { manager: '2001' }],
    ['its description', { description: 'as was' }],
    ['its rules', { account_rule_criteria: '(Industry:equal:Banking)' }],
    ['no rules where it has none', { lead_rule_criteria: '(none)' }],
    ['its id', { territory_id: '5001' }],
  ])('is unchanged when the row gives %s', (_, values) => {
    expect(outcome(values)).toMatchObject({
      status: 'unchanged',
      id: '5001',
      finding: { code: 'DUPLICATE_DATA', resolution: '' },
    });
  });

  test.each<[string, TestRow]>([
    ['permission_type', { permission_type: 'read_write_delete' }],
    ['manager', { manager: '2002' }],
    ['description', { description: 'as is' }],
    ['account_rule_criteria', { account_rule_criteria: '(Industry:equal:Energy)' }],
    ['lead_rule_criteria', { lead_rule_criteria: '(Industry:equal:Energy)' }],
    ['reporting_to', { reporting_to: 'Old' }],
    ['reporting_to', { reporting_to: 'Nowhere' }],
    ['manager', { manager: '(none)' }],
    ['description', { description: '(NONE)' }],
    ['account_rule_criteria', { account_rule_criteria: '(none)' }],
  ])('is refused when another %s is wanted', (column, values) => {
    expect(outcome(values)).toMatchObject({
      status: 'invalid',
      id: '5001',
      finding: {
        code: 'DUPLICATE_DATA',
        cause: `the territory exists already, with another ${column}`,
        field: column,
        resolution: 'Import the file with --mode upsert to update it, or take the row out.',
      },
    });
  });

  test('is refused with every column that differs', () => {
    const values = {
      permission_type: 'read_write_delete',
      description: 'as is',
      reporting_to: 'Old',
    };
    expect(outcome(values)?.finding).toMatchObject({
      cause:
        'the territory exists already, with another reporting_to, permission_type, description',
      field: 'reporting_to',
    });
  });
});
