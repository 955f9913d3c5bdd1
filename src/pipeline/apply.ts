import { existsSync } from 'node:fs';
import { mkdtempDisposable, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, ConfigError } from '../errors.ts';
import type { Journal } from '../journal/journal.ts';
import { continueJournal, copyJournal, openJournal, reopenJournal } from '../journal/open.ts';
import type { PlanReport, Summary } from '../report/summary.ts';
import type { AnyResource } from '../resources/registry.ts';
import type { Org } from '../resources/resource.ts';
import { RowSet } from '../row-set.ts';
import type { Status } from '../vocabulary.ts';
import { createClient, type ZohoClient } from '../zoho/client.ts';
import { type CarryOutOptions, carryOut, clientOptions, type OpenRun } from './carry-out.ts';
import type { OnEvent, PlanTotals } from './events.ts';
import { prepare, topOf } from './plan/prepare.ts';
import { comparePlans, type Difference } from './plan-diff.ts';
import { copyPlan, type PlanFile } from './plan-file.ts';
import { takeIn } from './read/intake.ts';
import { resourceNamed } from './run.ts';
import { createRunFolder } from './runs/folder.ts';
import { holdRun } from './runs/hold.ts';
import { addMeta, type RunMeta, readMeta } from './runs/meta.ts';
import { refuseUnfinished } from './runs/unfinished.ts';

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
  /** Begin anew although there is an unfinished run of the same file. @default false */
  readonly anew?: boolean;
}

/** The file or the org is not as it was when the plan was made; nothing was sent. */
export class PlanOutdatedError extends AppError {
  override readonly name = 'PlanOutdatedError';
  /** The rows that are affected, the first thousand of them. */
  readonly differences: Difference[];
  /** How many rows are affected. */
  readonly count: number;

  constructor(differences: Difference[], count: number) {
    const rows = count === 1 ? '1 row' : `${count.toLocaleString('en-US')} rows`;
    super(
      'PLAN_OUTDATED',
      `The file or the org has changed since the plan was made: ${rows} affected. Nothing was sent.`,
      {
        hint: 'Look at these rows, then apply the plan with --replan, which plans them anew, or make a new plan.',
        exitCode: 2,
      },
    );
    this.differences = differences;
    this.count = count;
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
  const clock = options.client?.clock ?? Date.now;
  const startedMs = clock();
  await using folder = await mkdtempDisposable(join(tmpdir(), 'territory-loader-'));
  // What is checked is what is carried out, whatever becomes of the file in the meantime.
  const copy = join(folder.path, 'plan.sqlite');
  using plan = await copyPlan(options.plan, copy);
  const resource = resourceNamed(plan.meta.resource);
  const fresh = join(folder.path, 'journal.sqlite');
  await using client = createClient(connection, clientOptions(options));
  const refuse = async (own: string) => {
    const meta = { ...plan.meta, org: connection.name };
    if (options.anew !== true) await refuseUnfinished(meta, own, clock);
  };
  await refuse('');
  const { totals, differences, count, input } = await check(plan, fresh, resource, client, options);
  plan[Symbol.dispose]();
  if (count > 0 && options.replan !== true) throw new PlanOutdatedError(differences, count);

  const home = await createRunFolder(resource.name, options.out, new Date(startedMs));
  onEvent({ type: 'started', run: home.run, folder: home.folder, org: connection.name });
  const path = join(home.folder, 'journal.sqlite');
  // Renamed when whole: it can be found and resumed from then on.
  copyJournal(count > 0 ? fresh : copy, `${path}.part`);
  {
    using part = continueJournal(`${path}.part`, home.run);
    const { topTerritory = '' } = plan.meta;
    addMeta(part, { ...input, org: connection.name, topTerritory });
    part.finish('planned');
  }
  await rename(`${path}.part`, path);
  using journal = reopenJournal(path);
  using hold = holdRun(journal, clock);
  try {
    await refuse(home.folder);
  } catch (error) {
    hold[Symbol.dispose]();
    journal[Symbol.dispose]();
    await home.discard();
    throw error;
  }
  const run: OpenRun = { home, journal, hold, resource, isResumed: false };
  return await carryOut(run, client, options, async () =>
    count > 0 ? totals : totalsOf(plan.meta.plan.report),
  );
}

/** What a plan comes to by now, and where that is something else. */
interface Checked {
  readonly totals: PlanTotals;
  readonly differences: Difference[];
  readonly count: number;
  /** The file as it was read for this. */
  readonly input: Pick<RunMeta, 'path' | 'hash'>;
}

/** Plans the file again, as it and the org are now, and finds what has become another. */
async function check(
  plan: PlanFile,
  fresh: string,
  resource: AnyResource,
  client: ZohoClient,
  options: ApplyOptions,
): Promise<Checked> {
  const { onEvent = () => {} } = options;
  const { settings, topTerritory, plan: planned } = plan.meta;
  using journal = await readAgain(plan, fresh, resource, options, onEvent);
  const how = {
    settings,
    // What was looked up for the plan is looked up again, and nothing else.
    precheck: 'always',
    rows: new RowSet(Buffer.from(planned.lookedUp, 'base64')),
    checkOrg: (org: Org) => {
      if (topOf(org.territories) !== topTerritory) throw otherOrg(plan, client.connection.name);
    },
  } as const;
  const { plan: totals } = await prepare(journal, resource, client, how, onEvent);
  const differences: Difference[] = [];
  let count = 0;
  for (const difference of comparePlans(plan.journal, journal, resource, plan.meta.header)) {
    count += 1;
    if (count <= MOST_DIFFERENCES) differences.push(difference);
  }
  const { path, hash } = readMeta(journal);
  return { totals, differences, count, input: { ...(path === undefined ? {} : { path }), hash } };
}

/** The rows of the plan's file as it is now; those of standard input are in the plan alone. */
async function readAgain(
  { path, meta }: PlanFile,
  fresh: string,
  resource: AnyResource,
  { input, signal }: ApplyOptions,
  onEvent: OnEvent,
): Promise<Journal> {
  const source = meta.path === undefined ? undefined : (input ?? meta.path);
  if (source === undefined) {
    copyJournal(path, fresh);
    const journal = continueJournal(fresh, 'plan');
    journal.unplan();
    return journal;
  }
  if (input === undefined && !existsSync(source)) throw inputGone(path, source);
  const journal = openJournal(fresh, 'plan');
  const { map, ...reading } = meta.reading;
  const options = {
    ...reading,
    source,
    settings: meta.settings,
    ...(map === undefined ? {} : { map: new Map(map) }),
    ...(signal === undefined ? {} : { signal }),
  };
  try {
    await takeIn(journal, resource, options, onEvent);
    const { header } = readMeta(journal);
    if (header.join('\0') !== meta.header.join('\0')) throw otherHeader(source);
    return journal;
  } catch (error) {
    journal[Symbol.dispose]();
    throw error;
  }
}

/** What a plan comes to, as it was noted when it was made. */
function totalsOf({ statuses, ...report }: PlanReport): PlanTotals {
  return { ...report, settled: new Map(Object.entries(statuses) as [Status, number][]) };
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

function otherOrg({ path, meta }: PlanFile, org: string): ConfigError {
  const planned = meta.plan.report.org;
  return new ConfigError(
    'PLAN_OUTDATED',
    `${path} was made for another org${planned === org ? '' : ` (${planned})`}, and this is ${org}. Nothing was sent.`,
    'Connect to the org of the plan (--org, or the environment), or make a new plan for this one.',
  );
}
