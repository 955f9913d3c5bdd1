import { TextDecoder } from 'node:util';
import { InputError } from '../../errors.ts';

/** Byte order marks. */
const MARKS = [
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
] as const;
/** As many bytes tell the encoding; a pipe may give fewer at first. */
const BYTES_TO_TELL = 3;

/**
 * Gives a file's text as UTF-8 bytes: by its byte order mark, else in the encoding the user named,
 * else as strict UTF-8. A first character of which one byte is zero is UTF-16 without a mark.
 *
 * @throws {InputError} `ENCODING_UNREADABLE` at the first byte that the encoding does not allow
 */
export async function* decode(
  source: AsyncIterable<Buffer>,
  file: string,
  named?: string,
): AsyncIterable<Buffer> {
  let decoder: TextDecoder | undefined;
  let encoding = '';
  let bytesBefore = 0;
  const read = (bytes: Buffer | undefined): string => {
    try {
      return bytes === undefined
        ? (decoder?.decode() ?? '')
        : (decoder?.decode(bytes, { stream: true }) ?? '');
    } catch (error) {
      throw unreadable(file, encoding, bytesBefore, error);
    }
  };
  for await (const bytes of wholeStart(source)) {
    if (decoder === undefined) {
      refuseWorkbook(bytes, file);
      decoder = decoderFor(encodingByMark(bytes) ?? named ?? encodingByZeros(bytes) ?? 'utf-8');
      encoding = decoder.encoding;
    }
    const text = read(bytes);
    // UTF-8 was only checked: the parser reads bytes faster than text.
    yield encoding === 'utf-8' ? bytes : Buffer.from(text);
    bytesBefore += bytes.length;
  }
  const rest = read(undefined);
  if (encoding !== 'utf-8' && rest !== '') yield Buffer.from(rest);
}

/** The same bytes, the first piece long enough to tell the encoding by. */
async function* wholeStart(source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const bytes of source) {
    if (start === undefined) {
      yield bytes;
      continue;
    }
    start = Buffer.concat([start, bytes]);
    if (start.length < BYTES_TO_TELL) continue;
    yield start;
    start = undefined;
  }
  if (start !== undefined && start.length > 0) yield start;
}

/** A spreadsheet's own file is a zip archive, whatever it is called. */
function refuseWorkbook(bytes: Buffer, file: string): void {
  if (bytes.toString('latin1', 0, 4) !== 'PK\u0003\u0004') return;
  throw new InputError(
    'FILE_UNREADABLE',
    `${file} is an Excel workbook or another zip archive, not a CSV file.`,
    'Open it and save the sheet as "CSV UTF-8 (comma delimited)".',
  );
}

function encodingByMark(bytes: Buffer): string | undefined {
  return MARKS.find((one) => one.bytes.every((byte, i) => bytes[i] === byte))?.encoding;
}

function encodingByZeros(bytes: Buffer): string | undefined {
  if (bytes[0] === 0) return 'utf-16be';
  return bytes[1] === 0 ? 'utf-16le' : undefined;
}

function decoderFor(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch (error) {
    throw new InputError(
      'ENCODING_UNREADABLE',
      `There is no encoding called "${encoding}".`,
      'Use a name such as utf-8, utf-16le, windows-1252, shift_jis or gb18030.',
      error,
    );
  }
}

function unreadable(file: string, encoding: string, bytesBefore: number, cause: unknown) {
  return new InputError(
    'ENCODING_UNREADABLE',
    `${file} is not readable as ${encoding}: a byte after position ${bytesBefore} does not belong there.`,
    encoding === 'utf-8'
      ? 'Save it as "CSV UTF-8", or name its encoding: files from Excel are often --encoding windows-1252.'
      : 'Name the encoding the file was really saved in with --encoding.',
    cause,
  );
}
