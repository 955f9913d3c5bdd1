import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { createGroupCommit } from '../../src/journal/group-commit.ts';

/** A database that counts its transactions. */
function openCounted() {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE t (x INTEGER UNIQUE)');
  const begun: string[] = [];
  const exec = db.exec.bind(db);
  db.exec = (text) => {
    if (text.startsWith('BEGIN')) begun.push(text);
    exec(text);
  };
  const insert = db.prepare('INSERT INTO t VALUES (?)');
  return {
    commit: createGroupCommit(db),
    insert: (x: number) => () => void insert.run(x),
    values: () =>
      db
        .prepare('SELECT x FROM t ORDER BY x')
        .all()
        .map(({ x }) => x),
    begun,
    [Symbol.dispose]: () => db.close(),
  };
}

describe('writes of one turn', () => {
  test('are one transaction', async () => {
    using db = openCounted();
    await Promise.all([1, 2, 3].map((x) => db.commit(db.insert(x))));
    expect(db.values()).toEqual([1, 2, 3]);
    expect(db.begun).toHaveLength(1);
  });

  test('are durable before anybody is told so', async () => {
    using db = openCounted();
    const seen = await Promise.all([1, 2].map((x) => db.commit(db.insert(x)).then(db.values)));
    expect(seen).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test('fail together, and nothing of them is kept', async () => {
    using db = openCounted();
    const written = await Promise.allSettled([1, 1, 2].map((x) => db.commit(db.insert(x))));
    expect(written.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(db.values()).toEqual([]);
  });

  test('that failed do not hold up those of the next turn', async () => {
    using db = openCounted();
    await Promise.allSettled([1, 1].map((x) => db.commit(db.insert(x))));
    await db.commit(db.insert(5));
    expect(db.values()).toEqual([5]);
  });
});

test('writes of two turns are two transactions', async () => {
  using db = openCounted();
  await db.commit(db.insert(1));
  await db.commit(db.insert(2));
  expect(db.begun).toHaveLength(2);
});
