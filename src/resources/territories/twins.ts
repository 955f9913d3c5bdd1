import type { Finding } from '../../vocabulary.ts';
import { normaliseName } from '../names.ts';
import type { Org } from '../resource.ts';
import { createContradictions } from './contradictions.ts';
import type { MatchedRow, TerritoryRow } from './match.ts';

/**
 * Finds the rows that are not carried out because of others about the same territory, with what
 * speaks against each: all of them where any two contradict each other, else all but the first.
 * A row that is wrong by itself stands in nobody's way, unless it contradicts.
 */
export function refuseTwins(
  rows: readonly MatchedRow[],
  org: Org,
): ReadonlyMap<TerritoryRow, Finding> {
  const refused = new Map<TerritoryRow, Finding>();
  const contradictionOf = createContradictions(rows, org);
  for (const twins of Map.groupBy(rows, territoryKey).values()) {
    if (twins.length === 1) continue;
    const contradiction = contradictionOf(twins);
    const [first, ...later] = twins.filter(({ flaw }) => flaw === undefined);
    if (contradiction !== undefined) {
      for (const row of twins) refused.set(row, contradiction(row));
    } else if (first !== undefined) {
      for (const row of later) refused.set(row, twin(row, first.row));
    }
  }
  return refused;
}

function territoryKey({ record: { name }, territory }: TerritoryRow): string {
  return territory === undefined ? `name ${normaliseName(name)}` : `id ${territory.id}`;
}

function twin({ record: { id, name }, territory }: TerritoryRow, firstRow: number): Finding {
  const value = `${name} (row ${firstRow})`;
  return territory === undefined
    ? {
        code: 'DUPLICATE_DATA',
        cause: 'an earlier row has the same territory name',
        value,
        field: 'name',
        resolution:
          'Territory names are unique in the whole org: rename one of the two rows, or delete this one.',
      }
    : {
        code: 'DUPLICATE_DATA',
        cause: 'an earlier row is about the same territory',
        value,
        field: id === undefined ? 'name' : 'territory_id',
        resolution: 'Make one row of the two, or delete this one.',
      };
}
