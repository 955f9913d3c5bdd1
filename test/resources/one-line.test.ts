import { expect, test } from 'vitest';
import { oneLine } from '../../src/resources/one-line.ts';

test.each([
  ['a short text', 'Spain', 'Spain'],
  ['a text of just that length', 'abcdefghij', 'abcdefghij'],
  ['a longer text', 'abcdefghijk', 'abcdefghi…'],
  ['line breaks and blanks', ' a\r\n\t b ', 'a b'],
  ['characters of two halves', '\u{1f600}'.repeat(10), '\u{1f600}'.repeat(10)],
  ['a text with nothing but blanks at first', `${' '.repeat(100)}a`, '…'],
])('%s is told in at most ten characters', (_, text, told) => {
  expect(oneLine(text, 10)).toBe(told);
});
