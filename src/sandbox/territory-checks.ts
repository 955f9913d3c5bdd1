import { invalidData, mandatory, Refusal, wrongType } from './answers.ts';
import { idOf, isObject, type JsonObject } from './body.ts';
import type { Org } from './call.ts';
import { CRITERIA_MODULE, checkCriteria } from './criteria.ts';
import {
  CRITERIA_KEYS,
  type CriteriaKey,
  type Territory,
  type TerritoryValues,
} from './territory-store.ts';

/** Longest name and description (O26a, O26b). */
const MAX_NAME = 50;
const MAX_DESCRIPTION = 250;
/** Characters that names may not have (S4). */
const FORBIDDEN = /[\^~`#%&+=[\]{}|\\;"'<>,]/;

const PERMISSION_TYPES = ['read_only', 'read_write_delete'];

/**
 * The values of a new territory, or of a changed one when `before` is given.
 *
 * @param path JSON path of the item.
 * @throws {Refusal} for the first wrong value, in the order of the keys in the reference (S4).
 */
export function territoryValues(
  org: Org,
  item: JsonObject,
  path: string,
  before?: Territory,
): TerritoryValues {
  const kept = <T>(key: string, value: T | undefined, read: () => T): T =>
    before !== undefined && item[key] === undefined ? (value as T) : read();
  const criteria = (key: CriteriaKey) =>
    kept(key, before?.[key], () => criteriaOf(org, item[key], key, `${path}.${key}`));
  return {
    name: kept('name', before?.name, () => nameOf(item['name'], `${path}.name`)),
    parentId: kept('reporting_to', before?.parentId, () => parentOf(org, item, path, before)),
    permissionType: kept('permission_type', before?.permissionType, () =>
      permissionOf(item['permission_type'], `${path}.permission_type`),
    ),
    managerId: kept('manager', before?.managerId, () =>
      managerOf(org, item['manager'], path, before),
    ),
    description: kept('description', before?.description, () =>
      descriptionOf(item['description'], `${path}.description`),
    ),
    account_rule_criteria: criteria('account_rule_criteria'),
    lead_rule_criteria: criteria('lead_rule_criteria'),
    deal_rule_criteria: criteria('deal_rule_criteria'),
  };
}

/** Whether an update would change more of the org territory than its name. */
export function changesMoreThanName(before: Territory, item: JsonObject): boolean {
  const parent = item['reporting_to'];
  const manager = item['manager'];
  return (
    (parent !== undefined && parent !== null) ||
    (manager !== undefined && (isObject(manager) ? manager['id'] : null) !== before.managerId) ||
    (item['permission_type'] ?? before.permissionType) !== before.permissionType ||
    (item['description'] ?? before.description) !== before.description ||
    CRITERIA_KEYS.some((key) => item[key] !== undefined && item[key] !== null)
  );
}

function nameOf(name: unknown, path: string): string {
  const place = { api_name: 'name', json_path: path };
  if (name === undefined) throw mandatory('name', path);
  if (name === null || name === '') throw invalidData('Territory Name cannot be empty', place);
  if (typeof name !== 'string') throw wrongType('name', path, 'string');
  const trimmed = name.trim();
  if (trimmed === '') throw invalidData('Territory Name cannot be empty', place);
  if (trimmed.length > MAX_NAME) {
    throw invalidData('invalid data', { maximum_length: MAX_NAME, ...place });
  }
  if (FORBIDDEN.test(trimmed)) throw invalidData('Special Characters in Territory Name', place);
  return trimmed;
}

function parentOf(org: Org, item: JsonObject, path: string, before?: Territory): string {
  const given = item['reporting_to'];
  const place = `${path}.reporting_to`;
  const isInvalid = 'Given Reporting To Territory value is invalid';
  if (given === undefined) throw mandatory('reporting_to', place);
  if (!isObject(given)) {
    const details = {
      expected_data_type: 'jsonobject',
      api_name: 'reporting_to',
      json_path: place,
    };
    throw invalidData(isInvalid, details);
  }
  const id = idOf(given, place);
  if (org.territories.get(id) === undefined) {
    throw invalidData('Invalid Parent Id', { api_name: 'id', json_path: `${place}.id` });
  }
  if (before !== undefined && org.territories.isWithin(id, before.id)) {
    throw invalidData(isInvalid, { api_name: 'id', json_path: `${place}.id` });
  }
  if (id !== before?.parentId && org.settings.denied.territories?.includes(id)) {
    const message = "Doesn't have a permission to choose that territory as a Parent Id";
    throw new Refusal('PERMISSION_DENIED', message);
  }
  return id;
}

function permissionOf(given: unknown, path: string): string {
  const supported = { supported_values: PERMISSION_TYPES };
  const place = { api_name: 'permission_type', json_path: path };
  if (given === undefined) throw mandatory('permission_type', path, supported);
  if (given === null || given === '') {
    throw invalidData("Access value can't be Null or Empty", { ...place, ...supported });
  }
  if (typeof given !== 'string' || !PERMISSION_TYPES.includes(given)) {
    throw invalidData('Given permission_type value is invalid', { ...place, ...supported });
  }
  return given;
}

/** The manager: an active user, who counts as a member of the territory (S1). */
function managerOf(org: Org, given: unknown, path: string, before?: Territory): string | null {
  if (given === undefined || given === null) return null;
  const place = `${path}.manager`;
  if (!isObject(given)) throw wrongType('manager', place, 'jsonobject');
  const id = idOf(given, place);
  const details = { api_name: 'id', json_path: `${place}.id` };
  const user = org.users.get(id);
  if (user === undefined || user.status === 'deleted') throw invalidData('invalid data', details);
  if (user.status !== 'active') throw new Refusal('NOT_ALLOWED', 'Inactive User', details);
  const isMember = before !== undefined && org.territories.isMember(before.id, id);
  const members = before === undefined ? 0 : org.territories.memberCount(before.id);
  if (!isMember && members >= org.settings.usersPerTerritory) throw tooManyUsers(org);
  return id;
}

/** The territory has all the users it can hold. */
export function tooManyUsers(org: Org): Refusal {
  const details = { limit: org.settings.usersPerTerritory };
  return new Refusal('LIMIT_EXCEEDED', 'Maximum Users Limit reached for a territory', details);
}

function descriptionOf(given: unknown, path: string): string | null {
  if (given === undefined || given === null) return null;
  if (typeof given !== 'string') throw wrongType('description', path, 'string');
  if (given.length > MAX_DESCRIPTION) {
    const place = { api_name: 'description', json_path: path };
    throw invalidData('invalid data', { maximum_length: MAX_DESCRIPTION, ...place });
  }
  return given;
}

const DISABLED: Record<CriteriaKey, string> = {
  account_rule_criteria: 'Unable to set rules criteria for disabled module',
  lead_rule_criteria: 'Lead Rule Disabled',
  deal_rule_criteria: 'Deal Rule Disabled',
};

function criteriaOf(org: Org, given: unknown, key: CriteriaKey, path: string): string | null {
  if (given === undefined || given === null) return null;
  if (org.settings.disabledModules.includes(CRITERIA_MODULE[key])) {
    throw new Refusal('NOT_ALLOWED', DISABLED[key], { api_name: key, json_path: path });
  }
  checkCriteria(given, key, path);
  return JSON.stringify(given);
}
