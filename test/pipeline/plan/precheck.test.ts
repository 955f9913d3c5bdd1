import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { type PrecheckMode, precheck } from '../../../src/pipeline/plan/precheck.ts';
import type { OrgReader } from '../../../src/resources/operation.ts';
import type { Lookup, Planner } from '../../../src/resources/planner.ts';
import { RowSet } from '../../../src/row-set.ts';

/** A read of one row; `fails` with that, else the org holds the row if a call is saved. */
interface Read {
  readonly credits?: number;
  readonly saved?: number;
  readonly fails?: Error;
}

/** The reads never touch it. */
const ORG = {} as OrgReader;

/** A planner of these reads, of rows 2, 3, …; it notes which begin, and how many are on at once. */
function plannerOf(reads: readonly Read[], atOnce = 1) {
  const begun: number[] = [];
  const asked: (RowSet | undefined)[] = [];
  let on = 0;
  let most = 0;
  const lookupOf = ({ credits = 1, saved = 0, fails }: Read, row: number): Lookup => ({
    credits,
    rows: [row],
    async find() {
      begun.push(row);
      on += 1;
      most = Math.max(most, on);
      await setImmediate();
      on -= 1;
      if (fails !== undefined) throw fails;
      return { held: saved > 0 ? [row] : [], credits, savedCalls: saved };
    },
  });
  const planner: Planner = {
    sift: () => [],
    lookups(rows) {
      asked.push(rows);
      return reads.map((read, i) => lookupOf(read, i + 2));
    },
    lookupsAtOnce: atOnce,
    calls: () => [],
  };
  return { planner, begun, asked, mostAtOnce: () => most };
}

const times = (count: number, read: Read): Read[] => new Array<Read>(count).fill(read);
const members = (set: RowSet, most = 300): number[] =>
  Array.from({ length: most }, (_, row) => row).filter((row) => set.has(row));
const refused = new AppError('NO_PERMISSION', 'You may not read.', { hint: '', exitCode: 3 });

describe('in every mode', () => {
  test.each<[PrecheckMode, number]>([
    ['never', 0],
    ['auto', 3],
    ['always', 3],
  ])('%s makes %i of three reads that save', async (mode, count) => {
    const { planner, begun } = plannerOf(times(3, { saved: 1 }));
    const { held, lookedUp, credits } = await precheck(planner, ORG, mode);
    expect(begun).toHaveLength(count);
    expect([members(held), members(lookedUp), credits]).toEqual([begun, begun, count]);
  });

  test.each<PrecheckMode>(['auto', 'always'])(
    '%s tells rows that are not held from rows not looked up',
    async (mode) => {
      const { planner } = plannerOf([{ saved: 1 }, {}, { saved: 2 }]);
      const { held, lookedUp } = await precheck(planner, ORG, mode);
      expect(members(held)).toEqual([2, 4]);
      expect(members(lookedUp)).toEqual([2, 3, 4]);
    },
  );

  test.each<PrecheckMode>(['auto', 'always'])(
    '%s makes as many at once as it may',
    async (mode) => {
      const { planner, mostAtOnce } = plannerOf(times(40, { saved: 1 }), 7);
      await precheck(planner, ORG, mode);
      expect(mostAtOnce()).toBe(7);
    },
  );

  test.each<PrecheckMode>(['auto', 'always'])(
    '%s looks up only the rows it is told',
    async (mode) => {
      const { planner, asked } = plannerOf([]);
      const rows = new RowSet();
      await precheck(planner, ORG, mode, rows);
      await precheck(planner, ORG, mode);
      expect(asked).toEqual([rows, undefined]);
    },
  );
});

describe('auto', () => {
  const looked = async (reads: readonly Read[], atOnce?: number) => {
    const { planner, begun } = plannerOf(reads, atOnce);
    await precheck(planner, ORG, 'auto');
    return begun.length;
  };

  test.each([1, 4, 25])('stops after ten reads in vain, %i at once', async (atOnce) => {
    expect(await looked(times(200, {}), atOnce)).toBe(10);
  });

  test.each([1, 4, 25])('goes on while they save, %i at once', async (atOnce) => {
    expect(await looked(times(200, { saved: 1 }), atOnce)).toBe(200);
  });

  test('goes on when they begin to save late', async () => {
    expect(await looked([...times(9, {}), ...times(100, { saved: 2 })])).toBe(109);
  });

  test('stops when they have saved and do no more', async () => {
    expect(await looked([...times(20, { saved: 1 }), ...times(100, {})])).toBe(30);
  });

  test('lives on what they saved before', async () => {
    expect(await looked([{ saved: 30 }, ...times(100, {})])).toBeGreaterThan(30);
  });

  test('does not begin with a read that may cost more than it is ready to lose', async () => {
    expect(await looked([{ credits: 11, saved: 99 }])).toBe(0);
    expect(await looked([{ credits: 10 }, {}])).toBe(1);
  });

  test('makes an expensive read once cheaper ones have shown that it pays', async () => {
    expect(await looked([{ saved: 5 }, { credits: 40, saved: 200 }, {}], 3)).toBe(3);
    expect(await looked([{}, { credits: 40, saved: 200 }, {}], 3)).toBe(1);
  });

  test('sends blind what it cannot read, tells why, and keeps what it has read', async () => {
    const reads = [{ saved: 1 }, {}, { fails: refused }, ...times(20, { saved: 1 })];
    const { planner, begun } = plannerOf(reads);
    const { held, lookedUp, failure, credits } = await precheck(planner, ORG, 'auto');
    expect(failure).toBe(refused);
    expect([members(held), members(lookedUp), credits]).toEqual([[2], [2, 3], 2]);
    expect(begun).toEqual([2, 3, 4]);
  });

  test('waits for the reads that are on when one fails', async () => {
    const { planner, begun } = plannerOf([{ fails: refused }, ...times(20, { saved: 1 })], 4);
    const { held, failure } = await precheck(planner, ORG, 'auto');
    expect(failure).toBe(refused);
    expect(members(held)).toEqual(begun.slice(1));
  });

  test('does not end for ever when all that were on fail', async () => {
    const { planner } = plannerOf(times(50, { fails: refused }), 25);
    expect((await precheck(planner, ORG, 'auto')).failure).toBe(refused);
  });

  test('hides no bug', async () => {
    const { planner } = plannerOf([{ fails: new TypeError('a bug') }]);
    await expect(precheck(planner, ORG, 'auto')).rejects.toThrow('a bug');
  });
});

describe('always', () => {
  test.each([1, 25])('reads on however much is in vain, %i at once', async (atOnce) => {
    const { planner, begun } = plannerOf(times(200, { credits: 50 }), atOnce);
    expect((await precheck(planner, ORG, 'always')).credits).toBe(10_000);
    expect(begun).toHaveLength(200);
  });

  test('throws what a read fails with', async () => {
    const { planner } = plannerOf([{ saved: 1 }, { fails: refused }, { saved: 1 }]);
    await expect(precheck(planner, ORG, 'always')).rejects.toBe(refused);
  });
});
