import { pMapIterable } from 'p-map';
import type { Journal, PendingChunk } from '../../journal/journal.ts';
import { RowSet } from '../../row-set.ts';
import { type Chunk, countUnmet, type Outcome, type Status } from '../../vocabulary.ts';
import { MOST_CALLS_IN_FLIGHT } from '../../zoho/limits.ts';
import type { Slots } from '../../zoho/slots.ts';
import type { OnEvent } from '../events.ts';
import { interrupted, type Stop } from '../stop.ts';
import { backOffMs } from './back-off.ts';
import { rowsOf, without } from './entries.ts';
import type { ChunkResult, Executor } from './executor.ts';
import { createFamily } from './family.ts';
import { createQueue } from './queue.ts';

/** What executing needs besides the journal. */
export interface ExecuteOptions {
  readonly executor: Executor;
  /** Whether a session before this one has carried out a part of the plan. */
  readonly isResumed: boolean;
  /** Stop when more rows than this are not as asked. */
  readonly maxErrors: number;
  readonly signal: AbortSignal | undefined;
  readonly slots: Pick<Slots, 'inFlight' | 'reserve'>;
  readonly sleep: (ms: number) => Promise<void>;
  readonly onEvent: OnEvent;
}

/**
 * More chunks than calls: those that wait for a job or a retry hold no slot, so others must be at
 * hand to fill it. The real limit on calls is the client's.
 */
const CHUNKS_AT_WORK = MOST_CALLS_IN_FLIGHT * 2;

/**
 * Executes what is left of the plan, each chunk as soon as those before it have ended, and writes
 * each chunk's outcomes into the journal as they come. Gives the stop, if the run does not reach
 * its end.
 */
export async function executeChunks(
  journal: Journal,
  options: ExecuteOptions,
): Promise<Stop | undefined> {
  const { executor, isResumed, maxErrors, signal, onEvent } = options;
  const family = createFamily();
  if (isResumed) family.recall(journal);
  /** Rows of chunks at hand that have their outcome from a turn before. */
  const ended = isResumed ? journal.rowsEnded() : new RowSet();
  let stop: Stop | undefined;
  /** What must not happen, and has: calls in flight are still finished and written down. */
  let failure: unknown;
  const stoppedModules = new Set<string>();
  let unmet = countUnmet(journal.statusCounts());

  function stopWith(next: Stop): void {
    if (next.scope === 'module') {
      if (stoppedModules.has(next.target)) return;
      stoppedModules.add(next.target);
    } else if (stop?.scope === 'org') return;
    stop = next.scope === 'org' ? next : (stop ?? next);
    onEvent({ type: 'stopping', stop: next });
  }

  function mustStop(): boolean {
    if (signal?.aborted) stopWith(interrupted());
    else if (unmet > maxErrors) stopWith(tooManyErrors(maxErrors));
    try {
      // Asked before every call: who has slept must not send what another has settled meanwhile.
      journal.sessions.check();
    } catch (error) {
      failure ??= error;
    }
    return stop?.scope === 'org' || failure !== undefined;
  }

  /** Gives a chunk its turn; tells what is with the rows that it leaves open. */
  async function run(
    { chunk: planned, wasSent }: PendingChunk,
    deferrals: number,
    started: () => void,
  ): Promise<ChunkResult['left']> {
    const chunk = isResumed || deferrals > 0 ? openPart(planned) : planned;
    const mayStart = () => !mustStop() && !stoppedModules.has(chunk.target);
    if (!mayStart()) return 'unsent';
    const { ready, blocked } = family.admit(chunk);
    let result: ChunkResult = { outcomes: [] };
    if (ready.entries.length > 0) {
      await journal.beginChunk(chunk.id);
      const executing = executor.execute(ready, { mayStart, wasSent, deferrals });
      // By then its call stands in line for a slot.
      setImmediate(started);
      result = await executing;
    }
    // Before the journal is waited for, so that no other chunk starts in the meantime.
    if (result.stop !== undefined) stopWith(result.stop);
    const outcomes = [...blocked, ...result.outcomes];
    const statuses = countBy(outcomes);
    unmet += countUnmet(statuses);
    family.learn(chunk, outcomes);
    await note(chunk, outcomes, result);
    onEvent({
      type: 'chunkCompleted',
      chunk: chunk.id,
      statuses,
      inFlight: options.slots.inFlight,
    });
    return rowsOf(chunk.entries).length === outcomes.length ? undefined : result.left;
  }

  /** A chunk without the rows that have their outcome already. */
  function openPart(chunk: Chunk): Chunk {
    const entries = chunk.entries.flatMap((entry) => without(entry, (row) => ended.has(row)));
    return { ...chunk, entries };
  }

  async function note(
    { id, entries }: Chunk,
    outcomes: readonly Outcome[],
    { left, isUnsettled }: ChunkResult,
  ): Promise<void> {
    if (outcomes.length === rowsOf(entries).length) await journal.completeChunk(id, outcomes);
    else if (isUnsettled) await journal.leaveChunk(id, outcomes);
    else await journal.returnChunk(id, outcomes);
    if (left === 'deferred') for (const { row } of outcomes) ended.add(row);
  }

  /** Gives every chunk that is not done a turn; tells whether some are worth another one. */
  async function runAll(deferrals: number): Promise<boolean> {
    let isAnyDeferred = false;
    const queue = createQueue(journal, mustStop, options.slots.reserve);
    const turns = pMapIterable(
      queue.ready(),
      async (pending) => {
        const { id } = pending.chunk;
        try {
          const left = await run(pending, deferrals, () => queue.started(id));
          if (left === 'deferred') isAnyDeferred = true;
        } catch (error) {
          failure ??= error;
        } finally {
          queue.end(id);
        }
      },
      { concurrency: CHUNKS_AT_WORK, backpressure: CHUNKS_AT_WORK, preserveOrder: false },
    );
    for await (const _ of turns);
    if (failure !== undefined) throw failure;
    return isAnyDeferred && !mustStop();
  }

  for (let deferrals = 0; await runAll(deferrals); deferrals += 1) {
    await options.sleep(backOffMs(deferrals));
  }
  return stop;
}

function countBy(outcomes: readonly Outcome[]): Map<Status, number> {
  const counts = new Map<Status, number>();
  for (const { status } of outcomes) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}

function tooManyErrors(maxErrors: number): Stop {
  return {
    scope: 'org',
    target: '',
    code: 'MAX_ERRORS',
    message: `More than ${maxErrors} rows have failed (--max-errors).`,
    hint: 'Resume the run to send the rest all the same; or correct failed.csv, which also holds the rows not sent, and retry the run.',
    exitCode: 3,
  };
}
