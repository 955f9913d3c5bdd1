import { blockedFinding } from '../../resources/blocked.ts';
import { shorten } from '../../resources/territory-path.ts';
import type { Chunk, Entry, Outcome } from '../../vocabulary.ts';

/** Carries the ids of created parents, and the loss of those that failed, to their children. */
export function createFamily() {
  const ids = new Map<number, string>();
  /** For rows that were not created: the names up to the row at fault, and that row. */
  const lost = new Map<number, { names: readonly string[]; row: number }>();

  return {
    /** Splits a chunk into what can be sent and the outcomes of what cannot. */
    admit(chunk: Chunk): { ready: Chunk; blocked: Outcome[] } {
      const entries: Entry[] = [];
      const blocked: Outcome[] = [];
      for (const entry of chunk.entries) {
        const { parentRow } = entry;
        const id = parentRow === undefined ? undefined : ids.get(parentRow);
        if (parentRow === undefined || id !== undefined) {
          entries.push(id === undefined ? entry : withParent(entry, id));
          continue;
        }
        const loss = lost.get(parentRow) ?? { names: [], row: parentRow };
        const finding = blockedFinding(loss.names.join(' > '), loss.row);
        for (const row of entry.rows) {
          const names = shorten([entry.label ?? '', ...loss.names]);
          lost.set(row, { names, row: loss.row });
          blocked.push({ row, status: 'blocked', finding, attempts: 0 });
        }
      }
      return { ready: { ...chunk, entries }, blocked };
    },
    learn(chunk: Chunk, outcomes: readonly Outcome[]): void {
      // Only what is made in the org can be a parent; pairs of ids need no memory.
      if (chunk.entries[0]?.body === undefined) return;
      const names = new Map(chunk.entries.map(({ rows, label }) => [rows[0], label]));
      for (const { row, status, id } of outcomes) {
        if (id !== undefined && (status === 'created' || status === 'unchanged')) ids.set(row, id);
        else if (status === 'failed') lost.set(row, { names: [names.get(row) ?? ''], row });
      }
    },
  };
}

function withParent(entry: Entry, id: string): Entry {
  return { ...entry, body: { ...entry.body, reporting_to: { id } } };
}
