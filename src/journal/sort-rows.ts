import { DatabaseSync } from 'node:sqlite';

/**
 * Gives texts sorted by their row number. Memory: a page of them; the rest is in a temporary file,
 * which SQLite removes.
 */
export function* sortRows(
  lines: Iterable<readonly [row: number, text: string]>,
): Generator<[row: number, text: string], undefined> {
  // A database without a name is a temporary file.
  const db = new DatabaseSync('');
  try {
    db.exec('CREATE TABLE lines (row INTEGER NOT NULL, text TEXT NOT NULL); BEGIN');
    const insert = db.prepare('INSERT INTO lines VALUES (?, ?)');
    for (const [row, text] of lines) insert.run(row, text);
    db.exec('COMMIT');
    for (const { row, text } of db.prepare('SELECT * FROM lines ORDER BY row').iterate()) {
      yield [Number(row), String(text)];
    }
    return undefined;
  } finally {
    db.close();
  }
}
