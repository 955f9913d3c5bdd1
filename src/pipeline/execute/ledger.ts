import type { Operation } from '../../resources/operation.ts';
import type { Chunk, Entry, Finding, Outcome } from '../../vocabulary.ts';
import { parseJsonPath } from '../../zoho/answer.ts';
import { type CatalogueEntry, lookup, type Refusal } from '../../zoho/catalogue/index.ts';
import type { Stop } from '../stop.ts';
import { rowsOf } from './entries.ts';
import type { ChunkResult, Turn } from './executor.ts';

/** What is known so far of the rows of one chunk. */
export interface Ledger {
  readonly operation: Operation;
  readonly outcomes: Map<number, Outcome>;
  /** How many calls each row was in. */
  readonly attempts: Map<number, number>;
  /** Rows of calls that were sent and not answered, or answered without a word on them. */
  readonly lost: Set<number>;
  /** Rows of calls that were refused for another reason, and may have been done all the same. */
  readonly suspect: Set<number>;
  /** Rows that are worth another try when all others were sent. */
  readonly deferred: Set<number>;
  /** CRM records for which the org has a job to do before it takes another. */
  readonly jobs: Set<string>;
  /** Answers in a row that brought no row further. */
  silences: number;
  stop: Stop | undefined;
  readonly turn: Turn;
}

/** How often rows are sent again after an answer got lost, or did not speak of them. */
export const MOST_LOST_ANSWERS = 4;

/** @param attemptsBefore how many calls rows were in when they had their turn before */
export function createLedger(
  operation: Operation,
  turn: Turn,
  { entries }: Pick<Chunk, 'entries'>,
  attemptsBefore: ReadonlyMap<number, number> = new Map(),
): Ledger {
  const rows = rowsOf(entries);
  // What a process that is gone has sent was one call, if not more.
  const attempts = rows.map((row) => [row, attemptsBefore.get(row) ?? (turn.wasSent ? 1 : 0)]);
  return {
    operation,
    outcomes: new Map(),
    attempts: new Map(attempts as [number, number][]),
    lost: new Set(turn.wasSent ? rows : []),
    suspect: new Set(),
    deferred: new Set(),
    jobs: new Set(),
    silences: 0,
    stop: undefined,
    turn,
  };
}

/** Notes that these entries were in `calls` more calls. */
export function countAttempts(ledger: Ledger, entries: readonly Entry[], calls: number): void {
  for (const row of rowsOf(entries)) {
    ledger.attempts.set(row, (ledger.attempts.get(row) ?? 0) + calls);
  }
}

/** Notes the outcome of a row; its attempts are those counted so far. */
export function conclude(ledger: Ledger, outcome: Omit<Outcome, 'attempts'>): void {
  if (ledger.outcomes.has(outcome.row)) {
    throw new Error(`bug: row ${outcome.row} was concluded twice`);
  }
  const attempts = ledger.attempts.get(outcome.row) ?? 0;
  ledger.outcomes.set(outcome.row, { ...outcome, attempts });
}

/** Notes that rows were refused by the org. */
export function fail(ledger: Ledger, rows: readonly number[], refusal: Refusal): void {
  const finding = findingOf(ledger.operation, refusal);
  for (const row of rows) {
    conclude(ledger, { row, status: 'failed', finding, httpStatus: refusal.httpStatus });
  }
}

/** Concludes rows that were sent again and again, never answered, and are not in the org. */
export function giveUp(ledger: Ledger, entries: readonly Entry[]): void {
  const open = rowsOf(entries).filter((row) => !ledger.outcomes.has(row));
  fail(ledger, open, { code: 'UNANSWERED', httpStatus: 0, message: '', details: {} });
}

/** What is with the rows that have no outcome. */
export function leftOf(
  { outcomes, lost, deferred, stop }: Ledger,
  entries: readonly Entry[],
): Required<Pick<ChunkResult, 'left' | 'isUnsettled'>> {
  const open = rowsOf(entries).filter((row) => !outcomes.has(row));
  return {
    left: stop === undefined && open.some((row) => deferred.has(row)) ? 'deferred' : 'unsent',
    // Also where the org was read once and did not hold it: some servers work on without an answer.
    isUnsettled: open.some((row) => lost.has(row)),
  };
}

/** Explains a refusal in the words of the catalogue, pointing at the input column. */
export function findingOf(operation: Operation, refusal: Refusal): Finding {
  const entry = lookup(operation.endpoint, refusal);
  const known = entry.code === refusal.code;
  const value = known ? placeInCriteria(refusal) : refusal.message;
  return {
    code: refusal.code,
    cause: entry.cause,
    // A code nobody has documented comes with the org's own words, which may help.
    ...(value === '' ? {} : { value }),
    ...(isAboutCell(entry, refusal) ? { field: columnOf(operation, refusal) } : {}),
    resolution: entry.resolution,
  };
}

/** Whether a refusal is about a cell: it says so, or the org refused this row for what is in it. */
function isAboutCell({ concerns, httpStatus }: CatalogueEntry, { details }: Refusal): boolean {
  const points = ['api_name', 'json_path', 'resource_path_index'].some((key) => key in details);
  if (concerns === 'call') return points;
  return concerns === 'row' && (points || httpStatus.length > 0);
}

/** Which rule of a long criteria cell is at fault, as the org names it. */
function placeInCriteria({ details }: Refusal): string {
  const { api_name: apiName, json_path: path } = details;
  const place = typeof path === 'string' ? /_criteria\.?(.+)$/.exec(path)?.[1] : undefined;
  return place === undefined ? '' : `${apiName} (${place})`;
}

/** The input column that a refusal is about. */
export function columnOf(operation: Operation, { details }: Refusal): string {
  const { api_name: apiName, json_path: jsonPath, resource_path_index: index } = details;
  return operation.column({
    apiName: typeof apiName === 'string' ? apiName : '',
    jsonPath: typeof jsonPath === 'string' ? jsonPath.trim() : '',
    resourcePathIndex: typeof index === 'number' ? index : undefined,
  });
}

/** The stop that a refusal means for the rest of the run; undefined when it concerns only rows. */
export function stopOf(entry: CatalogueEntry, refusal: Refusal, target: string): Stop | undefined {
  if (entry.concerns !== 'org' && entry.concerns !== 'module') return undefined;
  return {
    scope: entry.concerns,
    target: entry.concerns === 'module' ? target : '',
    code: refusal.code,
    message: `The org answered ${refusal.code}: ${entry.cause}.`,
    hint: entry.resolution,
    exitCode: 3,
  };
}

/** The part of an entry that a refusal names, as an index into its rows. */
export function partOf(entry: Entry, refusal: Refusal): number | undefined {
  if (entry.parts === undefined) return undefined;
  const part = parseJsonPath(refusal.details['json_path'])?.part;
  return part !== undefined && part < entry.parts.length ? part : undefined;
}
