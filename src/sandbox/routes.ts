import type { Endpoint } from './call.ts';
import { runCoql } from './coql.ts';
import { getFeatureInfo, getFeatureInfoOfOne } from './feature-info.ts';
import { getFields, getModule, getModules, getOrg } from './metadata.ts';
import {
  assignTerritories,
  assignTerritoriesOfOne,
  removeTerritories,
  removeTerritoriesOfOne,
} from './record-territories.ts';
import { getRecord, getRecords } from './records.ts';
import type { ScopeRule } from './scopes.ts';
import {
  deleteTerritories,
  deleteTerritory,
  transferAndDeleteMany,
  transferAndDeleteOne,
} from './territories-delete.ts';
import {
  getChildTerritories,
  getTerritories,
  getTerritory,
  getUserCounts,
} from './territories-read.ts';
import { createTerritories, updateTerritories, updateTerritory } from './territories-write.ts';
import {
  addTerritoryUser,
  addTerritoryUsers,
  getTerritoryUser,
  getTerritoryUsers,
  removeTerritoryUser,
  removeTerritoryUsers,
} from './territory-users.ts';
import {
  addUserTerritories,
  getUserTerritories,
  getUserTerritory,
  removeUserTerritories,
  removeUserTerritory,
} from './user-territories.ts';
import { getUser, getUsers } from './users.ts';

/** One endpoint: where it is, who may call it, what it does. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path after `/crm/{version}`; `{name}` stands for one part. */
  readonly path: string;
  readonly scopes: ScopeRule;
  readonly endpoint: Endpoint;
  /** Counts towards the ten calls in flight of costly calls (API notes 4.1). */
  readonly isCostly?: boolean;
  /** Reads only, whatever the method. */
  readonly isRead?: boolean;
}

const T = '/settings/territories';
const READ_TERRITORIES: ScopeRule = [['settings.territories.READ']];
const DELETE_TERRITORIES: ScopeRule = [['settings.territories.DELETE']];
/** D7 asks for users.READ, O25 for territories.ALL. */
const READ_MEMBERS: ScopeRule = [['users.READ'], ['settings.territories.ALL']];
/** S1. */
const ADD_MEMBERS: ScopeRule = [['settings.territories.ALL', 'users.ALL']];
const REMOVE_MEMBERS: ScopeRule = [['settings.territories.DELETE', 'users.ALL']];
const READ_HELD: ScopeRule = [['users.READ'], ['settings.territories.READ']];
/** S0, S2. */
const ADD_HELD: ScopeRule = [['users.UPDATE'], ['settings.territories.UPDATE']];
const REMOVE_HELD: ScopeRule = [['users.DELETE', 'settings.territories.DELETE']];
/** S3; `{module}` is the module of the call. */
const UPDATE_RECORDS: ScopeRule = [['modules.{module}.UPDATE']];
const READ_RECORDS: ScopeRule = [['modules.{module}.READ']];

const get = (path: string, scopes: ScopeRule, endpoint: Endpoint): Route => ({
  method: 'GET',
  path,
  scopes,
  endpoint,
  isRead: true,
});
const route = (
  method: Route['method'],
  path: string,
  scopes: ScopeRule,
  endpoint: Endpoint,
): Route => ({ method, path, scopes, endpoint });

/** Every endpoint; of two that match a path the first is taken. */
export const ROUTES: readonly Route[] = [
  get(T, READ_TERRITORIES, getTerritories),
  route('POST', T, [['settings.territories.CREATE']], createTerritories),
  route('PUT', T, [['settings.territories.UPDATE']], updateTerritories),
  route('DELETE', T, DELETE_TERRITORIES, deleteTerritories),
  get(`${T}/actions/associated_users_count`, READ_TERRITORIES, getUserCounts),
  route('POST', `${T}/actions/transfer_and_delete`, DELETE_TERRITORIES, transferAndDeleteMany),
  get(`${T}/{id}`, READ_TERRITORIES, getTerritory),
  route('PUT', `${T}/{id}`, [['settings.territories.UPDATE']], updateTerritory),
  route('DELETE', `${T}/{id}`, DELETE_TERRITORIES, deleteTerritory),
  route('POST', `${T}/{id}/actions/transfer_and_delete`, DELETE_TERRITORIES, transferAndDeleteOne),
  get(`${T}/{id}/__child_territories`, READ_TERRITORIES, getChildTerritories),
  get(`${T}/{id}/users`, READ_MEMBERS, getTerritoryUsers),
  route('PUT', `${T}/{id}/users`, ADD_MEMBERS, addTerritoryUsers),
  route('DELETE', `${T}/{id}/users`, REMOVE_MEMBERS, removeTerritoryUsers),
  get(`${T}/{id}/users/{userid}`, READ_MEMBERS, getTerritoryUser),
  route('PUT', `${T}/{id}/users/{userid}`, ADD_MEMBERS, addTerritoryUser),
  route('DELETE', `${T}/{id}/users/{userid}`, REMOVE_MEMBERS, removeTerritoryUser),
  get('/settings/modules', [['settings.modules.READ']], getModules),
  get('/settings/modules/{module}', [['settings.modules.READ']], getModule),
  get('/settings/fields', [['settings.fields.READ']], getFields),
  get('/users', [['users.READ']], getUsers),
  get('/users/{id}', [['users.READ']], getUser),
  get('/users/{id}/territories', READ_HELD, getUserTerritories),
  route('PUT', '/users/{id}/territories', ADD_HELD, addUserTerritories),
  route('DELETE', '/users/{id}/territories', REMOVE_HELD, removeUserTerritories),
  get('/users/{id}/territories/{territoryid}', READ_HELD, getUserTerritory),
  route('DELETE', '/users/{id}/territories/{territoryid}', REMOVE_HELD, removeUserTerritory),
  get('/org', [['org.READ']], getOrg),
  {
    ...route('POST', '/coql', [['coql.READ', 'modules.READ']], runCoql),
    isRead: true,
    isCostly: true,
  },
  route('POST', '/{module}/actions/assign_territories', UPDATE_RECORDS, assignTerritories),
  route('POST', '/{module}/actions/remove_territories', UPDATE_RECORDS, removeTerritories),
  get('/{module}/actions/get_feature_specific_info', READ_RECORDS, getFeatureInfo),
  route(
    'POST',
    '/{module}/{recordid}/actions/assign_territories',
    UPDATE_RECORDS,
    assignTerritoriesOfOne,
  ),
  route(
    'POST',
    '/{module}/{recordid}/actions/remove_territories',
    UPDATE_RECORDS,
    removeTerritoriesOfOne,
  ),
  get('/{module}/{recordid}/actions/get_feature_specific_info', READ_RECORDS, getFeatureInfoOfOne),
  get('/{module}', READ_RECORDS, getRecords),
  get('/{module}/{id}', READ_RECORDS, getRecord),
];
