import type { Journal } from '../journal/journal.ts';
import { causesOf } from '../report/causes.ts';
import { type ResultContext, writeResultFiles } from '../report/result-files.ts';
import type { Summary } from '../report/summary.ts';
import { writeSummary } from '../report/summary-file.ts';
import type { AnyResource } from '../resources/registry.ts';
import { countUnmet, type Status } from '../vocabulary.ts';
import type { ClientOptions, ZohoClient } from '../zoho/client.ts';
import type { Connection } from '../zoho/connection.ts';
import type { OnEvent, PlanTotals } from './events.ts';
import { executeChunks } from './execute/execute.ts';
import type { Executor } from './execute/executor.ts';
import { followJobs } from './execute/follow.ts';
import { createLocalExecutor } from './execute/local-executor.ts';
import { filesIn, type RunFolder } from './runs/folder.ts';
import type { Hold } from './runs/hold.ts';
import { contextOf, type RunMeta, readMeta } from './runs/meta.ts';
import { mustBeTold, type Stop, stopFor } from './stop.ts';

/** Where a plan is carried out, and within which bounds. */
export interface CarryOutOptions {
  readonly connection: Connection;
  /** Stop when more rows than this are not as asked: a number, or a share of the rows. */
  readonly maxErrors?: { readonly rows: number } | { readonly share: number };
  /** Wait until assignments that the org has scheduled are done. @default false */
  readonly wait?: boolean;
  readonly client?: Omit<ClientOptions, 'signal'>;
  /** Carries out the chunks; in this process unless told otherwise. */
  readonly executor?: (resource: AnyResource, client: ZohoClient) => Executor;
  readonly signal?: AbortSignal;
  readonly onEvent?: OnEvent;
}

/** A run as it is at hand: its journal, who holds it, and where its files go. */
export interface OpenRun {
  readonly home: Pick<RunFolder, 'run' | 'folder'>;
  readonly journal: Journal;
  readonly hold: Hold;
  readonly resource: AnyResource;
  /** Whether a session before this one has carried out a part of the plan. */
  readonly isResumed: boolean;
}

/** Options of the client that a command talks through. */
export function clientOptions({ client, signal }: Pick<CarryOutOptions, 'client' | 'signal'>) {
  return { ...client, ...(signal === undefined ? {} : { signal }) };
}

/**
 * Executes the plan of a journal, and reports on every row.
 *
 * @param prepare makes the plan, or takes it as it stands; what it fails with stops the run
 */
export async function carryOut(
  run: OpenRun,
  client: ZohoClient,
  options: CarryOutOptions,
  prepare: () => Promise<PlanTotals>,
): Promise<Summary> {
  const { journal, hold } = run;
  const { onEvent = () => {} } = options;
  hold.watch(client.usage);
  const stop = await stopped(options, onEvent, async () => {
    onEvent({ type: 'planned', plan: await prepare() });
    journal.seal();
    return await execute(run, client, options, onEvent);
  });
  await client.idle();
  onEvent({ type: 'reporting' });
  const summary = await report(run, stop, options);
  // Last: a run whose files were not written to their end can be resumed to write them. One that
  // has not even its plan is left as it is, to be planned when it is resumed.
  if (journal.state === 'running') journal.finish(stop === undefined ? 'finished' : 'stopped');
  return summary;
}

async function execute(
  { journal, resource, isResumed }: OpenRun,
  client: ZohoClient,
  { maxErrors = { rows: Number.POSITIVE_INFINITY }, executor, signal, wait }: CarryOutOptions,
  onEvent: OnEvent,
): Promise<Stop | undefined> {
  const stop = await executeChunks(journal, {
    executor: executor?.(resource, client) ?? createLocalExecutor(resource, client, signal),
    isResumed,
    maxErrors:
      'rows' in maxErrors ? maxErrors.rows : Math.floor(maxErrors.share * journal.rowCount()),
    signal,
    slots: client.slots,
    sleep: client.sleep,
    onEvent,
  });
  if (wait && stop?.scope !== 'org') await followJobs(journal, resource, client, onEvent);
  return stop;
}

/** Does the work; gives the stop, if it does not reach its end. */
async function stopped(
  { signal }: CarryOutOptions,
  onEvent: OnEvent,
  work: () => Promise<Stop | undefined>,
): Promise<Stop | undefined> {
  try {
    return await work();
  } catch (error) {
    const stop = mustBeTold(error) ? undefined : stopFor(error, signal);
    if (stop === undefined) throw error;
    onEvent({ type: 'stopping', stop });
    return stop;
  }
}

/** Writes the result files, and the summary last. */
async function report(
  { home, journal, hold, resource }: OpenRun,
  stop: Stop | undefined,
  { connection }: CarryOutOptions,
): Promise<Summary> {
  const files = filesIn(home.folder);
  // The files are those of whoever has the run.
  journal.sessions.check();
  const meta = readMeta(journal);
  const context = contextFor(journal, meta, stop);
  const statuses = await writeResultFiles(journal, context, files);
  hold.note();
  const { retryOf } = meta;
  const summary: Summary = {
    run: home.run,
    org: connection.name,
    resource: resource.name,
    settings: meta.settings,
    ...(retryOf === undefined ? {} : { retryOf }),
    rows: journal.rowCount(),
    statuses: Object.fromEntries(statuses),
    ...journal.sessions.effort(),
    causes: causesOf(journal, context),
    exitCode: exitCodeOf(statuses, stop),
    ...(stop === undefined
      ? {}
      : { stopped: { code: stop.code, message: stop.message, hint: stop.hint } }),
    files,
  };
  journal.sessions.check();
  await writeSummary(summary);
  return summary;
}

function contextFor(journal: Journal, meta: RunMeta, stop: Stop | undefined): ResultContext {
  const context = contextOf(meta);
  if (stop === undefined) return context;
  const { message, hint } = stop;
  return {
    ...context,
    unreached: { message: `the run stopped first: ${message}`, resolution: hint },
    unsettled: journal.unsettledRows(),
  };
}

function exitCodeOf(statuses: ReadonlyMap<Status, number>, stop: Stop | undefined): number {
  if (stop !== undefined) return stop.exitCode;
  return countUnmet(statuses) > 0 ? 1 : 0;
}
