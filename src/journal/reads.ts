import type { DatabaseSync } from 'node:sqlite';
import { RowSet } from '../row-set.ts';
import type { Chunk, Outcome, Status } from '../vocabulary.ts';
import { type Cause, causeOf, SELECT_CAUSES } from './causes.ts';
import { outcomeOf, SELECT_OUTCOMES } from './outcome-lines.ts';
import { linesOf, type Statements } from './statements.ts';

/** How far a run has come. Nothing is sent before `running`. */
export type RunState = 'reading' | 'planned' | 'running' | 'finished' | 'stopped';

/** A row with what became of it; `outcome` is undefined for rows the run did not reach. */
export interface Result {
  readonly row: number;
  readonly cells: readonly string[];
  readonly outcome: Outcome | undefined;
}

/** A chunk that is not done. */
export interface PendingChunk {
  readonly chunk: Chunk;
  /** It was to be sent: what the org has done of it must be read there. */
  readonly wasSent: boolean;
}

/** What can be read of a run. The lists are streams: no more than a page is in memory. */
export interface JournalReads {
  /** Id of the run. */
  readonly id: string;
  readonly state: RunState;
  readonly meta: Readonly<Record<string, unknown>>;
  /** Rows sorted by subject, or by what `canonical` makes of it, then by row. */
  candidates(
    canonical?: (subject: string) => string,
  ): Iterable<{ row: number; subject: string; record: unknown }>;
  /** Every chunk in the order of the plan. */
  chunks(): Generator<Chunk, undefined>;
  /** Chunks that are not done, in the order of the plan. */
  pendingChunks(): Generator<PendingChunk, undefined>;
  /** Every outcome in the order of the rows. */
  outcomes(): Generator<Outcome, undefined>;
  /** Every row in input order. */
  results(): Iterable<Result>;
  rowCount(): number;
  /** How many calls there are of each operation. */
  operationCounts(): Map<string, number>;
  /** How many subjects the first rows name; enough of them to tell a large file from a small one. */
  subjectCount(): number;
  statusCounts(): Map<Status, number>;
  causes(most: number): Cause[];
  /** Rows that have an outcome, or only those that have this one. */
  rowsEnded(status?: Status): RowSet;
  /** All rows of calls that may have been carried out; those with an outcome are among them. */
  unsettledRows(): RowSet;
}

/** Rows are read in pages: stepping through a statement row by row costs twice as much. */
const ROWS_PER_PAGE = 100;
const CHUNKS_PER_PAGE = 100;

/** Reads a journal whose tables exist. */
export function readsOf(db: DatabaseSync, sql: Statements): JournalReads {
  /** The lines of a table in the order of its key, a page at a time. */
  function* pages(text: string, key: string, size: number) {
    for (let last = 0; ; ) {
      const lines = sql(`${text} AND ${key} > ? ORDER BY ${key} LIMIT ?`).all(last, size);
      if (lines.length === 0) return undefined;
      last = Number(lines.at(-1)?.[key]);
      yield* lines;
    }
  }

  const reads: JournalReads = {
    get id() {
      return String(sql('SELECT id FROM run').get()?.['id']);
    },
    get state() {
      return String(sql('SELECT state FROM run').get()?.['state']) as RunState;
    },
    get meta() {
      return JSON.parse(String(sql('SELECT meta FROM run').get()?.['meta']));
    },
    *candidates(canonical) {
      if (canonical !== undefined) {
        db.function('canonical', { deterministic: true }, (subject) => canonical(String(subject)));
      }
      const key = canonical === undefined ? 'subject' : 'canonical(subject)';
      const scan = `SELECT row, subject, record FROM rows ORDER BY ${key}, row`;
      for (const [row, subject, record] of linesOf(db, scan)) {
        yield {
          row: Number(row),
          subject: String(subject),
          record: record === null ? null : JSON.parse(String(record)),
        };
      }
    },
    *chunks() {
      for (const line of pages('SELECT id, chunk FROM chunks WHERE true', 'id', CHUNKS_PER_PAGE)) {
        yield JSON.parse(String(line['chunk'])) as Chunk;
      }
      return undefined;
    },
    *pendingChunks() {
      const pending = "SELECT id, chunk, state FROM chunks WHERE state <> 'done'";
      for (const { chunk, state } of pages(pending, 'id', CHUNKS_PER_PAGE)) {
        yield { chunk: JSON.parse(String(chunk)) as Chunk, wasSent: state === 'sent' };
      }
      return undefined;
    },
    *outcomes() {
      for (const line of linesOf(db, SELECT_OUTCOMES)) yield outcomeOf(line);
      return undefined;
    },
    *results() {
      // Both sides come in row order, so they are merged without an index or a join.
      const outcomes = reads.outcomes();
      let next = outcomes.next();
      for (const line of pages('SELECT row, cells FROM rows WHERE true', 'row', ROWS_PER_PAGE)) {
        const row = Number(line['row']);
        const outcome = !next.done && next.value.row === row ? next.value : undefined;
        if (outcome !== undefined) next = outcomes.next();
        if (!next.done && next.value.row <= row) {
          throw new Error(`bug: row ${next.value.row} has two outcomes`);
        }
        yield { row, cells: JSON.parse(String(line['cells'])), outcome };
      }
      if (!next.done)
        throw new Error(`bug: there is no row ${next.value.row}, and it has an outcome`);
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
    rowsEnded(status) {
      const ended = new RowSet();
      const which = status === undefined ? '' : `WHERE status = '${status}'`;
      for (const [row] of linesOf(db, `SELECT row FROM outcomes ${which}`)) ended.add(Number(row));
      return ended;
    },
    unsettledRows() {
      const unsettled = new RowSet();
      const sent = "SELECT id, chunk FROM chunks WHERE state = 'sent'";
      for (const { chunk } of pages(sent, 'id', CHUNKS_PER_PAGE)) {
        const { entries } = JSON.parse(String(chunk)) as Chunk;
        for (const { rows } of entries) for (const row of rows) unsettled.add(row);
      }
      return unsettled;
    },
  };
  return reads;
}
