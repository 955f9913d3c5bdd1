import { fc, test } from '@fast-check/vitest';
import { stringify } from 'csv-stringify/sync';
import { describe, expect } from 'vitest';
import { openInput } from '../../src/pipeline/read/read.ts';
import { guardFormula, unguardFormula } from '../../src/report/formula-guard.ts';
import { hostileCell } from '../support/rows.ts';
import { bytesOf } from '../support/sandbox.ts';

describe('a cell that a spreadsheet would run', () => {
  test.each([
    '=1+1',
    "=cmd|'/C calc'!A0",
    '+cmd',
    '-2+3+cmd',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '＝1+1',
    '＋1a',
    '－1a',
    '＠x',
    '=',
    '-5\n=1',
  ])('%j is guarded', (cell) => {
    expect(guardFormula(cell)).toBe(`'${cell}`);
  });

  test.each(['-5', '+49 30 123-456', '-1,234.50', '- 3', '+', "it's", "'tis", '', ' =1', 'a=1'])(
    '%j runs as nothing and stays',
    (cell) => {
      expect(guardFormula(cell)).toBe(cell);
    },
  );
});

describe('guarding', () => {
  test.prop([hostileCell])('is undone by unguarding', (cell) => {
    expect(unguardFormula(guardFormula(cell))).toBe(cell);
  });

  test.prop([hostileCell])('leaves nothing that would run', (cell) => {
    expect(guardFormula(cell)).not.toMatch(/^[=@\t\r\n＝＠]/);
  });

  test.prop([fc.array(hostileCell, { minLength: 2, maxLength: 4 })])(
    'and writing are undone by reading',
    async (cells) => {
      fc.pre(cells.some((cell) => cell.trim() !== ''));
      const header = cells.map((_, i) => `h${i}`);
      const text = stringify([header, cells.map(guardFormula)]);
      const input = await openInput(bytesOf(text), { score: () => 0, delimiter: ',' });
      expect((await Array.fromAsync(input.rows)).map((row) => row.cells)).toEqual([cells]);
    },
  );
});
