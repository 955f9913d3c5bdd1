import { accessSync, constants, existsSync } from 'node:fs';
import { copyFile, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError } from '../errors.ts';
import type { Journal } from '../journal/journal.ts';
import { copyJournal, isJournal, isWhole, readJournal } from '../journal/open.ts';
import { type PlanMeta, type RunMeta, tryReadMeta } from './runs/meta.ts';

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
  if (existsSync(path) && !isPlan(path)) {
    throw new ConfigError(
      'USAGE',
      `${path} exists already and is not a plan.`,
      'Name another file with --output; only an earlier plan is written over.',
    );
  }
  try {
    accessSync(dirname(resolve(path)), constants.W_OK);
  } catch {
    throw unwritable(path);
  }
}

/** Writes a closed journal out as a plan; whoever finds the file finds it whole. */
export async function savePlan(journalPath: string, path: string): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    copyJournal(journalPath, part);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw unwritable(path, error);
  }
}

function unwritable(path: string, cause?: unknown): ConfigError {
  const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : '';
  return new ConfigError(
    'USAGE',
    `The plan cannot be written to ${path}${code}.`,
    'Name a file with --output, in a folder that exists and where you may write.',
  );
}

/**
 * Copies a plan and opens the copy to read it.
 * @throws {ConfigError} `PLAN_UNREADABLE` when the file is none
 */
export async function copyPlan(path: string, copy: string): Promise<PlanFile> {
  if (!isJournal(path)) throw notPlan(path);
  await copyFile(path, copy);
  const plan = openPlan(copy, path);
  return { ...plan, path };
}

/** Opens a plan to read it. @throws {ConfigError} `PLAN_UNREADABLE` when the file is none */
export function openPlan(path: string, name: string = path): PlanFile {
  if (!isWhole(path) || !isPlan(path)) throw notPlan(name);
  const journal = readJournal(path);
  const meta = planMetaOf(journal);
  if (meta === undefined) {
    journal[Symbol.dispose]();
    throw notPlan(name);
  }
  return { path, journal, meta, [Symbol.dispose]: () => journal[Symbol.dispose]() };
}

function isPlan(path: string): boolean {
  if (!isJournal(path)) return false;
  using journal = readJournal(path);
  return planMetaOf(journal) !== undefined;
}

/** What is noted of a plan; undefined for a run, and for a plan of another version. */
function planMetaOf(journal: Journal): PlanFile['meta'] | undefined {
  if (journal.state !== 'planned') return undefined;
  const meta = tryReadMeta(journal);
  return meta?.plan === undefined ? undefined : { ...meta, plan: meta.plan };
}

function notPlan(path: string): ConfigError {
  return existsSync(path)
    ? new ConfigError(
        'PLAN_UNREADABLE',
        `${path} is not a whole plan of this version of territory-loader.`,
        'Name the file that plan has written with --output, or make the plan again.',
      )
    : new ConfigError(
        'PLAN_UNREADABLE',
        `There is no file ${path}.`,
        'Name the file that plan has written with --output.',
      );
}
