import type { Journal, Result } from '../journal/journal.ts';
import { faultOf, messageOf, type ResultContext } from '../report/result-files.ts';
import type { VerifiedRow } from '../report/verify-file.ts';
import type { Trace } from '../resources/resource.ts';
import { RowSet } from '../row-set.ts';
import { type Chunk, type Outcome, UNMET_STATUSES } from '../vocabulary.ts';

/** Whether the run has left a row as asked, so that the org can be asked for it. */
function isMet(outcome: Outcome | undefined): outcome is Outcome {
  return outcome !== undefined && !UNMET_STATUSES.has(outcome.status);
}

/** The rows that a run has left as asked. */
export function rowsMet({ outcomes }: Pick<Journal, 'outcomes'>): RowSet {
  const met = new RowSet();
  for (const outcome of outcomes()) if (isMet(outcome)) met.add(outcome.row);
  return met;
}

/** What a run has noted of its rows. Memory: all of them. */
export function tracesOf({ outcomes, chunks }: Pick<Journal, 'outcomes' | 'chunks'>) {
  const ids = new Map<number, string>();
  const traces = new Map<number, Trace>();
  for (const { row, id } of outcomes()) {
    if (id === undefined) continue;
    ids.set(row, id);
    traces.set(row, { id, entry: undefined, parentId: undefined });
  }
  for (const { entries } of chunks()) {
    for (const entry of entries) {
      const parentId = entry.parentRow === undefined ? undefined : ids.get(entry.parentRow);
      for (const row of entry.rows) {
        traces.set(row, { id: ids.get(row) ?? entry.id, entry, parentId });
      }
    }
  }
  return traces;
}

/**
 * Gives each row of a run with its verdict, in input order. Memory: a page of rows, and a bit for
 * each.
 *
 * @param then the run, as it was when it was looked at
 * @param now the plan for the rows that it has left as asked: what is still so ends `unchanged`,
 *   what is gone stands in a call
 * @param thing what a row is about, in a sentence
 */
export function* verdictsOf(
  then: Journal,
  now: Journal,
  context: Pick<ResultContext, 'places'>,
  thing: string,
): Generator<VerifiedRow, undefined> {
  const gone = rowsIn(now.chunks());
  const sent = then.unsettledRows();
  const ends = now.outcomes();
  let next = ends.next();
  for (const result of then.results()) {
    const { row, cells, outcome } = result;
    while (!next.done && next.value.row < row) next = ends.next();
    const end = !next.done && next.value.row === row ? next.value : undefined;
    if (!isMet(outcome)) {
      yield { ...result, verdict: undefined, message: whyUnchecked(result, sent) };
    } else if (gone.has(row)) {
      yield { ...result, verdict: 'missing', message: missing(outcome, thing) };
    } else if (end?.status === 'unchanged') {
      yield { ...result, verdict: 'confirmed', message: '' };
    } else if (end?.finding !== undefined) {
      const { value } = faultOf(end.finding, cells, context);
      yield { ...result, verdict: 'changed', message: messageOf(end.finding.cause, value) };
    } else throw new Error(`bug: row ${row} was not compared with the org`);
  }
  return undefined;
}

function rowsIn(chunks: Iterable<Chunk>): RowSet {
  const found = new RowSet();
  for (const { entries } of chunks) {
    for (const { rows } of entries) for (const row of rows) found.add(row);
  }
  return found;
}

function missing({ status }: Outcome, thing: string): string {
  const message = `the org does not hold this ${thing}`;
  return status === 'scheduled'
    ? `${message}: it was scheduled, and may not have been done yet`
    : message;
}

function whyUnchecked({ row, outcome }: Result, sent: RowSet): string {
  if (outcome !== undefined) return `not checked: the row was ${outcome.status} in the run`;
  return sent.has(row)
    ? 'not checked: the row was sent, and whether the org has done it is not known yet'
    : 'not checked: the run has not reached this row';
}
