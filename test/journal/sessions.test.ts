import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import { openJournal, readJournal, reopenJournal } from '../../src/journal/open.ts';
import {
  type Effort,
  type Owner,
  RunLockedError,
  RunTakenError,
} from '../../src/journal/sessions.ts';
import type { Outcome } from '../../src/vocabulary.ts';
import { test } from '../support/workdir.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 21);

/** This process, on a machine of this name; say only what differs. */
const owner = (values: Partial<Owner> = {}): Owner => ({
  pid: process.pid,
  host: 'here',
  bornMs: 1,
  ...values,
});
/** A process that lives, and is not this one. */
const OTHER = owner({ pid: process.ppid, bornMs: 2 });

const NOTHING: Effort = { calls: 0, credits: 0, retries: 0, elapsedMs: 0 };

/** Takes a run, by a clock that stands still. */
function take(journal: Journal, by: Owner = owner(), nowMs = NOW, effort = NOTHING): void {
  journal.sessions.begin(
    by,
    () => nowMs,
    () => effort,
  );
}

/** The journal of a run with three rows in a chunk each, its plan sealed. */
function journalIn(workdir: string): Journal {
  const journal = openJournal(pathIn(workdir), 'run-1');
  const rows = [2, 3, 4];
  journal.addRows(rows.map((row) => ({ row, cells: [], subject: '', record: {} })));
  for (const row of rows) {
    const entries = [{ rows: [row], id: '1' }];
    journal.addChunk({ id: row - 1, operation: 'o', target: '', after: [], entries });
  }
  journal.seal();
  return journal;
}

const pathIn = (workdir: string) => join(workdir, 'journal.sqlite');
const outcome = (row: number): Outcome => ({ row, status: 'created', attempts: 1 });

/** Another opener of the same journal. */
const again = (workdir: string): Journal => reopenJournal(pathIn(workdir));

describe('a run that is taken', () => {
  test('is refused to every other process, which is told who has it', ({ workdir }) => {
    using journal = journalIn(workdir);
    take(journal, OTHER);
    using second = again(workdir);
    const taking = () => take(second, owner(), NOW + 12_345);
    expect(taking).toThrow(RunLockedError);
    expect(taking).toThrow(
      expect.objectContaining({
        code: 'RUN_LOCKED',
        exitCode: 2,
        message: `Process ${OTHER.pid} on here is at work on this run (last sign of life 12 s ago).`,
        hint: expect.stringContaining('60 s after'),
      }),
    );
  });

  test('is refused to its own process a second time', ({ workdir }) => {
    using journal = journalIn(workdir);
    take(journal);
    using second = again(workdir);
    expect(() => take(second)).toThrow(RunLockedError);
  });

  test('is free when its process has let go', ({ workdir }) => {
    using journal = journalIn(workdir);
    take(journal, OTHER);
    journal.sessions.end();
    using second = again(workdir);
    expect(() => take(second)).not.toThrow();
  });

  test('is free as soon as it has ended, and stands in one file', async ({ workdir }) => {
    using journal = journalIn(workdir);
    take(journal, OTHER);
    journal.finish('stopped');
    expect(await readdir(workdir)).toEqual(['journal.sqlite']);
    const before = await readFile(pathIn(workdir), 'latin1');
    // What comes after it is written nowhere.
    journal.sessions.beat();
    journal.sessions.end();
    expect(await readFile(pathIn(workdir), 'latin1')).toBe(before);
    using second = again(workdir);
    expect(() => take(second)).not.toThrow();
  });

  test('leaves no trace of those that were refused', ({ workdir }) => {
    using journal = journalIn(workdir);
    take(journal, OTHER);
    using second = again(workdir);
    expect(() => take(second)).toThrow();
    expect(sessionsOf(workdir)).toHaveLength(1);
    expect(() => journal.sessions.check()).not.toThrow();
  });

  test('can be read by anybody', ({ workdir }) => {
    using journal = journalIn(workdir);
    take(journal, OTHER);
    using reader = readJournal(pathIn(workdir));
    expect([reader.state, reader.rowCount()]).toEqual(['running', 3]);
  });
});

function sessionsOf(workdir: string) {
  using db = new DatabaseSync(pathIn(workdir), { readOnly: true });
  return db.prepare('SELECT * FROM sessions ORDER BY id').all();
}

describe('a run is taken over', () => {
  const { pid: dead = 0 } = spawnSync(process.execPath, ['--eval', '']);

  const cases: [what: string, holder: Partial<Owner>, silentMs: number, isFree: boolean][] = [
    ['from a process that is dead, at once', { pid: dead, bornMs: 2 }, 0, true],
    ['from nobody who lives', OTHER, MINUTE, false],
    ['from a process that is silent for more than a minute', OTHER, MINUTE + 1, true],
    ['from another machine not within a minute', { host: 'there', pid: dead }, MINUTE, false],
    ['from another machine after a minute', { host: 'there', pid: dead }, MINUTE + 1, true],
    ['from a process before the last boot, whose number is ours', { bornMs: 2 }, 0, true],
    ['from ourselves never', {}, 0, false],
    ['not from one whose clock is ahead by less than a minute', OTHER, -MINUTE, false],
    ['from one whose clock is ahead by more', OTHER, -MINUTE - 1, true],
    ['from a dead one whose clock is ahead', { pid: dead, bornMs: 2 }, -MINUTE, true],
  ];
  test.for(cases)('%s', ([, holder, silentMs, isFree], { workdir }) => {
    using journal = journalIn(workdir);
    take(journal, owner(holder), NOW);
    using second = again(workdir);
    const taking = () => take(second, owner(), NOW + silentMs);
    if (isFree) expect(taking).not.toThrow();
    else expect(taking).toThrow(RunLockedError);
  });

  test('not from one that has given a sign of life since', ({ workdir }) => {
    using journal = journalIn(workdir);
    let nowMs = NOW;
    journal.sessions.begin(
      owner({ host: 'there' }),
      () => nowMs,
      () => NOTHING,
    );
    nowMs += MINUTE;
    journal.sessions.beat();
    using second = again(workdir);
    expect(() => take(second, owner(), nowMs + MINUTE)).toThrow(RunLockedError);
    expect(() => take(second, owner(), nowMs + MINUTE + 1)).not.toThrow();
  });

  test('not from one that has written down what became of a chunk since', async ({ workdir }) => {
    using journal = journalIn(workdir);
    let nowMs = NOW;
    journal.sessions.begin(
      owner({ host: 'there' }),
      () => nowMs,
      () => NOTHING,
    );
    nowMs += MINUTE;
    await journal.completeChunk(1, [outcome(2)]);
    using second = again(workdir);
    expect(() => take(second, owner(), nowMs + MINUTE)).toThrow(RunLockedError);
  });
});

describe('of several that open a run at once', () => {
  /** Opens the journal, waits for a word, takes the run, and tells whether it has got it. */
  const OPENER = `
    const { reopenJournal } = await import(process.argv[1]);
    const journal = reopenJournal(process.argv[2]);
    console.log('ready');
    process.stdin.once('data', () => {
      const owner = { pid: process.pid, host: 'here', bornMs: performance.timeOrigin };
      try {
        journal.sessions.begin(owner, Date.now, () => (${JSON.stringify(NOTHING)}));
        console.log('taken');
      } catch (error) {
        console.log(error.code);
      }
    });`;
  const OPEN = join(import.meta.dirname, '../../src/journal/open.ts');

  test('one gets it', async ({ workdir }) => {
    journalIn(workdir)[Symbol.dispose]();
    const children = Array.from({ length: 3 }, () => {
      const args = ['--input-type=module', '--eval', OPENER, OPEN, pathIn(workdir)];
      const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      return { child, next: async () => String((await lines.next()).value) };
    });
    const said = () => Promise.all(children.map(({ next }) => next()));
    expect(await said()).toEqual(['ready', 'ready', 'ready']);
    for (const { child } of children) child.stdin.write('now\n');
    expect((await said()).sort()).toEqual(['RUN_LOCKED', 'RUN_LOCKED', 'taken']);
    // They live until here, so that none can be taken for dead.
    const ended = children.map(({ child }) => once(child, 'close'));
    for (const { child } of children) child.stdin.end();
    await Promise.all(ended);
  });
});

describe('a session that was taken over', () => {
  /** A journal whose session has lost the run to another one, and that one's journal. */
  function lostRun(workdir: string) {
    const lost = journalIn(workdir);
    take(lost, owner({ host: 'there' }));
    const winner = again(workdir);
    take(winner, owner(), NOW + MINUTE + 1);
    return {
      lost,
      winner,
      /** What somebody who looks at the run finds. */
      found() {
        using reader = readJournal(pathIn(workdir));
        return {
          state: reader.state,
          meta: reader.meta,
          statuses: [...reader.statusCounts()],
          pending: [...reader.pendingChunks()].map(({ chunk, wasSent }) => [chunk.id, wasSent]),
        };
      },
      [Symbol.dispose]() {
        winner[Symbol.dispose]();
        lost[Symbol.dispose]();
      },
    };
  }

  const writes: [what: string, write: (journal: Journal) => Promise<void>][] = [
    ['that a chunk is about to be sent', (journal) => journal.beginChunk(1)],
    ['that a chunk is done', (journal) => journal.completeChunk(1, [outcome(2)])],
    ['that a chunk was not sent', (journal) => journal.returnChunk(1, [])],
    ['that a chunk is open', (journal) => journal.leaveChunk(1, [])],
    ['that the plan is made', async (journal) => journal.seal()],
    ['that the run has ended', async (journal) => journal.finish('finished')],
    ['what is noted of the run', async (journal) => journal.setMeta({ input: 'b.csv' })],
    ['other rows', async (journal) => journal.transaction(() => journal.addOutcomes([outcome(2)]))],
    ['other outcomes', async (journal) => journal.amendOutcomes([{ row: 2, status: 'assigned' }])],
    ['that there is no plan', async (journal) => journal.unplan()],
    ['that there is nothing', async (journal) => journal.clear()],
  ];
  test.for(writes)('cannot write %s', async ([, write], { workdir }) => {
    using run = lostRun(workdir);
    const before = run.found();
    await expect(write(run.lost)).rejects.toThrow(RunTakenError);
    await expect(write(run.lost)).rejects.toMatchObject({ code: 'RUN_LOCKED', exitCode: 3 });
    expect(run.found()).toEqual(before);
  });

  test('loses what it was about to commit in the same turn', async ({ workdir }) => {
    using lost = journalIn(workdir);
    take(lost, owner({ host: 'there' }));
    const writing = Promise.allSettled([
      lost.completeChunk(1, [outcome(2)]),
      lost.completeChunk(2, [outcome(3)]),
    ]);
    using winner = again(workdir);
    take(winner, owner(), NOW + MINUTE + 1);
    expect((await writing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(winner.statusCounts()).toEqual(new Map());
  });

  test('does not disturb the one that has the run now', async ({ workdir }) => {
    using run = lostRun(workdir);
    await expect(run.lost.completeChunk(1, [outcome(2)])).rejects.toThrow();
    run.lost.sessions.beat();
    run.lost.sessions.end();
    await run.winner.completeChunk(1, [outcome(2)]);
    run.winner.finish('finished');
    expect(run.found()).toMatchObject({ state: 'finished', statuses: [['created', 1]] });
  });

  test('does not make the run free by ending', ({ workdir }) => {
    using run = lostRun(workdir);
    run.lost.sessions.end();
    using third = again(workdir);
    expect(() => take(third, OTHER, NOW + MINUTE + 1)).toThrow(RunLockedError);
  });
});

describe('what a run has taken', () => {
  const effort = (n: number): Effort => ({
    calls: n,
    credits: 10 * n,
    retries: 100 * n,
    elapsedMs: 1000 * n,
  });

  test('is summed over its sessions, however they ended', ({ workdir }) => {
    using first = journalIn(workdir);
    expect(first.sessions.effort()).toEqual(effort(0));
    take(first, owner(), NOW, effort(1));
    first.sessions.end();
    using second = again(workdir);
    take(second, owner({ bornMs: 2 }), NOW, effort(2));
    second.sessions.beat();
    // This one is killed: all that is known of it is its last sign of life.
    using third = again(workdir);
    take(third, owner({ bornMs: 3 }), NOW, effort(4));
    third.sessions.beat();
    expect(third.sessions.effort()).toEqual(effort(7));
    using reader = readJournal(pathIn(workdir));
    expect(reader.sessions.effort()).toEqual(effort(7));
  });

  test('is what it has come to at the last sign of life', async ({ workdir }) => {
    using journal = journalIn(workdir);
    let calls = 0;
    journal.sessions.begin(
      owner(),
      () => NOW,
      () => effort(calls),
    );
    calls = 3;
    await journal.beginChunk(1);
    expect(journal.sessions.effort()).toEqual(effort(3));
    calls = 5;
    journal.sessions.end();
    expect(journal.sessions.effort()).toEqual(effort(5));
  });

  test('counts what a session has done after it was taken over, too', ({ workdir }) => {
    using lost = journalIn(workdir);
    let calls = 1;
    lost.sessions.begin(
      owner({ host: 'there' }),
      () => NOW,
      () => effort(calls),
    );
    using winner = again(workdir);
    take(winner, owner(), NOW + MINUTE + 1, effort(2));
    winner.sessions.beat();
    calls = 4;
    lost.sessions.end();
    expect(winner.sessions.effort()).toEqual(effort(6));
  });

  test('is whole milliseconds', ({ workdir }) => {
    using journal = journalIn(workdir);
    take(journal, owner(), NOW, { ...NOTHING, elapsedMs: 1234.56 });
    journal.sessions.beat();
    expect(journal.sessions.effort().elapsedMs).toBe(1235);
  });
});

test('a journal that nobody has taken can be written, as that of a plan is', async ({
  workdir,
}) => {
  using journal = journalIn(workdir);
  journal.sessions.beat();
  await journal.completeChunk(1, [outcome(2)]);
  journal.finish('planned');
  expect(sessionsOf(workdir)).toEqual([]);
});
