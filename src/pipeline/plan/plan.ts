import type { Journal } from '../../journal/journal.ts';
import type { Candidate, Conditions, Ended, Planner } from '../../resources/planner.ts';
import type { AnyResource } from '../../resources/registry.ts';
import { type Org, operationOf } from '../../resources/resource.ts';
import type { RowSet } from '../../row-set.ts';
import type { Entry, Status } from '../../vocabulary.ts';
import type { PlanTotals } from '../events.ts';

/** Makes the planner of a journal's rows, and writes down which of them end whatever the org holds. */
export function startPlan(
  journal: Journal,
  resource: AnyResource,
  org: Org,
  conditions: Conditions,
): Planner {
  const { canonical } = resource;
  const key = canonical && ((subject: string) => canonical(subject, org));
  const candidates = (): Iterable<Candidate<unknown>> => journal.candidates(key);
  const planner = resource.planner(candidates, org, conditions);
  journal.transaction(() => {
    for (const ended of planner.sift()) addEnded(journal, ended);
  });
  return planner;
}

/**
 * Writes the plan into the journal: every row either ends here or stands in exactly one chunk.
 *
 * The resource decides, from values to values; what is shown to the user is what is executed.
 *
 * @param held rows that the org was found to hold as asked
 */
export function planChunks(
  journal: Journal,
  resource: AnyResource,
  planner: Planner,
  held: RowSet,
): PlanTotals {
  const warnings: string[] = [];
  const rowsToSend = new Map<string, number>();
  let steps = 0;
  journal.transaction(() => {
    // How many calls must be made one after the other up to each, itself counted.
    const depths: number[] = [0];
    for (const planned of planner.calls(held)) {
      if ('warning' in planned) warnings.push(planned.warning);
      else if ('entries' in planned) {
        const { operation, entries } = planned;
        journal.addChunk({ id: depths.length, ...planned });
        rowsToSend.set(operation, (rowsToSend.get(operation) ?? 0) + countRows(entries));
        const depth = planned.after.reduce((most, id) => Math.max(most, depths[id] ?? 0), 0) + 1;
        depths.push(depth);
        steps = Math.max(steps, depth);
      } else addEnded(journal, planned);
    }
  });
  const operations = [...journal.operationCounts()].map(([operation, calls]) => {
    const { name, succeeded } = operationOf(resource, { operation });
    return { name, calls, rows: rowsToSend.get(operation) ?? 0, status: succeeded(false) };
  });
  const calls = operations.reduce((sum, one) => sum + one.calls, 0);
  const settled: ReadonlyMap<Status, number> = journal.statusCounts();
  return {
    rows: journal.rowCount(),
    settled,
    calls,
    operations,
    // All territory calls cost one credit (API limits page, read 2026-11-21).
    credits: calls,
    steps,
    warnings,
  };
}

function countRows(entries: readonly Entry[]): number {
  return entries.reduce((sum, { rows }) => sum + rows.length, 0);
}

function addEnded(journal: Journal, ended: Ended): void {
  journal.addOutcomes([{ ...ended, attempts: 0 }]);
}
