import pMap from 'p-map';
import { type Answer, readRefusal } from './answer.ts';
import { lookup, type Refusal } from './catalogue/index.ts';
import type { ZohoClient } from './client.ts';
import { OrgError, TransientError } from './errors.ts';
import { type Jobs, jobsIn } from './jobs-in.ts';

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
 * left out. Gives undefined where the org does not tell: it does not know this call, refuses it,
 * or tells of a job without saying whose it is.
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
): Promise<ReadonlyMap<string, string> | undefined> {
  const ids = [...new Set(recordIds)];
  const calls = Array.from({ length: Math.ceil(ids.length / RECORDS_PER_CALL) }, (_, call) =>
    ids.slice(call * RECORDS_PER_CALL, (call + 1) * RECORDS_PER_CALL),
  );
  const jobs = new Map<string, string>();
  const unclear: string[] = [];
  let isTold = true;

  async function ask(path: string, some: readonly string[]): Promise<void> {
    // Where one answer does not tell, the others are of no use.
    if (!isTold) return;
    const answer = await readJobs(client, path, some);
    if (answer === 'unclear') unclear.push(...some);
    else if (answer === 'untold') isTold = false;
    else for (const [record, job] of answer) jobs.set(record, job);
  }

  const concurrency = CALLS_AT_ONCE;
  await pMap(calls, (some) => ask(`/${module}/${INFO}&ids=${some.join(',')}`, some), {
    concurrency,
  });
  await pMap(unclear, (id) => ask(`/${module}/${id}/${INFO}`, [id]), { concurrency });
  return isTold ? jobs : undefined;
}

/** Makes one call; `unclear` is a refusal because of one of its ids, nobody knows which. */
async function readJobs(
  client: ZohoClient,
  path: string,
  ids: readonly string[],
): Promise<Jobs | 'unclear' | 'untold'> {
  const answer = await send(client, path);
  if (answer === undefined) return 'untold';
  if (answer.httpStatus === 204) return [];
  if (answer.httpStatus < 300) return jobsIn(answer.body, ids) ?? 'untold';
  const refusal = readRefusal(answer);
  const entry = lookup('record-territories.read', refusal);
  if (entry.concerns === 'org' && !OF_THIS_CALL.has(refusal.code)) {
    throw new OrgError(
      refusal.code,
      `The org refused to be read (GET ${path}): ${refusal.code}, ${entry.cause}.`,
      entry.resolution,
    );
  }
  if (refusal.code !== 'INVALID_DATA') return 'untold';
  if (ids.length === 1) return isAboutId(refusal) ? [] : 'untold';
  // An org that does not know the feature says so with the same code.
  return refusal.details['param_name'] === 'features' ? 'untold' : 'unclear';
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

/** Whether the org says that it does not know the record: by the parameter, or the second part. */
function isAboutId({ details }: Refusal): boolean {
  return details['param_name'] === 'ids' || details['resource_path_index'] === 1;
}
