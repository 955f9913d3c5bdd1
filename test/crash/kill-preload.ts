/**
 * Loaded into the built command with `node --import`: ends it with SIGKILL at one step of its work
 * on disk. Without `KILL_AT` nothing dies, and the steps that it took are told on standard error.
 *
 * - `KILL_IN`: `journal` counts the write transactions of journal.sqlite, `files` the steps in which
 *   the result files are written: opened, filled, closed, renamed
 * - `KILL_AT`: the number of the step, counted from 1
 * - `KILL_WHEN`: `before` or `after` it
 * - `KILL_FREEZE`: a file to be made when the process comes to the step; it then goes to sleep
 *   (SIGSTOP) instead of dying
 * - `WAITS_PER_MS`: waits are so many times shorter
 */
import fs from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import timers from 'node:timers/promises';

const { KILL_IN, KILL_AT = '', KILL_WHEN, KILL_FREEZE, WAITS_PER_MS = '1' } = process.env;
const steps = { journal: 0, planning: 0, files: 0 };

/** Counts a step; gives what is to be called when it is done. */
function begin(kind: 'journal' | 'files'): () => void {
  steps[kind] += 1;
  if (kind !== KILL_IN || steps[kind] !== Number(KILL_AT)) return () => {};
  if (KILL_WHEN === 'before') die();
  return die;
}

function die(): void {
  if (KILL_FREEZE === undefined) process.kill(process.pid, 'SIGKILL');
  else {
    fs.writeFileSync(KILL_FREEZE, '');
    process.kill(process.pid, 'SIGSTOP');
  }
}

/** Does one step of the journal: all that is written outside of a transaction, or its commit. */
function write<T>(work: () => T): T {
  const end = begin('journal');
  const result = work();
  end();
  return result;
}

const isJournal = (db: DatabaseSync) => basename(db.location() ?? '') === 'journal.sqlite';
/** What changes nothing in the file, or not yet. */
const IDLE = /^(BEGIN|ROLLBACK|SELECT|PRAGMA (?!journal_mode|wal_checkpoint|\w+ = \d))/;

const { exec, prepare } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function (this: DatabaseSync, sql) {
  if (!isJournal(this)) return exec.call(this, sql);
  const bare = sql.replace(/--.*/g, '');
  // Each of several statements is a transaction of its own, unless they are within one.
  for (const text of bare.split(';').map((one) => one.trim())) {
    if (text === '') continue;
    const isIdle = IDLE.test(text) || (this.isTransaction && text !== 'COMMIT');
    if (isIdle) exec.call(this, text);
    else write(() => exec.call(this, text));
    if (text.includes("'running'")) steps.planning = steps.journal;
  }
};

const owners = new WeakMap<StatementSync, DatabaseSync>();
DatabaseSync.prototype.prepare = function (this: DatabaseSync, ...how) {
  const statement = prepare.apply(this, how);
  if (isJournal(this)) owners.set(statement, this);
  return statement;
};

const { run } = StatementSync.prototype;
StatementSync.prototype.run = function (this: StatementSync, ...values: unknown[]) {
  const work = () => run.apply(this, values as Parameters<typeof run>);
  return owners.get(this)?.isTransaction === false ? write(work) : work();
};

const RESULT_FILES = /^(result\.csv|failed\.csv|summary\.json)/;
const isResult = (path: unknown) => RESULT_FILES.test(basename(String(path)));

/** A function that calls back when it is done, as a step. */
function stepped<A extends unknown[]>(work: (...values: A) => void) {
  return (...values: A) => {
    const done = values.pop() as (...results: unknown[]) => void;
    const end = begin('files');
    const callback = (...results: unknown[]) => {
      end();
      done(...results);
    };
    work(...([...values, callback] as A));
  };
}

const { createWriteStream } = fs;
const { open, write: writeBytes, writev, close } = fs;
fs.createWriteStream = (path, options) => {
  if (!isResult(path)) return createWriteStream(path, options);
  const how = {
    open: stepped(open),
    write: stepped(writeBytes),
    writev: stepped(writev),
    close: stepped(close),
  };
  return createWriteStream(path, { fs: how as unknown as typeof fs });
};

/** A function that gives a promise, as a step where its first value names a result file. */
function promised<A extends unknown[]>(work: (...values: A) => Promise<void>) {
  return async (...values: A) => {
    if (!isResult(values[0])) return work(...values);
    const end = begin('files');
    await work(...values);
    end();
  };
}

files.writeFile = promised(files.writeFile);
files.rename = promised(files.rename);

const wait = timers.setTimeout;
timers.setTimeout = (ms = 1, ...rest) => wait(ms / Number(WAITS_PER_MS), ...rest);

syncBuiltinESMExports();

process.on('exit', () => {
  if (KILL_AT === '') process.stderr.write(`\n${JSON.stringify(steps)}\n`);
});
