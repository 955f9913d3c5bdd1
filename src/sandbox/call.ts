import { type Answer, type Item, invalidUrl, Refusal } from './answers.ts';
import type { JsonObject } from './body.ts';
import { MODULES, type ModuleName } from './demo-org.ts';
import type { Settings } from './options.ts';
import type { RecordStore } from './record-store.ts';
import type { TerritoryStore } from './territory-store.ts';
import type { UserStore } from './user-store.ts';

/** The org's stores that endpoints work on. */
export interface Org {
  readonly users: UserStore;
  readonly territories: TerritoryStore;
  readonly records: RecordStore;
  readonly settings: Settings;
}

/** One API call, read and authorised, as endpoints see it. */
export interface Call {
  readonly org: Org;
  /** API version: 6 (which all earlier ones behave like), 7 or 8. */
  readonly version: 6 | 7 | 8;
  /** A part of the path by the name that the route gives it. */
  readonly param: (name: string) => string;
  readonly query: URLSearchParams;
  /** The body, parsed when asked for. */
  readonly body: () => JsonObject;
  readonly now: number;
}

/** Answers one kind of call. */
export type Endpoint = (call: Call) => Answer;

/** First path parts that are no modules. */
const RESERVED = new Set(['settings', 'users', 'org', 'coql', 'actions']);

/** Modules that exist but know no territories, so that NOT_SUPPORTED differs from INVALID_MODULE. */
const OTHER_MODULES = new Set(['Tasks', 'Events', 'Calls', 'Campaigns', 'Products', 'Vendors']);

/** The module of a call's path, refused when there is none of the name. */
export function moduleOf(call: Call): ModuleName {
  const name = call.param('module');
  if (RESERVED.has(name)) throw invalidUrl();
  const module = MODULES.find((known) => known.toLowerCase() === name.toLowerCase());
  if (module !== undefined) return module;
  const details = { resource_path_index: 0 };
  if (OTHER_MODULES.has(name)) {
    throw new Refusal('NOT_SUPPORTED', 'the api is not supported for this module', details);
  }
  throw new Refusal('INVALID_MODULE', 'the module name given seems to be invalid', details);
}

/** What became of the items of a call: a finished item, or the refusal of one. */
type Settled = Item | Refusal;

/**
 * Works through the items of a call one after the other; a refusal concerns its item only, unless it
 * is thrown before the first.
 */
export function settleItems<T>(
  call: Call,
  key: string,
  items: readonly T[],
  okStatus: number,
  settle: (item: T, index: number) => Item,
): Answer {
  const settled = items.map((item, index): Settled => {
    try {
      return settle(item, index);
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  });
  return answerItems(call, key, settled, okStatus);
}

/** Status and body for a list of items, mixed ones as the options say (API notes 1.14, INF). */
function answerItems(
  call: Call,
  key: string,
  settled: readonly Settled[],
  okStatus: number,
): Answer {
  const { mixed } = call.org.settings;
  const refusals = settled.filter((one) => one instanceof Refusal);
  const items = settled.map((one) => (one instanceof Refusal ? one.item : one));
  const [first] = refusals;
  if (first === undefined) return { status: okStatus, body: { [key]: items } };
  if (mixed === 'unnamed' && items.length > 1) return unnamed(first);
  const common = refusals.every(({ status }) => status === first.status) ? first.status : 400;
  if (refusals.length === items.length) return { status: common, body: { [key]: items } };
  switch (mixed) {
    case 'only-faulty':
      return { status: 400, body: { [key]: refusals.map((one) => one.item) }, undo: true };
    case 'success':
      return { status: okStatus, body: { [key]: items } };
    case '400':
      return { status: 400, body: { [key]: items } };
    default:
      return { status: 207, body: { [key]: items } };
  }
}

/** Refuses the whole call for one of its items, and keeps to itself for which (INF). */
function unnamed({ status, item }: Refusal): Answer {
  const { limit } = item.details;
  return { status, body: { ...item, details: limit === undefined ? {} : { limit } }, undo: true };
}
