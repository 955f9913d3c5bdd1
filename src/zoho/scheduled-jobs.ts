import pMap from 'p-map';
import { type Answer, readRefusal } from './answer.ts';
import { lookup, type Refusal } from './catalogue/index.ts';
import type { ZohoClient } from './client.ts';
import { OrgError, TransientError } from './errors.ts';

/** CRM records per call, as documented; see {@link readPendingJobs}. */
const RECORDS_PER_CALL = 100;
const CALLS_AT_ONCE = 5;

const INFO = 'actions/get_feature_specific_info?features=territory_scheduled_jobs';

/**
 * Refusals that concern the org, for all that the catalogue knows, and are about this one call
 * here: hardly anybody uses it, and what it would tell can be found out in another way.
 */
const OF_THIS_CALL: ReadonlySet<string> = new Set([
  'INVALID_URL_PATTERN',
  'INVALID_REQUEST_METHOD',
  'NO_PERMISSION',
  'AUTHORIZATION_FAILED',
]);

/**
 * Reads which CRM records of a module have a territory job that is still to run: its id, by the
 * id of the record. Without a job, with a job that is done, or unknown to the org, a record is
 * left out; so are all of them where the org does not know this call.
 *
 * One credit for a hundred records. One unknown id has a call refused as a whole: then each of its
 * records is asked for alone.
 *
 * @throws {OrgError} when the org cannot be talked to, or refuses the token or its scopes
 * @see https://www.zoho.com/crm/developer/docs/api/v7/feature-info.html (read 2026-11-21)
 */
export async function readPendingJobs(
  client: ZohoClient,
  module: string,
  recordIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(recordIds)];
  const calls = Array.from({ length: Math.ceil(ids.length / RECORDS_PER_CALL) }, (_, call) =>
    ids.slice(call * RECORDS_PER_CALL, (call + 1) * RECORDS_PER_CALL),
  );
  const concurrency = CALLS_AT_ONCE;
  const unclear: string[] = [];
  const found = await pMap(
    calls,
    async (some) => {
      const jobs = await readJobs(client, `/${module}/${INFO}&ids=${some.join(',')}`, some);
      if (jobs === undefined && some.length > 1) unclear.push(...some);
      return jobs ?? [];
    },
    { concurrency },
  );
  const alone = await pMap(
    unclear,
    async (id) => (await readJobs(client, `/${module}/${id}/${INFO}`, [id])) ?? [],
    { concurrency },
  );
  return new Map([...found, ...alone].flat());
}

type Jobs = [recordId: string, jobId: string][];

/** Makes one call; gives undefined when the org refused it because of one of its ids. */
async function readJobs(
  client: ZohoClient,
  path: string,
  ids: readonly string[],
): Promise<Jobs | undefined> {
  const answer = await send(client, path);
  if (answer === undefined || answer.httpStatus === 204) return [];
  if (answer.httpStatus < 300) return jobsIn(answer.body, ids);
  const refusal = readRefusal(answer);
  const entry = lookup('record-territories.read', refusal);
  if (entry.concerns === 'org' && !OF_THIS_CALL.has(refusal.code)) {
    throw new OrgError(
      refusal.code,
      `The org refused to be read (GET ${path}): ${refusal.code}, ${entry.cause}.`,
      entry.resolution,
    );
  }
  return isAboutId(refusal) ? undefined : [];
}

/** Sends the call; gives undefined when what came back is nothing of an API. */
async function send(client: ZohoClient, path: string): Promise<Answer | undefined> {
  try {
    return await client.send({ method: 'GET', path, reads: true });
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    // A success with a page in place of JSON; with 5xx nothing is known of the jobs.
    if (error.refusal !== undefined && error.refusal.httpStatus < 500) return undefined;
    throw new OrgError(
      error.refusal?.code ?? 'INTERNAL_ERROR',
      `The org could not be read (GET ${path}): ${error.message}.`,
      'Nothing is wrong with the file: resume the run later.',
      error,
    );
  }
}

/** An org that does not know the feature says so with the same code. */
function isAboutId({ code, details }: Refusal): boolean {
  return code === 'INVALID_DATA' && details['param_name'] !== 'features';
}

/**
 * Finds the jobs in a body. Of its shape only `job_id` is documented, so that one is looked for
 * wherever it may stand; it is of the record whose id stands in the same object or nearest around
 * it, as a value or as the key.
 *
 * @param ids what was asked for; a body about one record need not name it
 */
function jobsIn(body: unknown, ids: readonly string[]): Jobs {
  const asked = new Set(ids);
  const jobs: Jobs = [];
  const open = [{ value: body, record: ids.length === 1 ? ids[0] : undefined }];
  // A loop and not a recursion: no answer, however deep, can overflow the stack.
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, record: around } = next;
    if (typeof value !== 'object' || value === null) continue;
    const { job_id: job, ...others } = value as Record<string, unknown>;
    const record = Object.values(others).map(textOf).find(isAsked) ?? around;
    if (record !== undefined && textOf(job) !== '') jobs.push([record, textOf(job)]);
    for (const [key, part] of Object.entries(others)) {
      open.push({ value: part, record: asked.has(key) ? key : record });
    }
  }
  return jobs;

  function isAsked(text: string): boolean {
    return asked.has(text);
  }
}

/** An id, written as a text or as a number; nothing for anything else. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
