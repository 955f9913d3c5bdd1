import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { ConfigError } from '../errors.ts';
import type { Journal } from '../journal/journal.ts';
import { readJournal, reopenJournal, tidyJournal } from '../journal/open.ts';
import type { Summary } from '../report/summary.ts';
import { createClient, type ZohoClient } from '../zoho/client.ts';
import { readTerritories } from '../zoho/directory.ts';
import { type CarryOutOptions, carryOut, clientOptions, type OpenRun } from './carry-out.ts';
import type { PlanTotals } from './events.ts';
import { reopenRefused } from './execute/reopen.ts';
import { topOf } from './plan/prepare.ts';
import { type ImportOptions, planAndSend, readAndSend, resourceNamed } from './run.ts';
import { type FoundRun, findRun, readSummary } from './runs/find.ts';
import { filesIn } from './runs/folder.ts';
import { holdRun } from './runs/hold.ts';
import { type Order, type RunMeta, tryReadMeta, tryReadOrder } from './runs/meta.ts';
import { otherOrg } from './runs/other-org.ts';

/** Which run to go on with, and how. */
export interface ResumeOptions extends CarryOutOptions {
  /** Its id, its folder, or a file in its folder. */
  readonly run: string;
  /** Go on with the rows as they were read, although the file is another by now. @default false */
  readonly asRead?: boolean;
}

/** What came of resuming. */
export interface Resumed {
  readonly summary: Summary;
  /** The run had reached its end before; nothing was done. */
  readonly wasFinished: boolean;
  /** Run that has taken over the rows which this one left; absent where none has. */
  readonly retriedBy?: string;
}

/**
 * Goes on with a run that was stopped or killed: settles what was in flight by reading the org,
 * sends the rest, and writes the same result files as an unbroken run.
 *
 * A run that was killed before its plan was made has sent nothing: it is planned now, after the
 * file was read again if that had not come to its end.
 * @throws {RunLockedError} when a living process is at work on it
 * @throws {ConfigError} when there is no such run, its file has changed, or it is of another org
 */
export async function resumeRun(options: ResumeOptions): Promise<Resumed> {
  const { connection, onEvent = () => {} } = options;
  const found = findRun(options.run);
  if (isFinished(found)) {
    tidyJournal(found.journal);
    const { retriedBy } = metaOf(found);
    const summary = await readSummary(found.folder);
    return { summary, wasFinished: true, ...(retriedBy === undefined ? {} : { retriedBy }) };
  }

  using journal = reopenJournal(found.journal);
  using hold = holdRun(journal, options.client?.clock);
  const order = tryReadOrder(journal);
  if (order === undefined) throw nothingOrdered(found);
  if (order.org !== undefined && order.org !== connection.name) {
    throw otherOrg(found, order.org, connection.name, 'resume');
  }
  const resource = resourceNamed(order.resource);
  const run: OpenRun = { home: found, journal, hold, resource, isResumed: true };
  onEvent({ type: 'started', run: found.run, folder: found.folder, org: connection.name });

  const meta = tryReadMeta(journal);
  if (meta === undefined) {
    return { summary: await beginAnew(run, order, options), wasFinished: false };
  }
  if (journal.state === 'planned') throw neverBegun(found);
  if (options.asRead !== true) await requireSameFile(found, meta);
  await using client = createClient(connection, clientOptions(options));
  hold.watch(client.usage);
  const wait = options.wait ?? meta.wait ?? false;
  const summary = await goOn(run, meta, client, { ...options, wait });
  return { summary, wasFinished: false };
}

/** Goes on with a run whose rows are all in the journal. */
async function goOn(
  run: OpenRun,
  meta: RunMeta,
  client: ZohoClient,
  options: CarryOutOptions,
): Promise<Summary> {
  const { journal } = run;
  if (journal.state === 'reading') {
    journal.unplan();
    const { settings, precheck = 'auto' } = meta;
    return await planAndSend({ ...run, isResumed: false }, client, options, { settings, precheck });
  }
  const top = topOf(await readTerritories(client));
  if (meta.topTerritory !== undefined && meta.topTerritory !== top) {
    const org = `another org called ${client.connection.name}`;
    throw otherOrg(run.home, org, 'this one', 'resume');
  }
  reopenRefused(journal);
  // What the session before has reported does not hold from the first call on.
  await rm(filesIn(run.home.folder).summary, { force: true });
  return await carryOut(run, client, options, async () => totalsOf(journal));
}

function isFinished({ journal: path }: FoundRun): boolean {
  using journal = readJournal(path);
  return journal.state === 'finished';
}

function metaOf({ journal: path }: FoundRun): Partial<RunMeta> {
  using journal = readJournal(path);
  return tryReadMeta(journal) ?? {};
}

/** Reads the file again: nothing of it was sent. */
async function beginAnew(
  { journal, ...run }: OpenRun,
  order: Order,
  options: ResumeOptions,
): Promise<Summary> {
  const { path, input, resource, settings, reading, precheck, wait, retryOf, closes } = order;
  if (path === undefined || !existsSync(path)) throw inputGone(run.home, path ?? input);
  journal.clear();
  const { map, ...how } = reading;
  const job: ImportOptions = {
    ...(wait === undefined ? {} : { wait }),
    ...options,
    ...how,
    resource,
    settings,
    source: path,
    ...(map === undefined ? {} : { map: new Map(map) }),
    ...(precheck === undefined ? {} : { precheck }),
    ...(retryOf === undefined ? {} : { retryOf }),
    ...(closes === undefined ? {} : { closes }),
    anew: true,
  };
  return await readAndSend({ ...run, journal, isResumed: false }, job);
}

/** What is left of the plan, and what has become of the rest. */
function totalsOf(journal: Journal): PlanTotals {
  let calls = 0;
  for (const _ of journal.pendingChunks()) calls += 1;
  return {
    rows: journal.rowCount(),
    settled: journal.statusCounts(),
    calls,
    operations: [],
    credits: calls,
    steps: 0,
    warnings: [],
  };
}

async function requireSameFile({ run }: FoundRun, { path, hash }: RunMeta): Promise<void> {
  // The rows are in the journal: a file that is gone is no loss, and one that says otherwise is.
  if (path === undefined || !existsSync(path) || (await hashOf(path)) === hash) return;
  throw new ConfigError(
    'INPUT_CHANGED',
    `${path} has changed since run ${run} has read it.`,
    'To send the rows as they were read, give --as-read. To send them as they are now, do that first, then import the file.',
  );
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    throw new ConfigError(
      'FILE_UNREADABLE',
      `${path} cannot be read${code}, so nobody can tell whether it is as it was.`,
      'Permit reading it; or give --as-read, to send the rows as they were read.',
    );
  }
  return hash.digest('hex');
}

function nothingOrdered({ run, folder }: FoundRun): ConfigError {
  return new ConfigError(
    'RUN_NOT_FOUND',
    `Run ${run} was ended before it began: nothing was read, and nothing was sent.`,
    `Delete ${folder} and import the file again.`,
  );
}

function neverBegun({ run, folder }: FoundRun): ConfigError {
  return new ConfigError(
    'RUN_UNFINISHED',
    `Run ${run} was ended before it carried out anything of its plan. Nothing was sent.`,
    `Delete ${folder} and apply the plan again: it is compared with file and org then.`,
  );
}

function inputGone({ run }: OpenRun['home'], input: string): ConfigError {
  return new ConfigError(
    'FILE_NOT_FOUND',
    `Run ${run} was ended while it read ${input}, which cannot be read again. Nothing was sent.`,
    'Import the rows once more, as a new run.',
  );
}
