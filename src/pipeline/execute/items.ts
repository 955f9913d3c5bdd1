import type { Settled } from '../../resources/operation.ts';
import type { Entry } from '../../vocabulary.ts';
import type { ItemAnswer } from '../../zoho/answer.ts';
import { type CatalogueEntry, lookup, type Refusal } from '../../zoho/catalogue/index.ts';
import { splitParts, without } from './entries.ts';
import { columnOf, conclude, fail, findingOf, type Ledger, partOf, stopOf } from './ledger.ts';

/** How often entries wait before they fail; what is locked waits at the end of the line. */
const MOST_WAITS = { never: 0, token: 0, wait: 2, unlock: 0, job: 5 } as const;
/** How often a locked CRM record is tried again when all others were sent. */
export const MOST_DEFERRALS = 2;

/** Whether what was refused may succeed after one more wait. */
export function isWorthWaiting({ retry }: CatalogueEntry, waits: number): boolean {
  return waits < MOST_WAITS[retry];
}

/** What was made must be known by its id: rows below it hang on that. */
export function isMadeWithoutId(entry: Entry, item: ItemAnswer): boolean {
  return item.success && entry.id === undefined && item.id === undefined;
}

/** Concludes the rows of an entry that the org took. */
export function succeed(
  ledger: Ledger,
  entry: Entry,
  { id, jobId }: ItemAnswer & { success: true },
  httpStatus: number,
): void {
  const status = ledger.operation.succeeded(httpStatus === 202 || jobId !== undefined);
  // Of pairs of ids nothing was made; what has a body is a thing of its own.
  const thing = entry.body === undefined ? undefined : (entry.id ?? id);
  for (const row of entry.rows) {
    conclude(ledger, {
      row,
      status,
      ...(thing === undefined ? {} : { id: thing }),
      ...(jobId === undefined ? {} : { jobId }),
      httpStatus,
    });
  }
}

/**
 * Concludes the rows that a refusal of an entry is about. Gives what is to be sent again at once,
 * `later` when the whole entry is worth a wait, `settle` when the org must be read to know.
 */
export function refuse(
  ledger: Ledger,
  target: string,
  entry: Entry,
  refusal: Refusal,
  waits: number,
): Entry[] | 'later' | 'settle' {
  const { operation } = ledger;
  const known = lookup(operation.endpoint, refusal);
  ledger.stop ??= stopOf(known, refusal, target);
  if (known.retry === 'unlock' && ledger.turn.deferrals < MOST_DEFERRALS) {
    for (const row of entry.rows) ledger.deferred.add(row);
    return [];
  }
  if (isWorthWaiting(known, waits)) {
    if (known.retry === 'job' && entry.id !== undefined) ledger.jobs.add(entry.id);
    return 'later';
  }
  const part = partOf(entry, refusal);
  const rows = part === undefined ? entry.rows : entry.rows.slice(part, part + 1);
  if (part === undefined && rows.length > 1 && columnOf(operation, refusal) === 'territory') {
    return splitParts(entry);
  }
  const isLost = rows.some((row) => ledger.lost.has(row));
  if (known.satisfied) {
    // Found done after an answer got lost: it was this run that did it.
    const status = isLost ? operation.succeeded(false) : 'unchanged';
    const finding = { ...findingOf(operation, refusal), resolution: '' };
    for (const row of rows) {
      conclude(ledger, {
        row,
        status,
        ...(isLost ? {} : { finding }),
        httpStatus: refusal.httpStatus,
      });
    }
  } else if (refusal.code === 'DUPLICATE_DATA' && part === undefined) {
    return 'settle';
  } else {
    fail(ledger, rows, refusal);
  }
  return without(entry, (row) => rows.includes(row));
}

/** Concludes a row of a call that was sent and not answered, by what the org holds of it. */
export function concludeFound(ledger: Ledger, row: number, { id, conflict }: Settled): void {
  const thing = id === undefined ? {} : { id };
  if (conflict === undefined) {
    conclude(ledger, { row, status: ledger.operation.succeeded(false), ...thing });
    return;
  }
  const refusal = { code: 'CHANGED_MEANWHILE', httpStatus: 0, message: '', details: {} };
  const finding = { ...findingOf(ledger.operation, refusal), value: conflict };
  conclude(ledger, { row, status: 'failed', finding, ...thing });
}

/** Concludes a row whose thing the org says it has already, by what the org was found to hold. */
export function concludeTaken(
  ledger: Ledger,
  row: number,
  refusal: Refusal,
  settled: Settled | undefined,
): void {
  const isKnown = settled !== undefined && settled.pendingJob === undefined;
  if (isKnown && (ledger.lost.has(row) || ledger.suspect.has(row))) {
    concludeFound(ledger, row, settled);
  } else if (!isKnown || settled.differs === true) {
    fail(ledger, [row], refusal);
  } else {
    const finding = { ...findingOf(ledger.operation, refusal), resolution: '' };
    const id = settled.id === undefined ? {} : { id: settled.id };
    const { httpStatus } = refusal;
    conclude(ledger, { row, status: 'unchanged', finding, httpStatus, ...id });
  }
}
