import { expect, test } from 'vitest';
import { openJournal } from '../../../src/journal/open.ts';
import { reopenRefused } from '../../../src/pipeline/execute/reopen.ts';
import { blockedFinding } from '../../../src/resources/blocked.ts';
import type { Finding, Outcome } from '../../../src/vocabulary.ts';
import { entriesFor } from '../../../src/zoho/catalogue/index.ts';

/** What is noted of a row that was refused with this code, in the meaning that concerns so much. */
function refused(code: string, concerns: string): Pick<Outcome, 'status' | 'finding'> {
  const entry = entriesFor(code).find((one) => one.concerns === concerns);
  if (entry === undefined) throw new Error(`no ${code} of ${concerns}`);
  const { cause, resolution } = entry;
  return { status: 'failed', finding: { code, cause, resolution } satisfies Finding };
}

const blocked = { status: 'blocked', finding: blockedFinding('X', 2) } as const;

/** A journal with one row in each chunk, from row 2 on: below which row, its state and outcome. */
function journalOf(
  lines: readonly {
    readonly parentRow?: number;
    readonly state?: 'sent';
    readonly outcome: Pick<Outcome, 'status' | 'finding'>;
  }[],
) {
  const journal = openJournal(':memory:', 'run');
  lines.forEach(({ parentRow }, i) => {
    const entry = { rows: [i + 2], ...(parentRow === undefined ? {} : { parentRow }) };
    journal.addRows([{ row: i + 2, cells: [], subject: '', record: {} }]);
    journal.addChunk({ id: i + 1, operation: 'o', target: '', after: [], entries: [entry] });
  });
  const notes = lines.map(({ state, outcome }, i) => {
    const outcomes = [{ row: i + 2, attempts: 1, ...outcome }];
    return state === 'sent'
      ? journal.leaveChunk(i + 1, outcomes)
      : journal.completeChunk(i + 1, outcomes);
  });
  return { journal, noted: Promise.all(notes) };
}

/** The rows that have an outcome, and the chunks to be sent. */
async function afterReopening(lines: Parameters<typeof journalOf>[0]) {
  const { journal, noted } = journalOf(lines);
  using _ = journal;
  await noted;
  reopenRefused(journal);
  return {
    ended: [...journal.outcomes()].map(({ row }) => row),
    pending: [...journal.pendingChunks()].map(({ chunk, wasSent }) => [chunk.id, wasSent]),
  };
}

test('rows that were refused for the org or their module are sent once more', async () => {
  const { ended, pending } = await afterReopening([
    { outcome: refused('OAUTH_SCOPE_MISMATCH', 'org') },
    { outcome: { status: 'created' } },
    { outcome: refused('NO_PERMISSION', 'module') },
    { outcome: refused('LIMIT_EXCEEDED', 'org') },
  ]);
  expect(ended).toEqual([3]);
  expect(pending.map(([id]) => id)).toEqual([1, 3, 4]);
});

test('rows that were refused for what is in them are not, though with the same code', async () => {
  const { ended, pending } = await afterReopening([
    { outcome: refused('NO_PERMISSION', 'row') },
    { outcome: refused('LIMIT_EXCEEDED', 'row') },
    { outcome: { status: 'failed', finding: { code: 'NEW', cause: 'c', resolution: '' } } },
  ]);
  expect({ ended, pending }).toEqual({ ended: [2, 3, 4], pending: [] });
});

test('rows that are blocked below them are, and those below others are not', async () => {
  const { ended, pending } = await afterReopening([
    { outcome: refused('NO_PERMISSION', 'org') },
    { outcome: refused('NO_PERMISSION', 'row') },
    { parentRow: 2, outcome: blocked },
    { parentRow: 3, outcome: blocked },
    { parentRow: 4, outcome: blocked },
  ]);
  expect(ended).toEqual([3, 5]);
  expect(pending.map(([id]) => id)).toEqual([1, 3, 5]);
});

test('a chunk that may have been carried out stays one', async () => {
  const outcome = refused('NO_PERMISSION', 'org');
  const { pending } = await afterReopening([{ outcome }, { state: 'sent', outcome }]);
  expect(pending).toEqual([
    [1, false],
    [2, true],
  ]);
});
