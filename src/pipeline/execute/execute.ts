import { pMapIterable } from 'p-map';
import type { Journal } from '../../journal/journal.ts';
import { type Chunk, countUnmet, type Outcome, type Status } from '../../vocabulary.ts';
import { MOST_CALLS_IN_FLIGHT } from '../../zoho/limits.ts';
import type { Slots } from '../../zoho/slots.ts';
import type { OnEvent } from '../events.ts';
import { interrupted, type Stop } from '../stop.ts';
import type { Executor } from './executor.ts';
import { createFamily } from './family.ts';
import { createQueue } from './queue.ts';

/** What executing needs besides the journal. */
export interface ExecuteOptions {
  readonly executor: Executor;
  /** Stop when more rows than this are not as asked. */
  readonly maxErrors: number;
  readonly signal: AbortSignal | undefined;
  readonly slots: Pick<Slots, 'inFlight' | 'reserve'>;
  readonly onEvent: OnEvent;
}

/**
 * More chunks than calls: those that wait for a job or a retry hold no slot, so others must be at
 * hand to fill it. The real limit on calls is the client's.
 */
const CHUNKS_AT_WORK = MOST_CALLS_IN_FLIGHT * 2;

/**
 * Executes the plan, each chunk as soon as those before it have ended, and writes each chunk's
 * outcomes into the journal as they come. Gives the stop, if the run does not reach its end.
 */
export async function executeChunks(
  journal: Journal,
  options: ExecuteOptions,
): Promise<Stop | undefined> {
  const { executor, maxErrors, signal, onEvent } = options;
  const family = createFamily();
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
    return stop?.scope === 'org' || failure !== undefined;
  }

  async function run(chunk: Chunk): Promise<void> {
    const mayStart = () => !mustStop() && !stoppedModules.has(chunk.target);
    if (!mayStart()) return;
    const { ready, blocked } = family.admit(chunk);
    let outcomes: readonly Outcome[] = blocked;
    let next: Stop | undefined;
    if (ready.entries.length > 0) {
      await journal.beginChunk(chunk.id);
      const executing = executor.execute(ready, mayStart);
      // By then its call stands in line for a slot.
      setImmediate(() => queue.started(chunk.id));
      const result = await executing;
      outcomes = [...blocked, ...result.outcomes];
      next = result.stop;
    }
    // Before the journal is waited for, so that no other chunk starts in the meantime.
    if (next !== undefined) stopWith(next);
    const statuses = countBy(outcomes);
    unmet += countUnmet(statuses);
    family.learn(chunk, outcomes);
    const rows = chunk.entries.reduce((sum, entry) => sum + entry.rows.length, 0);
    if (outcomes.length === rows) await journal.completeChunk(chunk.id, outcomes);
    else await journal.returnChunk(chunk.id, outcomes);
    onEvent({
      type: 'chunkCompleted',
      chunk: chunk.id,
      statuses,
      inFlight: options.slots.inFlight,
    });
  }

  const queue = createQueue(journal, mustStop, options.slots.reserve);
  const ended = pMapIterable(
    queue.ready(),
    async (chunk) => {
      try {
        await run(chunk);
      } catch (error) {
        failure ??= error;
      } finally {
        queue.end(chunk.id);
      }
    },
    { concurrency: CHUNKS_AT_WORK, backpressure: CHUNKS_AT_WORK, preserveOrder: false },
  );
  for await (const _ of ended);
  if (failure !== undefined) throw failure;
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
    hint: 'Correct what failed.csv tells, then import failed.csv; it also holds the rows not sent.',
    exitCode: 3,
  };
}
