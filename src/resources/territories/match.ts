import type { Finding, Settings } from '../../vocabulary.ts';
import type { Territory } from '../../zoho/directory.ts';
import { listed } from '../listed.ts';
import { normaliseName } from '../names.ts';
import type { Candidate, Ended } from '../planner.ts';
import type { Found, Org } from '../resource.ts';
import { pathOf } from '../territory-path.ts';
import type { TerritoryRecord } from './record.ts';
import { refuseTwins } from './twins.ts';

/** A row that says something of a territory nobody else speaks of. */
export interface TerritoryRow {
  readonly row: number;
  readonly record: TerritoryRecord;
  /** The territory that the row is about; undefined when it is to be created. */
  readonly territory: Territory | undefined;
  /** Null for no manager, undefined where the row says nothing of it. */
  readonly managerId: string | null | undefined;
}

/** A territories file, row by row, held against the org. */
export interface MatchedRows {
  readonly rows: readonly TerritoryRow[];
  /** Rows that end here. */
  readonly ended: readonly Ended[];
  /** For each name, the first row of it that comes to nothing. */
  readonly refused: Map<string, number>;
}

/** A row of which the territory is known, whatever else is wrong with it. */
export interface MatchedRow extends TerritoryRow {
  /** What speaks against the row by itself. */
  readonly flaw: Finding | undefined;
}

/**
 * Finds for each row the territory that it is about: by id, else by name; a name that is not in
 * the org is one to create. Of rows about the same territory the first counts, or none where they
 * contradict each other.
 */
export function matchRows(
  candidates: Iterable<Candidate<TerritoryRecord>>,
  org: Org,
  mode: Settings['mode'],
): MatchedRows {
  const byId = new Map(org.territories.map((one) => [one.id, one]));
  const matched: MatchedRow[] = [];
  const ended: Ended[] = [];
  const refused = new Map<string, number>();
  for (const { row, subject, record } of candidates) {
    const known = record === null || mode === 'upsert' ? record : withKnownId(record, byId);
    const match = known === null ? undefined : matchRow(row, known, org, byId);
    if (match !== undefined && 'found' in match) {
      matched.push(match.found);
      continue;
    }
    noteRefused(refused, subject, row);
    if (match !== undefined) ended.push({ row, status: 'invalid', finding: match.finding });
  }
  const twins = refuseTwins(matched, org);
  const rows: TerritoryRow[] = [];
  for (const one of matched) {
    const { row, record } = one;
    const finding = one.flaw ?? twins.get(one);
    if (finding === undefined) {
      rows.push(one);
      continue;
    }
    noteRefused(refused, record.name, row);
    ended.push({ row, status: 'invalid', finding });
  }
  return { rows, ended, refused };
}

/** Remembers that a row comes to nothing, so that rows below its name can be blocked. */
export function noteRefused(refused: Map<string, number>, name: string, row: number): void {
  const key = normaliseName(name);
  refused.set(key, Math.min(refused.get(key) ?? row, row));
}

/** Where nothing is updated, an id that the org does not have is that of another system. */
function withKnownId(
  record: TerritoryRecord,
  byId: ReadonlyMap<string, Territory>,
): TerritoryRecord {
  if (record.id === undefined || byId.has(record.id)) return record;
  const { id: _, ...rest } = record;
  return rest;
}

function matchRow(
  row: number,
  record: TerritoryRecord,
  org: Org,
  byId: ReadonlyMap<string, Territory>,
): Found<MatchedRow> {
  const match = territoryOf(record, org, byId);
  if ('finding' in match) return match;
  const territory = match.found;
  const manager = managerOf(record, territory, org);
  if ('finding' in manager) {
    // Nothing is sent of the row, but what it says may still contradict another.
    const { finding: flaw } = manager;
    return { found: { row, record, territory, managerId: record.manager, flaw } };
  }
  const isIncomplete = territory === undefined && record.permissionType === undefined;
  const flaw = isIncomplete ? noPermissionType(record) : undefined;
  return { found: { row, record, territory, managerId: manager.found, flaw } };
}

function territoryOf(
  { id, name }: TerritoryRecord,
  org: Org,
  byId: ReadonlyMap<string, Territory>,
): Found<Territory | undefined> {
  if (id !== undefined) {
    const found = byId.get(id);
    return found === undefined ? { finding: unknownId(id) } : { found };
  }
  const namesakes = org.territoriesNamed(name);
  return namesakes.length > 1
    ? { finding: ambiguous(name, namesakes, byId) }
    : { found: namesakes[0] };
}

/** Whoever manages the territory already may do so: nothing is written then. */
function managerOf(
  { manager }: TerritoryRecord,
  territory: Territory | undefined,
  org: Org,
): Found<string | null | undefined> {
  if (manager === undefined || manager === null || manager === territory?.managerId) {
    return { found: manager };
  }
  const user = org.user(manager, 'manager');
  if ('finding' in user) return user;
  const { id, active } = user.found;
  return active || id === territory?.managerId ? { found: id } : { finding: inactive(manager) };
}

function unknownId(id: string): Finding {
  return {
    code: 'INVALID_DATA',
    cause: 'no territory has this id',
    value: id,
    field: 'territory_id',
    resolution:
      'Take the id from this org (ids differ between orgs), or empty the cell to create the territory.',
  };
}

function ambiguous(
  name: string,
  namesakes: readonly Territory[],
  byId: ReadonlyMap<string, Territory>,
): Finding {
  return {
    code: 'AMBIGUOUS_NAME',
    cause: 'several territories in the org have this name',
    value: `${name} (${listed(namesakes, (one) => `${one.id}: ${pathOf(one, byId)}`)})`,
    field: 'name',
    resolution: 'Put the id of the one you mean into the territory_id column, with --mode upsert.',
  };
}

function noPermissionType({ name }: TerritoryRecord): Finding {
  return {
    code: 'MANDATORY_NOT_FOUND',
    cause: 'a territory that is to be created needs a permission type',
    value: name,
    field: 'permission_type',
    resolution:
      'Fill in the permission_type column; if the territory exists already, correct its name.',
  };
}

function inactive(text: string): Finding {
  return {
    code: 'INVALID_DATA',
    cause: 'the manager is an inactive user',
    value: text,
    field: 'manager',
    resolution: 'Name an active user, or leave the manager empty.',
  };
}
