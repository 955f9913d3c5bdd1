import { describe, expect, test } from 'vitest';
import { territories } from '../../src/resources/territories.ts';
import { orgOf, territory, user } from '../support/org.ts';
import { checkRow, planRows, type TestRow, territoryRow } from '../support/rows.ts';

const check = (values: TestRow) => checkRow(territories, territoryRow(values));
const RULE = '(Industry:equal:Banking)';
const RULE_JSON = '{"comparator":"equal","field":{"api_name":"Industry"},"value":"Banking"}';

describe('the name', () => {
  test.each([...'^~`#%&+=[]{}|\\;"\'<>,'])('may not contain %s', (character) => {
    const name = `East ${character} West`;
    expect(check({ name }).finding).toMatchObject({
      code: 'INVALID_DATA',
      field: 'name',
      value: name,
    });
  });

  test.each(['East (new)', 'A*B!', 'R/D: 50.5 - a_b', '東京', 'Île-de-France', 'a\u{1f600}'])(
    'may be %s',
    (name) => {
      expect(check({ name }).finding).toBeUndefined();
    },
  );

  test('may have 50 characters, not 51', () => {
    expect(check({ name: 'x'.repeat(50) }).finding).toBeUndefined();
    expect(check({ name: 'x'.repeat(51) }).finding).toMatchObject({
      cause: 'the name is longer than 50 characters',
      field: 'name',
    });
  });

  test('may not be blank', () => {
    expect(check({ name: '' }).finding).toMatchObject({
      code: 'MANDATORY_NOT_FOUND',
      field: 'name',
    });
  });

  test.each(['a\nb', 'a\tb', 'a\0b'])('may not contain control characters: %j', (name) => {
    expect(check({ name }).finding).toMatchObject({ code: 'INVALID_DATA', field: 'name' });
  });
});

describe('the permission type', () => {
  test.each(['read_only', 'read_write_delete'])('may be %s', (text) => {
    expect(check({ permission_type: text }).record).toMatchObject({ permissionType: text });
  });

  test.each([
    ['', 'MANDATORY_NOT_FOUND'],
    ['Read Only', 'INVALID_DATA'],
    ['read_write', 'INVALID_DATA'],
  ])('may not be "%s"', (text, code) => {
    expect(check({ permission_type: text }).finding).toMatchObject({
      code,
      field: 'permission_type',
    });
  });
});

describe('the description', () => {
  test('may have 250 characters, not 251', () => {
    expect(check({ description: 'é'.repeat(250) }).finding).toBeUndefined();
    expect(check({ description: 'é'.repeat(251) }).finding).toMatchObject({
      field: 'description',
      resolution: 'Shorten it by 1 character.',
    });
  });

  test('is counted in characters, not in their halves', () => {
    expect(check({ description: '\u{1f600}'.repeat(250) }).finding).toBeUndefined();
  });
});

describe('rule criteria', () => {
  test.each([
    ['JSON', RULE_JSON],
    ["Zoho's notation", RULE],
  ])('may be written as %s', (_, text) => {
    expect(check({ account_rule_criteria: text }).record).toMatchObject({
      criteria: { account_rule_criteria: { comparator: 'equal', value: 'Banking' } },
    });
  });

  test.each(['account_rule_criteria', 'lead_rule_criteria', 'deal_rule_criteria'])(
    'that cannot be read are told with their column: %s',
    (column) => {
      expect(check({ [column]: '((Industry:equal' }).finding?.field).toBe(column);
    },
  );

  test('may have 25 rules, not 26', () => {
    const rules = (count: number) => `(${Array.from({ length: count }, () => RULE).join('and')})`;
    expect(
      check({ deal_rule_criteria: rules(25).replaceAll('Industry', 'Stage') }).finding,
    ).toBeUndefined();
    expect(
      check({ deal_rule_criteria: rules(26).replaceAll('Industry', 'Stage') }).finding,
    ).toMatchObject({
      field: 'deal_rule_criteria',
      code: 'LIMIT_EXCEEDED',
    });
  });
});

describe('the manager', () => {
  const org = orgOf({
    users: [
      user({ id: '2001', email: 'ann@example.com' }),
      user({ id: '2003', email: 'gone@example.com', active: false }),
    ],
  });
  const plan = (manager: string) => planRows(territories, [territoryRow({ manager })], org);

  test.each(['2001', 'Ann@Example.com'])('may be %s', (manager) => {
    expect(plan(manager).chunks[0]?.entries[0]?.body).toMatchObject({ manager: { id: '2001' } });
  });

  test.each([
    ['an inactive user', '2003', 'the manager is an inactive user'],
    ['a stranger', 'eve@example.com', 'no user has this e-mail address'],
    ['a name', 'Ann Lee', 'this is neither a user id nor an e-mail address'],
    ['an id ruined by Excel', '3.65E+18', 'a spreadsheet has rounded this id'],
  ])('may not be %s', (_, manager, cause) => {
    const { chunks, outcome } = plan(manager);
    expect(chunks).toEqual([]);
    expect(outcome(2)).toMatchObject({ status: 'invalid', finding: { field: 'manager' } });
    expect(outcome(2)?.finding?.cause).toContain(cause);
  });
});

describe('the request', () => {
  const bodyOf = (values: TestRow) => {
    const [chunk] = planRows(territories, [territoryRow(values)], orgOf()).chunks;
    return chunk && territories.request(chunk);
  };

  test('leaves out what the row leaves blank', () => {
    expect(bodyOf({})).toEqual({
      method: 'POST',
      path: '/settings/territories',
      body: {
        territories: [{ name: 'East', reporting_to: { id: '1000' }, permission_type: 'read_only' }],
      },
    });
  });

  test('carries all that the row fills in', () => {
    expect(bodyOf({ description: 'd', lead_rule_criteria: RULE })?.body).toMatchObject({
      territories: [{ description: 'd', lead_rule_criteria: { comparator: 'equal' } }],
    });
  });
});

test('an unanswered call is settled by the names that the org has now', async () => {
  const { chunks } = planRows(
    territories,
    [territoryRow({ name: 'East' }), territoryRow({ name: 'West' })],
    orgOf(),
  );
  const [chunk] = chunks;
  if (chunk === undefined) throw new Error('no call was planned');
  const settled = await territories.settle(chunk, chunk.entries, {
    territories: async () => [territory({ id: '77', name: 'WEST' })],
    territoriesOfUser: async () => new Set(),
    territoriesOfRecord: async () => new Set(),
  });
  expect([...settled]).toEqual([[3, { id: '77' }]]);
});
