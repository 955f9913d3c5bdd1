import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { Chunk, Outcome, Status } from '../vocabulary.ts';
import { type Cause, causeOf, SELECT_CAUSES } from './causes.ts';
import { createGroupCommit } from './group-commit.ts';
import { INSERT_OUTCOME, lineOf, outcomeOf, SELECT_OUTCOMES } from './outcome-lines.ts';

/** How far a run has come. Nothing is sent before `running`. */
export type RunState = 'reading' | 'planned' | 'running' | 'finished' | 'stopped';

/** A row as the journal takes it in. */
export interface IntakeRow {
  readonly row: number;
  readonly cells: readonly string[];
  readonly subject: string;
  /** The typed record; null when the row was refused. */
  readonly record: unknown;
}

/** A row with what became of it; `outcome` is undefined for rows the run did not reach. */
export interface Result {
  readonly row: number;
  readonly cells: readonly string[];
  readonly outcome: Outcome | undefined;
}

/**
 * The durable state of one run: its rows, its plan and its outcomes, in one SQLite file.
 *
 * Every change goes through a named function and is one transaction. Reads are streams: nothing
 * here holds more than a page of rows in memory.
 */
export interface Journal extends Disposable {
  /** Takes rows in. */
  addRows(rows: readonly IntakeRow[]): void;
  /** Rows sorted by subject, or by what `canonical` makes of it, then by row. */
  candidates(
    canonical?: (subject: string) => string,
  ): Iterable<{ row: number; subject: string; record: unknown }>;
  addChunk(chunk: Chunk): void;
  /** Takes the plan away: its chunks, and the outcomes of rows that passed their check. */
  unplan(): void;
  /** Every chunk in the order of the plan, a page at a time. */
  chunks(): Iterable<Chunk>;
  /** Adds outcomes found before anything is sent. */
  addOutcomes(outcomes: readonly Outcome[]): void;
  /** Runs `work` as one transaction. */
  transaction<T>(work: () => T): T;
  /** Ends the planning: what is in the journal is now kept through a crash. */
  seal(): void;
  /** Chunks that are not done, after the given id, at most `count`. */
  pendingChunks(afterId: number, count: number): Chunk[];
  /** Says durably that a chunk is about to be sent. */
  beginChunk(id: number): Promise<void>;
  /** Says durably what became of a chunk's rows. */
  completeChunk(id: number, outcomes: readonly Outcome[]): Promise<void>;
  /** Says durably what became of some of a chunk's rows; the others were not sent. */
  returnChunk(id: number, outcomes: readonly Outcome[]): Promise<void>;
  finish(state: RunState): void;
  readonly state: RunState;
  readonly meta: Readonly<Record<string, unknown>>;
  setMeta(meta: Readonly<Record<string, unknown>>): void;
  rowCount(): number;
  /** How many calls there are of each operation. */
  operationCounts(): Map<string, number>;
  /** How many subjects the first rows name; enough of them to tell a large file from a small one. */
  subjectCount(): number;
  statusCounts(): Map<Status, number>;
  causes(most: number): Cause[];
  /** Every row in input order. */
  results(): Iterable<Result>;
}

/** A statement costs more than a row: several rows share one. */
const ROWS_PER_INSERT = 20;
/** Rows are read in pages: stepping through a statement row by row costs twice as much. */
const ROWS_PER_PAGE = 100;
const CHUNKS_PER_PAGE = 100;

/** The journal in an open database whose tables exist. */
export function journalOf(db: DatabaseSync): Journal {
  const statements = new Map<string, StatementSync>();
  const sql = (text: string): StatementSync => {
    let statement = statements.get(text);
    if (statement === undefined) {
      statement = db.prepare(text);
      statements.set(text, statement);
    }
    return statement;
  };
  const arrays = (text: string, ...parameters: (string | number)[]) => {
    const statement = db.prepare(text);
    statement.setReturnArrays(true);
    return statement.iterate(...parameters) as unknown as Iterable<SQLOutputValue[]>;
  };
  const commit = createGroupCommit(db);

  function* rowPages(): Iterable<{ row: number; cells: string }> {
    const page = sql('SELECT row, cells FROM rows WHERE row > ? ORDER BY row LIMIT ?');
    for (let last = 0; ; ) {
      const lines = page.all(last, ROWS_PER_PAGE);
      if (lines.length === 0) return;
      for (const { row, cells } of lines) {
        last = Number(row);
        yield { row: last, cells: String(cells) };
      }
    }
  }

  const journal: Journal = {
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
    *candidates(canonical) {
      if (canonical !== undefined) {
        db.function('canonical', { deterministic: true }, (subject) => canonical(String(subject)));
      }
      const key = canonical === undefined ? 'subject' : 'canonical(subject)';
      const scan = `SELECT row, subject, record FROM rows ORDER BY ${key}, row`;
      for (const [row, subject, record] of arrays(scan)) {
        yield {
          row: Number(row),
          subject: String(subject),
          record: record === null ? null : JSON.parse(String(record)),
        };
      }
    },
    addChunk(chunk) {
      sql("INSERT INTO chunks VALUES (?, ?, 'planned', ?)").run(
        chunk.id,
        chunk.operation,
        JSON.stringify(chunk),
      );
    },
    unplan() {
      db.exec(`
        DELETE FROM chunks;
        DELETE FROM outcomes WHERE row IN (SELECT row FROM rows WHERE record IS NOT NULL);
      `);
    },
    *chunks() {
      const page = sql('SELECT id, chunk FROM chunks WHERE id > ? ORDER BY id LIMIT ?');
      for (let last = 0; ; ) {
        const lines = page.all(last, CHUNKS_PER_PAGE);
        if (lines.length === 0) return;
        for (const { id, chunk } of lines) {
          last = Number(id);
          yield JSON.parse(String(chunk)) as Chunk;
        }
      }
    },
    addOutcomes(outcomes) {
      const insert = sql(INSERT_OUTCOME);
      for (const outcome of outcomes) insert.run(...lineOf(outcome));
    },
    transaction(work) {
      db.exec('BEGIN');
      try {
        const result = work();
        db.exec('COMMIT');
        return result;
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
    },
    seal() {
      db.exec("UPDATE run SET state = 'running'");
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    },
    pendingChunks: (afterId, count) =>
      sql("SELECT chunk FROM chunks WHERE id > ? AND state <> 'done' ORDER BY id LIMIT ?")
        .all(afterId, count)
        .map(({ chunk }) => JSON.parse(String(chunk)) as Chunk),
    beginChunk: (id) =>
      commit(() => {
        sql("UPDATE chunks SET state = 'sent' WHERE id = ?").run(id);
      }),
    completeChunk: (id, outcomes) =>
      commit(() => {
        journal.addOutcomes(outcomes);
        sql("UPDATE chunks SET state = 'done' WHERE id = ?").run(id);
      }),
    returnChunk: (id, outcomes) =>
      commit(() => {
        journal.addOutcomes(outcomes);
        sql("UPDATE chunks SET state = 'planned' WHERE id = ?").run(id);
      }),
    finish(state) {
      sql('UPDATE run SET state = ?').run(state);
    },
    get state() {
      return String(sql('SELECT state FROM run').get()?.['state']) as RunState;
    },
    get meta() {
      return JSON.parse(String(sql('SELECT meta FROM run').get()?.['meta']));
    },
    setMeta(meta) {
      sql('UPDATE run SET meta = ?').run(JSON.stringify(meta));
    },
    rowCount: () => Number(sql('SELECT count(*) AS n FROM rows').get()?.['n']),
    subjectCount: () =>
      Number(
        sql(
          'SELECT count(DISTINCT subject) AS n FROM (SELECT subject FROM rows LIMIT 20000)',
        ).get()?.['n'],
      ),
    operationCounts: () =>
      new Map(
        sql('SELECT operation, count(*) AS n FROM chunks GROUP BY operation ORDER BY min(id)')
          .all()
          .map(({ operation, n }) => [String(operation), Number(n)]),
      ),
    statusCounts: () =>
      new Map(
        sql('SELECT status, count(*) AS n FROM outcomes GROUP BY status')
          .all()
          .map(({ status, n }) => [String(status) as Status, Number(n)]),
      ),
    causes: (most) => sql(SELECT_CAUSES).all(most).map(causeOf),
    *results() {
      // Both sides come in row order, so they are merged without an index or a join.
      const outcomes = arrays(SELECT_OUTCOMES)[Symbol.iterator]();
      let next = outcomes.next();
      for (const { row, cells } of rowPages()) {
        const outcome = !next.done && next.value[0] === row ? outcomeOf(next.value) : undefined;
        if (outcome !== undefined) next = outcomes.next();
        if (!next.done && Number(next.value[0]) <= row) {
          throw new Error(`bug: row ${next.value[0]} has two outcomes`);
        }
        yield { row, cells: JSON.parse(cells), outcome };
      }
      if (!next.done)
        throw new Error(`bug: there is no row ${next.value[0]}, and it has an outcome`);
    },
    [Symbol.dispose]() {
      statements.clear();
      if (db.isOpen) db.close();
    },
  };
  return journal;
}
