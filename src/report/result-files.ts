import { rm } from 'node:fs/promises';
import type { Journal, Result } from '../journal/journal.ts';
import type { RowSet } from '../row-set.ts';
import { type Finding, type Status, UNMET_STATUSES } from '../vocabulary.ts';
import { csvText, openCsv, putInPlace, unwritable } from './csv-file.ts';
import type { Summary } from './summary.ts';

/** Columns that a result file adds to those of the input. */
export const RESULT_COLUMNS = [
  '_row',
  '_status',
  '_code',
  '_message',
  '_resolution',
  '_field',
  '_id',
  '_job_id',
  '_http_status',
  '_attempts',
] as const;

/** What the report needs to know of the input and of the run's end. */
export interface ResultContext {
  /** The input's header, without our own columns. */
  readonly header: readonly string[];
  /** For each column of the resource found, the indexes of its cells, best first. */
  readonly places: ReadonlyMap<string, readonly number[]>;
  /** What is said of rows that the run did not reach; absent when it reached its end. */
  readonly unreached?: { readonly message: string; readonly resolution: string };
  /** Rows without an outcome that were sent, and of which it is not known whether they were done. */
  readonly unsettled?: RowSet;
}

const UNSETTLED = 'the row was sent, and whether the org has done it is not known yet';

/**
 * Writes `result.csv`, one line per input row in input order, and `failed.csv`, those of its lines
 * that are not as asked. Gives the number of rows by status.
 *
 * Files of an earlier time stay until both are whole. Their summary goes first: whoever finds one
 * finds the files that it is about.
 *
 * Both are UTF-8, comma-separated, with the cells that a spreadsheet would run guarded.
 * Memory: a hundred rows.
 * @throws {AppError} `RESULT_UNWRITABLE` when a file cannot be written to its end
 * @throws {Error} `bug:` when a finished run left a row without an outcome
 */
export async function writeResultFiles(
  journal: Journal,
  context: ResultContext,
  paths: Pick<Summary['files'], 'result' | 'failed' | 'summary'>,
): Promise<Map<Status, number>> {
  const parts = { result: `${paths.result}.part`, failed: `${paths.failed}.part` };
  try {
    const counts = await writeParts(journal, context, parts);
    await rm(paths.summary, { force: true }).catch((error: unknown) => {
      throw unwritable(paths.summary, error);
    });
    await putInPlace(parts.result, paths.result);
    await putInPlace(parts.failed, paths.failed);
    return counts;
  } catch (error) {
    // On a full disk they take the room that the journal needs.
    for (const part of Object.values(parts)) await rm(part, { force: true }).catch(() => {});
    throw error;
  }
}

/** Writes both files to their end where they are out of the way. */
async function writeParts(
  journal: Journal,
  context: ResultContext,
  parts: { readonly result: string; readonly failed: string },
): Promise<Map<Status, number>> {
  await using result = openCsv(parts.result);
  await using failed = openCsv(parts.failed);
  const header = [...context.header, ...RESULT_COLUMNS];
  result.add(header);
  failed.add(header);
  const counts = new Map<Status, number>();
  for (const one of journal.results()) {
    const { status, line } = lineOf(one, context);
    counts.set(status, (counts.get(status) ?? 0) + 1);
    if (result.add(line)) await result.flush();
    if (UNMET_STATUSES.has(status) && failed.add(line)) await failed.flush();
  }
  await Promise.all([result.close(), failed.close()]);
  return counts;
}

/** The text of `failed.csv`, piece by piece, as {@link writeResultFiles} writes it. */
export function* failedCsv(journal: Journal, context: ResultContext): Generator<string> {
  yield csvText([[...context.header, ...RESULT_COLUMNS]]);
  for (const one of journal.results()) {
    const { status, line } = lineOf(one, context);
    if (UNMET_STATUSES.has(status)) yield csvText([line]);
  }
}

function lineOf(
  { row, cells, outcome }: Result,
  { header, places, unreached, unsettled }: ResultContext,
): { status: Status; line: string[] } {
  if (outcome === undefined) {
    if (unreached === undefined) throw new Error(`bug: row ${row} has no outcome`);
    const { message, resolution } = unreached;
    const wasSent = unsettled?.has(row) ?? false;
    const told = wasSent
      ? ['failed', 'UNANSWERED', UNSETTLED, `${resolution} The org is read first.`]
      : ['not_sent', 'NOT_SENT', message, resolution];
    const [status] = told as [Status];
    return { status, line: [...cells, String(row), ...told, '', '', '', '', wasSent ? '1' : '0'] };
  }
  const { status, finding, id = '', jobId = '', httpStatus, attempts } = outcome;
  const { value, place } = faultOf(finding ?? {}, cells, { places });
  const tail = [
    String(row),
    status,
    finding?.code ?? '',
    finding === undefined ? '' : messageOf(finding.cause, value),
    finding === undefined
      ? ''
      : resolutionFor(finding, place === undefined ? undefined : header[place]),
    place === undefined ? (finding?.field ?? '') : (header[place] ?? ''),
    id,
    jobId,
    httpStatus === undefined || httpStatus === 0 ? '' : String(httpStatus),
    String(attempts),
  ];
  return { status, line: [...cells, ...tail] };
}

/** A cause with the value it is about. */
export function messageOf(cause: string, value: string): string {
  return value === '' ? cause : `${cause}: ${value}`;
}

/**
 * What to do, with the user's own header in place of the name of the column, and before it the
 * name that was probably meant.
 */
export function resolutionFor(
  finding: Pick<Finding, 'resolution' | 'suggestion'> & { readonly field?: string | undefined },
  header: string | undefined,
): string {
  const { resolution, field, suggestion } = finding;
  const question = suggestion === undefined ? '' : `Did you mean "${suggestion}"? `;
  if (field === undefined || header === undefined) return question + resolution;
  return question + resolution.replaceAll(`the ${field} column`, () => `the ${header} column`);
}

/**
 * Where the fault of a row is: the index of the cell that the column at fault was read from, none
 * when the file has no such column, and the value: as noted, else what that cell holds.
 */
export function faultOf(
  finding: { readonly value?: string | undefined; readonly field?: string | undefined },
  cells: readonly string[],
  { places }: Pick<ResultContext, 'places'>,
): { readonly place: number | undefined; readonly value: string } {
  const indexes = (finding.field === undefined ? undefined : places.get(finding.field)) ?? [];
  // As when it was read: the first of several cells for one column that is not blank.
  const place = indexes.find((index) => (cells[index] ?? '').trim() !== '') ?? indexes[0];
  return { place, value: finding.value ?? (place === undefined ? '' : (cells[place] ?? '')) };
}
