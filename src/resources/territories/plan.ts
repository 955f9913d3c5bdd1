import type { Candidate, Conditions, Ended, Planned, Planner } from '../planner.ts';
import type { Org } from '../resource.ts';
import { callsOf } from './calls.ts';
import { refuseCircles } from './circles.ts';
import { endExisting, isExisting, refuseTopChange } from './compare.ts';
import { matchRows, noteRefused, type TerritoryRow } from './match.ts';
import type { TerritoryRecord } from './record.ts';
import { refuseRenames } from './renames.ts';
import { endOf, invalid, placeRows } from './tree.ts';

/**
 * Plans a file of territories as one tree: what is to be created, and with `upsert` what is to be
 * changed, in the order in which the org can take it.
 *
 * The org's territories are known already, so there is nothing to look up. Memory: the rows of one
 * file, bounded in practice by the few hundred territories an org can hold.
 */
export function planTerritories(
  candidates: () => Iterable<Candidate<TerritoryRecord>>,
  org: Org,
  conditions: Conditions,
): Planner {
  return {
    sift: () => [],
    lookups: () => [],
    lookupsAtOnce: 1,
    calls: () => planTree(candidates(), org, conditions),
  };
}

function* planTree(
  candidates: Iterable<Candidate<TerritoryRecord>>,
  org: Org,
  { settings: { mode }, callsAtOnce }: Conditions,
): Iterable<Planned> {
  const { rows, ended, refused } = matchRows(candidates, org, mode);
  yield* ended;
  const endEarly = mode === 'upsert' ? endsOfUpsert(rows, org) : endsOfAdd(org);
  const kept: TerritoryRow[] = [];
  for (const row of rows) {
    const end = endEarly(row);
    if (end === undefined) {
      kept.push(row);
      continue;
    }
    if (end.status === 'invalid') noteRefused(refused, row.record.name, row.row);
    yield end;
  }
  const placeOf = placeRows(kept, refused, org);
  yield* callsOf(placeOf, refuseCircles(placeOf.values()), callsAtOnce);
}

type EndEarly = (row: TerritoryRow) => Ended | undefined;

/** A territory that exists is left as it is. */
function endsOfAdd(org: Org): EndEarly {
  return (row) => (isExisting(row) ? endExisting(row, org) : undefined);
}

function endsOfUpsert(rows: readonly TerritoryRow[], org: Org): EndEarly {
  const renames = refuseRenames(rows, org);
  return (row) => {
    const finding = (isExisting(row) ? refuseTopChange(row) : undefined) ?? renames.get(row);
    return finding === undefined ? undefined : endOf(row, invalid(finding));
  };
}
