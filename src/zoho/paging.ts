import { z } from 'zod';
import { type Answer, readRefusal } from './answer.ts';
import { type ApiRequest, creditsOf } from './api-request.ts';
import { type Endpoint, lookup } from './catalogue/index.ts';
import type { ZohoClient } from './client.ts';
import { OrgError, TransientError } from './errors.ts';
import { LIMITS } from './limits.ts';

/** Ids are texts; one that is written as a number means the same. */
export const idSchema = z.union([z.string(), z.number()]).transform(String);

/** What is read: where its refusals are looked up, the key of its list and the form of its things. */
export interface ListOf<T> {
  readonly endpoint: Endpoint;
  readonly key: string;
  readonly schema: z.ZodType<T>;
}

/** One answer of a list. */
export interface Listed<T> {
  readonly list: T[];
  /** Whether the org says that there is more; undefined when it says nothing of it. */
  readonly more: boolean | undefined;
  /** What reading it has cost, every try counted. */
  readonly credits: number;
}

/** Enough for 200,000 things; an org that still says there is more is not telling the truth. */
const MOST_PAGES = 1000;

const bodySchema = z.looseObject({
  info: z.looseObject({ more_records: z.boolean().nullish() }).nullish(),
});

/**
 * Reads every page of a list: first as many at once as hold what is expected, then in rounds of
 * 4 and of 16, at the price of a few empty pages at the end. Each thing is given once, by its id.
 *
 * @param mostAtOnce pages of a round at most; with 1 no page is read in vain
 */
export async function readPages<T extends { id: string }>(
  client: ZohoClient,
  path: string,
  what: ListOf<T>,
  expected = 1,
  mostAtOnce = 16,
): Promise<T[]> {
  // Things that move to another page while the list is read come twice.
  const all = new Map<string, T>();
  let first = 1;
  const expectedPages = Math.ceil(expected / LIMITS.pageSize);
  for (
    let width = Math.min(Math.max(expectedPages, 1), mostAtOnce);
    first <= MOST_PAGES;
    width = Math.min(width * 4, mostAtOnce)
  ) {
    const pages = await Promise.all(
      Array.from({ length: width }, (_, i) => {
        const page = `page=${first + i}&per_page=${LIMITS.pageSize}`;
        return readGet(client, `${path}${path.includes('?') ? '&' : '?'}${page}`, what);
      }),
    );
    for (const page of pages) {
      const known = all.size;
      for (const one of page.list) all.set(one.id, one);
      if (!page.more) return [...all.values()];
      if (all.size === known) throw endless(what.key, first);
    }
    first += width;
  }
  throw endless(what.key, MOST_PAGES);
}

/** Reads the list that one GET call gives. */
export function readGet<T>(client: ZohoClient, path: string, what: ListOf<T>): Promise<Listed<T>> {
  return readList(client, { method: 'GET', path }, what);
}

/**
 * Reads the list that one call gives, whatever its method.
 *
 * @throws {OrgError} when the org refuses, or gives something else
 */
export async function readList<T>(
  client: ZohoClient,
  request: Omit<ApiRequest, 'reads'>,
  what: ListOf<T>,
): Promise<Listed<T>> {
  const call = `${request.method} ${request.path}`;
  const answer = await client.send({ ...request, reads: true }).catch((error: unknown) => {
    if (!(error instanceof TransientError)) throw error;
    throw new OrgError(
      error.refusal?.code ?? 'INTERNAL_ERROR',
      `The org could not be read (${call}): ${error.message}.`,
      'Nothing is wrong with the file: try again later (a run can be resumed), and check ZOHO_API_DOMAIN if it stays so.',
      error,
    );
  });
  const credits = creditsOf(request) * answer.attempts;
  if (answer.httpStatus === 204) return { list: [], more: false, credits };
  const body = bodySchema.safeParse(answer.body);
  const listed = body.success ? body.data[what.key] : undefined;
  const list = z.array(what.schema).safeParse(listed);
  if (body.success && list.success) {
    return { list: list.data, more: body.data.info?.more_records ?? undefined, credits };
  }
  const refusal = refusalOf(answer, listed);
  const entry = lookup(what.endpoint, refusal);
  throw new OrgError(
    refusal.code,
    `The org refused to be read (${call}): ${refusal.code}, ${entry.cause}.`,
    entry.resolution,
  );
}

/** Some samples show the refusal of a whole call as the one item of its list. */
function refusalOf(answer: Answer, listed: unknown) {
  const [item, ...others] = Array.isArray(listed) ? listed : [];
  return readRefusal(
    others.length === 0 && item !== undefined ? { ...answer, body: item } : answer,
  );
}

/** An org that says there is more and does not give it: whoever believed it would ask for ever. */
export function endless(things: string, page = 1): OrgError {
  return new OrgError(
    'UNEXPECTED_RESPONSE',
    `The org keeps saying that there are more ${things} and gives no more of them (page ${page}).`,
    'This is not what a Zoho org answers: check ZOHO_API_DOMAIN.',
  );
}
