import { pMapIterable } from 'p-map';
import type { Journal } from '../../journal/journal.ts';
import type { Operation, Settled } from '../../resources/operation.ts';
import type { AnyResource } from '../../resources/registry.ts';
import { operationOf } from '../../resources/resource.ts';
import type { RowSet } from '../../row-set.ts';
import type { Chunk, Entry, Finding } from '../../vocabulary.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import type { OnEvent } from '../events.ts';
import { readerOf } from '../plan/org-reader.ts';
import { rowsOf, without } from './entries.ts';
import { findingOf } from './ledger.ts';
import { waitUntil } from './wait-until.ts';

/** CRM records whose jobs one call tells of (feature-info page of the API). */
const RECORDS_PER_LOOK = 100;
const LOOKS_AT_ONCE = 5;

/**
 * Waits until what the org has scheduled is done: rows end as `assigned` when the CRM record holds
 * the territory, and fail when the job has ended and it does not. Rows whose job has not ended
 * within ten minutes stay `scheduled`, and so do those of an org that does not tell of its jobs
 * while the CRM record does not hold the territory.
 */
export async function followJobs(
  journal: Journal,
  resource: AnyResource,
  client: ZohoClient,
  onEvent: OnEvent,
): Promise<void> {
  const org = readerOf(client);
  const scheduled = journal.rowsEnded('scheduled');
  let left = journal.statusCounts().get('scheduled') ?? 0;
  if (left === 0) return;
  onEvent({ type: 'following', rows: left });
  /** All was scheduled before: what one batch has waited for in vain, the next need not wait for. */
  let hasWaitedUntold = false;

  async function follow(batch: Chunk): Promise<void> {
    const operation = operationOf(resource, batch);
    const look = operation.follow;
    if (look === undefined) return;
    let open = batch.entries;
    let isUntold = false;
    let turns = 0;
    let nextLook = 1;
    const hasEnded = await waitUntil(client, async () => {
      turns += 1;
      if (turns < nextLook) return false;
      const found = await look(batch, open, org);
      const ended = rowsOf(open).filter((row) => !isAwaited(found.get(row)));
      const isEnded = new Set(ended);
      journal.amendOutcomes(
        ended.map((row) =>
          found.has(row)
            ? { row, status: operation.succeeded(false) }
            : { row, status: 'failed', finding: notAssigned(operation) },
        ),
      );
      left -= ended.length;
      onEvent({ type: 'following', rows: left });
      open = open.flatMap((entry) => without(entry, (row) => isEnded.has(row)));
      isUntold = rowsOf(open).some((row) => found.get(row)?.isUntold);
      // It is the CRM records that are read then, which costs more: less and less often.
      nextLook = isUntold ? Math.ceil(turns * 1.5) : turns + 1;
      return open.length === 0 || (isUntold && hasWaitedUntold);
    });
    if (!hasEnded && isUntold) hasWaitedUntold = true;
  }

  const batches = batchesOf(journal, scheduled);
  for await (const _ of pMapIterable(batches, follow, { concurrency: LOOKS_AT_ONCE }));
}

/** Whether a job is yet to come to its end for a row, or may be. */
function isAwaited(settled: Settled | undefined): boolean {
  return settled?.pendingJob !== undefined || settled?.isUntold === true;
}

function notAssigned(operation: Operation): Finding {
  return findingOf(operation, {
    code: 'NOT_ASSIGNED',
    httpStatus: 0,
    message: '',
    details: {},
  });
}

/** The entries of scheduled rows, as many of one CRM module together as one look takes. */
function* batchesOf(journal: Journal, scheduled: RowSet): Generator<Chunk, undefined> {
  let batch: Chunk | undefined;
  for (const chunk of journal.chunks()) {
    const entries = chunk.entries.flatMap((entry) => without(entry, (row) => !scheduled.has(row)));
    if (entries.length === 0) continue;
    const isFull = batch !== undefined && batch.entries.length + entries.length > RECORDS_PER_LOOK;
    if (batch !== undefined && (isFull || batch.target !== chunk.target)) {
      yield batch;
      batch = undefined;
    }
    const before: readonly Entry[] = batch?.entries ?? [];
    batch = { ...chunk, entries: [...before, ...entries] };
  }
  if (batch !== undefined) yield batch;
  return undefined;
}
