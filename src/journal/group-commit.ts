import type { DatabaseSync } from 'node:sqlite';
import { journalError } from './failure.ts';

/**
 * Collects writes made in the same turn of the event loop and commits them as one transaction.
 *
 * A commit costs about as much as a hundred inserts. With twenty calls in flight several finish
 * in the same turn; each waits for the one commit that makes all of them durable.
 */
export function createGroupCommit(
  db: DatabaseSync,
  /** Is part of each transaction, before its writes; throws when there must be no more. */
  begin: () => void = () => {},
): (write: () => void) => Promise<void> {
  let waiting: { write: () => void; done: () => void; failed: (error: unknown) => void }[] = [];

  function flush(): void {
    const group = waiting;
    waiting = [];
    try {
      db.exec('BEGIN IMMEDIATE');
      begin();
      for (const { write } of group) write();
      db.exec('COMMIT');
    } catch (error) {
      if (db.isOpen && db.isTransaction) db.exec('ROLLBACK');
      const told = journalError(db.location() ?? '', error);
      for (const { failed } of group) failed(told);
      return;
    }
    for (const { done } of group) done();
  }

  return (write) =>
    new Promise((done, failed) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ write, done, failed });
    });
}
