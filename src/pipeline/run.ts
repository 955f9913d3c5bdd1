import { join } from 'node:path';
import { ConfigError } from '../errors.ts';
import { openJournal } from '../journal/open.ts';
import { nearest } from '../nearest.ts';
import type { Summary } from '../report/summary.ts';
import { type AnyResource, findResource, RESOURCE_NAMES } from '../resources/registry.ts';
import type { Org } from '../resources/resource.ts';
import { createClient, type ZohoClient } from '../zoho/client.ts';
import { type CarryOutOptions, carryOut, clientOptions, type OpenRun } from './carry-out.ts';
import type { PrecheckMode } from './plan/precheck.ts';
import { type PrepareOptions, prepare, topOf } from './plan/prepare.ts';
import { type IntakeOptions, takeIn } from './read/intake.ts';
import { closeRun } from './runs/close.ts';
import { createRunFolder } from './runs/folder.ts';
import { holdRun } from './runs/hold.ts';
import { addMeta, readMeta } from './runs/meta.ts';
import { otherOrg } from './runs/other-org.ts';
import { refuseUnfinished } from './runs/unfinished.ts';
import { mustBeTold } from './stop.ts';

/** What to import, where to, and how. */
export interface ImportOptions extends IntakeOptions, CarryOutOptions {
  /** Name of a resource, e.g. `territories`. */
  readonly resource: string;
  /** Folder of the run; made when it does not exist. @default runs/<UTC time>-<resource> */
  readonly out?: string;
  /** Whether rows are compared with the org, so that what is so already needs no call. @default 'auto' */
  readonly precheck?: PrecheckMode;
  /** Begin anew although there is an unfinished run of the same file. @default false */
  readonly anew?: boolean;
  /** Run whose rows these are. */
  readonly retryOf?: string;
  /** Id of the top territory of that run's org; another org is refused. */
  readonly topTerritory?: string;
  /** Folder of that run, where it was stopped: it ends when this one is planned. */
  readonly closes?: string;
}

/**
 * Imports a CSV file: read, validate, resolve, plan, execute, report.
 *
 * Before the first call the whole file was read and checked. Gives the summary of the run, which
 * is also in its folder; a run that had to stop says so in `stopped`.
 * @throws {InputError} when the file cannot be read as the CSV we need; nothing was sent
 * @throws {ConfigError} when an option makes no sense, or an unfinished run of the file exists;
 *   nothing was sent
 */
export async function runImport(options: ImportOptions): Promise<Summary> {
  const { connection, onEvent = () => {} } = options;
  const clock = options.client?.clock ?? Date.now;
  const resource = resourceNamed(options.resource);
  const home = await createRunFolder(resource.name, options.out, new Date(clock()));
  using journal = openJournal(join(home.folder, 'journal.sqlite'), home.run);
  using hold = holdRun(journal, clock);
  const run: OpenRun = { home, journal, hold, resource, isResumed: false };
  onEvent({ type: 'started', run: home.run, folder: home.folder, org: connection.name });
  return await readAndSend(run, options, async () => {
    // Nothing was sent and nothing is worth keeping.
    hold[Symbol.dispose]();
    journal[Symbol.dispose]();
    await home.discard();
  });
}

/**
 * Does everything from the first row of the file on.
 *
 * @param discard called when the file cannot be read, or must not be sent
 */
export async function readAndSend(
  run: OpenRun,
  options: ImportOptions,
  discard: () => Promise<void> = async () => {},
): Promise<Summary> {
  const { journal, resource } = run;
  const { connection, onEvent = () => {}, settings = {}, precheck = 'auto' } = options;
  try {
    await takeIn(journal, resource, { ...options, org: connection.name }, onEvent);
    if (options.anew !== true) {
      await refuseUnfinished(readMeta(journal), run.home.folder, options.client?.clock);
    }
  } catch (error) {
    // A run that was taken over is at work; one whose journal is full can be resumed.
    if (!mustBeTold(error)) await discard();
    throw error;
  }
  await using client = createClient(connection, clientOptions(options));
  const checkOrg = ({ territories }: Org) => {
    const { topTerritory } = options;
    if (topTerritory === undefined || topTerritory === topOf(territories)) return;
    const org = `another org called ${connection.name}`;
    throw otherOrg({ run: options.retryOf ?? '' }, org, 'this one', 'retry');
  };
  return await planAndSend(run, client, options, { settings, precheck, checkOrg });
}

/** Does everything from the last row of the file on. */
export async function planAndSend(
  run: OpenRun,
  client: ZohoClient,
  options: CarryOutOptions,
  how: PrepareOptions,
): Promise<Summary> {
  const { journal, resource } = run;
  const { onEvent = () => {} } = options;
  return await carryOut(run, client, options, async () => {
    const { plan, org } = await prepare(journal, resource, client, how, onEvent);
    addMeta(journal, { topTerritory: topOf(org.territories) });
    const { closes } = readMeta(journal);
    if (closes !== undefined) closeRun(closes, run, options.client?.clock);
    return plan;
  });
}

/** Gives the resource of that name. @throws {ConfigError} when there is none */
export function resourceNamed(name: string): AnyResource {
  const resource = findResource(name);
  if (resource !== undefined) return resource;
  const near = nearest(name, RESOURCE_NAMES);
  throw new ConfigError(
    'USAGE',
    `There is no resource called "${name}".`,
    `${near === undefined ? '' : `Did you mean ${near}? `}Use one of ${RESOURCE_NAMES.join(', ')}.`,
  );
}
