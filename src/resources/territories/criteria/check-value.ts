// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the API's own placeholders are written so.
import { MAX_LIST, type ValueShape } from './comparators.ts';
import type { DraftRule } from './draft.ts';
import type { FieldKind } from './fields.ts';
import { type Literal, literalOf } from './literals.ts';
import { type Refused, refuse } from './problem.ts';
import { MAX_VALUE_LENGTH, type SingleValue } from './shape.ts';
import { wantedValue } from './values.ts';

/** What each comparator wants, for the user. */
const WANTED: Readonly<Record<ValueShape, string>> = {
  any: 'write one value, or a list of at most 500',
  text: 'write one text, or a list of at most 500 texts',
  one: 'write exactly one text or number; for several use in, between, or one rule for each',
  range: 'write two values, the lower one first, as in (Amount:between:100,200)',
  list: 'write a list of 1 to 500 texts or numbers, as in (Industry:in:Banking,Insurance)',
  lookups: 'write a list of 1 to 5 CRM records by their ids',
};

/**
 * Checks the value of a rule against its comparator and, where it is known, the kind of its field.
 *
 * Bare date literals count as such on date fields, and wherever `between` has a single value; on any other field `TODAY`
 * is a text like others. Placeholders (`${TODAY}`) are never ordinary text, so they are checked on every field.
 */
export function checkValue(
  rule: DraftRule,
  shape: ValueShape,
  kind: FieldKind | undefined,
): Refused | undefined {
  const values = Array.isArray(rule.value) ? rule.value : [rule.value];
  if (values.length === 0 || values.includes('')) {
    return refuse(
      'DEPENDENT_FIELD_MISSING',
      'the value is missing',
      `${rule.field} ${rule.comparator}`,
      rule.at.value,
      'write a value; ${EMPTY} with equal finds records where the field has none',
    );
  }
  const long = values.find((value) => typeof value === 'string' && value.length > MAX_VALUE_LENGTH);
  if (long !== undefined) {
    return refuse(
      'INVALID_DATA',
      'a value is too long',
      showValue(long),
      rule.at.value,
      `shorten it to ${MAX_VALUE_LENGTH} characters`,
    );
  }
  // The value names a field or a merge field: only the org knows what it stands for.
  if (rule.type === 'field' || rule.type === 'merge_field') return undefined;
  if (!fits(rule, shape, values)) {
    return refuse(
      'DEPENDENT_MISMATCH',
      'the value is not compatible with the comparator',
      `${rule.comparator} ${values.slice(0, 5).map(showValue).join(',')}`,
      rule.at.value,
      wantedInPlace(rule, shape, values),
    );
  }
  for (const value of values) {
    const refused = checkSingle(rule, value, kind);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function fits(rule: DraftRule, shape: ValueShape, values: SingleValue[]): boolean {
  if (values.length > MAX_LIST[shape]) return false;
  const isList = Array.isArray(rule.value);
  switch (shape) {
    case 'any':
      return true;
    case 'text':
      return values.every((value) => typeof value === 'string');
    case 'one':
      return !isList && values.every(isTextOrNumber);
    case 'list':
      return isList && values.every(isTextOrNumber);
    case 'lookups':
      return isList && values.every(isRecord);
    case 'range': {
      if (values.length === 2) return values.every(isTextOrNumber);
      return literalOfSingle(values[0])?.comparators.includes(rule.comparator) ?? false;
    }
  }
}

function wantedInPlace(rule: DraftRule, shape: ValueShape, values: SingleValue[]): string {
  const literal = values.length === 1 ? literalOfSingle(values[0]) : undefined;
  return shape === 'range' && literal !== undefined
    ? wantedComparator(rule, literal)
    : WANTED[shape];
}

function checkSingle(
  rule: DraftRule,
  value: SingleValue,
  kind: FieldKind | undefined,
): Refused | undefined {
  const literal = literalOfSingle(value);
  const isDateField = kind === 'date' || kind === 'datetime';
  const isText = kind === undefined || kind === 'text' || kind === 'picklist' || kind === 'lookup';
  if (literal !== undefined && (literal.isPlaceholder || !isText)) {
    if (literal.isDate && !isDateField && kind !== undefined) {
      return mismatch(
        rule,
        value,
        `${rule.field} is a ${kind} field; date literals fit date fields only`,
      );
    }
    if (literal.comparators.includes(rule.comparator)) return undefined;
    return refuse(
      'DEPENDENT_MISMATCH',
      'the comparator is not compatible with the literal',
      `${rule.comparator} ${showValue(value)}`,
      rule.at.comparator,
      wantedComparator(rule, literal),
    );
  }
  const wanted = kind === undefined ? undefined : wantedValue(value, kind);
  if (wanted === undefined) return undefined;
  return mismatch(rule, value, `${rule.field} is a ${kind} field; ${wanted}`);
}

function mismatch(rule: DraftRule, value: SingleValue, resolution: string): Refused {
  return refuse(
    'DEPENDENT_MISMATCH',
    'the value is not compatible with the field',
    `${rule.field} ${showValue(value)}`,
    rule.at.value,
    resolution,
  );
}

function wantedComparator(rule: DraftRule, literal: Literal): string {
  const comparators = literal.comparators.join(' or ');
  return `this literal stands with ${comparators}, not with ${rule.comparator}`;
}

function literalOfSingle(value: SingleValue | undefined): Literal | undefined {
  return typeof value === 'string' ? literalOf(value) : undefined;
}

function isRecord(value: SingleValue): boolean {
  if (typeof value !== 'object') return false;
  return value.id === undefined || /^(\d+|\$\{.+\})$/.test(value.id);
}

function isTextOrNumber(value: SingleValue): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

function showValue(value: SingleValue): string {
  return typeof value === 'object' ? (value.id ?? value.name ?? '') : String(value);
}
