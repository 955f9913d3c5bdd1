import { fc } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { type Rig, startRig, territory } from './client.ts';

const rule = (api_name: string, comparator: unknown, value: unknown) => ({
  field: { api_name },
  comparator,
  value,
});
/** A literal as O26b writes it. */
const placeholder = (name: string, days = '') => `\${${name}}${days}`;
const ROOT_PATH = '$.territories[0].account_rule_criteria';
let made = 0;

async function create(rig: Rig, criteria: unknown, key = 'account_rule_criteria') {
  made += 1;
  const item = territory({ name: `East ${made}`, [key]: criteria });
  const { body } = await rig.send('POST', '/settings/territories', { territories: [item] });
  return body.territories[0];
}

test.each([
  ['text', rule('Industry', 'starts_with', 'Bank')],
  ['a number as text', rule('Annual_Revenue', 'greater_than', '1001')],
  ['a number', rule('Annual_Revenue', 'less_equal', 1001.5)],
  ['a range', rule('Employees', 'between', ['5', '10'])],
  ['a lookup', rule('Parent_Account', 'equal', { id: '5', name: 'x' })],
  ['a boolean', rule('Email_Opt_Out', 'equal', true)],
  ['a date literal', rule('Created_Time', 'equal', 'TODAY')],
  ['a span literal', rule('Created_Time', 'between', 'LASTMONTH')],
  ['a literal up to', rule('Created_Time', 'less_equal', 'YESTERDAYMINUS')],
  ['a placeholder', rule('Created_Time', 'equal', placeholder('TODAY'))],
  ['a placeholder with days', rule('Created_Time', 'equal', placeholder('AGEINDAYS', '+3'))],
  ['a placeholder with a number', rule('Created_Time', 'equal', placeholder('LAST_N_DAYS:5'))],
  ['empty', rule('Industry', 'equal', placeholder('EMPTY'))],
  ['not empty', rule('Industry', 'not_equal', placeholder('NOTEMPTY'))],
  ['a list', rule('Industry', 'in', ['Banking', 'Energy'])],
  [
    'a nested group',
    {
      group_operator: 'AND',
      group: [
        rule('Industry', 'equal', 'Banking'),
        {
          group_operator: 'or',
          group: [rule('Employees', 'equal', '5'), rule('Employees', 'equal', '6')],
        },
      ],
    },
  ],
])('criteria with %s are taken', async (_what, criteria) => {
  await using rig = await startRig({ recordsPerModule: 0 });
  expect(await create(rig, criteria)).toMatchObject({ code: 'SUCCESS' });
});

const DEPENDEE = { api_name: 'field', json_path: `${ROOT_PATH}.field` };
test.each([
  ['an unknown field', rule('Nix', 'equal', 'x'), 'INVALID_DATA', 'field.api_name', {}],
  ['a long text field', rule('Description', 'equal', 'x'), 'NOT_SUPPORTED', 'field.api_name', {}],
  ['no field', { comparator: 'equal', value: '1' }, 'MANDATORY_NOT_FOUND', 'field', {}],
  [
    'a field that is no object',
    { field: 'Industry', comparator: 'equal', value: '1' },
    'INVALID_DATA',
    'field',
    { expected_data_type: 'jsonobject' },
  ],
  ['a field without name', { field: {} }, 'MANDATORY_NOT_FOUND', 'field.api_name', {}],
  [
    'no comparator',
    { field: { api_name: 'Industry' }, value: 'x' },
    'DEPENDENT_FIELD_MISSING',
    'comparator',
    { dependee: DEPENDEE },
  ],
  ['an empty comparator', rule('Industry', '', 'x'), 'INVALID_DATA', 'comparator', {}],
  ['an unknown comparator', rule('Industry', 'is', 'x'), 'INVALID_DATA', 'comparator', {}],
  [
    'a comparator for numbers on text',
    rule('Industry', 'greater_than', 'x'),
    'DEPENDENT_MISMATCH',
    'comparator',
    { dependee: DEPENDEE, supported_values: expect.arrayContaining(['starts_with']) },
  ],
  [
    'a literal with the wrong comparator',
    rule('Created_Time', 'equal', 'LASTMONTH'),
    'DEPENDENT_MISMATCH',
    'comparator',
    { supported_values: ['between'] },
  ],
  [
    'text for a number',
    rule('Employees', 'equal', 'many'),
    'DEPENDENT_MISMATCH',
    'value',
    { dependee: DEPENDEE, expected_data_type: 'integer' },
  ],
  [
    'text for a time',
    rule('Created_Time', 'equal', 'soon'),
    'DEPENDENT_MISMATCH',
    'value',
    { expected_data_type: 'datetime' },
  ],
  [
    'one value for a range',
    rule('Employees', 'between', '5'),
    'DEPENDENT_MISMATCH',
    'value',
    { expected_data_type: 'jsonarray' },
  ],
  [
    'no value',
    { field: { api_name: 'Industry' }, comparator: 'equal' },
    'DEPENDENT_FIELD_MISSING',
    'value',
    { dependee: { api_name: 'comparator', json_path: `${ROOT_PATH}.comparator` } },
  ],
  ['an empty value', rule('Industry', 'equal', ''), 'INVALID_DATA', 'value', {}],
  [
    'a value that is too long',
    rule('Industry', 'equal', 'x'.repeat(256)),
    'INVALID_DATA',
    'value',
    { maximum_length: 255 },
  ],
  [
    'a group of one',
    { group_operator: 'and', group: [rule('Industry', 'equal', 'x')] },
    'INVALID_DATA',
    'group',
    { minimum_length: 2 },
  ],
  [
    'a group without operator',
    { group: [rule('Industry', 'equal', 'x'), rule('Industry', 'equal', 'y')] },
    'DEPENDENT_FIELD_MISSING',
    'group_operator',
    {},
  ],
  ['an operator without group', { group_operator: 'and' }, 'DEPENDENT_FIELD_MISSING', 'group', {}],
  [
    'an unknown operator',
    { group_operator: 'xor', group: [] },
    'INVALID_DATA',
    'group_operator',
    {},
  ],
  ['a group that is no list', { group_operator: 'or', group: {} }, 'INVALID_DATA', 'group', {}],
])('criteria with %s are refused', async (_what, criteria, code, place, details) => {
  await using rig = await startRig({ recordsPerModule: 0 });
  const item = await create(rig, criteria);
  expect(item.code).toBe(code);
  expect(item.details).toMatchObject({ json_path: `${ROOT_PATH}.${place}`, ...details });
});

test('the path of an error leads into nested groups', async () => {
  await using rig = await startRig({ recordsPerModule: 0 });
  const good = rule('Stage', 'equal', 'Closed Won');
  const group = { group_operator: 'or', group: [good, rule('Amount', 'equal', 'x')] };
  const item = await create(
    rig,
    { group_operator: 'and', group: [good, group] },
    'deal_rule_criteria',
  );
  expect(item.details.json_path).toBe(
    '$.territories[0].deal_rule_criteria.group[1].group[1].value',
  );
});

test('any nesting of up to 25 rules comes back as it was sent', async () => {
  await using rig = await startRig({ recordsPerModule: 0, territoryLimit: 1_000 });
  const leaf = fc
    .tuple(fc.constantFrom('Industry', 'Account_Name'), fc.stringMatching(/^[a-z]{1,20}$/))
    .map(([field, value]) => rule(field, 'equal', value));
  const { tree } = fc.letrec((tie) => ({
    leaf,
    group: fc.record({
      group_operator: fc.constantFrom('and', 'or', 'AND', 'OR'),
      group: fc.array(tie('tree'), { minLength: 2, maxLength: 4 }),
    }),
    tree: fc.oneof({ maxDepth: 2 }, tie('leaf'), tie('group')),
  }));
  interface Node {
    readonly field: { readonly api_name: string };
    readonly comparator: string;
    readonly value: string;
    readonly group_operator?: string;
    readonly group?: Node[];
  }
  const strip = ({ field, comparator, value, group_operator, group }: Node): unknown =>
    group === undefined
      ? rule(field.api_name, comparator, value)
      : { group_operator, group: group.map(strip) };
  await fc.assert(
    fc.asyncProperty(tree, async (criteria) => {
      const item = await create(rig, criteria);
      expect(item.code).toBe('SUCCESS');
      const { body } = await rig.send('GET', `/settings/territories/${item.details.id}`);
      expect(strip(body.territories[0].account_rule_criteria)).toEqual(criteria);
    }),
    { numRuns: 50 },
  );
});

test('a criteria has its limit of lookup fields', async () => {
  await using rig = await startRig({ recordsPerModule: 0 });
  const names = ['Account_Name', 'Contact_Name', 'Campaign_Source', 'Owner', 'Created_By'];
  const group = names.map((name) => rule(name, 'equal', 'x'));
  const create6 = (...more: unknown[]) =>
    create(rig, { group_operator: 'or', group: [...group, ...more] }, 'deal_rule_criteria');
  expect(await create6()).toMatchObject({ code: 'SUCCESS' });
  expect(await create6(rule('Modified_By', 'equal', 'x'))).toMatchObject({
    code: 'LOOKUP_LIMIT_EXCEEDED',
    details: { used_in: [{ name: 'deal_rule_criteria', lookup_limit: 5 }] },
  });
});
