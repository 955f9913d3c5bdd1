import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { JournalError } from '../../../src/journal/failure.ts';
import { journalOf } from '../../../src/journal/journal.ts';
import { openJournal } from '../../../src/journal/open.ts';
import { executeChunks } from '../../../src/pipeline/execute/execute.ts';
import type { Executor } from '../../../src/pipeline/execute/executor.ts';
import { createSlots } from '../../../src/zoho/slots.ts';
import { test } from '../../support/workdir.ts';

const CHUNKS = 60;
const IN_FLIGHT = 4;

/** The file of a run with a row in each of its chunks, its plan sealed. */
function runIn(workdir: string): string {
  const path = join(workdir, 'journal.sqlite');
  using journal = openJournal(path, 'run-1');
  const rows = Array.from({ length: CHUNKS }, (_, i) => i + 2);
  journal.addRows(rows.map((row) => ({ row, cells: [], subject: '', record: {} })));
  for (const row of rows) {
    const entries = [{ rows: [row], id: '1' }];
    journal.addChunk({ id: row - 1, operation: 'o', target: '', after: [], entries });
  }
  journal.seal();
  return path;
}

/** An executor whose outcomes take much room, and what it was given. */
function spaciousExecutor() {
  const turns: { id: number; wasSent: boolean }[] = [];
  const finding = { code: 'X', cause: 'c'.repeat(2000), resolution: '' };
  const executor: Executor = {
    async execute({ id, entries }, { wasSent }) {
      turns.push({ id, wasSent });
      await setImmediate();
      const rows = entries.flatMap((entry) => entry.rows);
      return { outcomes: rows.map((row) => ({ row, status: 'failed', finding, attempts: 1 })) };
    },
  };
  return { executor, turns };
}

const options = (executor: Executor, isResumed: boolean) => ({
  executor,
  isResumed,
  maxErrors: Number.POSITIVE_INFINITY,
  signal: undefined,
  slots: createSlots(IN_FLIGHT, Date.now, async () => {}),
  sleep: async () => {},
  onEvent: () => {},
});

describe('a journal that takes nothing more in', () => {
  test('ends the run with that error; what was at work then is settled when it is resumed', async ({
    workdir,
  }) => {
    const path = runIn(workdir);
    using db = new DatabaseSync(path);
    const { page_count: pages } = db.prepare('PRAGMA page_count').get() ?? {};
    db.exec(`PRAGMA max_page_count = ${Number(pages) + 8}`);
    const journal = journalOf(db);

    const first = spaciousExecutor();
    const running = executeChunks(journal, options(first.executor, false));
    await expect(running).rejects.toThrow(JournalError);
    const noted = journal.rowsEnded();
    const open = first.turns.filter(({ id }) => !noted.has(id + 1));
    expect(first.turns.length).toBeLessThan(CHUNKS);
    expect(open.length).toBeGreaterThan(0);
    // Those that had a slot, and those that were about to get one.
    expect(open.length).toBeLessThanOrEqual(2 * IN_FLIGHT);

    db.exec('PRAGMA max_page_count = 100000');
    const second = spaciousExecutor();
    expect(await executeChunks(journal, options(second.executor, true))).toBeUndefined();
    expect([...journal.results()].map(({ outcome }) => outcome?.status)).toEqual(
      new Array(CHUNKS).fill('failed'),
    );
    const wasSent = second.turns.filter((turn) => turn.wasSent).map(({ id }) => id);
    expect(wasSent).toEqual(open.map(({ id }) => id).sort((a, b) => a - b));
    expect(first.turns.length + second.turns.length).toBe(CHUNKS + open.length);
  });
});
