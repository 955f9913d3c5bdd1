import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../journal/open.ts';
import { causesOf } from '../report/causes.ts';
import type { PlanReport } from '../report/summary.ts';
import { previewTree, type TreeLine } from '../report/tree-preview.ts';
import type { TreeChanges } from '../tree-changes.ts';
import type { Chunk } from '../vocabulary.ts';
import { createClient, type ZohoClient } from '../zoho/client.ts';
import { clientOptions } from './carry-out.ts';
import type { Precheck } from './plan/precheck.ts';
import { prepare, topOf } from './plan/prepare.ts';
import { quoteOf } from './plan/quote.ts';
import { checkPlanPath, openPlan, savePlan } from './plan-file.ts';
import { takeIn } from './read/intake.ts';
import { type ImportOptions, resourceNamed } from './run.ts';
import { addMeta, contextOf, type PlanMeta, readMeta } from './runs/meta.ts';

/** What to plan, and how much of the plan to show. */
export interface PlanOptions extends Omit<ImportOptions, 'out' | 'maxErrors' | 'executor'> {
  /** File to write the plan to, for {@link applyPlan}; nothing is kept without one. */
  readonly save?: string;
  /** How many calls to give in full. @default 10 */
  readonly previewChunks?: number;
}

/** A plan that was made and not executed. */
export interface Preview {
  readonly report: PlanReport;
  /** The first calls, in the order in which they would be started. */
  readonly firstChunks: readonly Chunk[];
  /** The org's territories as they would be; absent for resources that leave the tree alone. */
  readonly tree?: readonly TreeLine[];
}

/**
 * Reads, checks and plans a file like `runImport`, and sends no change.
 *
 * @throws {InputError} when the file cannot be read as the CSV we need
 * @throws {ConfigError} when an option makes no sense
 */
export async function planImport(options: PlanOptions): Promise<Preview> {
  const { connection, save, onEvent = () => {}, settings = {} } = options;
  const resource = resourceNamed(options.resource);
  if (save !== undefined) checkPlanPath(save);
  await using folder = await mkdtempDisposable(join(tmpdir(), 'territory-loader-'));
  const path = join(folder.path, 'journal.sqlite');
  using journal = openJournal(path, 'plan');
  await takeIn(journal, resource, { ...options, org: connection.name }, onEvent);
  await using client = createClient(connection, clientOptions(options));
  const readAt = new Date((options.client?.clock ?? Date.now)()).toISOString();
  // What was not looked up, apply could not compare.
  const precheck: Precheck = options.precheck ?? (save === undefined ? 'auto' : 'thorough');
  const how = { settings, precheck };
  const { plan, org, lookedUp } = await prepare(journal, resource, client, how, onEvent);

  const meta = readMeta(journal);
  const { settled, ...totals } = plan;
  const report: PlanReport = {
    org: connection.name,
    resource: resource.name,
    ...totals,
    operations: [...plan.operations],
    warnings: [...plan.warnings],
    statuses: Object.fromEntries(settled),
    ...quoteOf(plan, client),
    reading: readingOf(client),
    causes: causesOf(journal, contextOf(meta)),
    ...(save === undefined ? {} : { file: save }),
  };
  const preview: Preview = {
    report,
    firstChunks: journal
      .chunks()
      .take(options.previewChunks ?? 10)
      .toArray(),
    ...(resource.treeOf === undefined
      ? {}
      : { tree: draw(resource.treeOf(org, journal.chunks())) }),
  };
  if (save !== undefined) {
    const waiting: PlanMeta = {
      readAt,
      lookedUp: Buffer.from(lookedUp.bits()).toString('base64'),
      report,
      ...(preview.tree === undefined ? {} : { tree: [...preview.tree] }),
    };
    addMeta(journal, { topTerritory: topOf(org.territories), plan: waiting });
    journal.finish('planned');
    journal[Symbol.dispose]();
    await savePlan(path, save);
  }
  return preview;
}

/**
 * Reads a plan that was saved, to show it again.
 *
 * @param previewChunks how many calls to give in full
 * @throws {ConfigError} `PLAN_UNREADABLE` when the file is none
 */
export function readPlan(path: string, previewChunks = 10): Preview {
  using plan = openPlan(path);
  const { report, tree } = plan.meta.plan;
  return {
    report,
    firstChunks: plan.journal.chunks().take(previewChunks).toArray(),
    ...(tree === undefined ? {} : { tree }),
  };
}

function draw({ before, changes }: TreeChanges): readonly TreeLine[] {
  return changes.length === 0 ? [] : previewTree(before, changes);
}

function readingOf({ usage: { calls, credits } }: ZohoClient): PlanReport['reading'] {
  return { calls, credits };
}
