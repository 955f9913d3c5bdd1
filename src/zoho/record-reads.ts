import pMap from 'p-map';
import type { ZohoClient } from './client.ts';
import {
  IDS_PER_LIST,
  LARGEST,
  listsOf,
  narrowRanges,
  pays,
  SIZES,
  type Size,
  SMALLEST,
} from './coql-queries.ts';
import { heldSchema, territoriesIn } from './directory.ts';
import { endless, idSchema, readList } from './paging.ts';

/** COQL has ten calls in flight of its own, and several reads may be on at once. */
const QUERIES_AT_ONCE = 5;

/** So few ids are often a sample from everywhere, and two lists are soon read. */
const TOO_FEW_TO_GUESS = 2 * IDS_PER_LIST;

/** The largest id there is: ids are 64-bit integers. */
const LARGEST_ID = '9223372036854775807';

/** CRM records whose territories one call of {@link readTerritoriesOfRecords} looks up. */
export const RECORDS_PER_READ: number = LARGEST.rows;

/** The territories of CRM records, and what it cost to read them. */
export interface HeldTerritories {
  /** By record id, as it was given; records that the org does not know are left out. */
  readonly held: ReadonlyMap<string, ReadonlySet<string>>;
  readonly credits: number;
}

/** Ids of the rows that a query gave, in the order of the answer. */
interface Rows {
  readonly ids: readonly string[];
  readonly more: boolean;
}

type Query = (where: string, size: Size) => Promise<Rows>;

/**
 * Reads the territories of up to 2,000 CRM records of one module for few credits.
 *
 * Records that lie close together are read as a range, 2,000 for 3 credits; scattered ones by
 * their ids, 50 for 1 credit. How close they lie is not known beforehand: a range is tried, and
 * one that held few of the wanted records was the last. The worst is 3 credits more than lists.
 *
 * @param ids in any order
 * @throws {OrgError} when the org refuses to be read
 */
export async function readTerritoriesOfRecords(
  client: ZohoClient,
  module: string,
  ids: readonly string[],
): Promise<HeldTerritories> {
  const found = new Map<string, Set<string>>();
  let credits = 0;
  const field = module === 'Deals' ? 'Territory' : 'Territories';

  const query: Query = async (where, size) => {
    const select = `select id, ${field} from ${module} where ${where} order by id asc limit ${size.rows}`;
    const request = { path: '/coql', body: { select_query: select }, credits: size.credits };
    const answer = await readList(client, { method: 'POST', ...request }, ROWS);
    credits += answer.credits;
    for (const row of answer.list) found.set(row.id, territoriesIn(row));
    // An org that says nothing of more may have been stopped by the limit.
    const more = answer.more ?? answer.list.length >= size.rows;
    return { ids: answer.list.map(({ id }) => id), more };
  };

  const wanted = [...new Set(ids.filter(canBeId).map(plain))].sort(compareIds);
  await readCertain(query, await readGuessed(query, wanted));
  const held = new Map<string, Set<string>>();
  for (const id of ids) {
    const territories = found.get(plain(id));
    if (territories !== undefined) held.set(id, territories);
  }
  return { held, credits };
}

const ROWS = {
  endpoint: 'coql',
  key: 'data',
  schema: heldSchema.extend({ id: idSchema }),
} as const;

/**
 * Reads ranges for as long as they pay. Nobody knows beforehand how many other records lie between
 * the wanted ones: each range tells it for the next. Gives the ids that are left.
 */
async function readGuessed(query: Query, wanted: readonly string[]): Promise<readonly string[]> {
  let left = wanted;
  let wantedPerRow = 1;
  while (left.length > TOO_FEW_TO_GUESS) {
    const size = SIZES.find(({ rows }) => rows * wantedPerRow >= left.length) ?? LARGEST;
    if (!pays(Math.min(left.length, size.rows * wantedPerRow), size)) break;
    const { open, rows } = await readRange(query, left, size);
    const settled = left.length - open.length;
    left = open;
    if (!pays(settled, size)) break;
    wantedPerRow = settled / rows;
  }
  return left;
}

/** Reads ids in queries that are sure to settle them: narrow ranges, and lists of the others. */
async function readCertain(query: Query, ids: readonly string[]): Promise<void> {
  const { ranges, scattered } = narrowRanges(ids);
  const concurrency = QUERIES_AT_ONCE;
  const open = await pMap(
    ranges,
    async ({ ids, size }) => (await readRange(query, ids, size)).open,
    { concurrency },
  );
  await pMap(listsOf([...scattered, ...open.flat()]), (list) => readIn(query, list), {
    concurrency,
  });
}

/** Reads one range; gives the ids that it did not reach, and how many rows it gave. */
async function readRange(
  query: Query,
  ids: readonly string[],
  size: Size,
): Promise<{ open: readonly string[]; rows: number }> {
  const rows = await query(`id >= '${ids[0]}' and id <= '${ids.at(-1)}'`, size);
  if (!rows.more) return { open: [], rows: rows.ids.length };
  const given = new Set(rows.ids);
  const last = isAscending(rows.ids) ? rows.ids.at(-1) : undefined;
  const open = ids.filter(
    (id) => !given.has(id) && (last === undefined || compareIds(id, last) > 0),
  );
  return { open, rows: rows.ids.length };
}

/** Rows in another order do not tell how far they reach. */
function isAscending(ids: readonly string[]): boolean {
  return ids.every((id, i) => i === 0 || compareIds(ids[i - 1] ?? '', id) < 0);
}

async function readIn(query: Query, ids: readonly string[]): Promise<void> {
  const rows = await query(`id in (${ids.map((id) => `'${id}'`).join(', ')})`, SMALLEST);
  if (!rows.more) return;
  const given = new Set(rows.ids);
  if (!ids.every((id) => given.has(id))) throw endless('records');
}

/** Whether an id can be one at all; a query with any other would be refused for all of them. */
function canBeId(id: string): boolean {
  return /^\d{1,19}$/.test(id) && compareIds(id, LARGEST_ID) <= 0;
}

/** An id as the org writes it, without zeros in front. */
function plain(id: string): string {
  return id.replace(/^0+(?=\d)/, '');
}

/** Orders ids as numbers, without making numbers of them. */
export function compareIds(one: string, other: string): number {
  const [a, b] = [plain(one), plain(other)];
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
