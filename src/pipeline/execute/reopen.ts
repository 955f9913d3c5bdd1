import type { Journal } from '../../journal/journal.ts';
import { RowSet } from '../../row-set.ts';
import type { Finding } from '../../vocabulary.ts';
import { entriesFor } from '../../zoho/catalogue/index.ts';

/**
 * Takes back what a stopped run has noted of rows that were refused for no fault of their own: what
 * stopped it concerned the org or their CRM module, and may be put right by now. So are the rows
 * that ended `blocked` below them. Executing the plan sends them once more.
 *
 * Memory: a few bits for each row.
 */
export function reopenRefused(journal: Journal): void {
  const reopened = new RowSet();
  if (!journal.statusCounts().has('failed')) return;
  for (const { row, status, finding } of journal.outcomes()) {
    if (status === 'failed' && finding !== undefined && isBeyondRow(finding)) reopened.add(row);
  }
  if (reopened.isEmpty) return;
  const blocked = journal.rowsEnded('blocked');
  // Parents stand before their children in the plan.
  for (const { entries } of journal.chunks()) {
    for (const { rows, parentRow } of entries) {
      if (parentRow === undefined || !reopened.has(parentRow)) continue;
      for (const row of rows) if (blocked.has(row)) reopened.add(row);
    }
  }
  journal.reopenRows(reopened);
}

/** Whether a row failed of what stops a run, or its part for one CRM module. */
function isBeyondRow({ code, cause }: Finding): boolean {
  // The cause tells which meaning of the code it was: of a CRM record, of its module, of the org.
  return entriesFor(code).some(
    (entry) => entry.cause === cause && (entry.concerns === 'org' || entry.concerns === 'module'),
  );
}
