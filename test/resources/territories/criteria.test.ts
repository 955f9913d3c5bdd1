// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the API's own placeholders are written so.
import { describe, expect, test } from 'vitest';
import {
  type Criteria,
  type CriteriaModule,
  type CriteriaProblem,
  parseCriteria,
} from '../../../src/resources/territories/criteria/index.ts';

function criteriaOf(text: string, module: CriteriaModule = 'Accounts'): Criteria {
  const parsed = parseCriteria(text, module);
  if ('problem' in parsed) throw new Error(`${text}: ${JSON.stringify(parsed.problem)}`);
  return parsed.criteria;
}

function problemOf(text: string, module: CriteriaModule = 'Accounts'): CriteriaProblem {
  const parsed = parseCriteria(text, module);
  if ('criteria' in parsed) throw new Error(`${text} was accepted`);
  return parsed.problem;
}

function rule(api_name: string, comparator: string, value: unknown): Criteria {
  return { comparator, field: { api_name }, value } as Criteria;
}

function json(fieldName: string, comparator: string, value: unknown): string {
  return JSON.stringify(rule(fieldName, comparator, value));
}

const A = rule('A__c', 'equal', '1');
const B = rule('B__c', 'equal', '2');
const C = rule('C__c', 'equal', '3');
const [a, b, c] = ['(A__c:equal:1)', '(B__c:equal:2)', '(C__c:equal:3)'];

describe('the search notation is read', () => {
  test.each<[sentence: string, text: string, expected: Criteria]>([
    ['a rule alone', a, A],
    ['a rule in double parentheses', `(${a})`, A],
    ['rules joined by and', `(${a}and${b})`, { group_operator: 'and', group: [A, B] }],
    [
      'operators in any case, with blanks',
      ` ( ${a} OR ${b} ) `,
      { group_operator: 'or', group: [A, B] },
    ],
    [
      'rules without outer parentheses',
      `${a}and${b}and${c}`,
      { group_operator: 'and', group: [A, B, C] },
    ],
    [
      'groups in groups, each with its operator',
      `((${a}or${b})and${c})`,
      { group_operator: 'and', group: [{ group_operator: 'or', group: [A, B] }, C] },
    ],
    [
      'a group of the same operator stays a group',
      `(${a}and(${b}and${c}))`,
      { group_operator: 'and', group: [A, { group_operator: 'and', group: [B, C] }] },
    ],
    [
      'blanks and case inside a value are kept',
      '(X:equal: New  York )',
      rule('X', 'equal', 'New  York'),
    ],
    ['the comparator in capitals', '(X:EQUAL:1)', rule('X', 'equal', '1')],
    ["the search call's equals", '(X:equals:1)', rule('X', 'equal', '1')],
    ['protected parentheses', '(X:equal:Acme \\(UK\\))', rule('X', 'equal', 'Acme (UK)')],
    ['a bare comma outside of lists', '(X:equal:Burns, B)', rule('X', 'equal', 'Burns, B')],
    ['a protected comma outside of lists', '(X:equal:Burns\\,B)', rule('X', 'equal', 'Burns,B')],
    ['a protected comma in a list', '(X:in:Burns\\, B,C)', rule('X', 'in', ['Burns, B', 'C'])],
    ['a protected blank at the end', '(X:equal:a\\ )', rule('X', 'equal', 'a ')],
    ['a backslash before a letter', '(X:equal:C:\\Temp)', rule('X', 'equal', 'C:\\Temp')],
    ['colons in a value', '(X:equal:10:30:00)', rule('X', 'equal', '10:30:00')],
    ['quotation marks inside a value', '(X:equal:12" pipe)', rule('X', 'equal', '12" pipe')],
    ['protected quotation marks', '(X:equal:\\"a\\")', rule('X', 'equal', '"a"')],
    [
      'between',
      '(Annual_Revenue:between:100, 200)',
      rule('Annual_Revenue', 'between', ['100', '200']),
    ],
    ['in with one value', '(Industry:in:Banking)', rule('Industry', 'in', ['Banking'])],
    [
      'CRM records by id',
      '(Y:include_any:11,22)',
      rule('Y', 'include_any', [{ id: '11' }, { id: '22' }]),
    ],
  ])('%s: %s', (_sentence, text, expected) => {
    expect(criteriaOf(text)).toEqual(expected);
  });
});

describe('a mistake in the search notation is told with its place', () => {
  test.each<[text: string, code: string, cause: string, place: string]>([
    ['hello', 'INVALID_DATA', 'the criteria are in neither of the two notations', 'character 1:'],
    ['  ', 'INVALID_DATA', 'the criteria are in neither of the two notations', 'character 1:'],
    ['null', 'INVALID_DATA', 'the criteria are in neither of the two notations', 'character 1:'],
    ['()', 'MANDATORY_NOT_FOUND', 'a rule does not have its three parts', 'character 2:'],
    [
      '(Industry)',
      'DEPENDENT_FIELD_MISSING',
      'a rule does not have its three parts',
      'character 2:',
    ],
    [
      '(Industry:Banking)',
      'DEPENDENT_FIELD_MISSING',
      'a rule does not have its three parts',
      'character 2:',
    ],
    ['(Industry:equal:)', 'DEPENDENT_FIELD_MISSING', 'the value is missing', 'character 17:'],
    ['(Industry:in:a,,b)', 'DEPENDENT_FIELD_MISSING', 'the value is missing', 'character 14:'],
    [`${a} ${b}`, 'INVALID_DATA', 'two rules have no operator between them', 'character 16:'],
    [`${a}&${b}`, 'INVALID_DATA', 'two rules have no operator between them', 'character 15:'],
    [`(${a}and)`, 'INVALID_DATA', 'a rule is missing its parentheses', 'character 19:'],
    [`${a}and X:equal:1`, 'INVALID_DATA', 'a rule is missing its parentheses', 'character 19:'],
    [`(${a}`, 'INVALID_DATA', 'an opening parenthesis is not closed', 'character 1:'],
    [`${a})`, 'INVALID_DATA', 'a closing parenthesis has no opening one', 'character 15:'],
    [
      '(X:equal:Acme (UK))',
      'INVALID_DATA',
      'a value has a parenthesis without a backslash',
      'character 15:',
    ],
    ['(X:equal:"Acme")', 'INVALID_DATA', 'a value is in quotation marks', 'character 10:'],
    [`${'('.repeat(26)}X`, 'LIMIT_EXCEEDED', 'the criteria are nested too deep', 'character 26:'],
    ['(Annual Revenue:equal:1)', 'INVALID_DATA', 'the field is not an API name', 'character 2:'],
    ['(X:is:1)', 'INVALID_DATA', 'the comparator is not known', 'character 4:'],
  ])('%s', (text, code, cause, place) => {
    const problem = problemOf(text);
    expect(problem).toMatchObject({ code, cause });
    expect(problem.resolution).toContain(`At ${place}`);
  });

  test('mixed operators are refused, with the two places where parentheses can go', () => {
    const { cause, value, resolution } = problemOf(`${a}and${b}or${c}`);
    expect(cause).toBe('the operators and, or are mixed without parentheses');
    expect(value).toBe(`and${b}or`);
    expect(resolution).toContain('"(" at character 1 and ")" before this "or"');
    expect(resolution).toContain('"(" at character 18 and ")" after the last rule joined by "or"');
  });
});

describe('JSON is read', () => {
  test.each<[sentence: string, text: string, expected: Criteria]>([
    ['a rule', ` ${json('Industry', 'equal', 'Banking')} `, rule('Industry', 'equal', 'Banking')],
    [
      'numbers stay numbers',
      json('Annual_Revenue', 'greater_than', 1000.5),
      rule('Annual_Revenue', 'greater_than', 1000.5),
    ],
    ['booleans stay booleans', json('Active__c', 'equal', true), rule('Active__c', 'equal', true)],
    ['CRM records', json('Owner', 'equal', { id: '1', x: 2 }), rule('Owner', 'equal', { id: '1' })],
    [
      'the current user',
      json('Owner', 'equal', { name: '${CURRENTUSER}' }),
      rule('Owner', 'equal', { name: '${CURRENTUSER}' }),
    ],
    [
      'what answers add is left out',
      '{"comparator":"equal","field":{"api_name":"X","id":"1"},"value":"1","type":"value","$disrupted":false}',
      rule('X', 'equal', '1'),
    ],
    [
      'another type stays, and its value is not held against the field',
      '{"comparator":"equal","field":{"api_name":"Annual_Revenue"},"value":"Other__c","type":"field"}',
      { ...rule('Annual_Revenue', 'equal', 'Other__c'), type: 'field' } as Criteria,
    ],
    [
      'operators in capitals',
      JSON.stringify({ group_operator: 'AND', group: [A, B] }),
      { group_operator: 'and', group: [A, B] },
    ],
    [
      'a group of one is its member',
      JSON.stringify({ group: [{ group_operator: 'or', group: [A] }] }),
      A,
    ],
  ])('%s', (_sentence, text, expected) => {
    expect(criteriaOf(text)).toEqual(expected);
  });
});

describe('a mistake in JSON is told with its path', () => {
  test.each<[text: string, code: string, cause: string, told: string]>([
    [
      '{"comparator":“equal”}',
      'INVALID_DATA',
      'the criteria are not valid JSON',
      'curly quotation marks',
    ],
    [
      '{"comparator":"equal"',
      'INVALID_DATA',
      'the criteria are not valid JSON',
      'stops before the last "}"',
    ],
    [
      "{'comparator':'equal'}",
      'INVALID_DATA',
      'the criteria are not valid JSON',
      'straight quotation marks',
    ],
    [
      '{"comparator":"equal",}',
      'INVALID_DATA',
      'the criteria are not valid JSON',
      'remove the comma',
    ],
    ['{"a" 1}', 'INVALID_DATA', 'the criteria are not valid JSON', 'check the quotation marks'],
    ['{}', 'MANDATORY_NOT_FOUND', 'a rule has no field', 'At $.field:'],
    ['{"field":"X"}', 'INVALID_DATA', 'the field is not a JSON object', 'At $.field:'],
    [
      '{"field":{"id":"1"}}',
      'MANDATORY_NOT_FOUND',
      'the field has no API name',
      'At $.field.api_name:',
    ],
    [
      '{"field":{"api_name":"X"}}',
      'DEPENDENT_FIELD_MISSING',
      'the comparator is missing',
      'At $.comparator:',
    ],
    [
      '{"field":{"api_name":"X"},"comparator":1}',
      'INVALID_DATA',
      'the comparator is not a text',
      'At $.comparator:',
    ],
    [
      '{"field":{"api_name":"X"},"comparator":"equal"}',
      'DEPENDENT_FIELD_MISSING',
      'the value is missing',
      'At $.value:',
    ],
    [json('X', 'equal', null), 'DEPENDENT_FIELD_MISSING', 'the value is missing', '${EMPTY}'],
    [json('X', 'equal', []), 'DEPENDENT_FIELD_MISSING', 'the value is missing', 'At $.value:'],
    [
      json('X', 'equal', [['1']]),
      'INVALID_DATA',
      'the value is of no kind a rule can have',
      'At $.value[0]:',
    ],
    [
      json('X', 'equal', { id: 1 }),
      'INVALID_DATA',
      'the value is of no kind a rule can have',
      'At $.value:',
    ],
    [
      '{"field":{"api_name":"X"},"comparator":"equal","value":365239700000018601}',
      'INVALID_DATA',
      'a number has too many digits to be read exactly',
      'quotation marks',
    ],
    [
      '{"field":{"api_name":"X"},"comparator":"equal","value":"1","type":"x"}',
      'INVALID_DATA',
      'the type of a rule is not known',
      'At $.type:',
    ],
    [
      '{"account_rule_criteria":{}}',
      'INVALID_DATA',
      'the criteria have an unknown key',
      'what is around the criteria',
    ],
    ['{"group":[]}', 'INVALID_DATA', 'a group has no list of rules', 'At $.group:'],
    [
      '{"group_operator":"and"}',
      'MANDATORY_NOT_FOUND',
      'a group has no list of rules',
      'At $.group:',
    ],
    [
      JSON.stringify({ group: [A, B] }),
      'MANDATORY_NOT_FOUND',
      'a group has no operator',
      'At $.group_operator:',
    ],
    [
      JSON.stringify({ group: [A, B], group_operator: 'xor' }),
      'INVALID_DATA',
      'the group operator is not known',
      'At $.group_operator:',
    ],
    [
      JSON.stringify({ group: [A, 1], group_operator: 'or' }),
      'INVALID_DATA',
      'a rule is not a JSON object',
      'At $.group[1]:',
    ],
  ])('%s', (text, code, cause, told) => {
    const problem = problemOf(text);
    expect(problem).toMatchObject({ code, cause });
    expect(problem.resolution).toContain(told);
  });

  test('the offending part is shown short', () => {
    expect(problemOf(`{"x":"${'y'.repeat(999)}`).value).toHaveLength(60);
  });
});

test('25 rules are accepted and 26 are not, however they are grouped', () => {
  const many = (count: number): string => Array.from({ length: count }, () => a).join('and');
  expect(criteriaOf(many(25))).toHaveProperty('group.length', 25);
  expect(criteriaOf(`(${many(12)})or(${many(13)})`)).toHaveProperty('group.length', 2);
  for (const text of [many(26), `(${many(13)})or(${many(13)})`]) {
    expect(problemOf(text)).toMatchObject({ code: 'LIMIT_EXCEEDED', value: '26 rules' });
  }
});
