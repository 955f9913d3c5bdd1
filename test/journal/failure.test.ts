import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect } from 'vitest';
import { JournalError } from '../../src/journal/failure.ts';
import { type Journal, journalOf } from '../../src/journal/journal.ts';
import { isJournal, openJournal, readJournal, reopenJournal } from '../../src/journal/open.ts';
import type { Outcome } from '../../src/vocabulary.ts';
import { test } from '../support/workdir.ts';

const ROWS = Array.from({ length: 60 }, (_, i) => i + 2);

const pathIn = (workdir: string) => join(workdir, 'journal.sqlite');
/** An outcome of some size. */
const outcome = (row: number): Outcome => ({
  row,
  status: 'failed',
  finding: { code: 'INVALID_DATA', cause: 'c'.repeat(500), resolution: 'r'.repeat(500) },
  attempts: 1,
});

/** Makes the file of a run with sixty rows in one chunk, its plan sealed; gives its path. */
function runIn(workdir: string): string {
  const path = pathIn(workdir);
  using journal = openJournal(path, 'run-1');
  journal.setMeta({ input: 'a.csv' });
  journal.addRows(
    ROWS.map((row) => ({ row, cells: ['x'.repeat(200)], subject: '', record: { row } })),
  );
  const entries = [{ rows: ROWS, id: '1' }];
  journal.addChunk({ id: 1, operation: 'o', target: '', after: [], entries });
  journal.seal();
  journal.finish('stopped');
  return path;
}

/** What somebody finds who opens a journal anew. */
function found(path: string) {
  using journal = readJournal(path);
  return {
    state: journal.state,
    meta: journal.meta,
    rows: journal.rowCount(),
    statuses: [...journal.statusCounts()],
    chunks: [...journal.pendingChunks()].map(({ chunk, wasSent }) => [chunk.id, wasSent]),
  };
}

/** Every way to change a journal by more than fits into the pages that it has. */
const WRITES: [what: string, write: (journal: Journal) => Promise<void>][] = [
  ['what is noted of it', async (journal) => journal.setMeta({ input: 'b'.repeat(50_000) })],
  [
    'rows',
    async (journal) =>
      journal.transaction(() =>
        journal.addRows(
          ROWS.map((row) => ({
            row: row + 1000,
            cells: ['y'.repeat(500)],
            subject: '',
            record: null,
          })),
        ),
      ),
  ],
  ['what became of a chunk', (journal) => journal.completeChunk(1, ROWS.map(outcome))],
  ['what became of some of it', (journal) => journal.returnChunk(1, ROWS.slice(1).map(outcome))],
];

const UNWRITABLE = { code: 'JOURNAL_UNWRITABLE', exitCode: 3 };

describe('a disk that is full', () => {
  /** A journal that may not grow by a page. */
  function fullJournal(path: string) {
    const db = new DatabaseSync(path);
    const { page_count: pages } = db.prepare('PRAGMA page_count').get() ?? {};
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA max_page_count = ${pages}`);
    return {
      journal: journalOf(db),
      makeRoom: () => db.exec('PRAGMA max_page_count = 100000'),
      [Symbol.dispose]: () => db.close(),
    };
  }

  test.for(WRITES)('is told, and nothing is half written: %s', async ([, write], { workdir }) => {
    const path = runIn(workdir);
    const before = found(path);
    using full = fullJournal(path);
    await expect(write(full.journal)).rejects.toThrow(JournalError);
    await expect(write(full.journal)).rejects.toMatchObject({
      ...UNWRITABLE,
      message: `The journal ${path} cannot be used: the disk is full.`,
      hint: expect.stringContaining('Make room'),
    });
    expect(found(path)).toEqual(before);
  });

  test.for(WRITES)('takes it all once there is room: %s', async ([, write], { workdir }) => {
    const path = runIn(workdir);
    using full = fullJournal(path);
    const before = found(path);
    await expect(write(full.journal)).rejects.toThrow(JournalError);
    full.makeRoom();
    await write(full.journal);
    expect(found(path)).not.toEqual(before);
  });

  test('fails all that was to be committed together', async ({ workdir }) => {
    using full = fullJournal(runIn(workdir));
    const writing = await Promise.allSettled([
      full.journal.beginChunk(1),
      full.journal.completeChunk(1, ROWS.map(outcome)),
    ]);
    expect(writing.map((one) => 'reason' in one && one.reason.code)).toEqual([
      'JOURNAL_UNWRITABLE',
      'JOURNAL_UNWRITABLE',
    ]);
    expect(full.journal.statusCounts()).toEqual(new Map());
  });
});

describe('a file that may not be written', () => {
  const writes: typeof WRITES = [
    ...WRITES,
    ['that a chunk is about to be sent', (journal) => journal.beginChunk(1)],
    ['the end of planning', async (journal) => journal.seal()],
    ['the end of the run', async (journal) => journal.finish('finished')],
    ['that there is no plan', async (journal) => journal.unplan()],
    ['that there is nothing', async (journal) => journal.clear()],
    ['other outcomes', async (journal) => journal.amendOutcomes([{ row: 2, status: 'assigned' }])],
  ];
  test.for(writes)('is told: %s', async ([, write], { workdir }) => {
    const path = runIn(workdir);
    const before = await readFile(path, 'latin1');
    using journal = readJournal(path);
    await expect(write(journal)).rejects.toMatchObject({
      ...UNWRITABLE,
      message: `The journal ${path} cannot be used: it may not be written.`,
    });
    expect(await readFile(path, 'latin1')).toBe(before);
  });

  test('is told who takes the run', ({ workdir }) => {
    using journal = readJournal(runIn(workdir));
    const owner = { pid: process.pid, host: 'here', bornMs: 1 };
    const effort = () => ({ calls: 0, credits: 0, retries: 0, elapsedMs: 0 });
    expect(() => journal.sessions.begin(owner, Date.now, effort)).toThrow(JournalError);
  });
});

describe('a file that is damaged', () => {
  /** Writes noise over every page of a file but the first. */
  async function damage(path: string): Promise<void> {
    const bytes = await readFile(path);
    await writeFile(path, bytes.fill(0xa5, 4096));
  }

  test.for(WRITES)('is told where it is written: %s', async ([, write], { workdir }) => {
    const path = runIn(workdir);
    await damage(path);
    const before = await readFile(path, 'latin1');
    expect(isJournal(path)).toBe(true);
    using journal = reopenJournal(path);
    await expect(write(journal)).rejects.toMatchObject({
      ...UNWRITABLE,
      message: `The journal ${path} cannot be used: it is damaged.`,
    });
    journal[Symbol.dispose]();
    expect((await readFile(path, 'latin1')).slice(4096)).toBe(before.slice(4096));
  });

  test('is told where it is read', async ({ workdir }) => {
    const path = runIn(workdir);
    await damage(path);
    using journal = readJournal(path);
    const reads: (() => unknown)[] = [
      () => journal.state,
      () => journal.meta,
      () => journal.rowCount(),
      () => journal.statusCounts(),
      () => [...journal.results()],
      () => [...journal.pendingChunks()],
      () => [...journal.candidates()],
    ];
    for (const read of reads) expect(read).toThrow(JournalError);
  });

  test.for([
    ['noise', 'a'.repeat(8192)],
    ['a text', 'name,parent\nEast,\n'],
  ] as const)(
    'from its first byte on is told when it is opened: %s',
    async ([, text], { workdir }) => {
      const path = pathIn(workdir);
      await writeFile(path, text);
      expect(() => reopenJournal(path)).toThrow(JournalError);
      expect(await readFile(path, 'utf8')).toBe(text);
    },
  );
});

describe('a file that cannot be opened', () => {
  test('is told', async ({ workdir }) => {
    const missing = join(workdir, 'missing', 'journal.sqlite');
    await mkdir(pathIn(workdir));
    for (const path of [missing, pathIn(workdir)]) {
      expect(() => openJournal(path, 'run-1')).toThrow(
        expect.objectContaining({
          ...UNWRITABLE,
          message: `The journal ${path} cannot be used: it cannot be opened.`,
        }),
      );
    }
  });
});

describe('a file that another program holds', () => {
  test('is told', async ({ workdir }) => {
    const path = runIn(workdir);
    using holder = new DatabaseSync(path);
    holder.exec('PRAGMA journal_mode = WAL; BEGIN IMMEDIATE');
    using db = new DatabaseSync(path);
    const journal = journalOf(db);
    await expect(journal.beginChunk(1)).rejects.toMatchObject({
      ...UNWRITABLE,
      message: `The journal ${path} cannot be used: another program holds it.`,
    });
    holder.exec('ROLLBACK');
    await journal.beginChunk(1);
    expect(found(path).chunks).toEqual([[1, true]]);
  });
});
