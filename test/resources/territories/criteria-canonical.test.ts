// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the API's own placeholders are written so.
import { describe, expect, test } from 'vitest';
import {
  type Criteria,
  criteriaFromApi,
  formatCriteria,
  sameCriteria,
} from '../../../src/resources/territories/criteria/index.ts';

function rule(value: unknown, more: object = {}): Criteria {
  return { comparator: 'equal', field: { api_name: 'X' }, value, ...more } as Criteria;
}

const and = (...group: Criteria[]): Criteria => ({ group_operator: 'and', group });
const or = (...group: Criteria[]): Criteria => ({ group_operator: 'or', group });

describe('an answer of the API', () => {
  const answer = {
    group: [
      {
        type: 'value',
        value: '1001',
        field: { id: '625', api_name: 'X' },
        comparator: 'equal',
        $disrupted: false,
      },
      { value: { name: 'East', id: '7' }, field: { api_name: 'Owner' }, comparator: 'equal' },
    ],
    group_operator: 'AND',
  };

  test('is written in one spelling, without what belongs to the org', () => {
    const criteria = criteriaFromApi(answer);
    expect(criteria && formatCriteria(criteria)).toBe(
      '{"group_operator":"and","group":[{"comparator":"equal","field":{"api_name":"X"},"value":"1001"},' +
        '{"comparator":"equal","field":{"api_name":"Owner"},"value":{"id":"7","name":"East"}}]}',
    );
  });

  test('without a rule is null, and of an unknown shape undefined', () => {
    expect(criteriaFromApi(null)).toBeNull();
    expect(criteriaFromApi(undefined)).toBeNull();
    expect(criteriaFromApi({ rules: [] })).toBeUndefined();
  });

  test('with a rule that lost its value can still be written', () => {
    const criteria = criteriaFromApi(rule(null, { $disrupted: true }));
    expect(criteria && formatCriteria(criteria)).toContain('"value":null');
  });
});

test('a type that changes what the value means is written', () => {
  expect(formatCriteria(rule('Other__c', { type: 'field' }))).toContain('"type":"field"');
});

describe('the same', () => {
  test.each<[sentence: string, one: Criteria | null, other: Criteria | null]>([
    ['no rule', null, null],
    ['a number as a text', rule(1000), rule('1000')],
    ['a boolean as a text', rule(true), rule('true')],
    ['a list of one', rule(['LASTMONTH']), rule('LASTMONTH')],
    ['a CRM record by id', rule({ id: '7', name: 'East' }), rule({ id: '7' })],
    [
      'field ids',
      rule('1', { field: { api_name: 'X', id: '1' } }),
      rule('1', { field: { api_name: 'X', id: '2' } }),
    ],
    ['the default type', rule('1', { type: 'value' }), rule('1')],
    [
      'a type that the placeholder implies',
      rule('${TODAY}', { type: 'pre_defined' }),
      rule('${TODAY}'),
    ],
    [
      'capitals of the operator',
      { group_operator: 'OR', group: [rule(1), rule(2)] },
      { group_operator: 'or', group: [rule(1), rule(2)] },
    ],
    ['a group of one', { group_operator: 'or', group: [rule(1)] }, rule(1)],
    ['rules in another order', and(rule(1), rule(2)), and(rule(2), rule(1))],
    [
      'groups in another order',
      and(or(rule(1), rule(2)), rule(3)),
      and(rule(3), or(rule(2), rule(1))),
    ],
    [
      'groups within groups',
      and(rule(1), and(rule(2), rule(3))),
      and(and(rule(1), rule(2)), rule(3)),
    ],
    [
      'a group of one between',
      and(rule(1), or(and(rule(2), rule(3)))),
      and(rule(1), rule(2), rule(3)),
    ],
  ])('%s', (_sentence, one, other) => {
    expect(sameCriteria(one, other)).toBe(true);
    expect(sameCriteria(other, one)).toBe(true);
  });
});

describe('not the same', () => {
  test.each<
    [sentence: string, one: Criteria | null | undefined, other: Criteria | null | undefined]
  >([
    ['a rule and none', rule('1'), null],
    ['criteria that could not be read', undefined, undefined],
    ['digits of a text', rule('007'), rule('7')],
    ['case of a value', rule('a'), rule('A')],
    ['a reference', rule('Y', { type: 'field' }), rule('Y')],
    [
      'operators',
      { group_operator: 'and', group: [rule(1), rule(2)] },
      { group_operator: 'or', group: [rule(1), rule(2)] },
    ],
    [
      'operators of groups within',
      and(rule(1), or(rule(2), rule(3))),
      or(and(rule(1), rule(2)), rule(3)),
    ],
    ['one rule twice, and another', and(rule(1), rule(1)), and(rule(1), rule(2))],
    ['the order of a list', rule(['1', '2']), rule(['2', '1'])],
    ['comparators', rule('1', { comparator: 'not_equal' }), rule('1')],
  ])('%s', (_sentence, one, other) => {
    expect(sameCriteria(one, other)).toBe(false);
    expect(sameCriteria(other, one)).toBe(false);
  });
});
