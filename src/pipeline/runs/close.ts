import { join } from 'node:path';
import { isJournal, readJournal, reopenJournal } from '../../journal/open.ts';
import { holdRun } from './hold.ts';
import { addMeta } from './meta.ts';

/**
 * Ends a stopped run: another one has its rows, and is about to send them. Any other run is left
 * as it is.
 *
 * @param retriedBy id of that one
 * @throws {RunLockedError} when somebody has just resumed it
 */
export function closeRun(folder: string, retriedBy: string, clock?: () => number): void {
  const path = join(folder, 'journal.sqlite');
  if (!isJournal(path) || !isStopped(path)) return;
  using journal = reopenJournal(path);
  using _hold = holdRun(journal, clock);
  addMeta(journal, { retriedBy });
  journal.finish('finished');
}

function isStopped(path: string): boolean {
  using journal = readJournal(path);
  return journal.state === 'stopped';
}
