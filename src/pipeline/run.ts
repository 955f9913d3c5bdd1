import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../errors.ts';
import { type Journal, openJournal } from '../journal/journal.ts';
import { nearest } from '../nearest.ts';
import { causesOf } from '../report/causes.ts';
import { writeResultFiles } from '../report/result-files.ts';
import type { PlanReport, Summary } from '../report/summary.ts';
import { type AnyResource, findResource, RESOURCE_NAMES } from '../resources/registry.ts';
import type { Org } from '../resources/resource.ts';
import { type Chunk, countUnmet, type Status } from '../vocabulary.ts';
import { type ClientOptions, createClient, type ZohoClient } from '../zoho/client.ts';
import type { Connection } from '../zoho/connection.ts';
import { readCurrentUserId, readTerritories, readUsers } from '../zoho/directory.ts';
import type { OnEvent } from './events.ts';
import { executeChunks } from './execute.ts';
import type { Executor } from './executor.ts';
import { type Intake, type IntakeOptions, takeIn } from './intake.ts';
import { createLocalExecutor } from './local-executor.ts';
import { planChunks } from './plan.ts';
import { createOrg } from './resolve.ts';
import { createRunFolder, filesIn } from './run-folder.ts';
import { type Stop, stopFor } from './stop.ts';

/** What to import, where to, and how. */
export interface ImportOptions extends IntakeOptions {
  /** Name of a resource, e.g. `territories`. */
  readonly resource: string;
  readonly connection: Connection;
  /** Folder of the run; made when it does not exist. @default runs/<UTC time>-<resource> */
  readonly out?: string;
  /** Stop when more rows than this are not as asked: a number, or a share of the rows. */
  readonly maxErrors?: { readonly rows: number } | { readonly share: number };
  readonly client?: Omit<ClientOptions, 'signal'>;
  /** Carries out the chunks; in this process unless told otherwise. */
  readonly executor?: (resource: AnyResource, client: ZohoClient) => Executor;
  readonly onEvent?: OnEvent;
}

/**
 * Imports a CSV file: read, validate, resolve, plan, execute, report.
 *
 * Before the first call the whole file was read and checked. Gives the summary of the run, which
 * is also in its folder; a run that had to stop says so in `stopped`.
 * @throws {InputError} when the file cannot be read as the CSV we need; nothing was sent
 * @throws {ConfigError} when an option makes no sense; nothing was sent
 */
export async function runImport(options: ImportOptions): Promise<Summary> {
  const clock = options.client?.clock ?? Date.now;
  const startedMs = clock();
  const onEvent = options.onEvent ?? (() => {});
  const resource = resourceNamed(options.resource);
  const home = await createRunFolder(resource.name, options.out, new Date(startedMs));
  const { run, folder } = home;
  onEvent({ type: 'started', run, folder, org: options.connection.name });
  using journal = openJournal(join(folder, 'journal.sqlite'), run);
  let context: Intake;
  try {
    context = await takeIn(journal, resource, options, onEvent);
  } catch (error) {
    // Nothing was sent and nothing is worth keeping.
    journal[Symbol.dispose]();
    await home.discard();
    throw error;
  }
  await using client = createClient(options.connection, clientOptions(options));
  const stop = await send(journal, resource, client, options, onEvent);
  journal.finish(stop === undefined ? 'finished' : 'stopped');

  onEvent({ type: 'reporting' });
  const files = filesIn(folder);
  const statuses = await writeResultFiles(
    journal,
    {
      ...context,
      ...(stop === undefined
        ? {}
        : {
            unreached: { message: `the run stopped first: ${stop.message}`, resolution: stop.hint },
          }),
    },
    files,
  );
  const summary: Summary = {
    run,
    org: options.connection.name,
    resource: resource.name,
    rows: context.rows,
    statuses: Object.fromEntries(statuses),
    ...client.usage,
    causes: causesOf(journal, context),
    elapsedMs: clock() - startedMs,
    exitCode: exitCodeOf(statuses, stop),
    ...(stop === undefined
      ? {}
      : { stopped: { code: stop.code, message: stop.message, hint: stop.hint } }),
    files,
  };
  journal.setMeta({ ...journal.meta, summary });
  // Renamed when whole: whoever finds a summary can rely on it.
  await writeFile(`${files.summary}.part`, `${JSON.stringify(summary, null, 2)}\n`);
  await rename(`${files.summary}.part`, files.summary);
  return summary;
}

/** A plan that was made and not executed. */
export interface Preview {
  readonly report: PlanReport;
  /** The first calls, in the order they would be sent. */
  readonly firstChunks: readonly Chunk[];
}

/**
 * Reads, checks and plans a file like {@link runImport}, and sends no change.
 *
 * @param options.previewChunks how many calls to give in full
 */
export async function planImport(
  options: Omit<ImportOptions, 'out' | 'maxErrors' | 'executor'> & {
    readonly previewChunks: number;
  },
): Promise<Preview> {
  const onEvent = options.onEvent ?? (() => {});
  const resource = resourceNamed(options.resource);
  const folder = await mkdtemp(join(tmpdir(), 'territory-loader-'));
  try {
    using journal = openJournal(join(folder, 'journal.sqlite'), 'plan');
    const context = await takeIn(journal, resource, options, onEvent);
    await using client = createClient(options.connection, clientOptions(options));
    const plan = planChunks(journal, resource, await readOrg(journal, resource, client, onEvent));
    const { rows, settled, calls, credits, waves } = plan;
    return {
      report: {
        org: options.connection.name,
        resource: resource.name,
        rows,
        statuses: Object.fromEntries(settled),
        calls,
        credits,
        waves,
        causes: causesOf(journal, context),
      },
      firstChunks: firstChunksOf(journal, options.previewChunks),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function firstChunksOf(journal: Journal, count: number): Chunk[] {
  const chunks: Chunk[] = [];
  for (const wave of journal.waves()) {
    chunks.push(...journal.pendingChunks(wave, 0, count - chunks.length));
    if (chunks.length === count) break;
  }
  return chunks;
}

function clientOptions({ client, signal }: Pick<ImportOptions, 'client' | 'signal'>) {
  return { ...client, ...(signal === undefined ? {} : { signal }) };
}

/** Resolves, plans and executes; gives the stop, if the run does not reach its end. */
async function send(
  journal: Journal,
  resource: AnyResource,
  client: ZohoClient,
  options: ImportOptions,
  onEvent: OnEvent,
): Promise<Stop | undefined> {
  try {
    const plan = planChunks(journal, resource, await readOrg(journal, resource, client, onEvent));
    onEvent({ type: 'planned', plan });
    journal.seal();
    const { maxErrors = { rows: Number.POSITIVE_INFINITY }, signal } = options;
    return await executeChunks(journal, {
      executor:
        options.executor?.(resource, client) ?? createLocalExecutor(resource, client, signal),
      maxErrors:
        'rows' in maxErrors ? maxErrors.rows : Math.floor(maxErrors.share * journal.rowCount()),
      signal,
      inFlight: () => client.slots.inFlight,
      onEvent,
    });
  } catch (error) {
    const stop = stopFor(error, options.signal);
    if (stop === undefined) throw error;
    onEvent({ type: 'stopping', stop });
    return stop;
  }
}

async function readOrg(
  journal: Journal,
  resource: AnyResource,
  client: ZohoClient,
  onEvent: OnEvent,
): Promise<Org> {
  const { needs } = resource;
  const [territories, users, currentUserId] = await Promise.all([
    readTerritories(client),
    needs.users === false
      ? []
      : readUsers(client, needs.users === 'subjects' ? journal.subjectCount() : 1),
    needs.currentUser ? readCurrentUserId(client) : undefined,
  ]);
  onEvent({ type: 'orgRead', territories: territories.length, users: users.length });
  return createOrg({
    territories,
    users,
    ...(currentUserId === undefined ? {} : { currentUserId }),
  });
}

function resourceNamed(name: string): AnyResource {
  const resource = findResource(name);
  if (resource !== undefined) return resource;
  const near = nearest(name, RESOURCE_NAMES);
  throw new ConfigError(
    'USAGE',
    `There is no resource called "${name}".`,
    `${near === undefined ? '' : `Did you mean ${near}? `}Use one of ${RESOURCE_NAMES.join(', ')}.`,
  );
}

function exitCodeOf(statuses: ReadonlyMap<Status, number>, stop: Stop | undefined): number {
  if (stop !== undefined) return stop.exitCode;
  return countUnmet(statuses) > 0 ? 1 : 0;
}
