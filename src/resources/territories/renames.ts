import type { Finding } from '../../vocabulary.ts';
import { normaliseName } from '../names.ts';
import type { Org } from '../resource.ts';
import { isHeld } from './fields.ts';
import type { TerritoryRow } from './match.ts';

/** Whether a row gives its territory another name; only an id tells which one that is. */
export function isRename({ record: { id, name }, territory }: TerritoryRow): boolean {
  return territory !== undefined && id !== undefined && !isHeld(territory, 'name', name);
}

/**
 * Finds the renames to a name that is taken, with what speaks against each; of several rows that
 * want the same name, a rename among them, none is carried out. A name that its owner gives up in
 * the same file counts as taken: the calls of a run have no order in which each name would be free
 * when it is needed, least of all where two territories swap theirs.
 */
export function refuseRenames(
  rows: readonly TerritoryRow[],
  org: Org,
): ReadonlyMap<TerritoryRow, Finding> {
  const wanted = Map.groupBy(
    rows.filter((row) => row.territory === undefined || isRename(row)),
    ({ record }) => normaliseName(record.name),
  );
  const refused = new Map<TerritoryRow, Finding>();
  for (const rivals of wanted.values()) {
    if (!rivals.some(isRename)) continue;
    for (const row of rivals) {
      const { name } = row.record;
      const owner = org.territoriesNamed(name).find(({ id }) => id !== row.territory?.id);
      const rival = rivals.find((one) => one !== row);
      if (owner !== undefined) refused.set(row, takenInOrg(name, owner.id));
      else if (rival !== undefined) refused.set(row, takenInFile(name, rival.row));
    }
  }
  return refused;
}

function takenInOrg(name: string, id: string): Finding {
  return {
    code: 'DUPLICATE_DATA',
    cause: 'another territory of the org has this name',
    value: `${name} (${id})`,
    field: 'name',
    resolution:
      'Choose another name, or rename that territory first, in an import of its own: two that swap their names need a third name in between.',
  };
}

function takenInFile(name: string, row: number): Finding {
  return {
    code: 'DUPLICATE_DATA',
    cause: 'another row asks for the same territory name',
    value: `${name} (row ${row})`,
    field: 'name',
    resolution:
      'Territory names are unique in the whole org: choose another name in one of the two rows.',
  };
}
