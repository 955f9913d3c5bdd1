import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from '../../errors.ts';
import { isJournal, readJournal } from '../../journal/open.ts';
import { type Summary, summarySchema } from '../../report/summary.ts';
import { RUNS_FOLDER } from './folder.ts';

/** A run that was found by what the user calls it. */
export interface FoundRun {
  readonly run: string;
  readonly folder: string;
  readonly journal: string;
}

/**
 * Finds a run by its id, its folder, or a file in its folder.
 * @throws {ConfigError} `RUN_NOT_FOUND` when there is none
 */
export function findRun(name: string): FoundRun {
  const aroundFile = existsSync(name) ? [dirname(name)] : [];
  for (const folder of [name, join(RUNS_FOLDER, name), ...aroundFile]) {
    const path = join(folder, 'journal.sqlite');
    if (!existsSync(path)) continue;
    if (!isJournal(path)) throw unreadable(path);
    using journal = readJournal(path);
    return { run: journal.id, folder, journal: path };
  }
  throw new ConfigError(
    'RUN_NOT_FOUND',
    `There is no run "${name}".`,
    'Name a run by its id or its folder; the command runs lists them.',
  );
}

function unreadable(path: string): ConfigError {
  return new ConfigError(
    'RUN_NOT_FOUND',
    `${path} is damaged, may not be read, or is of another version of territory-loader.`,
    'What the run reported last is in result.csv beside it.',
  );
}

/**
 * Reads the summary of a run that has reached its end.
 * @throws {ConfigError} `RUN_NOT_FOUND` when it is gone
 */
export async function readSummary(folder: string): Promise<Summary> {
  const summary = await tryReadSummary(folder);
  if (summary !== undefined) return summary;
  throw new ConfigError(
    'RUN_NOT_FOUND',
    `The summary.json of the run in ${folder} is gone, or of another version.`,
    'What became of each row is in result.csv beside it.',
  );
}

/** Reads the summary of a run; undefined before its end, and where it is of another version. */
export async function tryReadSummary(folder: string): Promise<Summary | undefined> {
  const path = join(folder, 'summary.json');
  if (!existsSync(path)) return undefined;
  try {
    return summarySchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Half written, or of another version: one such run must not hide the others.
    return undefined;
  }
}
