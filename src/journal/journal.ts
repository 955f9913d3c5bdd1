import type { DatabaseSync } from 'node:sqlite';
import type { RowSet } from '../row-set.ts';
import type { Chunk, Outcome } from '../vocabulary.ts';
import { explained, isBusy } from './failure.ts';
import { createGroupCommit } from './group-commit.ts';
import { AMEND_OUTCOME, amendmentOf, INSERT_OUTCOME, lineOf } from './outcome-lines.ts';
import { type JournalReads, type RunState, readsOf } from './reads.ts';
import { type Sessions, sessionsIn } from './sessions.ts';
import { statementsOf } from './statements.ts';

export type { PendingChunk, Result, RunState } from './reads.ts';

/** A row as the journal takes it in. */
export interface IntakeRow {
  readonly row: number;
  readonly cells: readonly string[];
  readonly subject: string;
  /** The typed record; null when the row was refused. */
  readonly record: unknown;
}

/**
 * The durable state of one run: its rows, its plan and its outcomes, in one SQLite file.
 *
 * Every change goes through a named function and is one transaction. What the file does not allow
 * (a full disk, a folder that may not be written) is a `JournalError`.
 */
export interface Journal extends JournalReads, Disposable {
  /** Which processes have worked on the run, and which one does. */
  readonly sessions: Sessions;
  setMeta(meta: Readonly<Record<string, unknown>>): void;
  /** Takes rows in. */
  addRows(rows: readonly IntakeRow[]): void;
  addChunk(chunk: Chunk): void;
  /** Adds outcomes found before anything is sent. */
  addOutcomes(outcomes: readonly Outcome[]): void;
  /** Changes what became of rows that have their outcome. */
  amendOutcomes(changes: readonly Pick<Outcome, 'row' | 'status' | 'finding'>[]): void;
  /** Takes the outcomes of these rows away, and has their chunks carried out once more. */
  reopenRows(rows: RowSet): void;
  /** Takes the plan away: its chunks, and the outcomes of rows that passed their check. */
  unplan(): void;
  /** Takes everything away, as it was before the first row was read. */
  clear(): void;
  /** Runs `work` as one transaction. */
  transaction<T>(work: () => T): T;
  /** Ends the planning: what is in the journal is now kept through a crash. */
  seal(): void;
  /** Says durably that a chunk is about to be sent. */
  beginChunk(id: number): Promise<void>;
  /** Says durably what became of a chunk's rows. */
  completeChunk(id: number, outcomes: readonly Outcome[]): Promise<void>;
  /** Says durably what became of some of a chunk's rows; the others were not sent. */
  returnChunk(id: number, outcomes: readonly Outcome[]): Promise<void>;
  /** As {@link returnChunk}; of the others nobody knows whether they were carried out. */
  leaveChunk(id: number, outcomes: readonly Outcome[]): Promise<void>;
  /** Ends the work on the run, and makes its file one that stands alone. */
  finish(state: RunState): void;
}

/** A statement costs more than a row: several rows share one. */
const ROWS_PER_INSERT = 20;

/** Leaves one file, which can be copied, and read where nothing may be written. */
export function makeSingle(db: DatabaseSync): void {
  try {
    db.exec('PRAGMA journal_mode = DELETE');
  } catch (error) {
    // Somebody is reading it: it stays in two files, and as good.
    if (!isBusy(error)) throw error;
  }
}

/** The journal in an open database whose tables exist. */
export function journalOf(db: DatabaseSync): Journal {
  const path = db.location() ?? '';
  const sql = statementsOf(db);
  const sessions = sessionsIn(db);
  const commit = createGroupCommit(db, () => {
    sessions.check();
    sessions.beat();
  });

  /** Runs `work` as one transaction, if nobody has taken the run over. */
  function write<T>(work: () => T): T {
    return explained(path, () => {
      // At once: what is checked must not change before it is written.
      db.exec('BEGIN IMMEDIATE');
      try {
        sessions.check();
        const result = work();
        db.exec('COMMIT');
        return result;
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /** Writes down how far a chunk is, together with what became of its rows. */
  function noteChunk(id: number, state: string, outcomes: readonly Outcome[]): Promise<void> {
    return commit(() => {
      journal.addOutcomes(outcomes);
      sql('UPDATE chunks SET state = ? WHERE id = ?').run(state, id);
    });
  }

  const writes: Omit<Journal, keyof JournalReads> = {
    sessions,
    setMeta: (meta) =>
      write(() => {
        sql('UPDATE run SET meta = ?').run(JSON.stringify(meta));
      }),
    addRows(rows) {
      for (let i = 0; i < rows.length; i += ROWS_PER_INSERT) {
        const some = rows.slice(i, i + ROWS_PER_INSERT);
        const insert = sql(`INSERT INTO rows VALUES ${some.map(() => '(?, ?, ?, ?)').join(', ')}`);
        insert.run(
          ...some.flatMap(({ row, cells, subject, record }) => [
            row,
            JSON.stringify(cells),
            subject,
            record === null ? null : JSON.stringify(record),
          ]),
        );
      }
    },
    addChunk(chunk) {
      sql("INSERT INTO chunks VALUES (?, ?, 'planned', ?)").run(
        chunk.id,
        chunk.operation,
        JSON.stringify(chunk),
      );
    },
    addOutcomes(outcomes) {
      const insert = sql(INSERT_OUTCOME);
      for (const outcome of outcomes) insert.run(...lineOf(outcome));
    },
    amendOutcomes(changes) {
      write(() => {
        db.exec('CREATE INDEX IF NOT EXISTS outcome_of_row ON outcomes (row)');
        for (const change of changes) sql(AMEND_OUTCOME).run(...amendmentOf(change));
      });
    },
    reopenRows(rows) {
      write(() => {
        db.function('is_reopened', (row) => Number(rows.has(Number(row))));
        db.exec('DELETE FROM outcomes WHERE is_reopened(row)');
        for (const { id, entries } of journal.chunks()) {
          if (!entries.some((entry) => entry.rows.some((row) => rows.has(row)))) continue;
          // One that may have been carried out stays so.
          sql("UPDATE chunks SET state = 'planned' WHERE id = ? AND state = 'done'").run(id);
        }
      });
    },
    unplan: () =>
      write(() =>
        db.exec(`
          DELETE FROM chunks;
          DELETE FROM outcomes WHERE row IN (SELECT row FROM rows WHERE record IS NOT NULL);
        `),
      ),
    clear: () =>
      write(() =>
        db.exec(`
          DELETE FROM rows; DELETE FROM chunks; DELETE FROM outcomes;
          UPDATE run SET state = 'reading';
        `),
      ),
    transaction: write,
    seal: () =>
      explained(path, () => {
        // What was written without waiting for the disk gets there before the first call.
        db.exec('PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE);');
        write(() => db.exec("UPDATE run SET state = 'running'"));
      }),
    beginChunk: (id) => noteChunk(id, 'sent', []),
    completeChunk: (id, outcomes) => noteChunk(id, 'done', outcomes),
    returnChunk: (id, outcomes) => noteChunk(id, 'planned', outcomes),
    leaveChunk: (id, outcomes) => noteChunk(id, 'sent', outcomes),
    finish(state) {
      write(() => {
        sql('UPDATE run SET state = ?').run(state);
        // Together: nothing is written to the file once it stands alone.
        sessions.end();
      });
      makeSingle(db);
    },
    [Symbol.dispose]() {
      if (db.isOpen) db.close();
    },
  };
  // Not spread: two of the reads are getters.
  const journal: Journal = Object.assign(readsOf(db, sql), writes);
  return journal;
}
