import { excelDamage, looksLikeId } from '../resources/ids.ts';
import { normaliseName } from '../resources/names.ts';
import type { Found, Org } from '../resources/resource.ts';
import type { Finding } from '../vocabulary.ts';
import type { Territory, User } from '../zoho/directory.ts';

/** What was read of the org before planning. */
export interface Directory {
  readonly territories: readonly Territory[];
  readonly users: readonly User[];
  readonly currentUserId?: string;
}

/**
 * Makes the lookups by which cells name things of the org. Ids are looked up first; names exactly,
 * then without case and repeated blanks. Nothing is read here: same directory, same answers.
 */
export function createOrg(directory: Directory): Org {
  const territories = indexBy(directory.territories, ({ name }) => name);
  const users = indexBy(directory.users, ({ email }) => email);
  const userCache = new Map<string, Found<User>>();
  const territoryCache = new Map<string, Found<Territory>>();

  return {
    ...directory,
    territory: (text, column) =>
      remembered(territoryCache, text, () =>
        look(territories, text, () => unknownTerritory(text), column),
      ),
    user: (text, column) =>
      remembered(userCache, text, () => look(users, text, () => unknownUser(text), column)),
  };
}

interface Index<T> {
  readonly byId: ReadonlyMap<string, T>;
  readonly exact: ReadonlyMap<string, readonly T[]>;
  readonly loose: ReadonlyMap<string, readonly T[]>;
}

function indexBy<T extends { id: string }>(
  things: readonly T[],
  label: (thing: T) => string,
): Index<T> {
  return {
    byId: new Map(things.map((thing) => [thing.id, thing])),
    exact: Map.groupBy(things, label),
    loose: Map.groupBy(things, (thing) => normaliseName(label(thing))),
  };
}

function look<T extends { id: string }>(
  index: Index<T>,
  text: string,
  unknown: () => Omit<Finding, 'field' | 'value'>,
  field: string,
): Found<T> {
  const byId = looksLikeId(text) ? index.byId.get(text) : undefined;
  if (byId !== undefined) return { found: byId };
  const named = index.exact.get(text) ?? index.loose.get(normaliseName(text)) ?? [];
  const [first, second] = named;
  if (first === undefined) {
    return { finding: excelDamage(text, field) ?? { ...unknown(), value: text, field } };
  }
  if (second === undefined) return { found: first };
  return {
    finding: {
      code: 'AMBIGUOUS_NAME',
      cause: 'several things in the org have this name',
      value: `${text} (${named.map(({ id }) => id).join(', ')})`,
      field,
      resolution: 'Put the id of the one you mean into this cell.',
    },
  };
}

function unknownTerritory(text: string): Omit<Finding, 'field' | 'value'> {
  return looksLikeId(text)
    ? {
        code: 'INVALID_DATA',
        cause: 'no territory has this id',
        resolution: 'Take the id from this org (ids differ between orgs), or write the name.',
      }
    : {
        code: 'INVALID_DATA',
        cause: 'the territory does not exist',
        resolution: 'Correct the spelling, or create the territory first: import territories.',
      };
}

function unknownUser(text: string): Omit<Finding, 'field' | 'value'> {
  return text.includes('@') || looksLikeId(text)
    ? {
        code: 'INVALID_DATA',
        cause: `no user has this ${text.includes('@') ? 'e-mail address' : 'id'}`,
        resolution: 'Correct it, or add the user in Zoho CRM under Setup > Users.',
      }
    : {
        code: 'INVALID_DATA',
        cause: 'this is neither a user id nor an e-mail address',
        resolution: "Put the user's e-mail address or id into this cell.",
      };
}

/** References looked up lately; bounded, since a file may hold any number of wrong ones. */
const CACHE_SIZE = 10_000;

function remembered<T>(cache: Map<string, T>, text: string, find: () => T): T {
  let found = cache.get(text);
  if (found === undefined) {
    found = find();
    if (cache.size >= CACHE_SIZE) cache.clear();
    cache.set(text, found);
  }
  return found;
}
