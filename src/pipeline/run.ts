import { join } from 'node:path';
import { ConfigError } from '../errors.ts';
import { openJournal } from '../journal/open.ts';
import { nearest } from '../nearest.ts';
import type { Summary } from '../report/summary.ts';
import { type AnyResource, findResource, RESOURCE_NAMES } from '../resources/registry.ts';
import { createClient } from '../zoho/client.ts';
import { type CarryOutOptions, carryOut, clientOptions } from './carry-out.ts';
import type { PrecheckMode } from './plan/precheck.ts';
import { prepare } from './plan/prepare.ts';
import { type IntakeOptions, takeIn } from './read/intake.ts';
import { createRunFolder } from './run-folder.ts';

/** What to import, where to, and how. */
export interface ImportOptions extends IntakeOptions, CarryOutOptions {
  /** Name of a resource, e.g. `territories`. */
  readonly resource: string;
  /** Folder of the run; made when it does not exist. @default runs/<UTC time>-<resource> */
  readonly out?: string;
  /** Whether rows are compared with the org, so that what is so already needs no call. @default 'auto' */
  readonly precheck?: PrecheckMode;
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
  const { connection, onEvent = () => {}, settings = {} } = options;
  const startedMs = (options.client?.clock ?? Date.now)();
  const resource = resourceNamed(options.resource);
  const home = await createRunFolder(resource.name, options.out, new Date(startedMs));
  onEvent({ type: 'started', run: home.run, folder: home.folder, org: connection.name });
  using journal = openJournal(join(home.folder, 'journal.sqlite'), home.run);
  try {
    await takeIn(journal, resource, options, onEvent);
  } catch (error) {
    // Nothing was sent and nothing is worth keeping.
    journal[Symbol.dispose]();
    await home.discard();
    throw error;
  }
  await using client = createClient(connection, clientOptions(options));
  return await carryOut(journal, resource, { ...home, startedMs }, client, options, async () => {
    const how = { settings, precheck: options.precheck ?? 'auto' };
    const { plan } = await prepare(journal, resource, client, how, onEvent);
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
