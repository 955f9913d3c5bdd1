import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { sortRows } from '../../src/journal/sort-rows.ts';

const line = (row: number): [row: number, text: string] => [row, `text ${row}\0\u{1f600}`];

describe('texts of rows', () => {
  test.prop([fc.uniqueArray(fc.nat({ max: 2_000_000 }))])(
    'come in the order of the rows',
    (rows) => {
      expect([...sortRows(rows.map(line))]).toEqual(rows.toSorted((a, b) => a - b).map(line));
    },
  );

  test('are asked for before the first is given, and not before they are wanted', () => {
    let asked = 0;
    function* lines() {
      for (const row of [3, 2]) {
        asked += 1;
        yield line(row);
      }
    }
    const sorted = sortRows(lines());
    expect(asked).toBe(0);
    sorted.next();
    expect(asked).toBe(2);
  });

  test('need not all be wanted', () => {
    for (const [row] of sortRows([3, 2].map(line))) {
      expect(row).toBe(2);
      break;
    }
  });

  test('that break off are not given', () => {
    function* broken() {
      yield line(2);
      throw new Error('half-way');
    }
    expect(() => [...sortRows(broken())]).toThrow('half-way');
  });

  test('may be sorted while others are', () => {
    const [one, other] = [sortRows([3, 2].map(line)), sortRows([9, 8].map(line))];
    expect([one, other, one, other].map((lines) => lines.next().value?.[0])).toEqual([2, 8, 3, 9]);
  });
});
