import type { Journal } from '../journal/journal.ts';
import type { AnyResource } from '../resources/registry.ts';
import type { Candidate, Org } from '../resources/resource.ts';
import type { Status } from '../vocabulary.ts';
import type { PlanTotals } from './events.ts';

/**
 * Writes the plan into the journal: every row either ends here or stands in exactly one chunk.
 *
 * The resource decides, from values to values; what is shown to the user is what is executed.
 * Memory: one chunk (for territories, the rows of the file).
 */
export function planChunks(journal: Journal, resource: AnyResource, org: Org): PlanTotals {
  journal.transaction(() => {
    const { canonical } = resource;
    const candidates: Iterable<Candidate<unknown>> = journal.candidates(
      canonical && ((subject) => canonical(subject, org)),
    );
    let calls = 0;
    for (const planned of resource.plan(candidates, org)) {
      if ('entries' in planned) {
        calls += 1;
        journal.addChunk({ id: calls, ...planned });
      } else {
        journal.addOutcomes([{ ...planned, attempts: 0 }]);
      }
    }
  });
  return totalsOf(journal);
}

function totalsOf(journal: Journal): PlanTotals {
  const settled: ReadonlyMap<Status, number> = journal.statusCounts();
  const calls = journal.chunkCount();
  return {
    rows: journal.rowCount(),
    settled,
    calls,
    // All territory calls cost one credit (API limits page, read 2026-11-21).
    credits: calls,
    waves: journal.waves().length,
  };
}
