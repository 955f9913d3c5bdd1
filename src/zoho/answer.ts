import { z } from 'zod';
import type { Refusal } from './catalogue/index.ts';

/** What a call came back with: any HTTP status that is neither 429, 401 nor 5xx. */
export interface Answer {
  readonly httpStatus: number;
  /** The parsed JSON; absent for 204 and for bodies that are not JSON. */
  readonly body: unknown;
  /** How many times the call went out. */
  readonly attempts: number;
  /** An earlier try was answered 5xx, so the org may have done the work before this answer. */
  readonly repeated: boolean;
}

/** What the org said of one item of a call. */
export type ItemAnswer =
  | { readonly success: true; readonly id: string | undefined; readonly jobId: string | undefined }
  | { readonly success: false; readonly refusal: Refusal; readonly path: JsonPath | undefined };

/** A parsed `json_path`: the item's index, and the index of the part inside it where one is named. */
export interface JsonPath {
  readonly item: number;
  readonly part: number | undefined;
}

/** The answer to a call that carried a list. */
export type ListAnswer =
  /** One answer per item, in the order sent; `undefined` for items that were not spoken of. */
  | { readonly kind: 'items'; readonly items: readonly (ItemAnswer | undefined)[] }
  /** The call as a whole was refused, or an item of it that nobody can tell. */
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly path: JsonPath | undefined }
  /** Nothing was said of any item. */
  | { readonly kind: 'silent'; readonly refusal: Refusal };

/** An id, written as a text or as a number; anything else in its place is as good as nothing. */
const looseId = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined);

const itemSchema = z.object({
  // Codes are printed and stored: what is no code makes the item unreadable.
  code: z.string().regex(/^[\w-]{1,60}$/),
  status: z.string().nullish(),
  message: z.string().nullish().catch(undefined),
  // Where there is nothing to say, details come as {}, as null, as [] or not at all.
  details: z.looseObject({ id: looseId, job_id: looseId }).optional().catch(undefined),
});

/** Accepted when an item was done at once, or when a job was scheduled to do it. */
const SUCCESS_CODES: ReadonlySet<string> = new Set(['SUCCESS', 'SCHEDULED']);

/**
 * Reads the answer to a call that sent `ids.length` items under `key`, whatever its HTTP status:
 * partly failed calls come back as 200, 201, 202, 207 or 400, and a refused call may list only the
 * items at fault. An item is placed by its `json_path`, else by its id, else by its position.
 *
 * @param ids what each item named in the org; `undefined` for items without an id.
 */
export function readListAnswer(
  answer: Answer,
  key: string,
  ids: readonly (string | undefined)[],
): ListAnswer {
  const listed = listUnder(answer.body, key);
  if (listed === undefined) {
    const whole = readItem(answer.body, answer.httpStatus);
    return whole !== undefined && !whole.success
      ? { kind: 'refused', refusal: whole.refusal, path: whole.path }
      : { kind: 'silent', refusal: unexpected(answer) };
  }
  const read = listed.map((value) => readItem(value, answer.httpStatus));
  const items = placeItems(read, ids);
  const homeless = read.find((item) => item?.success === false && !items.includes(item));
  if (items.some((item) => item !== undefined)) return { kind: 'items', items };
  // A refused call that lists an item without saying which: somebody in it is at fault.
  return homeless?.success === false && answer.httpStatus >= 400
    ? { kind: 'refused', refusal: homeless.refusal, path: undefined }
    : { kind: 'silent', refusal: unexpected(answer) };
}

/** Reads the refusal of a call that was expected to return a list of things (a read). */
export function readRefusal(answer: Answer): Refusal {
  const item = readItem(answer.body, answer.httpStatus);
  return item !== undefined && !item.success ? item.refusal : unexpected(answer);
}

/** Splits a `json_path` such as ` $.data[0].Territories[1].id`; some answers start with a blank. */
export function parseJsonPath(path: unknown): JsonPath | undefined {
  if (typeof path !== 'string') return undefined;
  const [item, part] = [...path.matchAll(/\[(\d+)\]/g)].map((match) => Number(match[1]));
  return item === undefined ? undefined : { item, part };
}

function listUnder(body: unknown, key: string): readonly unknown[] | undefined {
  if (typeof body !== 'object' || body === null || !(key in body)) return undefined;
  const list: unknown = Object.entries(body).find(([name]) => name === key)?.[1];
  // One documented sample wraps the list twice (OpenAPI set, removing users from a territory).
  return Array.isArray(list) ? list.flat() : undefined;
}

function readItem(value: unknown, httpStatus: number): ItemAnswer | undefined {
  const parsed = itemSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { code, status, message, details } = parsed.data;
  if (status !== 'error' && SUCCESS_CODES.has(code)) {
    return { success: true, id: details?.id, jobId: details?.job_id };
  }
  return {
    success: false,
    refusal: { code, httpStatus, message: message ?? '', details: details ?? {} },
    path: parseJsonPath(details?.['json_path']),
  };
}

/**
 * Places answers by the place or the id they name. The others stand where they are in the list,
 * unless it has another length or a named place shows that it is in another order: then they
 * belong to nobody, and what became of those items must be read from the org.
 */
function placeItems(
  read: readonly (ItemAnswer | undefined)[],
  ids: readonly (string | undefined)[],
): (ItemAnswer | undefined)[] {
  const items = new Array<ItemAnswer | undefined>(ids.length).fill(undefined);
  const named = read.map((item) => (item === undefined ? undefined : namedPlace(item, ids)));
  read.forEach((item, position) => {
    const place = named[position];
    if (place !== undefined && place < ids.length) items[place] ??= item;
  });
  const isInOrder =
    read.length === ids.length &&
    named.every((place, position) => place === undefined || place === position);
  if (!isInOrder) return items;
  return items.map((item, position) => item ?? read[position]);
}

function namedPlace(item: ItemAnswer, ids: readonly (string | undefined)[]): number | undefined {
  if (!item.success && item.path !== undefined) return item.path.item;
  const id = item.success ? item.id : item.refusal.details['id'];
  const place = typeof id === 'string' ? ids.indexOf(id) : -1;
  return place < 0 ? undefined : place;
}

function unexpected(answer: Answer): Refusal {
  return {
    code: 'UNEXPECTED_RESPONSE',
    httpStatus: answer.httpStatus,
    message: `HTTP ${answer.httpStatus} with a body of no known shape`,
    details: {},
  };
}
