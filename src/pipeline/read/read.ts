import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { ConfigError, InputError } from '../../errors.ts';
import { unguardFormula } from '../../report/formula-guard.ts';
import type { Row } from '../../vocabulary.ts';
import { decode } from './decode.ts';

/** Where the rows come from: a path, or a stream of bytes with a name for messages. */
export type Source = string | { readonly name: string; readonly bytes: AsyncIterable<Buffer> };

/** How to read the file where it cannot be told from the file itself. */
export interface ReadOptions {
  readonly delimiter?: string;
  readonly encoding?: string;
  /** Ends the reading, even while it waits for more bytes. */
  readonly signal?: AbortSignal | undefined;
  /** Chooses between delimiters: how many needed columns a header holds. */
  readonly score: (header: readonly string[]) => number;
}

/** An opened CSV file: its header, and its rows to be read once. Disposing closes it. */
export interface Input extends AsyncDisposable {
  readonly name: string;
  readonly header: readonly string[];
  readonly delimiter: string;
  /** Rows in file order; blank ones are counted and left out. */
  readonly rows: AsyncIterable<Row>;
  /** SHA-256 of the bytes, in hex; complete after the last row was read. */
  readonly hash: () => string;
}

const DELIMITERS = [',', ';', '\t', '|'] as const;
/** Files made by several programs end their rows in several ways; the longest is looked for first. */
const ROW_ENDS = ['\r\n', '\n', '\r'];
/** A record this long is a quote that was never closed; it would swallow the file into memory. */
const MAX_RECORD_BYTES = 1_000_000;
/** The parser gives all records of a piece at once: small pieces keep few of them alive. */
const READ_BYTES = 32 * 1024;

/**
 * Opens a CSV file and reads its header.
 *
 * Memory: one piece of the file, whatever its size.
 * @throws {InputError} when there is no file, no text in it, or no header
 * @throws {ConfigError} when the delimiter can be none
 */
export async function openInput(source: Source, options: ReadOptions): Promise<Input> {
  const { delimiter: chosen, signal } = options;
  if (chosen !== undefined && !/^[^"\r\n]+$/.test(chosen)) throw noDelimiter(chosen);
  const name = typeof source === 'string' ? source : source.name;
  const hash = createHash('sha256');
  const bytes = typeof source === 'string' ? await openFile(source) : source.bytes;
  if (signal !== undefined && bytes instanceof Readable) addAbortSignal(signal, bytes);
  const pieces = decode(hashed(bytes, hash, name, signal), name, options.encoding)[
    Symbol.asyncIterator
  ]();
  const head = await readHead(pieces);
  if (
    head
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trim() === ''
  ) {
    await pieces.return?.();
    throw new InputError(
      'FILE_EMPTY',
      `${name} is empty.`,
      'Give a CSV file with a header line and at least one row.',
    );
  }
  const delimiter = chosen ?? detectDelimiter(head, options.score);
  const records = parsed(prepend(head, pieces), delimiter, name);
  const { value: header, done } = await records.next();
  if (done === true || header.cells.every((cell) => cell.trim() === '')) {
    await records.return(undefined);
    throw new InputError(
      'HEADER_MISSING',
      `${name} has no header in its first row.`,
      'Put the column names into row 1.',
    );
  }
  return {
    name,
    header: header.cells,
    delimiter,
    rows: { [Symbol.asyncIterator]: () => records },
    hash: () => hash.copy().digest('hex'),
    [Symbol.asyncDispose]: async () => void (await records.return(undefined)),
  };
}

async function openFile(path: string): Promise<AsyncIterable<Buffer>> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT'
      ? new InputError(
          'FILE_NOT_FOUND',
          `There is no file ${path}.`,
          'Check the path; "-" reads standard input.',
          error,
        )
      : unreadable(path, error);
  });
  if (info.isDirectory()) {
    throw new InputError('NOT_A_FILE', `${path} is a directory.`, 'Name the CSV file inside it.');
  }
  return createReadStream(path, { highWaterMark: READ_BYTES });
}

function unreadable(path: string, error: NodeJS.ErrnoException): InputError {
  return new InputError(
    'FILE_UNREADABLE',
    `${path} cannot be read (${error.code ?? error.message}).`,
    'Check that you may read the file.',
    error,
  );
}

function noDelimiter(text: string): ConfigError {
  return new ConfigError(
    'USAGE',
    `"${text}" cannot separate cells.`,
    `Use one of ${DELIMITERS.map((one) => (one === '\t' ? 'tab' : one)).join(' ')}, or leave --delimiter out.`,
  );
}

async function* hashed(
  bytes: AsyncIterable<Buffer>,
  hash: Hash,
  name: string,
  signal: AbortSignal | undefined,
): AsyncIterable<Buffer> {
  try {
    for await (const piece of bytes) {
      hash.update(piece);
      yield piece;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw isSystemError(error) ? unreadable(name, error) : error;
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

/** Enough of the file to hold its header. */
async function readHead(pieces: AsyncIterator<Buffer>): Promise<Buffer> {
  const head: Buffer[] = [];
  for (let size = 0; size < 64 * 1024; ) {
    const { value, done } = await pieces.next();
    if (done === true) break;
    head.push(value);
    size += value.length;
  }
  return Buffer.concat(head);
}

async function* prepend(head: Buffer, rest: AsyncIterator<Buffer>): AsyncIterable<Buffer> {
  yield head;
  yield* { [Symbol.asyncIterator]: () => rest };
}

/** The delimiter under which the header holds the most needed columns, then the most columns. */
function detectDelimiter(head: Buffer, score: ReadOptions['score']): string {
  const ranked = DELIMITERS.map((delimiter) => {
    const header = firstRecord(head, delimiter);
    return { delimiter, rank: score(header) * 1000 + header.length };
  });
  return ranked.reduce((best, one) => (one.rank > best.rank ? one : best)).delimiter;
}

function firstRecord(head: Buffer, delimiter: string): string[] {
  try {
    return (
      parseSync(head, {
        delimiter,
        bom: true,
        to: 1,
        relax_quotes: true,
        record_delimiter: ROW_ENDS,
      })[0] ?? []
    );
  } catch {
    // Not a CSV with this delimiter; if with none, the real parse says what is wrong and where.
    return [];
  }
}

async function* parsed(
  bytes: AsyncIterable<Buffer>,
  delimiter: string,
  name: string,
): AsyncGenerator<Row, undefined> {
  const parser = parse({
    delimiter,
    bom: true,
    record_delimiter: ROW_ENDS,
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: MAX_RECORD_BYTES,
  });
  const records: AsyncIterable<string[]> = Readable.from(bytes).compose(parser);
  let row = 0;
  try {
    for await (const cells of records) {
      row += 1;
      // Spreadsheets leave lines of bare delimiters at the end.
      if (row > 1 && cells.every((cell) => cell.trim() === '')) continue;
      yield { row, cells: cells.map(unguardFormula) };
    }
  } catch (error) {
    throw error instanceof CsvError ? badCsv(error, name) : error;
  }
}

function badCsv(error: CsvError, name: string): InputError {
  // The parser is ahead of its reader, so it is asked how many records came before.
  const place = `${name}, row ${Number(error['records']) + 1}`;
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return notClosed(`${place}: a quote opens here and is never closed.`, error);
    case 'CSV_MAX_RECORD_SIZE':
      return notClosed(
        `${place}: the row is longer than ${MAX_RECORD_BYTES} bytes, as if a quote in it were never closed.`,
        error,
      );
    default:
      return new InputError(
        'FILE_UNREADABLE',
        `${place}: ${error.message}.`,
        'Correct this row, or export the file again as CSV.',
        error,
      );
  }
}

function notClosed(message: string, error: CsvError): InputError {
  const hint = 'Close the quote, or write it twice ("") where it belongs to the value.';
  return new InputError('QUOTE_NOT_CLOSED', message, hint, error);
}
