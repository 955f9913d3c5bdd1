import type { Entry } from '../../vocabulary.ts';
import { checkId } from '../ids.ts';
import type { Operation, Settled } from '../operation.ts';
import type { Resource } from '../resource.ts';
import { planMappings, type UserTerritory } from './plan.ts';

/**
 * Adds territories to the user of the path.
 * @see https://www.zoho.com/crm/developer/docs/api/v7/add-update-user-territories.html
 */
const addTerritories: Operation = {
  name: 'PUT /users/{id}/territories',
  endpoint: 'user-territories.add',
  listKey: 'territories',
  request: ({ target, entries }) => ({
    method: 'PUT',
    path: `/users/${target}/territories`,
    body: { territories: entries.map(({ id }) => ({ id })) },
  }),
  succeeded: () => 'associated',
  // Whatever the path names is the user; the list holds territories only.
  column: ({ resourcePathIndex }) => (resourcePathIndex === undefined ? 'territory' : 'user'),
  settle: async ({ target }, entries, org) =>
    rowsOfIds(entries, await org.territoriesOfUser(target)),
  effect: ({ target }, { id = '' }) => ({ user: target, territory: id }),
};

/**
 * Adds users to the territory of the path.
 * @see https://www.zoho.com/crm/developer/docs/api/v7/associate-users-territory.html
 */
const addUsers: Operation = {
  name: 'PUT /settings/territories/{id}/users',
  endpoint: 'territory-users.add',
  listKey: 'users',
  request: ({ target, entries }) => ({
    method: 'PUT',
    path: `/settings/territories/${target}/users`,
    body: { users: entries.map(({ id }) => ({ id })) },
  }),
  succeeded: () => 'associated',
  column: ({ resourcePathIndex }) => (resourcePathIndex === undefined ? 'user' : 'territory'),
  settle: async ({ target }, entries, org) =>
    rowsOfIds(entries, await org.usersOfTerritory(target)),
  effect: ({ target }, { id = '' }) => ({ user: id, territory: target }),
};

/** The rows of the entries whose ids the org holds. */
function rowsOfIds(entries: readonly Entry[], held: ReadonlySet<string>): Map<number, Settled> {
  const kept = entries.filter(({ id }) => id !== undefined && held.has(id));
  return new Map(kept.flatMap(({ rows }) => rows.map((row) => [row, {}])));
}

/** User to territory mappings, sent by user or by territory, whichever takes fewer calls. */
export const userTerritories: Resource<UserTerritory> = {
  name: 'user-territories',
  singular: 'user to territory mapping',
  columns: [
    {
      name: 'user',
      aliases: ['user_id', 'email', 'user_email'],
      required: true,
      content: 'id or e-mail address of the user',
    },
    {
      name: 'territory',
      aliases: ['territory_id', 'territory_name'],
      required: true,
      content: 'id or name of the territory',
    },
  ],
  settings: [],
  needs: { users: 'subjects', currentUser: true },
  check(cell) {
    const user = cell('user');
    const territory = cell('territory');
    const finding =
      (user === '' ? checkId(user, 'user', 'user') : undefined) ??
      (territory === '' ? checkId(territory, 'territory', 'territory') : undefined);
    return finding === undefined ? { record: { user, territory } } : { finding };
  },

  subject: (cell) => cell('user'),

  canonical(subject, org) {
    const user = org.user(subject, 'user');
    return 'found' in user ? user.found.id : subject;
  },

  planner: planMappings,
  operations: { byUser: addTerritories, byTerritory: addUsers },
};
