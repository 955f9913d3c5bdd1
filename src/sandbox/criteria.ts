import { type Details, invalidData, mandatory, Refusal, wrongType } from './answers.ts';
import { isObject, type JsonObject } from './body.ts';
import { comparatorsOf, isComparator, requiredComparator, valueTypeOf } from './criteria-values.ts';
import { FIELDS, type Field } from './demo-fields.ts';
import type { ModuleName } from './demo-org.ts';
import type { CriteriaKey } from './territory-store.ts';

/** The module that each criteria key speaks about. */
export const CRITERIA_MODULE: Record<CriteriaKey, ModuleName> = {
  account_rule_criteria: 'Accounts',
  lead_rule_criteria: 'Leads',
  deal_rule_criteria: 'Deals',
};

/** Rules per criteria (S4). */
const MAX_RULES = 25;
/** Members per group (O26b). */
const MAX_MEMBERS = 25;
/** Longest text value (O26b). */
const MAX_TEXT = 255;
/** Different lookup fields per criteria; the limit is documented without its number (INF). */
const MAX_LOOKUPS = 5;
/** Kinds of fields that rules cannot speak about (O26b has the error, the choice is ours). */
const UNSUPPORTED = new Set(['textarea', 'multiselectlookup']);

/**
 * Checks a criteria object all the way down.
 *
 * @param path JSON path of the criteria, for the errors.
 * @throws {Refusal} for the first thing wrong in it (O26a, O26b).
 */
export function checkCriteria(criteria: unknown, key: CriteriaKey, path: string): void {
  if (!isObject(criteria)) throw wrongType(key, path, 'jsonobject');
  if (countRules(criteria) > MAX_RULES) {
    throw new Refusal('LIMIT_EXCEEDED', 'Maximum Territory Criteria Limit reached', {
      limit: MAX_RULES,
      limit_due_to: [{ api_name: key, json_path: path }],
    });
  }
  const module = CRITERIA_MODULE[key];
  checkNode(criteria, module, path);
  checkLookups(criteria, key, module);
}

function checkLookups(criteria: JsonObject, key: CriteriaKey, module: ModuleName): void {
  const names = new Set(fieldNames(criteria));
  const lookups = [...names].filter((name) =>
    FIELDS[module].get(name)?.dataType.endsWith('lookup'),
  );
  if (lookups.length <= MAX_LOOKUPS) return;
  const lookup_fields = lookups.map((api_name) => ({ api_name }));
  throw new Refusal('LOOKUP_LIMIT_EXCEEDED', 'Lookup limit exceeded in the criteria', {
    used_in: [{ name: key, lookup_fields, lookup_limit: MAX_LOOKUPS }],
  });
}

/** The fields of all rules of a criteria that was checked. */
function fieldNames(node: JsonObject): string[] {
  const group = node['group'];
  if (Array.isArray(group)) return group.flatMap(fieldNames);
  return [String((node['field'] as JsonObject)['api_name'])];
}

function countRules(node: unknown): number {
  if (!isObject(node)) return 1;
  const group = node['group'];
  if (!Array.isArray(group)) return 1;
  return group.reduce((sum: number, member) => sum + countRules(member), 0);
}

function checkNode(node: JsonObject, module: ModuleName, path: string): void {
  if (node['group'] === undefined && node['group_operator'] === undefined) {
    checkRule(node, module, path);
    return;
  }
  const operator = node['group_operator'];
  if (operator === undefined) {
    throw dependentMissing('group', `${path}.group`, 'group_operator', `${path}.group_operator`);
  }
  if (typeof operator !== 'string' || !/^(and|or)$/i.test(operator)) {
    const details = { api_name: 'group_operator', json_path: `${path}.group_operator` };
    throw invalidData('invalid data', { ...details, supported_values: ['and', 'or', 'AND', 'OR'] });
  }
  const group = node['group'];
  if (group === undefined) {
    throw dependentMissing('group_operator', `${path}.group_operator`, 'group', `${path}.group`);
  }
  if (!Array.isArray(group)) throw wrongType('group', `${path}.group`, 'jsonarray');
  if (group.length < 2 || group.length > MAX_MEMBERS) {
    const limits = { minimum_length: 2, maximum_length: MAX_MEMBERS };
    throw invalidData('invalid data', { ...limits, api_name: 'group', json_path: `${path}.group` });
  }
  group.forEach((member: unknown, index) => {
    const place = `${path}.group[${index}]`;
    if (!isObject(member)) throw wrongType('group', place, 'jsonobject');
    checkNode(member, module, place);
  });
}

function checkRule(rule: JsonObject, module: ModuleName, path: string): void {
  const field = checkField(rule['field'], module, path);
  const dependee = { api_name: 'field', json_path: `${path}.field` };
  const comparator = checkComparator(rule['comparator'], field, path, dependee);
  checkValue(rule['value'], comparator, field, path, dependee);
}

function checkField(given: unknown, module: ModuleName, path: string): Field {
  if (given === undefined) throw mandatory('field', `${path}.field`);
  if (!isObject(given)) throw wrongType('field', `${path}.field`, 'jsonobject');
  const apiName = given['api_name'];
  const place = `${path}.field.api_name`;
  if (apiName === undefined) throw mandatory('api_name', place);
  if (typeof apiName !== 'string') throw wrongType('api_name', place, 'string');
  const field = FIELDS[module].get(apiName);
  if (field === undefined) {
    const details = { api_name: 'api_name', json_path: place };
    throw invalidData('The given api_name seems to be invalid', details);
  }
  if (UNSUPPORTED.has(field.dataType)) {
    const message = 'The given field api_name is not supported in criteria';
    throw new Refusal('NOT_SUPPORTED', message, { api_name: apiName, json_path: place });
  }
  return field;
}

function checkComparator(given: unknown, field: Field, path: string, dependee: Details): string {
  const place = { api_name: 'comparator', json_path: `${path}.comparator` };
  if (given === undefined) {
    const details = { dependee, ...place };
    throw new Refusal('DEPENDENT_FIELD_MISSING', 'required field not found', details);
  }
  if (given === null || given === '') throw invalidData('Please give a valid comparator', place);
  if (typeof given !== 'string' || !isComparator(given)) {
    const details = { ...place, supported_values: comparatorsOf(field) };
    throw invalidData('The given comparator seems to be invalid', details);
  }
  if (!comparatorsOf(field).includes(given)) {
    throw comparatorMismatch(dependee, place, comparatorsOf(field));
  }
  return given;
}

function checkValue(
  value: unknown,
  comparator: string,
  field: Field,
  path: string,
  dependee: Details,
): void {
  const place = { api_name: 'value', json_path: `${path}.value` };
  if (value === undefined) {
    const ofComparator = { api_name: 'comparator', json_path: `${path}.comparator` };
    const details = { dependee: ofComparator, ...place };
    throw new Refusal('DEPENDENT_FIELD_MISSING', 'required field not found', details);
  }
  if (typeof value === 'string' && value.length > MAX_TEXT) {
    const details = { maximum_length: MAX_TEXT, ...place };
    throw invalidData('the value of the field exceeds the maximum allowed length', details);
  }
  if (value === null || value === '') throw invalidData('the given filter value is invalid', place);
  const required = requiredComparator(value, field);
  if (required !== undefined) {
    if (required.includes(comparator)) return;
    const ofComparator = { api_name: 'comparator', json_path: `${path}.comparator` };
    throw comparatorMismatch(dependee, ofComparator, required);
  }
  const expected = valueTypeOf(value, comparator, field);
  if (expected !== undefined) {
    const details = { dependee, ...place, expected_data_type: expected };
    const message = 'The value is not compatible with the given field';
    throw new Refusal('DEPENDENT_MISMATCH', message, details);
  }
}

function comparatorMismatch(
  dependee: Details,
  place: Details,
  supported: readonly string[],
): Refusal {
  const message = 'The comparator is not compatible with the given field';
  const details = { dependee, ...place, supported_values: supported };
  return new Refusal('DEPENDENT_MISMATCH', message, details);
}

function dependentMissing(has: string, hasPath: string, misses: string, path: string): Refusal {
  const dependee = { api_name: has, json_path: hasPath };
  const details = { dependee, api_name: misses, json_path: path };
  return new Refusal('DEPENDENT_FIELD_MISSING', 'required field not found', details);
}

/**
 * Stored criteria as the API gives them back: with the ids of the fields, and with `type` on simple
 * rules when one territory is read by its id (D7:territories).
 */
export function criteriaAnswer(
  stored: string | null,
  key: CriteriaKey,
  withType: boolean,
): unknown {
  if (stored === null) return null;
  const answer = (node: JsonObject): JsonObject => {
    if (Array.isArray(node['group'])) {
      return { ...node, group: (node['group'] as JsonObject[]).map(answer) };
    }
    const apiName = String((node['field'] as JsonObject)['api_name']);
    const field = { api_name: apiName, id: FIELDS[CRITERIA_MODULE[key]].get(apiName)?.id };
    return { ...node, field, ...(withType ? { type: 'value' } : {}) };
  };
  return answer(JSON.parse(stored) as JsonObject);
}
