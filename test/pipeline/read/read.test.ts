import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect } from 'vitest';
import { AppError, ConfigError, InputError } from '../../../src/errors.ts';
import { openInput, type ReadOptions, type Source } from '../../../src/pipeline/read/read.ts';
import { bytesOf } from '../../support/sandbox.ts';
import { test } from '../../support/workdir.ts';

/** A header is the better the more of these it holds. */
const KNOWN = ['user', 'territory'];
const score: ReadOptions['score'] = (header) =>
  header.filter((name) => KNOWN.includes(name.toLowerCase())).length;

async function read(source: Source | string | Buffer, options: Partial<ReadOptions> = {}) {
  const from = typeof source === 'string' || Buffer.isBuffer(source) ? bytesOf(source) : source;
  await using input = await openInput(from, { score, ...options });
  const rows = await Array.fromAsync(input.rows);
  return { ...input, rows, cells: rows.map(({ cells }) => cells) };
}

async function refusal(source: Source | string, options: Partial<ReadOptions> = {}) {
  const error = await read(source, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

const many = (count: number): string =>
  Array.from({ length: count }, (_, i) => `u${i},t\n`).join('');

describe('ends of rows', () => {
  test.for([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ] as const)('%s', async ([_, end]) => {
    const { header, cells } = await read(['user,territory', 'a,b', 'c,d'].join(end));
    expect([header, ...cells]).toEqual([
      ['user', 'territory'],
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  test('all three mixed in one file', async () => {
    const { cells } = await read('user,territory\r\na,b\nc,d\r\ne,f\rg,h\n');
    expect(cells.map(([first]) => first)).toEqual(['a', 'c', 'e', 'g']);
  });

  test('a CRLF whose halves come in two pieces is one end', async () => {
    const { rows } = await read(bytesOf('user,territory\r', '\na,b\r', '\nc,d'));
    expect(rows.map(({ row }) => row)).toEqual([2, 3]);
  });

  test('a quoted line end belongs to its cell', async () => {
    const { cells } = await read('user,territory\n"a\r\nb\nc",d\n');
    expect(cells).toEqual([['a\r\nb\nc', 'd']]);
  });
});

describe('row numbers are those of a spreadsheet', () => {
  const numbers = async (text: string) => (await read(text)).rows.map(({ row }) => row);

  test('the header is row 1', async () => {
    expect(await numbers('user,territory\na,b\n')).toEqual([2]);
  });

  test('blank lines are counted and left out', async () => {
    expect(await numbers('user,territory\n\na,b\n   \n\nc,d\n\n\n')).toEqual([3, 6]);
  });

  test('rows of bare delimiters are blank', async () => {
    expect(await numbers('user,territory\n,\na,b\n , \n')).toEqual([3]);
  });

  test('a row with quoted line ends counts as one', async () => {
    expect(await numbers('user,territory\n"a\n\n\nb",c\nd,e\n')).toEqual([2, 3]);
  });
});

describe('delimiters', () => {
  test.for([',', ';', '\t', '|'])('%j is found by the columns it makes', async (delimiter) => {
    const { header, cells } = await read(`user${delimiter}territory\na${delimiter}b\n`);
    expect({ header, cells }).toEqual({ header: ['user', 'territory'], cells: [['a', 'b']] });
  });

  test('known columns count more than many columns', async () => {
    const { delimiter } = await read('user;territory;a,b,c,d,e,f\nx;y;z\n');
    expect(delimiter).toBe(';');
  });

  test('a delimiter inside a quoted header is text', async () => {
    const { header } = await read('"note, long, very";user;territory\nx;y;z\n');
    expect(header).toEqual(['note, long, very', 'user', 'territory']);
  });

  test('the one the user names is taken', async () => {
    expect((await read('user:territory\na:b\n', { delimiter: ':' })).cells).toEqual([['a', 'b']]);
  });

  test.for(['', '"', '\n'])('%j is refused before anything is read', async (delimiter) => {
    expect(await refusal('user,territory\n', { delimiter })).toBeInstanceOf(ConfigError);
  });
});

describe('quotes', () => {
  test('a quote in the middle of an unquoted cell is text', async () => {
    expect((await read('user,territory\n5" pipe,say "hi"\n')).cells).toEqual([
      ['5" pipe', 'say "hi"'],
    ]);
  });

  test('a doubled quote in a quoted cell is one', async () => {
    expect((await read('user,territory\n"5"" pipe",b\n')).cells).toEqual([['5" pipe', 'b']]);
  });

  test.for([
    ['in the first row', '"open,x\nb,c\n', 2],
    ['in the last row', 'a,b\n"open', 3],
    ['after blank lines', '\n\na,b\n"open,x\n', 5],
    ['after rows with quoted line ends', '"a\nb\nc",d\n"open,x\n', 3],
    ['after hundreds of rows', `${many(500)}"open,x\n${many(10)}`, 502],
    ['in a later cell', 'a,b\nc,"open\n', 3],
  ] as const)('one never closed is told with its row: %s', async ([_, rows, row]) => {
    const { code, message } = await refusal(`user,territory\n${rows}`);
    expect(code).toBe('QUOTE_NOT_CLOSED');
    expect(message).toContain(`row ${row}:`);
  });

  test('one never closed does not swallow a long file into memory', async () => {
    let pieces = 0;
    async function* long(): AsyncGenerator<Buffer> {
      yield Buffer.from('user,territory\na,b\n"open,x\n');
      for (; pieces < 1000; pieces += 1) yield Buffer.from(many(10_000));
    }
    const { code, message } = await refusal({ name: 'long.csv', bytes: long() });
    expect(code).toBe('QUOTE_NOT_CLOSED');
    expect(message).toContain('row 3:');
    expect(pieces).toBeLessThan(100);
  });
});

describe('what is no CSV file', () => {
  test.for([
    ['no bytes', ''],
    ['blank lines only', '\n \r\n\t\n'],
    ['a byte order mark only', '\uFEFF'],
    ['a megabyte of blanks', ' '.repeat(1_000_000)],
  ] as const)('%s: FILE_EMPTY', async ([_, text]) => {
    expect((await refusal(text)).code).toBe('FILE_EMPTY');
  });

  test('a blank first row: HEADER_MISSING', async () => {
    expect((await refusal('\nuser,territory\n')).code).toBe('HEADER_MISSING');
  });

  test('only a header is a file of no rows', async () => {
    expect((await read('user,territory')).rows).toEqual([]);
  });

  test('a missing file', async ({ workdir }) => {
    const source = join(workdir, 'missing.csv');
    expect(await openInput(source, { score }).catch(({ code }) => code)).toBe('FILE_NOT_FOUND');
  });

  test('a directory', async ({ workdir }) => {
    expect(await openInput(workdir, { score }).catch(({ code }) => code)).toBe('NOT_A_FILE');
  });

  test('a path below a file', async ({ workdir }) => {
    await writeFile(join(workdir, 'a.csv'), 'x');
    const source = join(workdir, 'a.csv', 'b.csv');
    expect(await openInput(source, { score }).catch(({ code }) => code)).toBe('FILE_UNREADABLE');
  });

  test('a file that the system fails to read half-way', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from(`user,territory\n${'a,b\n'.repeat(50_000)}`);
      throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
    }
    const { code, message } = await refusal({ name: 'usb.csv', bytes: broken() });
    expect({ code, message }).toEqual({
      code: 'FILE_UNREADABLE',
      message: 'usb.csv cannot be read (EIO).',
    });
  });
});

describe('reading', () => {
  test('a stream is read as a file is', async () => {
    const bytes = Readable.from([Buffer.from('user,terri'), Buffer.from('tory\na,b\n')]);
    expect((await read({ name: 'standard input', bytes })).cells).toEqual([['a', 'b']]);
  });

  test('a guarded formula is read as what it was', async () => {
    expect((await read("user,territory\n'=1+1,''=x\n")).cells).toEqual([['=1+1', "'=x"]]);
  });

  test('a character whose bytes lie in two pieces stays whole', async () => {
    const bytes = Buffer.from('user,territory\nZürich,\u{1f600}\n');
    const pieces = [...bytes].map((byte) => Buffer.from([byte]));
    expect((await read(bytesOf(...pieces))).cells).toEqual([['Zürich', '\u{1f600}']]);
  });

  test('the hash is that of the bytes, not of the text', async () => {
    const bytes = Buffer.from('\uFEFFuser,territory\na,b\n', 'utf16le');
    expect((await read(bytes)).hash()).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('leaving early closes the file', async ({ workdir }) => {
    const path = join(workdir, 'long.csv');
    await writeFile(path, `user,territory\n${many(100_000)}`);
    const bytes = createReadStream(path);
    const closed = new Promise((resolve) => bytes.on('close', () => resolve('closed')));
    const input = await openInput({ name: path, bytes }, { score });
    await input[Symbol.asyncDispose]();
    expect(await closed).toBe('closed');
  });

  test('an abort ends the wait for more of a stream', async () => {
    const abort = new AbortController();
    const bytes = new Readable({ read: () => {} });
    const opening = openInput({ name: 'standard input', bytes }, { score, signal: abort.signal });
    abort.abort();
    await expect(opening).rejects.toThrow(abort.signal.reason);
  });
});

test('an InputError ends the command with exit code 2', () => {
  expect(new InputError('FILE_EMPTY', '', '').exitCode).toBe(2);
});
