import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { RowSet } from '../src/row-set.ts';

const rowNumbers = fc.array(fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 100_000 })));

function rowSet(rows: readonly number[]): RowSet {
  const set = new RowSet();
  for (const row of rows) set.add(row);
  return set;
}

const hex = (rows: RowSet): string => Buffer.from(rows.bits()).toString('hex');

describe('a set of rows', () => {
  test.prop([rowNumbers, rowNumbers])('has what was added and nothing else', (added, asked) => {
    const rows = rowSet(added);
    const set = new Set(added);
    const near = added.flatMap((row) => [row - 1, row, row + 1, row + 8]);
    for (const row of [...asked, ...near].filter((one) => one >= 0)) {
      expect(rows.has(row)).toBe(set.has(row));
    }
  });

  test.prop([rowNumbers, rowNumbers])('goes on from its bits as from itself', (first, second) => {
    const stored = Buffer.from(rowSet(first).bits()).toString('base64');
    const rows = new RowSet(Buffer.from(stored, 'base64'));
    for (const row of second) rows.add(row);
    expect(hex(rows)).toBe(hex(rowSet([...first, ...second])));
  });

  test.prop([rowNumbers])('has the same bits for the same rows', (added) => {
    expect(hex(rowSet(added.toReversed()))).toBe(hex(rowSet(added)));
  });

  test('of a million rows takes 125 kB', () => {
    const rows = rowSet([]);
    for (let row = 0; row < 1_000_000; row += 1) rows.add(row);
    expect(rows.bits()).toHaveLength(125_000);
  });

  test('of no rows takes nothing', () => {
    expect(new RowSet().bits()).toHaveLength(0);
  });

  test('gives bits that do not change with it', () => {
    const rows = rowSet([3]);
    const bits = rows.bits();
    rows.add(4);
    expect(new RowSet(bits).has(4)).toBe(false);
  });
});
