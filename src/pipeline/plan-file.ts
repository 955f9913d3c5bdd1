import { existsSync } from 'node:fs';
import { copyFile, rename } from 'node:fs/promises';
import { ConfigError } from '../errors.ts';
import type { Journal } from '../journal/journal.ts';
import { isJournal, readJournal } from '../journal/open.ts';
import { type PlanMeta, type RunMeta, readMeta } from './run-meta.ts';

/** A plan that was written to a file: the journal of a run that has not begun. */
export interface PlanFile extends Disposable {
  readonly path: string;
  readonly journal: Journal;
  readonly meta: RunMeta & { readonly plan: PlanMeta };
}

/**
 * Refuses a path where a plan must not be written: over another file than a plan.
 * @throws {ConfigError} `USAGE`
 */
export function checkPlanPath(path: string): void {
  if (!existsSync(path) || isPlan(path)) return;
  throw new ConfigError(
    'USAGE',
    `${path} exists already and is not a plan.`,
    'Name another file with --output; only an earlier plan is written over.',
  );
}

/** Writes a closed journal out as a plan; whoever finds the file finds it whole. */
export async function savePlan(journalPath: string, path: string): Promise<void> {
  try {
    await copyFile(journalPath, `${path}.part`);
    await rename(`${path}.part`, path);
  } catch (error) {
    throw new ConfigError(
      'USAGE',
      `The plan cannot be written to ${path} (${error instanceof Error ? error.message : error}).`,
      'Name a file in a folder where you may write with --output.',
    );
  }
}

/** Opens a plan to read it. @throws {ConfigError} `PLAN_UNREADABLE` when the file is none */
export function openPlan(path: string): PlanFile {
  if (!isPlan(path)) throw notPlan(path);
  const journal = readJournal(path);
  const meta = readMeta(journal);
  if (meta.plan === undefined) throw notPlan(path);
  return {
    path,
    journal,
    meta: { ...meta, plan: meta.plan },
    [Symbol.dispose]: () => journal[Symbol.dispose](),
  };
}

function isPlan(path: string): boolean {
  if (!isJournal(path)) return false;
  using journal = readJournal(path);
  return journal.state === 'planned';
}

function notPlan(path: string): ConfigError {
  return existsSync(path)
    ? new ConfigError(
        'PLAN_UNREADABLE',
        `${path} is not a plan of this version of territory-loader.`,
        'Name the file that plan has written with --output, or make the plan again.',
      )
    : new ConfigError(
        'PLAN_UNREADABLE',
        `There is no file ${path}.`,
        'Name the file that plan has written with --output.',
      );
}
