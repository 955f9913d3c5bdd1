import {
  type Answer,
  type Details,
  type Item,
  invalidData,
  NOTHING,
  ok,
  pageInfo,
  Refusal,
  success,
} from './answers.ts';
import { idList, idOf, listOf, objectAt, pageOf, requiredParam } from './body.ts';
import { type Call, type Org, settleItems } from './call.ts';
import { DEMO_ORG } from './demo-org.ts';
import { SMALL_PAGE } from './territories-read.ts';
import { tooManyUsers } from './territory-checks.ts';
import { personJson } from './territory-json.ts';
import type { Territory } from './territory-store.ts';
import { managerStays } from './territory-users.ts';
import type { User } from './user-store.ts';

/** Territories per call (S0, D7:remove-territories-from-user). */
const MAX_TERRITORIES = 100;
const KEY = 'territories';

/** The user of the path. */
function userOf(call: Call): User {
  const user = call.org.users.get(call.param('id'));
  if (user !== undefined && user.status !== 'deleted') return user;
  throw invalidData('the related id given seems to be invalid', { resource_path_index: 1 });
}

/** The user of the path of a changing call: not oneself (S0), and active. */
function changeableUser(call: Call): User {
  const user = userOf(call);
  if (user.id === DEMO_ORG.currentUserId) {
    const message = "Logged in user can't update their territories";
    // S0 and S2 answer 400, O26b (v8) 403.
    throw new Refusal('NOT_ALLOWED', message, {}, call.version === 8 ? 403 : 400);
  }
  return user;
}

/** A territory with the capital keys of this call (D7, unlike the territory calls). */
function territoryJson(org: Org, territory: Territory): object {
  const parent = territory.parentId === null ? undefined : org.territories.get(territory.parentId);
  return {
    id: territory.id,
    Name: territory.name,
    Manager: territory.managerId === null ? null : personJson(org, territory.managerId),
    Reporting_To: parent === undefined ? null : { Name: parent.name, id: parent.id },
  };
}

/** GET /users/{id}/territories. */
export function getUserTerritories(call: Call): Answer {
  const user = userOf(call);
  const { page, perPage, offset } = pageOf(call.query, SMALL_PAGE);
  const found = call.org.territories.territoriesOf(user.id, perPage + 1, offset);
  const shown = found.slice(0, perPage);
  if (shown.length === 0) return NOTHING;
  return ok({
    territories: shown.map((territory) => territoryJson(call.org, territory)),
    info: pageInfo(page, perPage, shown.length, found.length > perPage),
  });
}

/** GET /users/{id}/territories/{territory_id}. */
export function getUserTerritory(call: Call): Answer {
  const user = userOf(call);
  const territory = call.org.territories.get(call.param('territoryid'));
  if (territory === undefined) throw invalidTerritory({ resource_path_index: 3 });
  if (!call.org.territories.isMember(territory.id, user.id)) return NOTHING;
  return ok({ territories: [territoryJson(call.org, territory)] });
}

/** PUT /users/{id}/territories: adds to what the user has (S0). */
export function addUserTerritories(call: Call): Answer {
  const user = changeableUser(call);
  if (user.status !== 'active') {
    const details = { resource_path_index: 1, owner_status: user.status };
    throw invalidData('The user to whom you are trying to update is deleted.', details);
  }
  const items = listOf(
    call.body(),
    KEY,
    MAX_TERRITORIES,
    (details) =>
      new Refusal('LIMIT_EXCEEDED', 'limit exceeded', { ...details, limit: MAX_TERRITORIES }),
  );
  return settleItems(call, KEY, items, 200, (given, index) => {
    const path = `$.territories[${index}]`;
    const id = idOf(objectAt(given, KEY, path), path);
    return add(call.org, user, id, { api_name: 'id', json_path: `${path}.id` });
  });
}

function add(org: Org, user: User, id: string, place: Details): Item {
  const { territories, settings } = org;
  if (territories.get(id) === undefined) throw invalidTerritory(place);
  checkPermission(org, id, place);
  if (territories.isMember(id, user.id)) {
    throw new Refusal('DUPLICATE_DATA', 'Territory already associated with the user', place);
  }
  if (territories.memberCount(id) >= settings.usersPerTerritory) throw tooManyUsers(org);
  territories.addMember(id, user.id);
  return success('Territory associated to the user successfully', { id });
}

/** DELETE /users/{id}/territories?ids=. */
export function removeUserTerritories(call: Call): Answer {
  const user = changeableUser(call);
  const ids = idList(requiredParam(call.query, 'ids'));
  if (ids.length > MAX_TERRITORIES) {
    throw invalidData('invalid data', { param_name: 'ids', maximum_length: MAX_TERRITORIES });
  }
  return settleItems(call, KEY, ids, 200, (id, index) =>
    remove(call.org, user, id, { api_name: 'id', json_path: `$.territories[${index}].id` }),
  );
}

/** DELETE /users/{id}/territories/{territory_id}: a bad id refuses the whole call (O26b). */
export function removeUserTerritory(call: Call): Answer {
  const user = changeableUser(call);
  const item = remove(call.org, user, call.param('territoryid'), { resource_path_index: 3 });
  return ok({ [KEY]: [item] });
}

function remove(org: Org, user: User, id: string, place: Details): Item {
  const { territories } = org;
  const territory = territories.get(id);
  if (territory === undefined || !territories.isMember(id, user.id)) throw invalidTerritory(place);
  checkPermission(org, id, place);
  if (territory.parentId === null) {
    throw new Refusal('NOT_ALLOWED', 'Org Territory cannot be removed', place);
  }
  if (territory.managerId === user.id) throw managerStays();
  territories.removeMember(id, user.id);
  return success('Territory removed from the user successfully', { id });
}

function invalidTerritory(place: Details): Refusal {
  return invalidData('Invalid Territory Id', place);
}

function checkPermission(org: Org, territoryId: string, place: Details): void {
  if (!org.settings.denied.territories?.includes(territoryId)) return;
  const message = 'User does not have update/delete permission for the territory';
  throw new Refusal('PERMISSION_DENIED', message, place);
}
