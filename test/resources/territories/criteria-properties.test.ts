import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  type Criteria,
  type CriteriaModule,
  formatCriteria,
  parseCriteria,
  type SimpleCriterion,
  sameCriteria,
} from '../../../src/resources/territories/criteria/index.ts';

const MAX_MS = 1_000;

/** Texts that no table gives a meaning to; parentheses, commas, blanks and backslashes come often. */
const value = fc
  .array(fc.oneof(fc.string({ unit: 'binary', maxLength: 3 }), fc.constantFrom(...'(),:\\" \t')), {
    minLength: 1,
    maxLength: 12,
  })
  .map((parts) => parts.join(''))
  .filter((text) => text !== '' && !text.includes('${'));
const pair = fc.tuple(value, value).map((values) => [...values]);
const list = fc.array(value, { minLength: 1, maxLength: 5 });
const field = fc.stringMatching(/^[A-Z][a-z]{1,8}__c$/);

function rules(comparators: string[], values: fc.Arbitrary<string | string[]>) {
  return fc.record({
    comparator: fc.constantFrom(...comparators),
    field: fc.record({ api_name: field }),
    value: values,
  });
}

const rule: fc.Arbitrary<SimpleCriterion> = fc.oneof(
  rules(['equal', 'not_equal', 'contains', 'not_like', 'less_equal', 'greater_than'], value),
  rules(['between', 'not_between'], pair),
  rules(['in', 'not_in'], list),
);

const tree: fc.Arbitrary<Criteria> = fc
  .letrec<{ node: Criteria; group: Criteria }>((tie) => ({
    node: fc.oneof({ maxDepth: 4, withCrossShrink: true }, rule, tie('group')),
    group: fc.record({
      group_operator: fc.constantFrom('and' as const, 'or' as const),
      group: fc.array(tie('node'), { minLength: 2, maxLength: 4 }),
    }),
  }))
  .node.filter((criteria) => leaves(criteria) <= 25);

function leaves(criteria: Criteria): number {
  if (!('group' in criteria)) return 1;
  return criteria.group.reduce((count, member) => count + leaves(member), 0);
}

function print(criteria: Criteria): string {
  if ('group' in criteria) {
    return `(${criteria.group.map(print).join(criteria.group_operator)})`;
  }
  const values = [criteria.value]
    .flat()
    .map((text) => String(text).replace(/[\\(),:"\s]/g, '\\$&'));
  return `(${criteria.field.api_name}:${criteria.comparator}:${values.join(',')})`;
}

const module = fc.constantFrom<CriteriaModule>('Accounts', 'Leads', 'Deals');

describe('for any criteria', () => {
  test.prop([tree, module])('the search notation gives the same tree', (criteria, of) => {
    expect(parseCriteria(print(criteria), of)).toEqual({ criteria });
  });

  test.prop([tree, module])('the JSON written gives the same tree', (criteria, of) => {
    expect(parseCriteria(formatCriteria(criteria), of)).toEqual({ criteria });
  });

  test.prop([tree, tree])('criteria are the same as themselves only', (one, other) => {
    expect(sameCriteria(one, structuredClone(one))).toBe(true);
    expect(sameCriteria(one, other)).toBe(sameCriteria(other, one));
  });
});

/** Texts that look like criteria often enough to get past the first character. */
const almost = fc
  .array(
    fc.oneof(
      fc.constantFrom('(', ')', ':', ',', '\\', '"', 'and', 'or', ' ', '{', '}', '[', ']', '${'),
      fc.constantFrom(
        'Industry',
        'equal',
        'between',
        'TODAY',
        '"group"',
        '"field"',
        '"value"',
        '1',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

const jsonLike = fc
  .json({ maxDepth: 6 })
  .map((text) => `{"group_operator":"and","group":[${text}]}`);

describe('for any text', () => {
  test.prop([fc.oneof(fc.string({ unit: 'binary' }), almost, jsonLike), module])(
    'there are criteria or a problem in short words, and what is accepted is written for good',
    (text, of) => {
      const parsed = parseCriteria(text, of);
      if ('criteria' in parsed) {
        const written = formatCriteria(parsed.criteria);
        const again = parseCriteria(written, of);
        expect(again).toEqual(parsed);
        expect('criteria' in again && formatCriteria(again.criteria)).toBe(written);
      } else {
        expect(parsed.problem.cause).toMatch(/^[a-z][A-Za-z ,]+$/);
        expect(Array.from(parsed.problem.value).length).toBeLessThanOrEqual(60);
        expect(parsed.problem.resolution).toMatch(/^At (character \d+|\$\S*): /);
      }
    },
  );

  test.each<[sentence: string, text: string]>([
    ['open parentheses', '('.repeat(100_000)],
    ['pairs of parentheses', `${'('.repeat(50_000)}${')'.repeat(50_000)}`],
    ['open rules', '(A:equal:'.repeat(20_000)],
    ['open JSON', '{"group":['.repeat(20_000)],
    ['deep JSON', `${'{"group":['.repeat(20_000)}${']}'.repeat(20_000)}`],
    ['deep JSON as a field', `{"field":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    ['many rules', Array.from({ length: 20_000 }, () => '(A:equal:b)').join('and')],
    ['a long list', `(A:in:${'"x,'.repeat(50_000)})`],
    ['many backslashes', `(A:in:"${'\\'.repeat(100_000)})`],
    ['many blanks', `(A:equal:x${' '.repeat(100_000)}`],
    ['many blanks before JSON', `${' '.repeat(100_000)}{,${' '.repeat(100_000)}`],
    ['many commas in JSON', `{"a":[${', '.repeat(100_000)}]}`],
    ['a comma and many blanks in JSON', `{"a":1,${' '.repeat(100_000)}x}`],
    ['a deep path', `${'{"group":['.repeat(24)}{}${']}'.repeat(24)}`],
  ])('a hostile cell is refused at once: %s', (_sentence, text) => {
    const start = performance.now();
    expect(parseCriteria(text, 'Accounts')).toHaveProperty('problem');
    expect(performance.now() - start).toBeLessThan(MAX_MS);
  });
});
