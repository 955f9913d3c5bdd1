import type { Finding } from '../../vocabulary.ts';
import type { Territory } from '../../zoho/directory.ts';
import { bareId, looksLikeId } from '../ids.ts';
import { normaliseName } from '../names.ts';
import type { Candidate, Planned, Planner } from '../planner.ts';
import type { Org, Trace } from '../resource.ts';
import { bodyOf, unchanged } from './compare.ts';
import { tellBeside } from './differences.ts';
import {
  differingFields,
  fieldText,
  heldValue,
  isHeld,
  type TerritoryBody,
  type TerritoryField,
} from './fields.ts';
import type { TerritoryRecord } from './record.ts';

/** A row that a run has carried out. */
interface CarriedOut {
  readonly row: number;
  readonly record: TerritoryRecord;
  readonly trace: Trace | undefined;
}

/**
 * Compares the territories of rows that a run has carried out with what the org holds of them by
 * now, each by itself and by ids: a territory that somebody has renamed is still the parent that
 * others name, and no row stands in another's way.
 *
 * Memory: the rows of one file, bounded in practice by the few hundred territories an org can hold.
 */
export function verifyTerritories(
  candidates: () => Iterable<Candidate<TerritoryRecord>>,
  org: Org,
  traces: ReadonlyMap<number, Trace>,
): Planner {
  return {
    sift: () => [],
    lookups: () => [],
    lookupsAtOnce: 1,
    *calls() {
      const rows = [...candidates()].flatMap(({ row, record }) =>
        record === null ? [] : [{ row, record, trace: traces.get(row) }],
      );
      const compare = createComparison(rows, org);
      for (const one of rows) yield compare(one);
    },
  };
}

function createComparison(rows: readonly CarriedOut[], org: Org): (row: CarriedOut) => Planned {
  const byId = new Map(org.territories.map((one) => [one.id, one]));
  const emails = new Map(org.users.map(({ id, email }) => [id, email]));
  const askedOf = createAsked(rows, org);

  /** What the org holds in a field instead of what was asked, in words. */
  function tell(territory: Territory, field: TerritoryField, asked: TerritoryBody): string {
    const value = heldValue(territory, field);
    const id = fieldText(field, value);
    const name = field === 'reporting_to' ? byId.get(id)?.name : undefined;
    const email = field === 'manager' ? emails.get(id) : undefined;
    return `${field}: ${tellBeside(field, name || email || value, asked[field])}`;
  }

  return (one) => {
    const { row, record, trace } = one;
    const namesake = org.territoriesNamed(record.name)[0];
    const territory = trace?.id === undefined ? namesake : byId.get(trace.id);
    if (territory === undefined)
      return namesake === undefined ? lost(one) : replaced(row, namesake);
    const asked = askedOf(one, territory);
    const told = differingFields(territory, asked)
      // Every update names it; an org that hides it tells nothing of it.
      .filter((field) => field !== 'permission_type' || territory.permissionType !== '')
      .map((field) => tell(territory, field, asked));
    if (isRenamed(one, territory)) told.unshift(`is called ${territory.name} now`);
    return told.length === 0
      ? unchanged({ row, record, territory, managerId: undefined })
      : { row, status: 'invalid', id: territory.id, finding: changed(told.join('; ')) };
  };
}

/** A name that was sent is to be held as it was written; any other one has but led to the territory. */
function isRenamed({ record: { id, name }, trace }: CarriedOut, territory: Territory): boolean {
  const isAsked = id === territory.id || trace?.entry?.body?.['name'] !== undefined;
  return isAsked
    ? !isHeld(territory, 'name', name)
    : normaliseName(name) !== normaliseName(territory.name);
}

/** Makes a function that gives all that a row asks for but its name, parents and managers by id. */
function createAsked(rows: readonly CarriedOut[], org: Org) {
  const parentNamed = createParentLookup(rows, org);

  function managerOf({ record: { manager }, trace }: CarriedOut): string | null | undefined {
    if (manager === undefined || manager === null) return manager;
    const sent = trace?.entry?.body?.['manager'];
    if (sent !== undefined) return fieldText('manager', sent);
    const user = org.user(manager, 'manager');
    return 'found' in user ? user.found.id : manager;
  }

  function parentOf(
    { record: { reportingTo }, trace }: CarriedOut,
    { parentId }: Territory,
  ): string | undefined {
    const sent = trace?.entry?.body?.['reporting_to'];
    if (trace?.parentId !== undefined) return trace.parentId;
    if (sent !== undefined) return fieldText('reporting_to', sent);
    return reportingTo === undefined ? undefined : parentNamed(reportingTo, parentId);
  }

  return (one: CarriedOut, territory: Territory): TerritoryBody => {
    const { row, record } = one;
    const parentId = parentOf(one, territory);
    const { name: _, ...body } = bodyOf({ row, record, territory, managerId: managerOf(one) });
    return { ...body, ...(parentId !== undefined && { reporting_to: { id: parentId } }) };
  };
}

/**
 * Makes the lookup of parents that were in their place already, so that no id was sent: by the
 * names that territories had before the run, then by those that its rows gave them, then by those
 * of now. No run notes the id of such a parent: by a name that is none of these, a territory of
 * which no row speaks is taken for the one that was meant, since it may have been renamed.
 */
function createParentLookup(
  rows: readonly CarriedOut[],
  org: Org,
): (reportingTo: string, heldId: string | null) => string {
  const given = new Map<string, string>();
  const former = new Map<string, string>();
  for (const { record, trace } of rows) {
    if (trace?.id === undefined) continue;
    given.set(normaliseName(record.name), trace.id);
    const name = trace.entry?.before?.['name'];
    if (name !== undefined) former.set(normaliseName(String(name)), trace.id);
  }
  const ids = new Set(org.territories.map(({ id }) => id));
  const spokenOf = new Set(given.values());
  return (text, heldId) => {
    if (ids.has(text)) return text;
    const name = normaliseName(text);
    const known = former.get(name) ?? given.get(name) ?? org.territoriesNamed(text)[0]?.id;
    if (known !== undefined) return known;
    const id = bareId(text);
    if (looksLikeId(id)) return id;
    return heldId === null || spokenOf.has(heldId) ? text : heldId;
  };
}

/** What is not there would have to be created; the call itself is never made. */
function lost({ row, record: { name: label } }: CarriedOut): Planned {
  return { operation: 'create', target: '', after: [], entries: [{ rows: [row], label }] };
}

function replaced(row: number, { id }: Territory): Planned {
  const finding = changed(`the territory is gone, and another one has its name (${id})`);
  return { row, status: 'invalid', id, finding };
}

function changed(cause: string): Finding {
  return { code: 'CHANGED_MEANWHILE', cause, resolution: '' };
}
