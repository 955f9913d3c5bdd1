import { existsSync } from 'node:fs';
import { copyFile, mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, ConfigError } from '../errors.ts';
import type { Journal } from '../journal/journal.ts';
import { continueJournal, openJournal } from '../journal/open.ts';
import type { Summary } from '../report/summary.ts';
import type { AnyResource } from '../resources/registry.ts';
import { RowSet } from '../row-set.ts';
import { createClient, type ZohoClient } from '../zoho/client.ts';
import { type CarryOutOptions, carryOut, clientOptions } from './carry-out.ts';
import type { OnEvent, PlanTotals } from './events.ts';
import { prepare } from './plan/prepare.ts';
import { comparePlans, type Difference } from './plan-diff.ts';
import { openPlan, type PlanFile } from './plan-file.ts';
import { topOf } from './plan-import.ts';
import { takeIn } from './read/intake.ts';
import { resourceNamed } from './run.ts';
import { createRunFolder } from './run-folder.ts';
import { readMeta } from './run-meta.ts';

/** Which plan to carry out, and how. */
export interface ApplyOptions extends CarryOutOptions {
  /** File that `planImport` has saved. */
  readonly plan: string;
  /** Where the input is now, if it is not where it was. */
  readonly input?: string;
  /** Plan the rows anew that the file or the org has changed, and send them with the others. */
  readonly replan?: boolean;
  /** Folder of the run; made when it does not exist. @default runs/<UTC time>-<resource> */
  readonly out?: string;
}

/** The file or the org is not as it was when the plan was made; nothing was sent. */
export class PlanOutdatedError extends AppError {
  override readonly name = 'PlanOutdatedError';
  /** The rows that are affected, the first thousand of them. */
  readonly differences: Difference[];

  constructor(differences: Difference[], count: number) {
    const rows = count === 1 ? '1 row' : `${count} rows`;
    super(
      'PLAN_OUTDATED',
      `The file or the org has changed since the plan was made: ${rows} affected. Nothing was sent.`,
      {
        hint: 'Look at these rows, then apply the plan with --replan, which plans them anew, or make a new plan.',
        exitCode: 2,
      },
    );
    this.differences = differences;
  }
}

const MOST_DIFFERENCES = 1000;

/**
 * Carries out a saved plan to the letter: the very calls that stand in it.
 *
 * Before, the file is read and planned again against the org as it is now, in a folder of its own.
 * If for any row something else would be done, nothing is.
 * @throws {PlanOutdatedError} with the rows that are affected
 * @throws {ConfigError} when there is no such plan, or it is of another org, or its file is gone
 */
export async function applyPlan(options: ApplyOptions): Promise<Summary> {
  const { connection, onEvent = () => {} } = options;
  const startedMs = (options.client?.clock ?? Date.now)();
  using plan = openPlan(options.plan);
  const resource = resourceNamed(plan.meta.resource);
  await using folder = await mkdtempDisposable(join(tmpdir(), 'territory-loader-'));
  const fresh = join(folder.path, 'journal.sqlite');
  await using client = createClient(connection, clientOptions(options));
  const { totals, differences, count } = await check(plan, fresh, resource, client, options);
  if (count > 0 && options.replan !== true) throw new PlanOutdatedError(differences, count);

  const home = await createRunFolder(resource.name, options.out, new Date(startedMs));
  onEvent({ type: 'started', run: home.run, folder: home.folder, org: connection.name });
  const path = join(home.folder, 'journal.sqlite');
  await copyFile(count > 0 ? fresh : options.plan, path);
  using journal = continueJournal(path, home.run);
  return await carryOut(
    journal,
    resource,
    { ...home, startedMs },
    client,
    options,
    async () => totals,
  );
}

/** Plans the file again, as it and the org are now, and finds what has become another. */
async function check(
  plan: PlanFile,
  fresh: string,
  resource: AnyResource,
  client: ZohoClient,
  options: ApplyOptions,
): Promise<{ totals: PlanTotals; differences: Difference[]; count: number }> {
  const { onEvent = () => {} } = options;
  const { settings, plan: planned } = plan.meta;
  using journal = await readAgain(plan, fresh, resource, options, onEvent);
  const how = {
    settings,
    // What was looked up for the plan is looked up again, and nothing else.
    precheck: 'always',
    rows: new RowSet(Buffer.from(planned.lookedUp, 'base64')),
  } as const;
  const { plan: totals, org } = await prepare(journal, resource, client, how, onEvent);
  if (topOf(org) !== planned.topTerritory) throw otherOrg(plan.path, client.connection.name);
  const differences: Difference[] = [];
  let count = 0;
  for (const difference of comparePlans(plan.journal, journal, resource, plan.meta.header)) {
    count += 1;
    if (count <= MOST_DIFFERENCES) differences.push(difference);
  }
  return { totals, differences, count };
}

/** The rows of the plan's file as it is now; those of standard input are in the plan alone. */
async function readAgain(
  { path, meta }: PlanFile,
  fresh: string,
  resource: AnyResource,
  { input, signal }: ApplyOptions,
  onEvent: OnEvent,
): Promise<Journal> {
  const source = input ?? meta.path;
  if (source === undefined) {
    await copyFile(path, fresh);
    const journal = continueJournal(fresh, 'plan');
    journal.unplan();
    return journal;
  }
  if (!existsSync(source)) throw inputGone(path, source);
  const journal = openJournal(fresh, 'plan');
  const { map, ...reading } = meta.reading;
  const options = {
    ...reading,
    source,
    settings: meta.settings,
    ...(map === undefined ? {} : { map: new Map(map) }),
    ...(signal === undefined ? {} : { signal }),
  };
  await takeIn(journal, resource, options, onEvent);
  const header = readMeta(journal).header;
  if (header.join('\0') !== meta.header.join('\0')) throw otherHeader(source);
  return journal;
}

function inputGone(plan: string, source: string): ConfigError {
  return new ConfigError(
    'PLAN_OUTDATED',
    `${plan} was made from ${source}, which is not there any more.`,
    'Say where the file is now with --input.',
  );
}

function otherHeader(source: string): ConfigError {
  return new ConfigError(
    'PLAN_OUTDATED',
    `${source}, row 1: the header is another than when the plan was made. Nothing was sent.`,
    'Make a new plan of this file.',
  );
}

function otherOrg(plan: string, org: string): ConfigError {
  return new ConfigError(
    'PLAN_OUTDATED',
    `${plan} was made for another org than ${org}. Nothing was sent.`,
    'Apply it where it was made for (--org, or the environment), or make a new plan.',
  );
}
