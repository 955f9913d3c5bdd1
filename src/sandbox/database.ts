import { DatabaseSync } from 'node:sqlite';

/** Changes with the tables, so that a file made by another version is told apart. */
const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY, first_name TEXT NOT NULL, last_name TEXT NOT NULL, email TEXT NOT NULL,
    status TEXT NOT NULL, role TEXT NOT NULL, profile TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS territories (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, name_key TEXT NOT NULL UNIQUE,
    parent_id INTEGER REFERENCES territories (id), manager_id INTEGER REFERENCES users (id),
    permission_type TEXT NOT NULL, description TEXT, account_rule_criteria TEXT,
    lead_rule_criteria TEXT, deal_rule_criteria TEXT, created_time TEXT NOT NULL,
    modified_time TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS territories_by_parent ON territories (parent_id);
  CREATE TABLE IF NOT EXISTS members (
    territory_id INTEGER NOT NULL REFERENCES territories (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users (id),
    PRIMARY KEY (territory_id, user_id)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS members_by_user ON members (user_id);
  CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY, module TEXT NOT NULL, fields TEXT NOT NULL, locked INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS records_by_module ON records (module, id);
  CREATE TABLE IF NOT EXISTS assignments (
    record_id INTEGER NOT NULL REFERENCES records (id),
    territory_id INTEGER NOT NULL REFERENCES territories (id) ON DELETE CASCADE,
    assigned_time TEXT NOT NULL, assigned TEXT NOT NULL,
    PRIMARY KEY (record_id, territory_id)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS assignments_by_territory ON assignments (territory_id);
  CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY, record_id INTEGER NOT NULL UNIQUE, action TEXT NOT NULL,
    territory_ids TEXT NOT NULL, due INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS jobs_by_due ON jobs (due);
  CREATE TABLE IF NOT EXISTS tokens (
    token TEXT PRIMARY KEY, refresh_token TEXT NOT NULL, scope TEXT NOT NULL,
    issued INTEGER NOT NULL, expires INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS tokens_by_refresh ON tokens (refresh_token, issued);
  CREATE TABLE IF NOT EXISTS credits (hour INTEGER PRIMARY KEY, used INTEGER NOT NULL);
`;

/** A row as node:sqlite gives it. */
export type Row = Record<string, string | number | null>;

/** The open state file: typed shorthands over node:sqlite, and one transaction at a time. */
export interface Database {
  readonly all: (sql: string) => (...values: (string | number | null)[]) => Row[];
  readonly get: (sql: string) => (...values: (string | number | null)[]) => Row | undefined;
  readonly run: (sql: string) => (...values: (string | number | null)[]) => number;
  /** Runs `work` in one transaction; it is rolled back when `work` throws or `keep` says no. */
  readonly transaction: <T>(work: () => T, keep?: (value: T) => boolean) => T;
  /** The next number of a named counter, from `first` on; survives restarts. */
  readonly next: (name: string, first: string) => string;
  readonly close: () => void;
}

function checkVersion(db: DatabaseSync, path: string): void {
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as Row;
  const { tables } = db.prepare('SELECT COUNT(*) AS tables FROM sqlite_schema').get() as Row;
  if (version === SCHEMA_VERSION || tables === 0) return;
  db.close();
  throw new Error(`${path} is no state file of this sandbox version; name another file`);
}

/**
 * Opens a state file, making its tables where they are missing.
 *
 * Ids are 64-bit integers inside and strings outside: SQLite converts the strings that are bound, and
 * every query casts the ids it selects to text, as they do not fit a JavaScript number.
 * @throws {Error} when the file was made by something else.
 */
export function openDatabase(path: string): Database {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5_000 });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536');
  checkVersion(db, path);
  db.exec(`BEGIN IMMEDIATE; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
  const next = db.prepare(
    `INSERT INTO counters (name, value) VALUES (?, CAST(? AS INTEGER))
     ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING CAST(value AS TEXT) AS value`,
  );
  return {
    all: (sql) => {
      const statement = db.prepare(sql);
      return (...values) => statement.all(...values) as Row[];
    },
    get: (sql) => {
      const statement = db.prepare(sql);
      return (...values) => statement.get(...values) as Row | undefined;
    },
    run: (sql) => {
      const statement = db.prepare(sql);
      return (...values) => Number(statement.run(...values).changes);
    },
    transaction: (work, keep = () => true) => {
      db.exec('BEGIN IMMEDIATE');
      let done = false;
      try {
        const value = work();
        done = keep(value);
        return value;
      } finally {
        db.exec(done ? 'COMMIT' : 'ROLLBACK');
      }
    },
    next: (name, first) => (next.get(name, first) as { value: string }).value,
    close: () => db.close(),
  };
}
