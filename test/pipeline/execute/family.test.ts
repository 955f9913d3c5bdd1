import { describe, expect, test } from 'vitest';
import { openJournal } from '../../../src/journal/open.ts';
import { createFamily } from '../../../src/pipeline/execute/family.ts';
import type { Chunk, Entry, Outcome } from '../../../src/vocabulary.ts';

/** A territory to create, by the row that asks for it and the row that creates its parent. */
const entry = (row: number, label: string, parentRow?: number): Entry => ({
  rows: [row],
  label,
  body: { name: label },
  ...(parentRow === undefined ? {} : { parentRow }),
});
const chunk = (...entries: Entry[]): Chunk => ({
  id: 1,
  operation: 'create',
  target: '',
  after: [],
  entries,
});
const created = (row: number, id: string): Outcome => ({
  row,
  status: 'created',
  id,
  attempts: 1,
});
const failed = (row: number): Outcome => ({ row, status: 'failed', attempts: 1 });

describe('a family', () => {
  test('admits what has no parent in the file as it is', () => {
    const all = chunk(entry(2, 'A'), entry(3, 'B'));
    expect(createFamily().admit(all)).toEqual({ ready: all, blocked: [] });
  });

  test('gives a child the id of its parent', () => {
    const family = createFamily();
    family.learn(chunk(entry(2, 'A')), [created(2, '91')]);
    const { ready, blocked } = family.admit(chunk(entry(3, 'B', 2)));
    expect(ready.entries[0]?.body).toEqual({ name: 'B', reporting_to: { id: '91' } });
    expect(blocked).toEqual([]);
  });

  test('gives a child the id of a parent that was there before', () => {
    const family = createFamily();
    family.learn(chunk(entry(2, 'A')), [{ ...created(2, '91'), status: 'unchanged' }]);
    const { ready } = family.admit(chunk(entry(3, 'B', 2)));
    expect(ready.entries[0]?.body).toMatchObject({ reporting_to: { id: '91' } });
  });

  test('carries the loss of a parent down to the last of its line', () => {
    const family = createFamily();
    family.learn(chunk(entry(2, 'A')), [failed(2)]);
    const children = family.admit(chunk(entry(3, 'B', 2)));
    family.learn(chunk(entry(3, 'B', 2)), children.blocked);
    const grandchildren = family.admit(chunk(entry(4, 'C', 3)));
    expect(children.ready.entries).toEqual([]);
    expect([...children.blocked, ...grandchildren.blocked]).toMatchObject([
      { row: 3, status: 'blocked', finding: { code: 'PARENT_FAILED', value: 'A (row 2)' } },
      { row: 4, status: 'blocked', finding: { code: 'PARENT_FAILED', value: 'B > A (row 2)' } },
    ]);
    expect(grandchildren.blocked[0]?.attempts).toBe(0);
  });

  test('splits a call: whose parent is there goes, whose parent is lost stays', () => {
    const family = createFamily();
    family.learn(chunk(entry(2, 'A'), entry(3, 'B')), [created(2, '91'), failed(3)]);
    const { ready, blocked } = family.admit(
      chunk(entry(4, 'AA', 2), entry(5, 'BA', 3), entry(6, 'Free')),
    );
    expect(ready.entries.map(({ rows }) => rows)).toEqual([[4], [6]]);
    expect(blocked.map(({ row }) => row)).toEqual([5]);
  });

  test('blocks the child of a row of which nothing was heard', () => {
    const { blocked } = createFamily().admit(chunk(entry(3, 'B', 2)));
    expect(blocked).toMatchObject([{ row: 3, status: 'blocked' }]);
  });

  test('gives an id to a territory that moves below one just created', () => {
    const family = createFamily();
    family.learn(chunk(entry(2, 'A')), [created(2, '91')]);
    const move: Entry = { rows: [3], id: '55', label: 'Old', body: {}, parentRow: 2 };
    const { ready } = family.admit({ ...chunk(move), operation: 'update' });
    expect(ready.entries).toEqual([{ ...move, body: { reporting_to: { id: '91' } } }]);
  });

  test('learns nothing from pairs of ids', () => {
    const family = createFamily();
    const pairs: Chunk = { ...chunk({ rows: [2], id: '3000' }), operation: 'byUser' };
    family.learn(pairs, [{ ...created(2, '91'), status: 'unchanged' }]);
    expect(family.admit(chunk(entry(3, 'B', 2))).blocked).toHaveLength(1);
  });

  test('recalls what became of the rows in the sessions before', () => {
    using journal = openJournal(':memory:', 'test');
    const cells: string[] = [];
    journal.addRows([2, 3, 4].map((row) => ({ row, cells, subject: '', record: {} })));
    journal.addChunk(chunk(entry(2, 'A'), entry(3, 'B')));
    journal.addChunk({ ...chunk(entry(4, 'BA', 3)), id: 2 });
    journal.addChunk({ ...chunk(entry(5, 'AA', 2), entry(6, 'BAA', 4)), id: 3 });
    journal.addOutcomes([created(2, '91'), failed(3)]);
    const before = createFamily();
    before.recall(journal);
    journal.addOutcomes(before.admit(chunk(entry(4, 'BA', 3))).blocked);

    const family = createFamily();
    family.recall(journal);
    const { ready, blocked } = family.admit(chunk(entry(5, 'AA', 2), entry(6, 'BAA', 4)));
    expect(ready.entries[0]?.body).toMatchObject({ reporting_to: { id: '91' } });
    expect(blocked).toMatchObject([{ row: 6, finding: { value: 'BA > B (row 3)' } }]);
  });

  test('leaves the plan as it was', () => {
    const family = createFamily();
    family.learn(chunk(entry(2, 'A')), [created(2, '91')]);
    const child = chunk(entry(3, 'B', 2));
    const before = structuredClone(child);
    family.admit(child);
    expect(child).toEqual(before);
  });
});
