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
import { type Call, settleItems } from './call.ts';
import { SMALL_PAGE } from './territories-read.ts';
import { tooManyUsers } from './territory-checks.ts';
import type { Territory } from './territory-store.ts';
import { userJson } from './users.ts';

/** Users per call (O26). */
const MAX_USERS = 100;
const KEY = 'users';
/** Where the user's id stands in `/settings/territories/{id}/users/{userid}`. */
const IN_PATH = { resource_path_index: 4 };

/** The territory of the path. */
function territoryOf(call: Call): Territory {
  const territory = call.org.territories.get(call.param('id'));
  if (territory !== undefined) return territory;
  throw invalidData('the given id given seems to be invalid', { resource_path_index: 2 });
}

/** Changes the members of the territory of the path; a bad one is answered inside `users` (O26b). */
function withTerritory(call: Call, work: (territory: Territory) => Answer): Answer {
  try {
    return work(territoryOf(call));
  } catch (error) {
    if (!(error instanceof Refusal) || error.item.details['resource_path_index'] !== 2) throw error;
    return { status: error.status, body: { [KEY]: [error.item] } };
  }
}

/** GET /settings/territories/{id}/users. */
export function getTerritoryUsers(call: Call): Answer {
  const territory = territoryOf(call);
  const { page, perPage, offset } = pageOf(call.query, SMALL_PAGE);
  const ids = call.org.territories.membersOf(territory.id, perPage + 1, offset);
  const shown = ids
    .slice(0, perPage)
    .map((id) => call.org.users.get(id))
    .filter((user) => user !== undefined);
  if (shown.length === 0) return NOTHING;
  const info = pageInfo(page, perPage, shown.length, ids.length > perPage);
  return ok({ users: shown.map(userJson), info });
}

/** GET /settings/territories/{id}/users/{userid}. */
export function getTerritoryUser(call: Call): Answer {
  const territory = territoryOf(call);
  const user = call.org.users.get(call.param('userid'));
  if (user === undefined) throw invalidData('the given user id given seems to be invalid', IN_PATH);
  if (!call.org.territories.isMember(territory.id, user.id)) return NOTHING;
  return ok({ users: [userJson(user)] });
}

/** PUT /settings/territories/{id}/users. */
export function addTerritoryUsers(call: Call): Answer {
  return withTerritory(call, (territory) => {
    const items = listOf(
      call.body(),
      KEY,
      MAX_USERS,
      (details) =>
        new Refusal('LIMIT_EXCEEDED', 'limit exceeded', { ...details, limit: MAX_USERS }),
    );
    return settleItems(call, KEY, items, 200, (given, index) => {
      const path = `$.users[${index}]`;
      const id = idOf(objectAt(given, KEY, path), path);
      return add(call, territory, id, { api_name: 'id', json_path: `${path}.id` });
    });
  });
}

/** PUT /settings/territories/{id}/users/{userid}: no body. */
export function addTerritoryUser(call: Call): Answer {
  return withTerritory(call, (territory) =>
    settleItems(call, KEY, [call.param('userid')], 200, (id) => add(call, territory, id, IN_PATH)),
  );
}

function add(call: Call, territory: Territory, userId: string, place: Details): Item {
  const { territories, users, settings } = call.org;
  const user = users.get(userId);
  if (user === undefined) throw invalidData('the given user id given seems to be invalid', place);
  if (user.status !== 'active') {
    const details = { ...place, owner_status: user.status };
    throw invalidData('The user to whom you are trying to update is deleted.', details);
  }
  if (territories.isMember(territory.id, userId)) {
    throw new Refusal('DUPLICATE_DATA', 'Given user id already exists for that record', place);
  }
  if (territories.memberCount(territory.id) >= settings.usersPerTerritory) {
    throw tooManyUsers(call.org);
  }
  territories.addMember(territory.id, userId);
  return success('Given User added to the mentioned territory Successfully', { id: userId });
}

/** DELETE /settings/territories/{id}/users?ids=. */
export function removeTerritoryUsers(call: Call): Answer {
  return withTerritory(call, (territory) => {
    const ids = idList(requiredParam(call.query, 'ids'));
    if (ids.length > MAX_USERS) {
      throw invalidData('invalid data', { param_name: 'ids', maximum_length: MAX_USERS });
    }
    return settleItems(call, KEY, ids, 200, (id) => remove(call, territory, id));
  });
}

/** DELETE /settings/territories/{id}/users/{userid}. */
export function removeTerritoryUser(call: Call): Answer {
  return withTerritory(call, (territory) =>
    settleItems(call, KEY, [call.param('userid')], 200, (id) => remove(call, territory, id)),
  );
}

function remove(call: Call, territory: Territory, id: string): Item {
  const { territories, users } = call.org;
  if (users.get(id) === undefined) {
    throw invalidData('the given user id given seems to be invalid', { id });
  }
  if (!territories.isMember(territory.id, id)) {
    throw invalidData('Given user is not a member of this territory.', { id });
  }
  if (territory.managerId === id) throw managerStays();
  territories.removeMember(territory.id, id);
  return success('Given User Removed from the mentioned territory Successfully', { id });
}

/** A manager is a member as long as being the manager. */
export function managerStays(): Refusal {
  const message =
    'This user cannot be removed as the user is a manager of the mentioned Territory.';
  return invalidData(message, {});
}
