import type { Refusal } from './entry.ts';

type Test = (refusal: Refusal) => boolean;

/** The three columns whose JSON is sent as rule criteria. */
export const CRITERIA = [
  'account_rule_criteria',
  'lead_rule_criteria',
  'deal_rule_criteria',
] as const;

/**
 * Gives the keys of `details.json_path` from the outside in, without `$` and indexes:
 * `" $.data[0].Territories[1].id"` is `['data', 'Territories', 'id']`. The vendor's samples really
 * have that leading blank.
 */
function pathKeys(refusal: Refusal): string[] {
  const path = refusal.details['json_path'];
  if (typeof path !== 'string') return [];
  return path
    .trim()
    .replace(/^\$\.?/, '')
    .replaceAll(/\[\d*\]/g, '')
    .split('.')
    .filter((key) => key !== '');
}

/** True if the refusal names one of the keys, as its `api_name` or anywhere on its path. */
export function pointsTo(...keys: readonly string[]): Test {
  return (refusal) => {
    const named = [...pathKeys(refusal), refusal.details['api_name']];
    return keys.some((key) => named.includes(key));
  };
}

/** True if the path ends with these keys, or, given one key and no path, if `api_name` is it. */
export function endsWith(...keys: readonly string[]): Test {
  return (refusal) => {
    const path = pathKeys(refusal);
    const named = path.length > 0 ? path : [refusal.details['api_name']];
    return keys.every((key, index) => named.at(index - keys.length) === key);
  };
}

/** True if `details` holds the key with any value but null. */
export function has(key: string): Test {
  return (refusal) => (refusal.details[key] ?? undefined) !== undefined;
}

/**
 * True if `details.resource_path_index` is one of these parts of the address. Parts are counted
 * from 0 after the version, so a user id is part 1 and a territory id part 2.
 */
export function pathPart(...indexes: readonly number[]): Test {
  const isGiven = has('resource_path_index');
  return (refusal) =>
    isGiven(refusal) && indexes.includes(Number(refusal.details['resource_path_index']));
}

/** True if the refusal says where in the request the trouble is. */
export const hasPointer: Test = (refusal) =>
  has('json_path')(refusal) || has('api_name')(refusal) || has('resource_path_index')(refusal);

/** True if all the tests hold. */
export function all(...tests: readonly Test[]): Test {
  return (refusal) => tests.every((test) => test(refusal));
}

/** True if any of the tests holds. */
export function any(...tests: readonly Test[]): Test {
  return (refusal) => tests.some((test) => test(refusal));
}

/** True if the test does not hold. */
export function not(test: Test): Test {
  return (refusal) => !test(refusal);
}

/**
 * True if the message matches. A last resort: wordings change without notice, so each use says why
 * the details cannot tell, and what happens when the wording is another one.
 */
export function saysLastResort(pattern: RegExp): Test {
  return (refusal) => pattern.test(refusal.message);
}
