import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isJournal, readJournal } from '../../journal/open.ts';
import type { Summary } from '../../report/summary.ts';
import { tryReadSummary } from './find.ts';
import { RUNS_FOLDER } from './folder.ts';
import { thisProcess } from './hold.ts';
import { tryReadMeta, tryReadOrder } from './meta.ts';

/** A run in the runs folder. */
export interface ListedRun {
  /** Name of its folder. */
  readonly run: string;
  /**
   * `at work`: a process holds it. `stopped` and `unfinished` can be resumed; `unfinished` has not even
   * written its result files. `unknown`: it is none of this version, or was damaged.
   */
  readonly state: 'at work' | 'finished' | 'stopped' | 'unfinished' | 'unknown';
  /** Name of the org; absent where the run did not get so far. */
  readonly org?: string;
  readonly rows?: number;
  /** Run that has taken over the rows which this one left. */
  readonly retriedBy?: string;
  /** Absent until the run has written its result files for the first time. */
  readonly summary?: Summary;
}

/** Lists the runs in the runs folder, the latest first. */
export async function listRuns(nowMs: number): Promise<ListedRun[]> {
  const entries = await readdir(RUNS_FOLDER, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const runs = names.toSorted().reverse();
  return Promise.all(
    runs.map(async (run) => {
      const folder = join(RUNS_FOLDER, run);
      const summary = await tryReadSummary(folder);
      return {
        run,
        ...look(folder, summary, nowMs),
        ...(summary === undefined ? {} : { summary }),
      };
    }),
  );
}

/** Whether a living process holds the run in a folder. */
export function isAtWork(folder: string, nowMs: number): boolean {
  return look(folder, undefined, nowMs).state === 'at work';
}

/** What a run's journal tells of it; its summary may be of an earlier session. */
function look(
  folder: string,
  summary: Summary | undefined,
  nowMs: number,
): Pick<ListedRun, 'state' | 'org' | 'rows' | 'retriedBy'> {
  const path = join(folder, 'journal.sqlite');
  try {
    if (!isJournal(path)) return { state: summary === undefined ? 'unknown' : 'finished' };
    using journal = readJournal(path);
    const isHeld = journal.sessions.holder(thisProcess(), nowMs) !== undefined;
    const { state } = journal;
    const isEnded = state === 'finished' || state === 'stopped';
    const org = tryReadOrder(journal)?.org;
    const retriedBy = tryReadMeta(journal)?.retriedBy;
    return {
      state: isHeld ? 'at work' : isEnded ? state : 'unfinished',
      ...(org === undefined ? {} : { org }),
      rows: journal.rowCount(),
      ...(retriedBy === undefined ? {} : { retriedBy }),
    };
  } catch {
    // One damaged run must not hide the others.
    return { state: 'unknown' };
  }
}
