import type { OrgReader, Settled } from '../../resources/operation.ts';
import type { Chunk, Entry } from '../../vocabulary.ts';
import type { Refusal } from '../../zoho/catalogue/index.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import { rowsOf, without } from './entries.ts';
import { concludeFound, concludeTaken } from './items.ts';
import { conclude, type Ledger } from './ledger.ts';
import { waitUntil } from './wait-until.ts';

/** Finds out in the org what became of rows that an answer does not tell. */
export interface Settling {
  /** Concludes what the org holds of a call that was sent and not answered; gives the undone. */
  settleLost(chunk: Chunk, entries: readonly Entry[], ledger: Ledger): Promise<Entry[]>;
  /** Concludes entries that the org says it has already. */
  settleTaken(chunk: Chunk, taken: ReadonlyMap<Entry, Refusal>, ledger: Ledger): Promise<void>;
  /** Waits until the org has done its jobs for these CRM records, or for ten minutes. */
  jobsEnded(module: string, recordIds: ReadonlySet<string>, ledger: Ledger): Promise<void>;
}

export function createSettling(client: ZohoClient, reader: OrgReader): Settling {
  return {
    async settleLost(chunk, entries, ledger) {
      let open = [...entries];
      let pending: ReadonlyMap<number, string> = new Map();
      const isEnded = (row: number) => ledger.outcomes.has(row);
      const lookAgain = async () => {
        const found = await ledger.operation.settle(chunk, open, reader);
        pending = jobsAmong(found);
        for (const [row, settled] of found) {
          if (!pending.has(row)) concludeFound(ledger, row, settled);
        }
        open = open.flatMap((entry) => without(entry, isEnded));
        return pending.size === 0;
      };
      if (!(await waitUntil(client, lookAgain, ledger.turn.mayStart))) {
        for (const [row, jobId] of pending) {
          conclude(ledger, { row, status: ledger.operation.succeeded(true), jobId });
        }
      }
      return open.flatMap((entry) => without(entry, isEnded));
    },

    async settleTaken(chunk, taken, ledger) {
      const entries = [...taken.keys()];
      let found: ReadonlyMap<number, Settled>;
      try {
        found = await ledger.operation.settle(chunk, entries, reader);
      } catch (error) {
        // Nothing is known of them: they stay open, and what this run may have made is not lost.
        for (const row of rowsOf(entries)) if (ledger.suspect.has(row)) ledger.lost.add(row);
        throw error;
      }
      for (const [entry, refusal] of taken) {
        for (const row of rowsOf([entry])) concludeTaken(ledger, row, refusal, found.get(row));
      }
    },

    async jobsEnded(module, recordIds, ledger) {
      const ids = [...recordIds];
      // Where the org does not tell, the next try is all that can be done.
      const areDone = async () => ((await reader.pendingJobs(module, ids))?.size ?? 0) === 0;
      await waitUntil(client, areDone, ledger.turn.mayStart);
    },
  };
}

/** The rows whose CRM record has a job that has yet to be done. */
function jobsAmong(found: ReadonlyMap<number, Settled>): Map<number, string> {
  return new Map(
    [...found].flatMap(([row, { pendingJob }]) =>
      pendingJob === undefined ? [] : [[row, pendingJob]],
    ),
  );
}
