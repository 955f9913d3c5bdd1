import { expect, test } from 'vitest';
import { normaliseName } from '../../src/resources/names.ts';

test.each([
  ['case', 'EAST', 'east'],
  ['outer blanks', ' East ', 'East'],
  ['repeated blanks, and which blank it is', 'New  \u00a0York', 'New York'],
  ['invisible characters', 'E\u200bast\ufeff', 'East'],
  ['how accents are encoded', 'Que\u0301bec', 'Québec'],
])('%s makes no other name', (_, one, other) => {
  expect(normaliseName(one)).toBe(normaliseName(other));
});

test('accents do make another name', () => {
  expect(normaliseName('Quebec')).not.toBe(normaliseName('Québec'));
});
