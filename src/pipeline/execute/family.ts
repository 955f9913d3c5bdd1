import type { JournalReads } from '../../journal/reads.ts';
import { blockedFinding } from '../../resources/blocked.ts';
import { shorten } from '../../resources/territory-path.ts';
import type { Chunk, Entry, Outcome } from '../../vocabulary.ts';

/** Why a row was not created: the names up to the row at fault, and that row. */
interface Loss {
  readonly names: readonly string[];
  readonly row: number;
}

/** Carries the ids of created parents, and the loss of those that failed, to their children. */
export function createFamily() {
  const ids = new Map<number, string>();
  const lost = new Map<number, Loss>();

  /** What keeps the children of a row that is not there from being created. */
  const lossOf = (row: number): Loss => lost.get(row) ?? { names: [], row };

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
        const { names, row: atFault } = lossOf(parentRow);
        const finding = blockedFinding(names.join(' > '), atFault);
        for (const row of entry.rows)
          blocked.push({ row, status: 'blocked', finding, attempts: 0 });
      }
      return { ready: { ...chunk, entries }, blocked };
    },

    /** Notes what became of a chunk's rows. */
    learn(chunk: Chunk, outcomes: Iterable<Outcome>): void {
      // Only what is made in the org can be a parent; pairs of ids need no memory.
      if (chunk.entries[0]?.body === undefined) return;
      const entryOf = new Map(chunk.entries.map((entry) => [entry.rows[0], entry]));
      for (const { row, status, id } of outcomes) {
        const { label = '', parentRow } = entryOf.get(row) ?? {};
        if (id !== undefined && (status === 'created' || status === 'unchanged')) ids.set(row, id);
        else if (status === 'failed') lost.set(row, { names: [label], row });
        else if (status === 'blocked' && parentRow !== undefined) {
          const { names, row: atFault } = lossOf(parentRow);
          lost.set(row, { names: shorten([label, ...names]), row: atFault });
        }
      }
    },

    /** Notes what became of all rows in the sessions before. */
    recall({ chunks, outcomes }: Pick<JournalReads, 'chunks' | 'outcomes'>): void {
      // Of one resource, all calls carry bodies or none does.
      if (chunks().next().value?.entries[0]?.body === undefined) return;
      const ended = new Map(outcomes().map((outcome) => [outcome.row, outcome]));
      for (const chunk of chunks()) {
        const rows = chunk.entries.flatMap((entry) => entry.rows);
        this.learn(
          chunk,
          rows.flatMap((row) => ended.get(row) ?? []),
        );
      }
    },
  };
}

function withParent(entry: Entry, id: string): Entry {
  return { ...entry, body: { ...entry.body, reporting_to: { id } } };
}
