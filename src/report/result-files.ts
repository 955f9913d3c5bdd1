import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import type { Journal, Result } from '../journal/journal.ts';
import { type Status, UNMET_STATUSES } from '../vocabulary.ts';
import { guardFormula } from './formula-guard.ts';

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
  /** For each column of the resource, the header it was found under. */
  readonly headers: ReadonlyMap<string, string>;
  /** What is said of rows that the run did not reach; absent when it reached its end. */
  readonly unreached?: { readonly message: string; readonly resolution: string };
}

const ROWS_PER_WRITE = 1000;

/**
 * Writes `result.csv`, one line per input row in input order, and `failed.csv`, those of its lines
 * that are not as asked. Gives the number of rows by status.
 *
 * Both are UTF-8, comma-separated, with the cells that a spreadsheet would run guarded.
 * Memory: a thousand rows.
 * @throws {Error} `bug:` when a finished run left a row without an outcome
 */
export async function writeResultFiles(
  journal: Journal,
  context: ResultContext,
  paths: { readonly result: string; readonly failed: string },
): Promise<Map<Status, number>> {
  const result = openCsv(paths.result);
  const failed = openCsv(paths.failed);
  const header = [...context.header.map(guardFormula), ...RESULT_COLUMNS];
  await Promise.all([result.write(header), failed.write(header)]);
  const counts = new Map<Status, number>();
  for (const one of journal.results()) {
    const { status, line } = lineOf(one, context);
    counts.set(status, (counts.get(status) ?? 0) + 1);
    await result.write(line);
    if (UNMET_STATUSES.has(status)) await failed.write(line);
  }
  await Promise.all([result.close(), failed.close()]);
  return counts;
}

function lineOf(
  { row, cells, outcome }: Result,
  { header, headers, unreached }: ResultContext,
): { status: Status; line: string[] } {
  const guarded = cells.map(guardFormula);
  if (outcome === undefined) {
    if (unreached === undefined) throw new Error(`bug: row ${row} has no outcome`);
    const { message, resolution } = unreached;
    const tail = [String(row), 'not_sent', 'NOT_SENT', message, resolution, '', '', '', '', '0'];
    return { status: 'not_sent', line: [...guarded, ...tail] };
  }
  const { status, finding, id = '', jobId = '', httpStatus, attempts } = outcome;
  const field = finding?.field === undefined ? '' : (headers.get(finding.field) ?? finding.field);
  const value = valueAtFault(finding ?? {}, cells, { header, headers });
  const tail = [
    String(row),
    status,
    finding?.code ?? '',
    finding === undefined ? '' : guardFormula(messageOf(finding.cause, value)),
    finding?.resolution ?? '',
    guardFormula(field),
    id,
    jobId,
    httpStatus === undefined || httpStatus === 0 ? '' : String(httpStatus),
    String(attempts),
  ];
  return { status, line: [...guarded, ...tail] };
}

/** A cause with the value it is about. */
export function messageOf(cause: string, value: string): string {
  return value === '' ? cause : `${cause}: ${value}`;
}

/** The value at fault: as noted, else what the input has in the column at fault. */
export function valueAtFault(
  finding: { readonly value?: string | undefined; readonly field?: string | undefined },
  cells: readonly string[],
  { header, headers }: Pick<ResultContext, 'header' | 'headers'>,
): string {
  if (finding.value !== undefined || finding.field === undefined) return finding.value ?? '';
  return cells[header.indexOf(headers.get(finding.field) ?? finding.field)] ?? '';
}

interface CsvFile {
  write(line: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

function openCsv(path: string): CsvFile {
  const stream = createWriteStream(path);
  // Errors (a full disk, a read-only folder) reject here, wherever they happen.
  const ended = finished(stream);
  ended.catch(() => {});
  let lines: (readonly string[])[] = [];
  async function flush(): Promise<void> {
    const text = stringify(lines.map((line) => [...line]));
    lines = [];
    if (!stream.write(text)) await Promise.race([once(stream, 'drain'), ended]);
  }
  return {
    async write(line) {
      lines.push(line);
      if (lines.length === ROWS_PER_WRITE) await flush();
    },
    async close() {
      await flush();
      stream.end();
      await ended;
    },
  };
}
