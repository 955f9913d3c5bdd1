import type { Finding } from '../../vocabulary.ts';
import type { Territory } from '../../zoho/directory.ts';
import { blockedFinding } from '../blocked.ts';
import { normaliseName } from '../names.ts';
import type { Ended } from '../planner.ts';
import type { Org } from '../resource.ts';
import { shorten } from '../territory-path.ts';
import { isExisting } from './compare.ts';
import type { TerritoryRow } from './match.ts';
import { parentInOrg } from './parent-in-org.ts';
import { isRename } from './renames.ts';
import { createParentSuggestion } from './suggest.ts';

/** Where a territory stands in the tree, as the org has it and as the file wants it. */
export interface Place {
  /** What it is called in messages. */
  readonly name: string;
  /** Undefined for one that is to be created. */
  readonly territory: Territory | undefined;
  /** The place above it in the org. */
  home: Place | undefined;
  /** The place above it once the file is imported. */
  parent: Place | undefined;
  /** The row that speaks of it. */
  row: TerritoryRow | undefined;
  /** Why that row is not carried out. */
  end: End | undefined;
}

/** Why a row is not carried out. */
export interface End {
  readonly status: 'invalid' | 'blocked';
  readonly finding: Finding;
  /** For a blocked row: the names up to the row at fault, and that row. */
  readonly blame?: { readonly path: readonly string[]; readonly row: number };
}

/** The end of a row, with the id of its territory if there is one. */
export function endOf({ row, territory }: TerritoryRow, { status, finding }: End): Ended {
  return { row, status, finding, ...(territory !== undefined && { id: territory.id }) };
}

/** Whether the file creates or moves the territory of a place. */
export function isPlaced({ territory, row, end, home, parent }: Place): boolean {
  return row !== undefined && end === undefined && (territory === undefined || parent !== home);
}

/** Whether a place is that of a territory which will not be created after all. */
export function isVoid({ territory, end }: Place): boolean {
  return territory === undefined && end !== undefined;
}

/** Leaves a territory where it is, or uncreated. */
export function lose(place: Place, end: End): void {
  place.end = end;
  place.parent = place.home;
}

/**
 * Gives each row its place below the parent that it names. Rows whose parent is nowhere end here;
 * nobody has looked yet whether the rest is a tree.
 *
 * @param refused by name, rows that come to nothing
 */
export function placeRows(
  rows: readonly TerritoryRow[],
  refused: ReadonlyMap<string, number>,
  org: Org,
): ReadonlyMap<TerritoryRow, Place> {
  const places = placesOfOrg(org);
  const placeOf = new Map<TerritoryRow, Place>();
  const named = new Map<string, Place>();
  for (const row of rows) {
    const known = isExisting(row) ? places.get(row.territory.id) : undefined;
    const place = known ?? newPlace(row.record.name, undefined);
    place.row = row;
    placeOf.set(row, place);
    if (!isExisting(row) || isRename(row)) named.set(normaliseName(row.record.name), place);
  }
  const findParent = createParentLookup({ places, named, refused, org });
  for (const [row, place] of placeOf) {
    const parent = findParent(row);
    if ('status' in parent) lose(place, parent);
    else place.parent = parent.found ?? place.home;
  }
  return placeOf;
}

function placesOfOrg({ territories }: Org): Map<string, Place> {
  const places = new Map(territories.map((one) => [one.id, newPlace(one.name, one)]));
  for (const place of places.values()) {
    place.home = places.get(place.territory?.parentId ?? '');
    place.parent = place.home;
  }
  return places;
}

function newPlace(name: string, territory: Territory | undefined): Place {
  return { name, territory, home: undefined, parent: undefined, row: undefined, end: undefined };
}

/** All places that a cell may name. */
interface Gazetteer {
  /** Those of the org, by id. */
  readonly places: ReadonlyMap<string, Place>;
  /** By the names that the file gives: to new territories, and to those it renames. */
  readonly named: ReadonlyMap<string, Place>;
  readonly refused: ReadonlyMap<string, number>;
  readonly org: Org;
}

/** Makes the lookup of a row's parent; it gives none for a territory that stays where it is. */
function createParentLookup({ places, named, refused, org }: Gazetteer) {
  const top = topOf(org);
  const namesInFile = [...named.values()].flatMap(({ row }) => row?.record.name ?? []);
  const suggest = createParentSuggestion(org, namesInFile);

  return ({ record, territory }: TerritoryRow): { found: Place | undefined } | End => {
    const text = record.reportingTo;
    if (text === undefined) {
      if (territory !== undefined) return { found: undefined };
      return top === undefined ? invalid(noTop()) : { found: places.get(top.id) };
    }
    const inOrg = parentInOrg(text, org);
    if (inOrg !== undefined && 'found' in inOrg) return { found: places.get(inOrg.found.id) };
    const inFile = named.get(normaliseName(text));
    if (inFile !== undefined) return { found: inFile };
    const badRow = refused.get(normaliseName(text));
    if (badRow !== undefined) return blocked([text], badRow);
    if (inOrg !== undefined) return invalid(inOrg.finding);
    return invalid(suggest(text, record.name));
  };
}

export function topOf({ territories }: Org): Territory | undefined {
  return territories.find(({ parentId }) => parentId === null);
}

export function invalid(finding: Finding): End {
  return { status: 'invalid', finding };
}

/** A path carried from row to row stays short, or a long chain would fill the memory. */
export function blocked(names: readonly string[], row: number): End {
  const path = shorten(names);
  return {
    status: 'blocked',
    finding: blockedFinding(path.join(' > '), row),
    blame: { path, row },
  };
}

function noTop(): Finding {
  return {
    code: 'INVALID_DATA',
    cause: 'the org has no top territory to report to',
    field: 'reporting_to',
    resolution: 'Turn Territory Management on in Zoho CRM, or name a parent in this row.',
  };
}
