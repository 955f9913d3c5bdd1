import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { decode } from '../../../src/pipeline/read/decode.ts';
import { bytesOf } from '../../support/sandbox.ts';

async function decoded(pieces: readonly Buffer[], encoding?: string): Promise<string> {
  const out: Buffer[] = [];
  for await (const piece of decode(bytesOf(...pieces).bytes, 'input.csv', encoding))
    out.push(piece);
  return Buffer.concat(out)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

const single = (bytes: Buffer): Buffer[] => [...bytes].map((byte) => Buffer.from([byte]));
const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

async function refusal(pieces: readonly Buffer[], encoding?: string): Promise<InputError> {
  const error = await decoded(pieces, encoding).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  return error as InputError;
}

const TEXT = 'name\nZürich €\u{1f600}';

describe('what a file is encoded in is found', () => {
  test.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`)],
    ['UTF-16, little end first', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
    ['UTF-16, big end first', utf16be(`\uFEFF${TEXT}`)],
    ['UTF-16 without a mark, little end first', Buffer.from(TEXT, 'utf16le')],
    ['UTF-16 without a mark, big end first', utf16be(TEXT)],
  ])('%s', async (_, bytes) => {
    expect(await decoded([bytes])).toBe(TEXT);
  });

  test.each([
    ['UTF-8', Buffer.from(`\uFEFF${TEXT}`)],
    ['UTF-16, little end first', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
    ['UTF-16, big end first', utf16be(`\uFEFF${TEXT}`)],
  ])('%s that comes byte by byte', async (_, bytes) => {
    expect(await decoded(single(bytes))).toBe(TEXT);
  });

  test('a file shorter than any mark', async () => {
    expect(await decoded([Buffer.from('a')])).toBe('a');
  });

  test('a file of no bytes', async () => {
    expect(await decoded([])).toBe('');
  });
});

describe('an encoding that the user names', () => {
  test.each([
    ['windows-1252', Buffer.from([0x5a, 0xfc, 0x80]), 'Zü€'],
    ['shift_jis', Buffer.from([0x93, 0x8c, 0x8b, 0x9e]), '東京'],
    ['gb18030', Buffer.from([0xb1, 0xb1, 0xbe, 0xa9]), '北京'],
    ['UTF-8', Buffer.from('Zü'), 'Zü'],
    ['utf-16le', Buffer.from('Zü', 'utf16le'), 'Zü'],
  ])('%s is used', async (encoding, bytes, text) => {
    expect(await decoded([bytes], encoding)).toBe(text);
  });

  test('a character whose bytes lie in two pieces stays whole', async () => {
    expect(await decoded(single(Buffer.from([0x93, 0x8c, 0x8b, 0x9e])), 'shift_jis')).toBe('東京');
  });

  test('a byte order mark says more than the name', async () => {
    expect(await decoded([Buffer.from('\uFEFFZü')], 'windows-1252')).toBe('Zü');
  });

  test('an unknown name is refused with names that work', async () => {
    const { code, message, hint } = await refusal([Buffer.from('a')], 'klingon');
    expect({ code, message }).toEqual({
      code: 'ENCODING_UNREADABLE',
      message: 'There is no encoding called "klingon".',
    });
    expect(hint).toContain('windows-1252');
  });
});

describe('bytes that do not belong', () => {
  test('a file from an old Excel is not guessed at: the way out is named', async () => {
    const { code, hint } = await refusal([Buffer.from([0x6e, 0x0a, 0x5a, 0xfc])]);
    expect(code).toBe('ENCODING_UNREADABLE');
    expect(hint).toContain('--encoding windows-1252');
  });

  test('a character cut off at the end is refused', async () => {
    expect((await refusal([Buffer.from('abc'), Buffer.from([0xe2, 0x82])])).message).toContain(
      'utf-8',
    );
  });

  test('a wrong encoding of the user is said to be wrong', async () => {
    expect((await refusal([Buffer.from([0x93, 0xff, 0xff])], 'shift_jis')).hint).toContain(
      '--encoding',
    );
  });
});
