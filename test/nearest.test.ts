import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { createNearest, nearest } from '../src/nearest.ts';

describe('the nearest word', () => {
  test.each([
    ['has the fewest letters changed', 'EMEA Nrth', ['EMEA West', 'EMEA North'], 'EMEA North'],
    ['is the first of equals', 'Eaxt', ['East', 'Eart'], 'East'],
    ['may differ in case, blanks and hyphens', 'north_sea', ['North-Sea'], 'North-Sea'],
    ['may differ in a third of its letters', 'abcdxx', ['abcdef'], 'abcdef'],
    ['may not differ in more', 'abcxxx', ['abcdef'], undefined],
    ['is measured by its own letters, not by those of the word', 'ab', ['abc'], 'abc'],
    ['of two letters cannot be misspelt', 'UX', ['UK'], undefined],
    ['is none of none', 'East', [], undefined],
  ])('%s', (_, word, candidates, found) => {
    expect(nearest(word, candidates)).toBe(found);
  });

  test('may be told by a part of it, of which a third may differ', () => {
    const near = createNearest(['ann@example.com'], (email) => email.slice(0, email.indexOf('@')));
    expect([near('bob@example.com'), near('ana@example.com'), near('ann@exmple.com')]).toEqual([
      undefined,
      'ann@example.com',
      'ann@example.com',
    ]);
  });
});

/** Levenshtein's distance as it is defined, without any short cut. */
function distance(from: string, to: string): number {
  const table = Array.from({ length: from.length + 1 }, (_, i) => [i]);
  const at = (i: number, j: number) => table[i]?.[j] ?? Number.NaN;
  for (let j = 1; j <= to.length; j++) table[0]?.push(j);
  for (let i = 1; i <= from.length; i++) {
    for (let j = 1; j <= to.length; j++) {
      const replaced = at(i - 1, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1);
      table[i]?.push(Math.min(replaced, at(i - 1, j) + 1, at(i, j - 1) + 1));
    }
  }
  return at(from.length, to.length);
}

const plain = (word: string) => word.toLowerCase().replaceAll(/[\s_-]/g, '');

function nearestByDefinition(word: string, candidates: readonly string[]): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, away: distance(plain(word), plain(candidate)) }))
    .filter(({ candidate, away }) => away <= plain(candidate).length / 3)
    .sort((one, other) => one.away - other.away);
  return best?.candidate;
}

/** Few different letters, so that words are near one another. */
const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', '-'), maxLength: 14 });

/** A candidate with a few letters put in, taken out or replaced. */
const misspelt = fc
  .tuple(
    fc.array(word, { minLength: 1, maxLength: 8 }),
    fc.nat(),
    fc.array(fc.tuple(fc.nat(), fc.nat(2), word), { maxLength: 3 }),
  )
  .map(([candidates, which, edits]) => {
    const letters = [...(candidates[which % candidates.length] ?? '')];
    for (const [place, removed, added] of edits) {
      letters.splice(place % (letters.length + 1), removed, added.slice(0, 1));
    }
    return { text: letters.join(''), candidates };
  });

test.prop([misspelt, word], { numRuns: 2000 })(
  'is what the definition gives, for one word after another',
  ({ text, candidates }, other) => {
    const near = createNearest(candidates);
    expect([near(text), near(other), near(text)]).toEqual(
      [text, other, text].map((one) => nearestByDefinition(one, candidates)),
    );
  },
);
