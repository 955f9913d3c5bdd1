/**
 * Tables of a run's SQLite file. Rows and outcomes are appended and never updated: a million
 * updates in random order take most of a minute, a million appends two seconds.
 */
export const SCHEMA = `
  CREATE TABLE run (
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    meta TEXT NOT NULL
  );
  -- One line per input row; record is null for rows refused by their check.
  CREATE TABLE rows (
    row INTEGER PRIMARY KEY,
    cells TEXT NOT NULL,
    subject TEXT NOT NULL,
    record TEXT
  );
  -- The plan: one line per call.
  CREATE TABLE chunks (
    id INTEGER PRIMARY KEY,
    wave INTEGER NOT NULL,
    state TEXT NOT NULL,
    chunk TEXT NOT NULL
  );
  CREATE INDEX chunks_by_wave ON chunks (wave, id);
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
    id TEXT,
    job_id TEXT,
    http_status INTEGER,
    attempts INTEGER NOT NULL
  );
`;
