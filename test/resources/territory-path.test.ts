import { expect, test } from 'vitest';
import { pathOf, shorten } from '../../src/resources/territory-path.ts';
import type { Territory } from '../../src/zoho/directory.ts';
import { territory } from '../support/org.ts';

/** The path of the last of these territories, each written as id, name and the parent's id. */
function pathOfLast(...all: readonly (readonly [string, string, string | null])[]): string {
  const territories = all.map(([id, name, parentId]) => territory({ id, name, parentId }));
  return pathOf(
    territories.at(-1) as Territory,
    new Map(territories.map((one) => [one.id, one] as const)),
  );
}

test('a path goes from the top down', () => {
  expect(pathOfLast(['1', 'World', null], ['2', 'EMEA', '1'], ['3', 'North', '2'])).toBe(
    'World > EMEA > North',
  );
});

test('the top is its own path', () => {
  expect(pathOfLast(['1', 'World', null])).toBe('World');
});

test('a path whose top is missing says so', () => {
  expect(pathOfLast(['2', 'EMEA', '1'], ['3', 'North', '2'])).toBe('… > EMEA > North');
});

test.each([
  ['of itself', [['1', 'A', '1']], '… > A'],
  [
    'above it',
    [
      ['1', 'A', '2'],
      ['2', 'B', '1'],
      ['3', 'C', '1'],
    ],
    '… > B > A > C',
  ],
] as const)('a circle %s ends', (_, all, path) => {
  expect(pathOfLast(...all)).toBe(path);
});

test('a long path keeps its ends', () => {
  const chain = (length: number) =>
    Array.from(
      { length },
      (_, i) => [`${i}`, `T${i}`, i === 0 ? null : `${i - 1}`] as [string, string, string | null],
    );
  expect(pathOfLast(...chain(10)).split(' > ')).toHaveLength(10);
  expect(pathOfLast(...chain(11))).toBe('T0 > T1 > T2 > T3 > T4 > … > T7 > T8 > T9 > T10');
});

test('names are shortened to ten', () => {
  const names = Array.from({ length: 300 }, (_, i) => `${i}`);
  expect(shorten(names)).toEqual(['0', '1', '2', '3', '4', '…', '296', '297', '298', '299']);
  expect(shorten(names.slice(0, 10))).toEqual(names.slice(0, 10));
});
