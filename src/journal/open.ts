import { existsSync, statSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { explained } from './failure.ts';
import { type Journal, journalOf, makeSingle } from './journal.ts';
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts';

const PAGE_CACHE_KIB = 8192;
/** How long a transaction of another process is waited for. */
const BUSY_MS = 5000;

/** Makes the journal of a new run or plan. */
export function openJournal(path: string, runId: string): Journal {
  return explained(path, () => {
    const db = openForBulk(path);
    const journal = journalOf(db);
    // Whole or not at all: a file with our mark has its tables, and names its run.
    journal.transaction(() => {
      db.exec(SCHEMA);
      db.prepare('INSERT INTO run VALUES (?, ?, ?)').run(runId, 'reading', '{}');
    });
    return journal;
  });
}

/** Goes on with a journal that was planned and not sealed, under another id. */
export function continueJournal(path: string, runId: string): Journal {
  return explained(path, () => {
    const db = openForBulk(path);
    db.prepare('UPDATE run SET id = ?').run(runId);
    return journalOf(db);
  });
}

/** Opens the journal of a run that did not reach its end, to go on with it. */
export function reopenJournal(path: string): Journal {
  return explained(path, () => journalOf(openForBulk(path)));
}

/**
 * Opens a database for much writing at once. Until the plan is sealed nothing was sent: what the
 * machine loses with its power then costs a new start and no safety. What a process has written
 * survives its death all the same.
 */
function openForBulk(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY_MS });
  db.exec(PRAGMAS);
  return db;
}

/** Whether a file is a journal of this version. */
export function isJournal(path: string): boolean {
  return probe(
    path,
    (pragma) =>
      pragma('application_id') === APPLICATION_ID && pragma('user_version') === SCHEMA_VERSION,
  );
}

/** Whether nothing is missing of a journal's file, and nothing in it was damaged. */
export function isWhole(path: string): boolean {
  return probe(path, (pragma) => {
    // A last page that is cut short is read as if it ended in zeros.
    const bytes = Number(pragma('page_count')) * Number(pragma('page_size'));
    return statSync(path).size === bytes && pragma('quick_check') === 'ok';
  });
}

/** Asks SQLite about a file; false where there is none, it may not be read, or is none of SQLite's. */
function probe(
  path: string,
  ask: (pragma: (name: string) => SQLOutputValue | undefined) => boolean,
): boolean {
  let db: DatabaseSync | undefined;
  try {
    db = openToRead(path);
    return ask((name) => db?.prepare(`PRAGMA ${name}`).get()?.[name]);
  } catch {
    return false;
  } finally {
    db?.close();
  }
}

/** Opens the journal of an earlier run to read it. */
export function readJournal(path: string): Journal {
  return journalOf(openToRead(path));
}

/** Makes the journal of a run that has ended one file, where a process was killed on that step. */
export function tidyJournal(path: string): void {
  if (!existsSync(`${path}-wal`)) return;
  using db = new DatabaseSync(path, { timeout: BUSY_MS });
  makeSingle(db);
}

/** Opens a database to read it; a write that a killed process has left half done is taken back. */
function openToRead(path: string): DatabaseSync {
  if (existsSync(`${path}-journal`)) takeBack(path);
  return new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
}

/** Only who may write can do that, by reading anything at all. */
function takeBack(path: string): void {
  using db = new DatabaseSync(path, { timeout: BUSY_MS });
  db.prepare('PRAGMA schema_version').get();
}

/** Copies a journal, whoever is at work on it, as it is at this moment. */
export function copyJournal(path: string, copy: string): void {
  explained(copy, () => {
    using db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
    db.prepare('VACUUM INTO ?').run(copy);
  });
}

const PRAGMAS = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
  PRAGMA temp_store = FILE; PRAGMA cache_size = -${PAGE_CACHE_KIB};
`;
