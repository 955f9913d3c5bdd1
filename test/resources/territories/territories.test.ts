import { describe, expect, test } from 'vitest';
import { operationOf } from '../../../src/resources/resource.ts';
import { territories } from '../../../src/resources/territories/index.ts';
import { CRITERIA_KEYS } from '../../../src/zoho/directory.ts';
import { orgOf, territory, user } from '../../support/org.ts';
import { checkRow, planRows, type TestRow, territoryRow } from '../../support/rows.ts';

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

test.each(['(none)', '(None)'])('a name cannot be %s', (name) => {
  expect(check({ name }).finding).toMatchObject({ code: 'INVALID_DATA', field: 'name' });
});

describe('the id', () => {
  const upsert = (territory_id: string) =>
    checkRow(territories, territoryRow({ territory_id }), { mode: 'upsert' });

  test('may be left blank', () => {
    expect(upsert('').record).toMatchObject({ id: undefined });
  });

  test.each(['5001', 'zcrm_5001'])('may be %s', (id) => {
    expect(upsert(id).record).toMatchObject({ id: '5001' });
  });

  test.each(['x', '5.72577E+18', '572576700000012000'])('may not be %s', (id) => {
    expect(upsert(id).finding).toMatchObject({ code: 'INVALID_DATA', field: 'territory_id' });
  });

  test('is not looked at where nothing is updated: it may be of another system', () => {
    expect(check({ territory_id: 'LEGACY-7' }).record).toMatchObject({ id: undefined });
  });
});

describe('a cell of (none)', () => {
  test.each(['manager', 'description'])('clears the %s', (column) => {
    expect(check({ [column]: ' (None) ' }).record).toMatchObject({ [column]: null });
  });

  test.each(CRITERIA_KEYS)('clears the %s', (column) => {
    expect(check({ [column]: '(none)' }).record).toMatchObject({ criteria: { [column]: null } });
  });

  test('is still there when the record has been stored', () => {
    const { record } = check({ manager: '(none)', lead_rule_criteria: '(none)' });
    expect(JSON.parse(JSON.stringify(record))).toEqual({
      name: 'East',
      permissionType: 'read_only',
      manager: null,
      criteria: { lead_rule_criteria: null },
    });
  });

  test('is no parent', () => {
    expect(check({ reporting_to: '(none)' }).finding).toMatchObject({
      cause: 'a territory other than the top one must have a parent',
      field: 'reporting_to',
      value: '(none)',
    });
  });

  test('says of a new territory the same as a blank one', () => {
    const none = { manager: '(none)', description: '(none)', deal_rule_criteria: '(none)' };
    const body = planRows(territories, [territoryRow(none)], orgOf()).chunks[0]?.entries[0]?.body;
    expect(body).toEqual({
      name: 'East',
      reporting_to: { id: '1000' },
      permission_type: 'read_only',
    });
  });
});

describe('the column of permission types', () => {
  const unless = territories.columns.find(({ name }) => name === 'permission_type')?.unless;

  test('is needed, but not for updates', () => {
    expect(unless?.({})).toBe(false);
    expect(unless?.({ mode: 'add' })).toBe(false);
    expect(unless?.({ mode: 'upsert' })).toBe(true);
  });

  test('may be blank for updates', () => {
    const blank = territoryRow({ permission_type: '' });
    expect(checkRow(territories, blank, { mode: 'upsert' }).finding).toBeUndefined();
    expect(checkRow(territories, blank, { mode: 'add' }).finding).toBeDefined();
  });

  test('must be right for updates too', () => {
    const wrong = territoryRow({ permission_type: 'all' });
    expect(checkRow(territories, wrong, { mode: 'upsert' }).finding).toMatchObject({
      cause: 'the permission type is unknown',
    });
  });
});

/** Old is managed by Ann and has rules for accounts. */
const OLD = territory({
  id: '5001',
  name: 'Old',
  managerId: '2001',
  criteria: { account_rule_criteria: JSON.parse(RULE_JSON) },
});
const ORG = orgOf({ territories: [OLD], users: [user({})] });

/** The only call that a row needs, as the executor meets it. */
function callOf(values: TestRow, mode: 'add' | 'upsert' = 'upsert') {
  const { chunks } = planRows(territories, [territoryRow(values)], ORG, { mode });
  const [chunk] = chunks;
  const [entry] = chunk?.entries ?? [];
  if (chunk === undefined || entry === undefined) throw new Error('no call was planned');
  return { chunk, entry, operation: operationOf(territories, chunk) };
}

describe('the request to create', () => {
  const requestOf = (values: TestRow) => {
    const { chunk, operation } = callOf(values);
    return operation.request(chunk);
  };

  test('leaves out what the row leaves blank', () => {
    expect(requestOf({})).toEqual({
      method: 'POST',
      path: '/settings/territories',
      body: {
        territories: [{ name: 'East', reporting_to: { id: '1000' }, permission_type: 'read_only' }],
      },
    });
  });

  test('carries all that the row fills in', () => {
    expect(requestOf({ description: 'd', lead_rule_criteria: RULE }).body).toMatchObject({
      territories: [{ description: 'd', lead_rule_criteria: { comparator: 'equal' } }],
    });
  });
});

describe('the request to update', () => {
  test('carries the id, what changes, and the permission type', () => {
    const { chunk, operation } = callOf({
      name: 'Old',
      permission_type: '',
      manager: '(none)',
      description: 'new',
    });
    expect(operation.request(chunk)).toEqual({
      method: 'PUT',
      path: '/settings/territories',
      body: {
        territories: [
          { id: '5001', manager: null, description: 'new', permission_type: 'read_only' },
        ],
      },
    });
  });
});

test.each([
  ['create', {}, 'territories.create', 'created'],
  ['update', { name: 'Old', description: 'd' }, 'territories.update', 'updated'],
])('the operation %s is told by its codes and its status', (name, values, endpoint, status) => {
  const { chunk, operation } = callOf(values);
  expect(chunk.operation).toBe(name);
  expect(operation).toMatchObject({ endpoint, listKey: 'territories' });
  expect(operation.succeeded(false)).toBe(status);
});

test.each([
  ['$.territories[0].reporting_to.id', 'id', 'reporting_to'],
  ['$.territories[0].deal_rule_criteria.field', 'field', 'deal_rule_criteria'],
  ['', 'description', 'description'],
  ['$.territories[0].id', 'id', 'territory_id'],
])('an answer that points at %s is about a column', (jsonPath, apiName, column) => {
  const pointer = { jsonPath, apiName, resourcePathIndex: undefined };
  for (const operation of Object.values(territories.operations)) {
    expect(operation.column(pointer)).toBe(column);
  }
});

describe('the effect', () => {
  test('of creating is all that the territory will be', () => {
    const values = { manager: '2001', lead_rule_criteria: RULE };
    const { chunk, entry, operation } = callOf(values);
    expect(operation.effect(chunk, entry, 0)).toEqual({
      name: 'East',
      reporting_to: '1000',
      permission_type: 'read_only',
      manager: '2001',
      lead_rule_criteria: RULE_JSON,
    });
  });

  test('of creating below a row names the row', () => {
    const rows = [territoryRow({}), territoryRow({ name: 'B', reporting_to: 'East' })];
    const chunk = planRows(territories, rows, ORG).chunks[1];
    const [entry] = chunk?.entries ?? [];
    if (chunk === undefined || entry === undefined) throw new Error('no call was planned');
    expect(operationOf(territories, chunk).effect(chunk, entry, 0)).toMatchObject({
      reporting_to: 'row 2',
    });
  });

  test('of updating is what changes, before and after', () => {
    const { chunk, entry, operation } = callOf({
      territory_id: '5001',
      name: 'New',
      permission_type: 'read_write_delete',
      manager: '(none)',
      description: 'd',
      account_rule_criteria: '(none)',
    });
    expect(operation.effect(chunk, entry, 0)).toEqual({
      id: '5001',
      name: 'New',
      'before name': 'Old',
      permission_type: 'read_write_delete',
      'before permission_type': 'read_only',
      manager: '(none)',
      'before manager': '2001',
      description: 'd',
      'before description': '(none)',
      account_rule_criteria: '(none)',
      'before account_rule_criteria': RULE_JSON,
    });
  });

  test('of updating holds a permission type that is sent again: it may be another by then', () => {
    const { chunk, entry, operation } = callOf({ name: 'Old', description: 'd' });
    expect(entry.body).toHaveProperty('permission_type');
    expect(operation.effect(chunk, entry, 0)).toMatchObject({ permission_type: 'read_only' });
  });

  test('of moving below a row names the row', () => {
    const rows = [territoryRow({ name: 'Old', reporting_to: 'East' }), territoryRow({})];
    const chunk = planRows(territories, rows, ORG, { mode: 'upsert' }).chunks[1];
    const [entry] = chunk?.entries ?? [];
    if (chunk === undefined || entry === undefined) throw new Error('no call was planned');
    expect(operationOf(territories, chunk).effect(chunk, entry, 0)).toEqual({
      id: '5001',
      permission_type: 'read_only',
      reporting_to: 'row 3',
      'before reporting_to': '1000',
    });
  });
});
