/** Tells our files from other SQLite files; "terr" in ASCII. */
export const APPLICATION_ID = 0x74657272;
/** Changes when the tables do: a file of another version is refused, not misread. */
export const SCHEMA_VERSION = 2;

/**
 * Tables of a run's SQLite file. Rows and outcomes are appended: a million updates in random order
 * take most of a minute, a million appends two seconds. What changes an outcome later (a job of the
 * org that has ended, a row that is sent once more) is about few rows, or waits longer for the org.
 */
export const SCHEMA = `
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
  CREATE TABLE run (
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    meta TEXT NOT NULL
  );
  -- Every process that has worked on the run; the last one holds it until it has ended.
  CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    pid INTEGER NOT NULL,
    host TEXT NOT NULL,
    born_ms INTEGER NOT NULL,
    beat_ms INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    credits INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    elapsed_ms INTEGER NOT NULL
  );
  -- One line per input row; record is null for rows refused by their check.
  CREATE TABLE rows (
    row INTEGER PRIMARY KEY,
    cells TEXT NOT NULL,
    subject TEXT NOT NULL,
    record TEXT
  );
  -- The plan: one line per call, in the order in which they are started. A call that is 'sent' may
  -- have been carried out, as far as its rows have no outcome: the org must be read to know.
  CREATE TABLE chunks (
    id INTEGER PRIMARY KEY,
    operation TEXT NOT NULL,
    state TEXT NOT NULL,
    chunk TEXT NOT NULL
  );
  -- What became of each row; a row without a line here was not reached.
  CREATE TABLE outcomes (
    seq INTEGER PRIMARY KEY,
    row INTEGER NOT NULL,
    status TEXT NOT NULL,
    code TEXT,
    cause TEXT,
    value TEXT,
    field TEXT,
    resolution TEXT,
    suggestion TEXT,
    id TEXT,
    job_id TEXT,
    http_status INTEGER,
    attempts INTEGER NOT NULL
  );
`;
