import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import { continueJournal, isJournal, openJournal, readJournal } from '../../src/journal/open.ts';
import type { Chunk, Outcome } from '../../src/vocabulary.ts';
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
const refused = (row: number, cause: string, value?: string, suggestion?: string): Outcome =>
  outcome(row, {
    status: 'failed',
    finding: {
      code: 'INVALID_DATA',
      cause,
      resolution: 'r',
      field: 'user',
      ...(value === undefined ? {} : { value }),
      ...(suggestion === undefined ? {} : { suggestion }),
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
      finding: { code: 'C', cause: 'c', value: '', field: 'f', resolution: '', suggestion: 's' },
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
      ['often', 2, { row: 3, value: 'x', suggestion: undefined, cells: ['cell 3'] }],
      ['rare', 1, { row: 2, value: undefined, suggestion: undefined, cells: ['cell 2'] }],
    ]);
  });

  test('are one whatever was probably meant; the first row tells its own', () => {
    using journal = journalWith(2, 3, 4);
    journal.addOutcomes([
      refused(4, 'c', 'Est', 'East'),
      refused(2, 'c', 'Nrth', 'North'),
      refused(3, 'c', 'Nowhere'),
    ]);
    expect(journal.causes(9).map(({ rows, example }) => [rows, example])).toEqual([
      [3, { row: 2, value: 'Nrth', suggestion: 'North', cells: ['cell 2'] }],
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

/** A journal of rows 2, 3, …, each in a chunk of its own, from 1 on, of these operations. */
function journalOf(...operations: string[]): Journal {
  const journal = journalWith(...operations.map((_, i) => i + 2));
  operations.forEach((operation, i) => {
    journal.addChunk(chunk(i + 1, operation));
  });
  return journal;
}
const chunk = (id: number, operation = 'create'): Chunk => ({
  id,
  operation,
  target: '7',
  after: id === 1 ? [] : [id - 1],
  entries: [{ rows: [id + 1], id: '3000', label: '\u{1f600}\0' }],
});

describe('chunks', () => {
  const pending = (journal: Journal) => [...journal.pendingChunks()].map(({ chunk: { id } }) => id);

  test('are given as they were', () => {
    using journal = journalOf('create', 'update');
    expect([...journal.chunks()]).toEqual([chunk(1), chunk(2, 'update')]);
    expect([...journal.pendingChunks()]).toEqual([
      { chunk: chunk(1), wasSent: false },
      { chunk: chunk(2, 'update'), wasSent: false },
    ]);
  });

  test('that are pending are given by id, over all pages', () => {
    const many = new Array<string>(250).fill('a');
    using journal = journalOf(...many);
    expect(pending(journal)).toEqual(many.map((_, i) => i + 1));
  });

  test('that were sent are still pending', async () => {
    using journal = journalOf('a');
    await journal.beginChunk(1);
    expect([...journal.pendingChunks()]).toEqual([{ chunk: chunk(1, 'a'), wasSent: true }]);
    expect(journal.unsettledRows().has(2)).toBe(true);
  });

  test('that are done are not, and their outcomes are kept', async () => {
    using journal = journalOf('a', 'a', 'a');
    await journal.completeChunk(2, [outcome(3)]);
    expect(pending(journal)).toEqual([1, 3]);
    expect(journal.statusCounts()).toEqual(new Map([['created', 1]]));
  });

  test('that were given back are pending, and their outcomes are kept', async () => {
    using journal = journalOf('a');
    await journal.beginChunk(1);
    await journal.returnChunk(1, [outcome(2)]);
    expect(pending(journal)).toEqual([1]);
    expect(journal.statusCounts()).toEqual(new Map([['created', 1]]));
  });

  test('whose outcomes cannot be kept are not done', async () => {
    using journal = journalOf('a');
    const broken = { ...outcome(2), attempts: null as unknown as number };
    await expect(journal.completeChunk(1, [broken])).rejects.toThrow('NOT NULL');
    expect(pending(journal)).toEqual([1]);
  });

  test('are all given, done or not, however many pages they fill', async () => {
    using journal = journalOf(...new Array<string>(250).fill('a'));
    await journal.completeChunk(1, []);
    const ids = [...journal.chunks()].map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: 250 }, (_, i) => i + 1));
  });

  test('can be read in the middle of being read', () => {
    using journal = journalOf(...new Array<string>(150).fill('a'));
    let pairs = 0;
    for (const one of journal.chunks()) {
      for (const other of journal.chunks()) if (other.id === one.id) pairs += 1;
    }
    expect(pairs).toBe(150);
  });

  test('are counted by operation, in the order in which each comes first', () => {
    using journal = journalOf('update', 'create', 'update', 'update');
    expect([...journal.operationCounts()]).toEqual([
      ['update', 3],
      ['create', 1],
    ]);
    using empty = journalWith();
    expect([...empty.operationCounts()]).toEqual([]);
  });
});

describe('a plan that is taken away', () => {
  test('leaves the rows and what their check has found', () => {
    using journal = openJournal(':memory:', 'test');
    journal.addRows([
      { row: 2, cells: ['a'], subject: '', record: {} },
      { row: 3, cells: ['b'], subject: '', record: null },
      { row: 4, cells: ['c'], subject: '', record: {} },
    ]);
    journal.addOutcomes([refused(3, 'by its check'), refused(4, 'by the plan')]);
    journal.addChunk(chunk(1));
    journal.unplan();
    expect([...journal.chunks()]).toEqual([]);
    expect([...journal.results()].map((one) => one.outcome?.finding?.cause)).toEqual([
      undefined,
      'by its check',
      undefined,
    ]);
    expect(journal.rowCount()).toBe(3);
  });

  test('can be made again', () => {
    using journal = journalOf('a', 'a');
    journal.unplan();
    journal.addChunk(chunk(1));
    expect([...journal.chunks()]).toEqual([chunk(1)]);
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
    expect(journal.state).toBe('running');
  });

  test('that was planned and left can be gone on with under another id', async ({ workdir }) => {
    const path = join(workdir, 'plan.sqlite');
    {
      using journal = openJournal(path, 'plan');
      journal.addRows([{ row: 2, cells: ['x'], subject: '', record: {} }]);
      journal.addChunk(chunk(1));
      journal.setMeta({ input: 'a.csv' });
      journal.finish('planned');
    }
    {
      using journal = continueJournal(path, 'run-1');
      expect([journal.state, journal.meta]).toEqual(['planned', { input: 'a.csv' }]);
      journal.seal();
      await journal.beginChunk(1);
      await journal.completeChunk(1, [outcome(2)]);
      journal.finish('finished');
    }
    using read = readJournal(path);
    expect([...read.results()][0]?.outcome?.status).toBe('created');
    expect([read.state, [...read.pendingChunks()]]).toEqual(['finished', []]);
    using db = new DatabaseSync(path, { readOnly: true });
    expect(db.prepare('SELECT id FROM run').all()).toEqual([{ id: 'run-1' }]);
  });

  test('is told from everything else', async ({ workdir }) => {
    const at = (name: string) => join(workdir, name);
    for (const [name, pragma] of [
      ['journal.sqlite', 'user_version'],
      ['foreign.sqlite', 'application_id = 1'],
      ['older.sqlite', 'user_version = 999'],
    ] as const) {
      openJournal(at(name), 'test')[Symbol.dispose]();
      using db = new DatabaseSync(at(name));
      db.exec(`PRAGMA ${pragma}`);
    }
    await writeFile(at('text.csv'), 'name\nEast\n'.repeat(200));
    await writeFile(at('empty'), '');
    const names = ['foreign.sqlite', 'older.sqlite', 'text.csv', 'empty', 'missing', '.'];
    expect(names.filter((name) => isJournal(at(name)))).toEqual([]);
    expect(isJournal(at('journal.sqlite'))).toBe(true);
    expect((await readdir(workdir)).sort()).not.toContain('missing');
  });

  test('is known as one while it is being written', ({ workdir }) => {
    const path = join(workdir, 'journal.sqlite');
    using journal = openJournal(path, 'test');
    journal.seal();
    expect(isJournal(path)).toBe(true);
  });
});
