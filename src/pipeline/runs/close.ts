import { join } from 'node:path';
import { ConfigError } from '../../errors.ts';
import type { Journal } from '../../journal/journal.ts';
import { isJournal, reopenJournal } from '../../journal/open.ts';
import { countUnmet } from '../../vocabulary.ts';
import { holdRun } from './hold.ts';
import { addMeta } from './meta.ts';

/**
 * Ends a stopped run: another one has its rows, and is about to send them. One that has left more
 * rows than the other has stays open, to be resumed for those.
 *
 * @param by the other run
 * @throws {RunLockedError} when somebody is at work on it
 * @throws {ConfigError} `RUN_UNFINISHED` when somebody has resumed it meanwhile
 */
export function closeRun(
  folder: string,
  by: { readonly home: { readonly run: string }; readonly journal: Journal },
  clock?: () => number,
): void {
  const path = join(folder, 'journal.sqlite');
  if (!isJournal(path)) return;
  using journal = reopenJournal(path);
  using _hold = holdRun(journal, clock);
  const { state, meta } = journal;
  if (meta['retriedBy'] === by.home.run || rowsLeft(journal) > by.journal.rowCount()) return;
  if (state !== 'stopped') throw resumedMeanwhile(folder);
  addMeta(journal, { retriedBy: by.home.run });
  journal.finish('finished');
}

/** How many rows of a run are not as asked, or have not been sent. */
export function rowsLeft(journal: Pick<Journal, 'rowCount' | 'statusCounts'>): number {
  const ended = journal.statusCounts();
  const open = [...ended.values()].reduce((left, rows) => left - rows, journal.rowCount());
  return open + countUnmet(ended);
}

function resumedMeanwhile(folder: string): ConfigError {
  return new ConfigError(
    'RUN_UNFINISHED',
    `Run ${folder}, whose rows these are, was resumed meanwhile. Nothing was sent.`,
    'Look at its result files, then retry what it has left.',
  );
}
