import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from '../errors.ts';
import { readJournal } from '../journal/open.ts';
import { failedCsv } from '../report/result-files.ts';
import type { Summary } from '../report/summary.ts';
import type { CarryOutOptions } from './carry-out.ts';
import type { PrecheckMode } from './plan/precheck.ts';
import type { Source } from './read/read.ts';
import { runImport } from './run.ts';
import { rowsLeft } from './runs/close.ts';
import { type FoundRun, findRun, readSummary } from './runs/find.ts';
import { filesIn } from './runs/folder.ts';
import { contextOf, type RunMeta, tryReadMeta } from './runs/meta.ts';
import { otherOrg } from './runs/other-org.ts';

/** Which rows to send again, and how. */
export interface RetryOptions extends CarryOutOptions {
  /** Id of the run, its folder, or a file in its folder. */
  readonly run: string;
  /** Its failed rows, corrected. @default the `failed.csv` in its folder, or what it would hold */
  readonly file?: string;
  /** Folder of the new run; made when it does not exist. @default runs/<UTC time>-<resource> */
  readonly out?: string;
  readonly precheck?: PrecheckMode;
  /** Begin anew although there is an unfinished retry of the same rows. @default false */
  readonly anew?: boolean;
}

/** What came of retrying. */
export interface Retried {
  /** Of the new run; of the old one where it has left nothing to retry. */
  readonly summary: Summary;
  readonly isNew: boolean;
}

/**
 * Sends the rows of a run again that are not as asked, as a new run that names the first one.
 *
 * A run that was stopped is closed by it, if all that it has left is in the new run.
 * @throws {ConfigError} when there is no such run, or it must be resumed first
 */
export async function retryRun(options: RetryOptions): Promise<Retried> {
  const { run, file, ...sending } = options;
  const found = findRun(run);
  const left = look(found, file);
  if (left === undefined) return { summary: await readSummary(found.folder), isNew: false };
  const { meta, source, isStopped } = left;
  const { resource, settings, reading, org, topTerritory } = meta;
  const { name } = options.connection;
  if (org !== undefined && org !== name) throw otherOrg(found, org, name, 'retry');
  const summary = await runImport({
    ...sending,
    resource,
    settings,
    source,
    ...(reading.map === undefined ? {} : { map: new Map(reading.map) }),
    retryOf: found.run,
    ...(topTerritory === undefined ? {} : { topTerritory }),
    ...(isStopped ? { closes: resolve(found.folder) } : {}),
  });
  return { summary, isNew: true };
}

/** Looks at what a run has left; nothing when every row is as asked. */
function look(
  found: FoundRun,
  file: string | undefined,
): { meta: RunMeta; source: Source; isStopped: boolean } | undefined {
  using journal = readJournal(found.journal);
  const meta = tryReadMeta(journal);
  const { state } = journal;
  if (meta === undefined || state === 'reading' || state === 'planned' || state === 'running') {
    throw mustResume(found, 'was not brought to its end');
  }
  if (!journal.unsettledRows().isEmpty) {
    throw mustResume(found, 'has sent rows, and does not know yet whether they were done');
  }
  if (rowsLeft(journal) === 0) return undefined;
  const source = file ?? failedRows(found, meta);
  return { meta, source, isStopped: state === 'stopped' };
}

/** The failed rows as they stand in the run's folder, corrected or not; else as the run has them. */
function failedRows({ folder, run, journal }: FoundRun, meta: RunMeta): Source {
  const { failed } = filesIn(folder);
  if (existsSync(failed)) return failed;
  return { name: `the failed rows of ${run}`, bytes: failedBytes(journal, meta) };
}

const NOT_REACHED = { message: 'the run stopped first', resolution: 'Retry the run.' };

/** What the `failed.csv` of a run would hold. Memory: a page of rows. */
async function* failedBytes(path: string, meta: RunMeta): AsyncGenerator<Buffer> {
  using journal = readJournal(path);
  const context = { ...contextOf(meta), unreached: NOT_REACHED };
  for (const piece of failedCsv(journal, context)) yield Buffer.from(piece);
}

function mustResume({ run, folder }: FoundRun, why: string): ConfigError {
  return new ConfigError(
    'RUN_UNFINISHED',
    `Run ${run} ${why}.`,
    `Resume it first: territory-loader resume ${folder}`,
  );
}
