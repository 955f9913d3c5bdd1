import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import { AppError } from '../errors.ts';
import { guardFormula } from './formula-guard.ts';

/** A CSV file that is being written; one that is disposed before it is closed is left as it is. */
export interface CsvFile extends AsyncDisposable {
  /** Takes a line, whose cells are guarded when it is written; tells when it is time to flush. */
  add(line: readonly string[]): boolean;
  flush(): Promise<void>;
  close(): Promise<void>;
}

const ROWS_PER_WRITE = 100;

/**
 * Begins a file: UTF-8, comma-separated, with the cells that a spreadsheet would run guarded.
 * Memory: a hundred lines. What cannot be written (`RESULT_UNWRITABLE`) is told when it is closed,
 * or flushed.
 */
export function openCsv(path: string): CsvFile {
  const stream = createWriteStream(path);
  // Errors (a full disk, a read-only folder) reject here, wherever they happen.
  const ended = finished(stream).catch((error: unknown) => {
    throw unwritable(path, error);
  });
  ended.catch(() => {});
  let lines: (readonly string[])[] = [];
  async function flush(): Promise<void> {
    const text = csvText(lines);
    lines = [];
    if (!stream.write(text)) await Promise.race([ended, once(stream, 'drain')]);
  }
  return {
    add: (line) => lines.push(line) >= ROWS_PER_WRITE,
    flush,
    async close() {
      await flush();
      stream.end();
      await ended;
    },
    async [Symbol.asyncDispose]() {
      stream.destroy();
      await ended.catch(() => {});
    },
  };
}

/** Lines as they stand in such a file. */
export function csvText(lines: readonly (readonly string[])[]): string {
  return stringify(lines.map((line) => line.map(guardFormula)));
}

/**
 * Puts a file that is whole into the place of an earlier one.
 * @throws {AppError} `RESULT_UNWRITABLE` when it cannot: a spreadsheet may hold the earlier one
 */
export async function putInPlace(part: string, path: string): Promise<void> {
  await rename(part, path).catch((error: unknown) => {
    throw unwritable(path, error);
  });
}

/** What is told of a file that cannot be written, or not put into its place. */
export function unwritable(path: string, cause: unknown): AppError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new AppError('RESULT_UNWRITABLE', `${path} cannot be written (${reason}).`, {
    hint: 'Make room or permit writing there. What became of each row is safe in journal.sqlite beside it.',
    exitCode: 3,
    cause,
  });
}
