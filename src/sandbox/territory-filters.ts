import { invalidData } from './answers.ts';
import { isObject } from './body.ts';
import { DEMO_ORG } from './demo-org.ts';
import type { Territory } from './territory-store.ts';

type Test = (territory: Territory) => boolean;

const EQUALITY = ['equal', 'not_equal'];
const NAME = [...EQUALITY, 'starts_with', 'ends_with', 'contains', 'not_contains'];
const TIME = ['equal', 'less_than', 'greater_than', 'less_equal', 'between'];

/** What can be filtered by: comparators and the value looked at (D7:territories). */
const KEYS: Readonly<Record<string, readonly [string[], (territory: Territory) => string | null]>> =
  {
    id: [EQUALITY, (t) => t.id],
    name: [NAME, (t) => t.name],
    permission_type: [EQUALITY, (t) => t.permissionType],
    'reporting_to.id': [EQUALITY, (t) => t.parentId],
    'manager.id': [EQUALITY, (t) => t.managerId],
    created_by: [EQUALITY, () => DEMO_ORG.currentUserId],
    modified_by: [EQUALITY, () => DEMO_ORG.currentUserId],
    created_time: [TIME, (t) => t.createdTime],
    modified_time: [TIME, (t) => t.modifiedTime],
  };

/**
 * The test that the `filters` parameter stands for.
 *
 * @throws {Refusal} INVALID_DATA with `param_name: "filters"`.
 */
export function territoryFilter(text: string): Test {
  let filter: unknown;
  try {
    filter = JSON.parse(text);
  } catch {
    throw refuse('invalid data'); // no JSON
  }
  return testOf(filter);
}

const refuse = (message: string) => invalidData(message, { param_name: 'filters' });

function testOf(filter: unknown): Test {
  if (!isObject(filter)) throw refuse('invalid data');
  const group = filter['group'];
  if (Array.isArray(group)) {
    const tests = group.map(testOf);
    const isOr = String(filter['group_operator']).toLowerCase() === 'or';
    return (t) => (isOr ? tests.some((test) => test(t)) : tests.every((test) => test(t)));
  }
  const field = filter['field'];
  const apiName = isObject(field) ? field['api_name'] : undefined;
  if (typeof apiName !== 'string' || apiName === '') throw refuse('Specify Atleast one field');
  const key = KEYS[apiName];
  if (key === undefined) throw refuse(`The given api_name(${apiName}) is not supported`);
  const [comparators, read] = key;
  const comparator = filter['comparator'];
  if (typeof comparator !== 'string' || !comparators.includes(comparator)) {
    throw refuse('The given comparator seems to be invalid');
  }
  const isTime = comparators === TIME;
  const given = filter['value'];
  const values = (Array.isArray(given) ? given : [given]).map((value) =>
    comparable(isObject(value) ? value['id'] : value, isTime),
  );
  if (comparator === 'between' && values.length !== 2) throw refuse('invalid data');
  return (t) => {
    const actual = read(t);
    return compare(actual === null ? null : comparable(actual, isTime), comparator, values);
  };
}

/** Comparable form: times become sortable, texts lose their case. */
function comparable(value: unknown, isTime: boolean): string {
  if (typeof value !== 'string' && typeof value !== 'number') throw refuse('invalid data');
  if (!isTime) return String(value).toLowerCase();
  const time = Date.parse(String(value));
  if (Number.isNaN(time)) throw refuse('invalid data');
  return new Date(time).toISOString();
}

function compare(actual: string | null, comparator: string, values: readonly string[]): boolean {
  const [first = '', second = ''] = values;
  if (actual === null) return comparator.startsWith('not_');
  switch (comparator) {
    case 'equal':
      return values.includes(actual);
    case 'not_equal':
      return !values.includes(actual);
    case 'starts_with':
      return actual.startsWith(first);
    case 'ends_with':
      return actual.endsWith(first);
    case 'contains':
      return actual.includes(first);
    case 'not_contains':
      return !actual.includes(first);
    case 'less_than':
      return actual < first;
    case 'greater_than':
      return actual > first;
    case 'less_equal':
      return actual <= first;
    default:
      return actual >= first && actual <= second;
  }
}
