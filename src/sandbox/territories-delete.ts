import {
  type Answer,
  type Item,
  invalidData,
  invalidRequest,
  Refusal,
  success,
} from './answers.ts';
import { idList, idOf, type JsonObject, listOf, objectAt, requiredParam } from './body.ts';
import { type Call, settleItems } from './call.ts';
import { apiTime } from './record-store.ts';
import { territoryOfPath } from './territories-read.ts';
import type { Territory } from './territory-store.ts';

/** Territories per delete call (D7:delete-territories, D7:transfer-delete-territories). */
const MAX_TERRITORIES = 10;
const KEY = 'territories';

/** DELETE /settings/territories?ids=. */
export function deleteTerritories(call: Call): Answer {
  const ids = idList(requiredParam(call.query, 'ids'));
  checkForecastsParam(call);
  if (ids.length > MAX_TERRITORIES) throw invalidRequest();
  return settleItems(call, KEY, ids, 200, (id) => {
    const territory = call.org.territories.get(id);
    if (territory === undefined) throw invalidData('the id given seems to be invalid', { id });
    return remove(call, territory);
  });
}

/** DELETE /settings/territories/{id}. */
export function deleteTerritory(call: Call): Answer {
  checkForecastsParam(call);
  return settleItems(call, KEY, [territoryOfPath(call)], 200, (territory) =>
    remove(call, territory),
  );
}

function checkForecastsParam(call: Call): void {
  const value = call.query.get('delete_previous_forecasts');
  if (value === null || value === 'true' || value === 'false') return;
  const details = { param_name: 'delete_previous_forecasts', expected_data_type: 'boolean' };
  throw invalidData('invalid data', details);
}

function remove(call: Call, territory: Territory): Item {
  const { territories } = call.org;
  const { id } = territory;
  checkDeletable(call, territory);
  if (territories.hasChild(id)) {
    throw new Refusal('NOT_ALLOWED', "Territory can't be deleted as it's having child", { id });
  }
  territories.remove(id);
  return success('Given Territory Removed Successfully', { id });
}

function checkDeletable(call: Call, { id, parentId }: Territory): void {
  if (parentId === null)
    throw new Refusal('NOT_ALLOWED', 'Org Territory cannot be deleted', { id });
  if (!call.org.settings.denied.territories?.includes(id)) return;
  const message = 'User does not have update/delete permission for the territory';
  // D7 answers 401 here, O26b 400.
  throw new Refusal('PERMISSION_DENIED', message, { id }, call.version === 8 ? 400 : 401);
}

/** POST /settings/territories/actions/transfer_and_delete. */
export function transferAndDeleteMany(call: Call): Answer {
  const items = listOf(call.body(), KEY, MAX_TERRITORIES);
  return settleItems(call, KEY, items, 200, (given, index) => {
    const path = `$.territories[${index}]`;
    const item = objectAt(given, KEY, path);
    const territory = call.org.territories.get(idOf(item, path));
    if (territory === undefined) {
      const details = { api_name: 'id', json_path: `${path}.id` };
      throw invalidData("Given Territoryid isn't valid one", details);
    }
    return transferAndDelete(call, territory, item, path);
  });
}

/** POST /settings/territories/{id}/actions/transfer_and_delete. */
export function transferAndDeleteOne(call: Call): Answer {
  const territory = territoryOfPath(call);
  const items = listOf(call.body(), KEY, 1);
  return settleItems(call, KEY, items, 200, (given, index) => {
    const path = `$.territories[${index}]`;
    return transferAndDelete(call, territory, objectAt(given, KEY, path), path);
  });
}

function transferAndDelete(call: Call, territory: Territory, item: JsonObject, path: string): Item {
  const { territories } = call.org;
  const { id } = territory;
  checkDeletable(call, territory);
  const place = { api_name: 'transfer_to_id', json_path: `${path}.transfer_to_id` };
  const to = item['transfer_to_id'] ?? undefined;
  if (to === undefined) {
    if (territories.hasChild(id)) {
      const message = 'This territory has its child. Please Give the transfer_to_id field value';
      const dependee = { api_name: 'id', json_path: `${path}.id` };
      throw new Refusal('DEPENDENT_FIELD_MISSING', message, { ...place, dependee });
    }
  } else {
    if (typeof to !== 'string' || territories.get(to) === undefined) {
      throw invalidData("Given transfer_to_id isn't valid one", place);
    }
    if (to === id) {
      const message =
        'Territory id and Transfer_to_id are same.Please choose different transfer_to_id';
      throw invalidData(message, place);
    }
    if (territories.isWithin(to, id)) {
      throw invalidData('Choose correct transfer_to_id value', place);
    }
    territories.moveChildren(id, to, apiTime(call.now));
  }
  territories.remove(id);
  return success(
    call.version === 8
      ? 'Territory Transferred And Deleted Successfully'
      : 'Given Territory Removed Successfully and its child Territories moved to the another territory',
    { id },
  );
}
