import { excelDamage, looksLikeId } from '../../resources/ids.ts';
import { listed } from '../../resources/listed.ts';
import { normaliseName } from '../../resources/names.ts';
import type { Found, Org } from '../../resources/resource.ts';
import { pathOf } from '../../resources/territory-path.ts';
import type { Finding } from '../../vocabulary.ts';
import type { Territory, User } from '../../zoho/directory.ts';
import { createSuggestions } from './suggest.ts';

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
  const suggest = createSuggestions(directory);
  const territories = indexBy(directory.territories, ({ name }) => name);
  const users = indexBy(directory.users, ({ email }) => email);
  const territoryKind: Kind<Territory> = {
    index: territories,
    unknown: unknownTerritory,
    suggest: suggest.territory,
    tell: (territory) => `${territory.id}: ${pathOf(territory, territories.byId)}`,
  };
  const userKind: Kind<User> = {
    index: users,
    unknown: unknownUser,
    suggest: suggest.user,
    tell: ({ id, email, name }) => `${id}: ${name === '' ? email : `${email}, ${name}`}`,
  };
  const userCache = new Map<string, Found<User>>();
  const territoryCache = new Map<string, Found<Territory>>();

  return {
    ...directory,
    territory: (text, column) =>
      remembered(territoryCache, text, () => look(territoryKind, text, column)),
    territoriesNamed: (name) => named(territories, name),
    user: (text, column) => remembered(userCache, text, () => look(userKind, text, column)),
  };
}

interface Index<T> {
  readonly byId: ReadonlyMap<string, T>;
  readonly exact: ReadonlyMap<string, readonly T[]>;
  readonly loose: ReadonlyMap<string, readonly T[]>;
}

/** What is particular to territories, or to users. */
interface Kind<T> {
  readonly index: Index<T>;
  /** What is said of a text that names none. */
  readonly unknown: (text: string) => Omit<Finding, 'field' | 'value'>;
  readonly suggest: (text: string) => string | undefined;
  /** Tells one from others of the same name. */
  readonly tell: (thing: T) => string;
}

function indexBy<T extends { id: string }>(
  things: readonly T[],
  label: (thing: T) => string,
): Index<T> {
  // Nobody means the user without an e-mail address by a cell of nothing but invisible characters.
  const labelled = things.filter((thing) => normaliseName(label(thing)) !== '');
  return {
    byId: new Map(things.map((thing) => [thing.id, thing])),
    exact: Map.groupBy(labelled, label),
    loose: Map.groupBy(labelled, (thing) => normaliseName(label(thing))),
  };
}

function named<T>({ exact, loose }: Index<T>, name: string): readonly T[] {
  return exact.get(name) ?? loose.get(normaliseName(name)) ?? [];
}

function look<T>(kind: Kind<T>, text: string, field: string): Found<T> {
  const byId = looksLikeId(text) ? kind.index.byId.get(text) : undefined;
  if (byId !== undefined) return { found: byId };
  const all = named(kind.index, text);
  const [first, second] = all;
  if (first === undefined) {
    return { finding: excelDamage(text, field) ?? unknown(kind, text, field) };
  }
  if (second === undefined) return { found: first };
  return {
    finding: {
      code: 'AMBIGUOUS_NAME',
      cause: 'several things in the org have this name',
      value: `${text} (${listed(all, kind.tell)})`,
      field,
      resolution: 'Put the id of the one you mean into this cell.',
    },
  };
}

/** The ids of two things may differ in one digit: no id is a misspelling of another. */
function unknown<T>(kind: Kind<T>, text: string, field: string): Finding {
  const suggestion = looksLikeId(text) ? undefined : kind.suggest(text);
  return {
    ...kind.unknown(text),
    value: text,
    field,
    ...(suggestion === undefined ? {} : { suggestion }),
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
