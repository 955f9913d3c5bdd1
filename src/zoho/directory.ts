import { z } from 'zod';
import { readRefusal } from './answer.ts';
import { type Endpoint, lookup } from './catalogue/index.ts';
import type { ZohoClient } from './client.ts';
import { OrgError, TransientError } from './errors.ts';
import { LIMITS } from './limits.ts';

/** A territory as the org holds it. */
export interface Territory {
  readonly id: string;
  readonly name: string;
  /** The parent; null for the org's top territory. */
  readonly parentId: string | null;
  readonly permissionType: string;
  readonly managerId: string | null;
  readonly description: string | null;
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

/** A user as the org holds it. Deleted users are not listed. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly active: boolean;
}

/** Ids are texts; one that is written as a number means the same. */
const idSchema = z.union([z.string(), z.number()]).transform(String);
const reference = z.looseObject({ id: idSchema }).nullish();

const territorySchema = z.looseObject({
  id: idSchema,
  name: z.string(),
  reporting_to: reference,
  permission_type: z.string().nullish(),
  manager: reference,
  description: z.string().nullish(),
});

const userSchema = z.looseObject({
  id: idSchema,
  email: z.string().nullish(),
  full_name: z.string().nullish(),
  status: z.string().nullish(),
});

/** Reads all territories of the org, with their rule criteria. */
export async function readTerritories(client: ZohoClient): Promise<Territory[]> {
  const path = `/settings/territories?include=${CRITERIA_KEYS.join(',')}`;
  const found = await readPages(client, path, 'territories', 'territories.read', territorySchema);
  return found.map((territory) => ({
    id: territory.id,
    name: territory.name,
    parentId: territory.reporting_to?.id ?? null,
    permissionType: territory.permission_type ?? '',
    managerId: territory.manager?.id ?? null,
    description: territory.description ?? null,
    criteria: Object.fromEntries(
      CRITERIA_KEYS.filter((key) => key in territory).map((key) => [key, territory[key]]),
    ),
  }));
}

/**
 * Reads all users of the org, inactive ones included.
 *
 * @param expected how many there are at least, if that is known: their pages are read at once
 */
export async function readUsers(client: ZohoClient, expected = 1): Promise<User[]> {
  const path = '/users?type=AllUsers';
  const found = await readPages(client, path, 'users', 'users.read', userSchema, expected);
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
  const [user] = await readPages(client, path, 'users', 'users.read', userSchema);
  return user?.id;
}

/** Reads the ids of a user's territories; none for a user that the org does not know. */
export async function readTerritoriesOfUser(
  client: ZohoClient,
  userId: string,
): Promise<Set<string>> {
  const path = `/users/${userId}/territories`;
  const schema = z.looseObject({ id: idSchema });
  const found = await noneIfUnknown(
    readPages(client, path, 'territories', 'user-territories.read', schema),
  );
  return new Set(found.map(({ id }) => id));
}

const recordSchema = z.looseObject({
  Territories: z.array(z.looseObject({ id: idSchema })).nullish(),
  Territory: z
    .union([z.looseObject({ id: idSchema }), z.array(z.looseObject({ id: idSchema }))])
    .nullish(),
});

/**
 * Reads the ids of a CRM record's territories; deals have one, under another key. None for a
 * record that the org does not know.
 */
export async function readTerritoriesOfRecord(
  client: ZohoClient,
  module: string,
  recordId: string,
): Promise<Set<string>> {
  const path = `/${module}/${recordId}`;
  const [record] = await noneIfUnknown(
    readPage(client, path, 'data', 'record-territories.read', recordSchema).then(
      ({ list }) => list,
    ),
  );
  const one = record?.Territory;
  const all = [...(record?.Territories ?? []), ...(Array.isArray(one) ? one : one ? [one] : [])];
  return new Set(all.map(({ id }) => id));
}

/** Whatever the path names is not in the org: what depends on it will be refused by itself. */
async function noneIfUnknown<T>(reading: Promise<T[]>): Promise<T[]> {
  return reading.catch((error: unknown) => {
    if (error instanceof OrgError && error.code === 'INVALID_DATA') return [];
    throw error;
  });
}

/** Enough for 200,000 things; an org that still says there is more is not telling the truth. */
const MOST_PAGES = 1000;

const bodySchema = z.looseObject({
  info: z.looseObject({ more_records: z.boolean().nullish() }).nullish(),
});

/**
 * Reads every page of a list: first as many at once as hold what is expected, then in rounds of
 * 4 and of 16, at the price of a few empty pages at the end. Each thing is given once, by its id.
 */
async function readPages<T extends { id: string }>(
  client: ZohoClient,
  path: string,
  key: string,
  endpoint: Endpoint,
  schema: z.ZodType<T>,
  expected = 1,
): Promise<T[]> {
  // Things that move to another page while the list is read come twice.
  const all = new Map<string, T>();
  let first = 1;
  const expectedPages = Math.ceil(expected / LIMITS.pageSize);
  for (
    let width = Math.min(Math.max(expectedPages, 1), 16);
    first <= MOST_PAGES;
    width = Math.min(width * 4, 16)
  ) {
    const pages = await Promise.all(
      Array.from({ length: width }, (_, i) =>
        readPage(
          client,
          `${path}${path.includes('?') ? '&' : '?'}page=${first + i}&per_page=${LIMITS.pageSize}`,
          key,
          endpoint,
          schema,
        ),
      ),
    );
    for (const page of pages) {
      const known = all.size;
      for (const one of page.list) all.set(one.id, one);
      if (!page.more) return [...all.values()];
      if (all.size === known) throw endless(key, first);
    }
    first += width;
  }
  throw endless(key, MOST_PAGES);
}

function endless(key: string, pages: number): OrgError {
  return new OrgError(
    'UNEXPECTED_RESPONSE',
    `The org keeps saying that there are more ${key} and gives no more of them (page ${pages}).`,
    'This is not what a Zoho org answers: check ZOHO_API_DOMAIN.',
  );
}

async function readPage<T>(
  client: ZohoClient,
  path: string,
  key: string,
  endpoint: Endpoint,
  schema: z.ZodType<T>,
): Promise<{ list: T[]; more: boolean }> {
  const answer = await client.send({ method: 'GET', path, reads: true }).catch((error: unknown) => {
    if (!(error instanceof TransientError)) throw error;
    throw new OrgError(
      error.refusal?.code ?? 'INTERNAL_ERROR',
      `The org could not be read (GET ${path}): ${error.message}.`,
      'Nothing is wrong with the file: run the same command again later, and check ZOHO_API_DOMAIN if it stays so.',
      error,
    );
  });
  if (answer.httpStatus === 204) return { list: [], more: false };
  const body = bodySchema.safeParse(answer.body);
  const list = z.array(schema).safeParse(body.success ? body.data[key] : undefined);
  if (body.success && list.success) {
    return { list: list.data, more: body.data.info?.more_records === true };
  }
  const refusal = readRefusal(answer);
  const entry = lookup(endpoint, refusal);
  throw new OrgError(
    refusal.code,
    `The org refused to be read (GET ${path}): ${refusal.code}, ${entry.cause}.`,
    entry.resolution,
  );
}
