import { z } from 'zod';
import type { ZohoClient } from './client.ts';
import { OrgError } from './errors.ts';
import { idSchema, type ListOf, readGet, readPages } from './paging.ts';

/** A territory as the org holds it. */
export interface Territory {
  readonly id: string;
  readonly name: string;
  /** The parent; null for the org's top territory. */
  readonly parentId: string | null;
  readonly permissionType: string;
  readonly managerId: string | null;
  readonly description: string | null;
  /** What the org says to be nothing, which is more than not telling of it; absent for none. */
  readonly empty?: readonly OptionalKey[];
  /** The API's criteria JSON by key; keys are absent when they were not asked for. */
  readonly criteria: Readonly<Partial<Record<CriteriaKey, unknown>>>;
}

/** The three rule criteria that a territory can have. */
export const CRITERIA_KEYS = [
  'account_rule_criteria',
  'lead_rule_criteria',
  'deal_rule_criteria',
] as const;
export type CriteriaKey = (typeof CRITERIA_KEYS)[number];

/** What a territory may be without, and an answer may leave out. */
const OPTIONAL_KEYS = ['reporting_to', 'manager', 'description'] as const;
type OptionalKey = (typeof OPTIONAL_KEYS)[number];

/** A user as the org holds it. Deleted users are not listed. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly active: boolean;
}

const reference = z.looseObject({ id: idSchema }).nullish();

const TERRITORIES = {
  endpoint: 'territories.read',
  key: 'territories',
  schema: z.looseObject({
    id: idSchema,
    name: z.string(),
    reporting_to: reference,
    permission_type: z.string().nullish(),
    manager: reference,
    description: z.string().nullish(),
  }),
} as const;

const USERS = {
  endpoint: 'users.read',
  key: 'users',
  schema: z.looseObject({
    id: idSchema,
    email: z.string().nullish(),
    full_name: z.string().nullish(),
    status: z.string().nullish(),
  }),
} as const;

const TERRITORIES_OF_USER = {
  endpoint: 'user-territories.read',
  key: 'territories',
  schema: z.looseObject({ id: idSchema }),
} as const;

const USERS_OF_TERRITORY = {
  endpoint: 'territory-users.read',
  key: 'users',
  schema: z.looseObject({ id: idSchema }),
} as const;

/** Reads all territories of the org, with their rule criteria. */
export async function readTerritories(client: ZohoClient): Promise<Territory[]> {
  const path = `/settings/territories?include=${CRITERIA_KEYS.join(',')}`;
  const found = await readPages(client, path, TERRITORIES);
  return found.map((territory) => {
    const empty = OPTIONAL_KEYS.filter((key) => territory[key] === null);
    return {
      id: territory.id,
      name: territory.name,
      parentId: territory.reporting_to?.id ?? null,
      permissionType: territory.permission_type ?? '',
      managerId: territory.manager?.id ?? null,
      description: territory.description ?? null,
      ...(empty.length > 0 && { empty }),
      criteria: Object.fromEntries(
        CRITERIA_KEYS.filter((key) => key in territory).map((key) => [key, territory[key]]),
      ),
    };
  });
}

/**
 * Reads all users of the org, inactive ones included.
 *
 * @param expected how many there are at least, if that is known: their pages are read at once
 */
export async function readUsers(client: ZohoClient, expected = 1): Promise<User[]> {
  const path = '/users?type=AllUsers';
  const found = await readPages(client, path, USERS, expected);
  return found.map(({ id, email, full_name, status }) => ({
    id,
    email: email ?? '',
    name: full_name ?? '',
    active: status === 'active',
  }));
}

/** Reads the id of the user whose token this is; undefined when the org does not tell. */
export async function readCurrentUserId(client: ZohoClient): Promise<string | undefined> {
  const path = '/users?type=CurrentUser';
  const [user] = await readPages(client, path, USERS);
  return user?.id;
}

/** Reads the ids of a user's territories; none for a user that the org does not know. */
export function readTerritoriesOfUser(client: ZohoClient, userId: string): Promise<Set<string>> {
  return readIds(client, `/users/${userId}/territories`, TERRITORIES_OF_USER);
}

/**
 * Reads the ids of a territory's users, its manager included; none for a territory that the org
 * does not know.
 */
export function readUsersOfTerritory(
  client: ZohoClient,
  territoryId: string,
): Promise<Set<string>> {
  return readIds(client, `/settings/territories/${territoryId}/users`, USERS_OF_TERRITORY);
}

async function readIds(
  client: ZohoClient,
  path: string,
  what: ListOf<{ id: string }>,
): Promise<Set<string>> {
  // Most have one page; a second one is asked for when there is one, and not before.
  const found = await noneIfUnknown(readPages(client, path, what, 1, 1));
  return new Set(found.map(({ id }) => id));
}

const oneOrMore = z
  .union([z.array(z.looseObject({ id: idSchema })), z.looseObject({ id: idSchema })])
  .nullish();

/** The territories of a CRM record; deals have one, under a key of its own. */
export const heldSchema = z.looseObject({ Territories: oneOrMore, Territory: oneOrMore });

/** The ids of the territories that a CRM record holds. */
export function territoriesIn(record: z.infer<typeof heldSchema>): Set<string> {
  const held = [record.Territories, record.Territory].flat();
  return new Set(held.flatMap((territory) => territory?.id ?? []));
}

/** Reads the ids of a CRM record's territories; none for a record that the org does not know. */
export async function readTerritoriesOfRecord(
  client: ZohoClient,
  module: string,
  recordId: string,
): Promise<Set<string>> {
  const what = { endpoint: 'record-territories.read', key: 'data', schema: heldSchema } as const;
  const reading = readGet(client, `/${module}/${recordId}`, what);
  const [record] = await noneIfUnknown(reading.then(({ list }) => list));
  return record === undefined ? new Set() : territoriesIn(record);
}

/** Whatever the path names is not in the org: what depends on it will be refused by itself. */
async function noneIfUnknown<T>(reading: Promise<T[]>): Promise<T[]> {
  return reading.catch((error: unknown) => {
    if (error instanceof OrgError && error.code === 'INVALID_DATA') return [];
    throw error;
  });
}
