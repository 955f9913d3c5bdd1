import { pMapIterable } from 'p-map';
import type { Journal } from '../journal/journal.ts';
import { blockedFinding } from '../resources/territory-tree.ts';
import { type Chunk, countUnmet, type Entry, type Outcome, type Status } from '../vocabulary.ts';
import { MOST_CALLS_IN_FLIGHT } from '../zoho/limits.ts';
import type { OnEvent } from './events.ts';
import type { Executor } from './executor.ts';
import { interrupted, type Stop } from './stop.ts';

/** What executing needs besides the journal. */
export interface ExecuteOptions {
  readonly executor: Executor;
  /** Stop when more rows than this are not as asked. */
  readonly maxErrors: number;
  readonly signal: AbortSignal | undefined;
  readonly inFlight: () => number;
  readonly onEvent: OnEvent;
}

/**
 * More chunks than calls: those that wait for a job or a retry hold no slot, so others must be at
 * hand to fill it. The real limit on calls is the client's.
 */
const CHUNKS_AT_WORK = MOST_CALLS_IN_FLIGHT * 2;
const PAGE = 100;

/**
 * Executes the plan wave by wave and writes each chunk's outcomes into the journal as they come.
 * Gives the stop, if the run does not reach its end.
 */
export async function executeChunks(
  journal: Journal,
  options: ExecuteOptions,
): Promise<Stop | undefined> {
  const { executor, maxErrors, signal, onEvent } = options;
  const family = createFamily();
  let stop: Stop | undefined;
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
    return stop?.scope === 'org';
  }

  async function run(chunk: Chunk): Promise<void> {
    const mayStart = () => !mustStop() && !stoppedModules.has(chunk.target);
    if (!mayStart()) return;
    const { ready, blocked } = family.admit(chunk);
    let outcomes: readonly Outcome[] = blocked;
    let next: Stop | undefined;
    if (ready.entries.length > 0) {
      await journal.beginChunk(chunk.id);
      const result = await executor.execute(ready, mayStart);
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
    onEvent({ type: 'chunkCompleted', chunk: chunk.id, statuses, inFlight: options.inFlight() });
  }

  for (const wave of journal.waves()) {
    if (mustStop()) break;
    const done = pMapIterable(chunksOf(journal, wave, mustStop), run, {
      concurrency: CHUNKS_AT_WORK,
      backpressure: CHUNKS_AT_WORK,
      preserveOrder: false,
    });
    for await (const _ of done);
  }
  return stop;
}

/** Chunks of a wave, a page at a time, until the run must stop. */
function* chunksOf(journal: Journal, wave: number, mustStop: () => boolean): Iterable<Chunk> {
  let last = 0;
  while (!mustStop()) {
    const page = journal.pendingChunks(wave, last, PAGE);
    if (page.length === 0) return;
    yield* page;
    last = page.at(-1)?.id ?? last;
  }
}

/** Carries the ids of created parents, and the loss of those that failed, to their children. */
function createFamily() {
  const ids = new Map<number, string>();
  /** For rows that were not created: the names down from the row at fault, and that row. */
  const lost = new Map<number, { path: string; row: number }>();

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
        const loss = lost.get(parentRow) ?? { path: '', row: parentRow };
        const finding = blockedFinding(loss.path, loss.row);
        for (const row of entry.rows) {
          lost.set(row, { path: `${entry.body?.['name']} > ${loss.path}`, row: loss.row });
          blocked.push({ row, status: 'blocked', finding, attempts: 0 });
        }
      }
      return { ready: { ...chunk, entries }, blocked };
    },
    learn(chunk: Chunk, outcomes: readonly Outcome[]): void {
      // Only what is made in the org can be a parent; pairs of ids need no memory.
      if (chunk.entries[0]?.body === undefined) return;
      const names = new Map(chunk.entries.map(({ rows, body }) => [rows[0], body?.['name']]));
      for (const { row, status, id } of outcomes) {
        if (status === 'created' && id !== undefined) ids.set(row, id);
        else if (status === 'failed') lost.set(row, { path: String(names.get(row) ?? ''), row });
      }
    },
  };
}

function withParent(entry: Entry, id: string): Entry {
  return { ...entry, body: { ...entry.body, reporting_to: { id } } };
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
