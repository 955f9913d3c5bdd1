import { type Answer, invalidData, Refusal, success } from './answers.ts';
import { idOf, type JsonObject, listOf, objectAt } from './body.ts';
import { type Call, settleItems } from './call.ts';
import { apiTime } from './record-store.ts';
import { territoryOfPath } from './territories-read.ts';
import { changesMoreThanName, territoryValues } from './territory-checks.ts';
import { nameKey, type Territory } from './territory-store.ts';

/** Territories per create or update call (S4, D7:update-territories). */
const MAX_TERRITORIES = 10;
const KEY = 'territories';

/** POST /settings/territories. */
export function createTerritories(call: Call): Answer {
  const { territories, settings } = call.org;
  const items = listOf(call.body(), KEY, MAX_TERRITORIES);
  const seen = new Set<string>();
  return settleItems(call, KEY, items, 201, (given, index) => {
    const path = `$.territories[${index}]`;
    const item = objectAt(given, KEY, path);
    const isRepeated = repeatsName(item, seen);
    const values = territoryValues(call.org, item, path);
    if (isRepeated) throw duplicateName('Duplicate Territory Name Found', path);
    if (territories.byName(values.name)) {
      throw duplicateName('Given Territory name already exists', path);
    }
    if (territories.count() >= settings.territoryLimit) {
      const details = { limit: settings.territoryLimit };
      throw new Refusal('LIMIT_EXCEEDED', 'Territory Limit reached', details);
    }
    const id = territories.insert(values, apiTime(call.now));
    return success('Territory Created Successfully', { id });
  });
}

/** PUT /settings/territories. */
export function updateTerritories(call: Call): Answer {
  const items = listOf(call.body(), KEY, MAX_TERRITORIES);
  const seen = new Set<string>();
  return settleItems(call, KEY, items, 200, (given, index) => {
    const path = `$.territories[${index}]`;
    const item = objectAt(given, KEY, path);
    const isRepeated = repeatsName(item, seen);
    const before = call.org.territories.get(idOf(item, path));
    if (before === undefined) {
      const details = { api_name: 'id', json_path: `${path}.id` };
      throw invalidData('The Territory Id given seems to be invalid', details);
    }
    if (isRepeated) throw duplicateName('Duplicate Territory Name Found', path);
    return update(call, before, item, path);
  });
}

/** PUT /settings/territories/{id}: the same body with one item that needs no id. */
export function updateTerritory(call: Call): Answer {
  const before = territoryOfPath(call);
  const items = listOf(call.body(), KEY, 1);
  return settleItems(call, KEY, items, 200, (given, index) => {
    const path = `$.territories[${index}]`;
    return update(call, before, objectAt(given, KEY, path), path);
  });
}

function update(call: Call, before: Territory, item: JsonObject, path: string) {
  const { territories, settings } = call.org;
  const { id } = before;
  if (settings.denied.territories?.includes(id)) {
    const message = 'User does not have update/delete permission for the territory';
    throw new Refusal('PERMISSION_DENIED', message, { id });
  }
  const isOrg = before.parentId === null;
  if (isOrg && changesMoreThanName(before, item)) {
    const message = "Can't update the Org Territory Properties Except its Name";
    throw new Refusal('NOT_ALLOWED', message, { id });
  }
  const { reporting_to, ...rest } = item;
  const values = territoryValues(call.org, isOrg ? rest : item, path, before);
  const namesake = territories.byName(values.name);
  if (namesake !== undefined && namesake.id !== id) {
    throw duplicateName('Given Territory name already exists', path);
  }
  territories.update(id, values, apiTime(call.now));
  return success('Territory Updated Successfully', { id });
}

/** Notes an item's name; true when an earlier item of the call has the same one. */
function repeatsName(item: JsonObject, seen: Set<string>): boolean {
  const name = item['name'];
  if (typeof name !== 'string') return false;
  const key = nameKey(name);
  if (seen.has(key)) return true;
  seen.add(key);
  return false;
}

function duplicateName(message: string, path: string): Refusal {
  return new Refusal('DUPLICATE_DATA', message, { api_name: 'name', json_path: `${path}.name` });
}
