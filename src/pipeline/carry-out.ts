import { rename, writeFile } from 'node:fs/promises';
import type { Journal } from '../journal/journal.ts';
import { causesOf } from '../report/causes.ts';
import { writeResultFiles } from '../report/result-files.ts';
import type { Summary } from '../report/summary.ts';
import type { AnyResource } from '../resources/registry.ts';
import { countUnmet, type Status } from '../vocabulary.ts';
import type { ClientOptions, ZohoClient } from '../zoho/client.ts';
import type { Connection } from '../zoho/connection.ts';
import type { OnEvent, PlanTotals } from './events.ts';
import { executeChunks } from './execute/execute.ts';
import type { Executor } from './execute/executor.ts';
import { createLocalExecutor } from './execute/local-executor.ts';
import { filesIn, type RunFolder } from './run-folder.ts';
import { contextOf, readMeta } from './run-meta.ts';
import { type Stop, stopFor } from './stop.ts';

/** Where a plan is carried out, and within which bounds. */
export interface CarryOutOptions {
  readonly connection: Connection;
  /** Stop when more rows than this are not as asked: a number, or a share of the rows. */
  readonly maxErrors?: { readonly rows: number } | { readonly share: number };
  readonly client?: Omit<ClientOptions, 'signal'>;
  /** Carries out the chunks; in this process unless told otherwise. */
  readonly executor?: (resource: AnyResource, client: ZohoClient) => Executor;
  readonly signal?: AbortSignal;
  readonly onEvent?: OnEvent;
}

/** Options of the client that a command talks through. */
export function clientOptions({ client, signal }: Pick<CarryOutOptions, 'client' | 'signal'>) {
  return { ...client, ...(signal === undefined ? {} : { signal }) };
}

/**
 * Executes the plan of a journal that `prepare` has made, and reports on every row.
 *
 * @param prepare makes the plan, or takes it as it stands; what it fails with stops the run
 */
export async function carryOut(
  journal: Journal,
  resource: AnyResource,
  home: Pick<RunFolder, 'run' | 'folder'> & { readonly startedMs: number },
  client: ZohoClient,
  options: CarryOutOptions,
  prepare: () => Promise<PlanTotals>,
): Promise<Summary> {
  const { connection, onEvent = () => {} } = options;
  const stop = await stopped(options, onEvent, async () => {
    onEvent({ type: 'planned', plan: await prepare() });
    journal.seal();
    return execute(journal, resource, client, options, onEvent);
  });
  journal.finish(stop === undefined ? 'finished' : 'stopped');
  await client.idle();

  onEvent({ type: 'reporting' });
  const files = filesIn(home.folder);
  const meta = readMeta(journal);
  const context = contextOf(meta);
  const statuses = await writeResultFiles(
    journal,
    { ...context, ...(stop === undefined ? {} : { unreached: unreachedBy(stop) }) },
    files,
  );
  const summary: Summary = {
    run: home.run,
    org: connection.name,
    resource: resource.name,
    settings: meta.settings,
    rows: journal.rowCount(),
    statuses: Object.fromEntries(statuses),
    ...client.usage,
    causes: causesOf(journal, context),
    elapsedMs: (options.client?.clock ?? Date.now)() - home.startedMs,
    exitCode: exitCodeOf(statuses, stop),
    ...(stop === undefined
      ? {}
      : { stopped: { code: stop.code, message: stop.message, hint: stop.hint } }),
    files,
  };
  // Renamed when whole: whoever finds a summary can rely on it.
  await writeFile(`${files.summary}.part`, `${JSON.stringify(summary, null, 2)}\n`);
  await rename(`${files.summary}.part`, files.summary);
  return summary;
}

function execute(
  journal: Journal,
  resource: AnyResource,
  client: ZohoClient,
  { maxErrors = { rows: Number.POSITIVE_INFINITY }, executor, signal }: CarryOutOptions,
  onEvent: OnEvent,
): Promise<Stop | undefined> {
  return executeChunks(journal, {
    executor: executor?.(resource, client) ?? createLocalExecutor(resource, client, signal),
    maxErrors:
      'rows' in maxErrors ? maxErrors.rows : Math.floor(maxErrors.share * journal.rowCount()),
    signal,
    slots: client.slots,
    onEvent,
  });
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
    const stop = stopFor(error, signal);
    if (stop === undefined) throw error;
    onEvent({ type: 'stopping', stop });
    return stop;
  }
}

function unreachedBy({ message, hint }: Stop) {
  return { message: `the run stopped first: ${message}`, resolution: hint };
}

function exitCodeOf(statuses: ReadonlyMap<Status, number>, stop: Stop | undefined): number {
  if (stop !== undefined) return stop.exitCode;
  return countUnmet(statuses) > 0 ? 1 : 0;
}
