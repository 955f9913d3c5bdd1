// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the API's own placeholders are written so.
import { type Refused, refuse } from './problem.ts';
import {
  CRITERION_TYPES,
  type CriterionType,
  type CriterionValue,
  type LookupValue,
  type SingleValue,
} from './shape.ts';

/** Tells a JSON object from every other JSON value. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Shows a JSON value in a problem; of lists and objects only the outline, as they may be of any size and depth. */
export function show(value: unknown): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.length === 0 ? '[]' : '[…]';
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).slice(0, 5);
  return `{${keys.map((key) => `"${key}":…`).join(',')}}`;
}

/** Reads the operator of a group; it may be missing when there is nothing to join. */
export function readGroupOperator(
  operator: unknown,
  memberCount: number,
  path: string,
): 'and' | 'or' | Refused {
  if (operator === undefined && memberCount === 1) return 'and';
  const spelled = typeof operator === 'string' ? operator.toLowerCase() : operator;
  if (spelled === 'and' || spelled === 'or') return spelled;
  const isMissing = operator === undefined || operator === null;
  const code = isMissing ? 'MANDATORY_NOT_FOUND' : 'INVALID_DATA';
  const cause = isMissing ? 'a group has no operator' : 'the group operator is not known';
  return refuse(code, cause, show(operator), path, 'write "and" or "or"');
}

/** Reads the `type` of a rule; the default, "value", is left out. */
export function readType(type: unknown, path: string): CriterionType | undefined | Refused {
  if (type === undefined || type === null || type === 'value') return undefined;
  const known = CRITERION_TYPES.find((one) => one === type);
  const wanted = `leave type out, or use one of ${CRITERION_TYPES.join(', ')}`;
  return (
    known ?? refuse('INVALID_DATA', 'the type of a rule is not known', show(type), path, wanted)
  );
}

/** Reads the value of a rule: a text, number, boolean or CRM record, or a list of them, each kept as it is. */
export function readValue(value: unknown, field: string, path: string): CriterionValue | Refused {
  if (value === undefined || value === null) {
    const wanted = 'write a value; ${EMPTY} with equal finds records where the field has none';
    return refuse('DEPENDENT_FIELD_MISSING', 'the value is missing', field, path, wanted);
  }
  if (!Array.isArray(value)) return readSingle(value, path);
  const items: SingleValue[] = [];
  for (const [position, entry] of value.entries()) {
    const item = readSingle(entry, `${path}[${position}]`);
    if (typeof item === 'object' && 'problem' in item) return item;
    items.push(item);
  }
  return items;
}

function readSingle(value: unknown, path: string): SingleValue | Refused {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    const isExact =
      Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
    if (isExact) return value;
    const cause = 'a number has too many digits to be read exactly';
    return refuse('INVALID_DATA', cause, String(value), path, 'put the number in quotation marks');
  }
  if (isObject(value)) {
    const { id, name } = value;
    const isText = [id, name].every((part) => part === undefined || typeof part === 'string');
    if (isText && (id !== undefined || name !== undefined)) {
      const lookup: LookupValue = {};
      if (typeof id === 'string') lookup.id = id;
      if (typeof name === 'string') lookup.name = name;
      return lookup;
    }
  }
  const wanted =
    'write a text, a number, true or false, or a CRM record as {"id":"…"} with its id in quotation marks';
  return refuse(
    'INVALID_DATA',
    'the value is of no kind a rule can have',
    show(value),
    path,
    wanted,
  );
}
