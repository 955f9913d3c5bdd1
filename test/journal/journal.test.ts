import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { type Journal, openJournal, readJournal } from '../../src/journal/journal.ts';
import type { Outcome } from '../../src/vocabulary.ts';
import { test } from '../support/workdir.ts';

/** A journal in memory with these rows, each of one cell. */
function journalWith(...rows: number[]): Journal {
  const journal = openJournal(':memory:', 'test');
  journal.addRows(
    rows.map((row) => ({ row, cells: [`cell ${row}`], subject: `s${row}`, record: { row } })),
  );
  return journal;
}

/** A row that was created; say only what differs. */
const outcome = (row: number, values: Partial<Outcome> = {}): Outcome => ({
  row,
  status: 'created',
  attempts: 1,
  ...values,
});

/** A refusal for one of a few causes. */
const refused = (row: number, cause: string, value?: string): Outcome =>
  outcome(row, {
    status: 'failed',
    finding: {
      code: 'INVALID_DATA',
      cause,
      resolution: 'r',
      field: 'user',
      ...(value === undefined ? {} : { value }),
    },
  });

describe('results', () => {
  test('come in input order, whatever the order of outcomes', () => {
    using journal = journalWith(2, 3, 5);
    journal.addOutcomes([outcome(5), outcome(2), outcome(3)]);
    expect([...journal.results()].map((one) => [one.row, one.outcome?.row])).toEqual([
      [2, 2],
      [3, 3],
      [5, 5],
    ]);
  });

  test.for([[[2]], [[3]], [[5]], [[2, 3]], [[]]] as const)(
    'without outcomes of the rows not reached: %j',
    ([missing]) => {
      using journal = journalWith(2, 3, 5);
      const lost: readonly number[] = missing;
      journal.addOutcomes(
        [2, 3, 5].filter((row) => !lost.includes(row)).map((row) => outcome(row)),
      );
      const open = [...journal.results()].filter((one) => one.outcome === undefined);
      expect(open.map(({ row }) => row)).toEqual(lost);
    },
  );

  test('give back an outcome as it was', () => {
    using journal = journalWith(2);
    const full: Outcome = {
      row: 2,
      status: 'failed',
      finding: { code: 'C', cause: 'c', value: '', field: 'f', resolution: '' },
      id: '5725767000000100001',
      jobId: '9',
      httpStatus: 207,
      attempts: 3,
    };
    journal.addOutcomes([full]);
    expect([...journal.results()]).toEqual([{ row: 2, cells: ['cell 2'], outcome: full }]);
  });

  test('give back cells of any character', () => {
    using journal = openJournal(':memory:', 'test');
    const cells = ['a\0b', '\u{1f600}', '"', '', '\r\n'];
    journal.addRows([{ row: 2, cells, subject: '', record: null }]);
    expect([...journal.results()][0]?.cells).toEqual(cells);
  });

  test.for([2, 3, 5])('refuse to hide that row %i has two outcomes', (row) => {
    using journal = journalWith(2, 3, 5);
    journal.addOutcomes([outcome(2), outcome(3), outcome(5), outcome(row)]);
    expect(() => [...journal.results()]).toThrow(`bug: row ${row} has two outcomes`);
  });

  test.for([1, 4, 6])('refuse to hide an outcome of row %i, which there is not', (row) => {
    using journal = journalWith(2, 3, 5);
    journal.addOutcomes([outcome(2), outcome(3), outcome(5), outcome(row)]);
    expect(() => [...journal.results()]).toThrow('bug:');
  });
});

describe('candidates', () => {
  const subjects = (journal: Journal, canonical = (subject: string) => subject) =>
    [...journal.candidates(canonical)].map(({ row }) => row);

  test('come by subject, then by row', () => {
    using journal = openJournal(':memory:', 'test');
    const rows = ['b', 'a', 'b', 'a'].map((subject, i) => ({
      row: i + 2,
      cells: [],
      subject,
      record: {},
    }));
    journal.addRows(rows);
    expect(subjects(journal)).toEqual([3, 5, 2, 4]);
  });

  test('stand together when two subjects are the same thing', () => {
    using journal = openJournal(':memory:', 'test');
    const rows = ['ann@example.com', 'bob', '2001'].map((subject, i) => ({
      row: i + 2,
      cells: [],
      subject,
      record: {},
    }));
    journal.addRows(rows);
    const canonical = (subject: string) => (subject === 'ann@example.com' ? '2001' : subject);
    expect(subjects(journal, canonical)).toEqual([2, 4, 3]);
  });

  test('keep their record, null for rows refused', () => {
    using journal = openJournal(':memory:', 'test');
    journal.addRows([
      { row: 2, cells: [], subject: 'a', record: { user: 'ü\0' } },
      { row: 3, cells: [], subject: 'b', record: null },
    ]);
    expect([...journal.candidates((subject) => subject)].map(({ record }) => record)).toEqual([
      { user: 'ü\0' },
      null,
    ]);
  });
});

describe('causes', () => {
  test('count the rows of one reason, the most frequent first', () => {
    using journal = journalWith(2, 3, 4);
    journal.addOutcomes([refused(2, 'rare'), refused(3, 'often', 'x'), refused(4, 'often', 'y')]);
    expect(journal.causes(9).map(({ cause, rows, example }) => [cause, rows, example])).toEqual([
      ['often', 2, { row: 3, value: 'x', cells: ['cell 3'] }],
      ['rare', 1, { row: 2, value: undefined, cells: ['cell 2'] }],
    ]);
  });

  test('give the first row as their example, however late it was noted', () => {
    using journal = journalWith(2, 3, 4);
    journal.addOutcomes([refused(4, 'c', 'late'), refused(2, 'c', 'first'), refused(3, 'c')]);
    expect(journal.causes(9)[0]?.example).toMatchObject({ row: 2, value: 'first' });
  });

  test('tell statuses apart', () => {
    using journal = journalWith(2, 3);
    journal.addOutcomes([refused(2, 'c'), { ...refused(3, 'c'), status: 'unchanged' }]);
    expect(journal.causes(9)).toHaveLength(2);
  });

  test('leave out rows without a finding', () => {
    using journal = journalWith(2);
    journal.addOutcomes([outcome(2)]);
    expect(journal.causes(9)).toEqual([]);
  });

  test('are no more than asked for', () => {
    using journal = journalWith(2, 3, 4);
    journal.addOutcomes([refused(2, 'a'), refused(3, 'b'), refused(4, 'c')]);
    expect(journal.causes(2)).toHaveLength(2);
  });
});

describe('chunks', () => {
  const withChunks = (...waves: number[]): Journal => {
    const journal = journalWith(2, 3, 4, 5);
    waves.forEach((wave, i) => {
      journal.addChunk({ id: i + 1, wave, target: '', entries: [{ rows: [i + 2] }] });
    });
    return journal;
  };
  const ids = (journal: Journal, wave: number, afterId = 0, count = 99) =>
    journal.pendingChunks(wave, afterId, count).map(({ id }) => id);

  test('are given by wave, a page at a time', () => {
    using journal = withChunks(0, 1, 0, 0);
    expect(ids(journal, 0, 0, 2)).toEqual([1, 3]);
    expect(ids(journal, 0, 3, 2)).toEqual([4]);
  });

  test('have their waves in order', () => {
    using journal = withChunks(3, 0, 1, 0);
    expect(journal.waves()).toEqual([0, 1, 3]);
  });

  test('that were sent are still pending', async () => {
    using journal = withChunks(0);
    await journal.beginChunk(1);
    expect(ids(journal, 0)).toEqual([1]);
  });

  test('that are done are not, and their outcomes are kept', async () => {
    using journal = withChunks(0);
    await journal.completeChunk(1, [outcome(2)]);
    expect(ids(journal, 0)).toEqual([]);
    expect(journal.statusCounts()).toEqual(new Map([['created', 1]]));
  });

  test('whose outcomes cannot be kept are not done', async () => {
    using journal = withChunks(0);
    const broken = { ...outcome(2), attempts: null as unknown as number };
    await expect(journal.completeChunk(1, [broken])).rejects.toThrow('NOT NULL');
    expect(ids(journal, 0)).toEqual([1]);
  });
});

describe('a transaction', () => {
  test('that throws leaves nothing behind', () => {
    using journal = journalWith(2);
    const work = () => {
      journal.addOutcomes([outcome(2)]);
      throw new Error('half-way');
    };
    expect(() => journal.transaction(work)).toThrow('half-way');
    expect(journal.statusCounts()).toEqual(new Map());
  });
});

describe('a journal on disk', () => {
  test('can be read when its run is over', async ({ workdir }) => {
    const path = join(workdir, 'journal.sqlite');
    {
      using journal = openJournal(path, 'test');
      journal.addRows([{ row: 2, cells: ['x'], subject: '', record: null }]);
      journal.seal();
      await journal.completeChunk(1, [outcome(2)]);
      journal.setMeta({ input: 'a.csv' });
      journal.finish('finished');
    }
    using read = readJournal(path);
    expect([read.state, read.meta, read.rowCount()]).toEqual(['finished', { input: 'a.csv' }, 1]);
    expect([...read.results()][0]?.outcome?.status).toBe('created');
  });

  test('is being read until its plan is sealed', ({ workdir }) => {
    using journal = openJournal(join(workdir, 'journal.sqlite'), 'test');
    expect(journal.state).toBe('reading');
    journal.seal();
    expect(journal.state).toBe('planned');
  });
});
