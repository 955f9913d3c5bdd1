import { isObject } from './body.ts';
import type { Field } from './demo-fields.ts';

/** Comparators for text, picklists and lookups (S4), and the general ones of O26b. */
const TEXT = [
  'equal',
  'not_equal',
  'contains',
  'not_contains',
  'starts_with',
  'ends_with',
  'like',
  'not_like',
  'in',
  'not_in',
];
/** Comparators for numbers and dates (O26b). */
const ORDERED = [
  'equal',
  'not_equal',
  'greater_than',
  'less_than',
  'greater_equal',
  'less_equal',
  'between',
  'not_between',
];
const LOOKUP = [...TEXT, 'include_all', 'include_any', 'exclude_all', 'exclude_any'];
const EQUALITY = ['equal', 'not_equal'];

const ALL: ReadonlySet<string> = new Set([...LOOKUP, ...ORDERED]);

/** Date literals of S4 by the comparator they go with. */
const DATE_LITERALS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    'TODAY TOMORROW TOMORROWPLUS YESTERDAY AGEINDAYS DUEINDAYS EMPTY'
      .split(' ')
      .map((literal) => [literal, 'equal']),
  ),
  YESTERDAYMINUS: 'less_equal',
  NOTEMPTY: 'not_equal',
  ...Object.fromEntries(
    (
      'LASTMONTH THISMONTH NEXTMONTH LASTWEEK THISWEEK LASTYEAR THISYEAR NEXTYEAR ' +
      'PREVFQ THISFQ NEXTFQ PREVFY THISFY NEXTFY'
    )
      .split(' ')
      .map((literal) => [literal, 'between']),
  ),
};

/** Whether any kind of field takes a comparator. */
export function isComparator(name: string): boolean {
  return ALL.has(name);
}

const isNumber = (field: Field) =>
  ['integer', 'bigint', 'currency', 'double'].includes(field.dataType);
const isDate = (field: Field) => field.dataType === 'date' || field.dataType === 'datetime';

/** The comparators that a field takes. */
export function comparatorsOf(field: Field): readonly string[] {
  if (isNumber(field) || isDate(field)) return ORDERED;
  if (field.dataType === 'boolean') return EQUALITY;
  return field.dataType.endsWith('lookup') ? LOOKUP : TEXT;
}

/**
 * The comparators that a special value goes with, undefined for an ordinary value.
 *
 * S4 writes literals plainly and ties them to one comparator each; O26b writes them as `${…}` with
 * `equal`, `${NOTEMPTY}` included. Both are taken.
 */
export function requiredComparator(value: unknown, field: Field): readonly string[] | undefined {
  if (typeof value !== 'string') return undefined;
  const placeholder = /^\$\{([A-Z_]+)(:\d+)?\}(\+\d+)?$/.exec(value)?.[1];
  if (placeholder === 'EMPTY') return ['equal'];
  if (placeholder === 'NOTEMPTY') return ['equal', 'not_equal'];
  if (!isDate(field)) return undefined;
  const literal = DATE_LITERALS[placeholder ?? value.replace(/\+\d+$/, '')];
  if (literal !== undefined) return placeholder === undefined ? [literal] : ['equal', literal];
  return placeholder !== undefined && /^(LAST|NEXT)_N_/.test(placeholder) ? ['equal'] : undefined;
}

/** The data type a value should have had, undefined when it is right (samples send numbers as text). */
export function valueTypeOf(value: unknown, comparator: string, field: Field): string | undefined {
  if (comparator === 'between' || comparator === 'not_between') {
    if (!Array.isArray(value) || value.length !== 2) return 'jsonarray';
  }
  const isList = Array.isArray(value);
  const takesList = /^(equal|not_equal|in|not_in|between|not_between|(in|ex)clude_(all|any))$/;
  const most = /^(in|ex)clude_/.test(comparator) ? 5 : 500; // O26b
  if (isList && (!takesList.test(comparator) || value.length === 0 || value.length > most)) {
    return 'string';
  }
  const expected = scalarType(field);
  const values: readonly unknown[] = isList ? value : [value];
  return values.every((one) => fits(one, expected, field)) ? undefined : expected;
}

function scalarType(field: Field): string {
  if (isNumber(field)) return field.dataType === 'integer' ? 'integer' : 'double';
  return isDate(field) || field.dataType === 'boolean' ? field.dataType : 'string';
}

function fits(value: unknown, expected: string, field: Field): boolean {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string') return field.dataType.endsWith('lookup') && isObject(value);
  switch (expected) {
    case 'integer':
      return /^-?\d+$/.test(text);
    case 'double':
      return text.trim() !== '' && Number.isFinite(Number(text));
    case 'boolean':
      return /^(true|false)$/.test(text);
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
    case 'datetime':
      return /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text));
    default:
      return typeof value === 'string';
  }
}
