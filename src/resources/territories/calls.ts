import type { Entry } from '../../vocabulary.ts';
import { LIMITS } from '../../zoho/limits.ts';
import type { Planned } from '../planner.ts';
import type { Climb } from './circles.ts';
import { bodyOf, type ExistingRow, isExisting, unchanged } from './compare.ts';
import { differingFields, heldValue, TERRITORY_FIELDS } from './fields.ts';
import type { TerritoryRow } from './match.ts';
import { scheduleTree } from './schedule.ts';
import { endOf, isPlaced, type Place } from './tree.ts';

/** One item of a call. */
interface Step {
  readonly kind: 'create' | 'update';
  readonly entry: Entry;
  /** The step that must have been done before. */
  parent: Step | undefined;
}

const PER_CALL = Math.min(LIMITS.territoriesPerCreate, LIMITS.territoriesPerUpdate);

/**
 * Packs what is left of the rows into calls, and gives the rows that need none.
 *
 * A territory is created or moved after the nearest one above it, in the tree to come, that the
 * file creates or moves. When its turn comes, all that is above its new parent is therefore in its
 * place already, and the territory itself is not there: the org never sees a circle, nor a parent
 * that is still to be created.
 */
export function* callsOf(
  placeOf: ReadonlyMap<TerritoryRow, Place>,
  climb: Climb,
  callsAtOnce: number,
): Iterable<Planned> {
  const steps: Step[] = [];
  const stepOf = new Map<Place, Step>();
  for (const [row, place] of placeOf) {
    if (place.end !== undefined) {
      yield endOf(row, place.end);
      continue;
    }
    const step = isExisting(row) ? updateOf(row, place) : createOf(row, place);
    if (step === undefined) {
      if (isExisting(row)) yield unchanged(row);
      continue;
    }
    steps.push(step);
    if (isPlaced(place)) stepOf.set(place, step);
  }
  for (const [place, step] of stepOf) {
    const above = climb(place.parent);
    step.parent = above === undefined ? undefined : stepOf.get(above);
  }
  const awaited = stepsAboveMoves(steps);
  for (const [place, step] of stepOf) {
    // A new territory with no moves below it can hang on anything that exists, wherever that moves.
    if (step.kind === 'create' && !awaited.has(step)) {
      step.parent = place.parent?.territory === undefined ? step.parent : undefined;
    }
  }
  yield* packed(steps, callsAtOnce);
}

/** The steps that some move waits for, or waits for by way of others. */
function stepsAboveMoves(steps: readonly Step[]): ReadonlySet<Step> {
  const above = new Set<Step>();
  for (const { kind, parent } of steps) {
    if (kind !== 'update') continue;
    for (let one = parent; one !== undefined && !above.has(one); one = one.parent) above.add(one);
  }
  return above;
}

function* packed(steps: readonly Step[], slots: number): Iterable<Planned> {
  const calls = scheduleTree(steps, { perCall: PER_CALL, slots });
  const callOf = new Map(calls.flatMap((call, i) => call.map((step) => [step, i + 1])));
  for (const call of calls) {
    const after = new Set<number>();
    for (const { parent } of call) {
      const before = parent === undefined ? undefined : callOf.get(parent);
      if (before !== undefined) after.add(before);
    }
    yield {
      operation: call[0]?.kind ?? '',
      target: '',
      after: [...after].sort((a, b) => a - b),
      entries: call.map(inOrder),
    };
  }
}

/** Notes what an item waits for: another order would be another plan. */
function inOrder({ entry, parent }: Step): Entry {
  const [afterRow] = parent?.entry.rows ?? [];
  return afterRow === undefined || afterRow === entry.parentRow ? entry : { ...entry, afterRow };
}

function createOf(row: TerritoryRow, place: Place): Step {
  const { id: parentId, row: parentRow } = parentOf(place);
  const { name, ...rest } = bodyOf(row);
  // What a new territory shall not have it is simply not given.
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
  const entry: Entry = {
    rows: [row.row],
    label: row.record.name,
    body: { name, ...(parentId !== undefined && { reporting_to: { id: parentId } }), ...given },
    ...(parentRow !== undefined && { parentRow }),
  };
  return { kind: 'create', entry, parent: undefined };
}

/** Nothing where the org holds all that the row says. */
function updateOf(row: ExistingRow, place: Place): Step | undefined {
  const { territory, record } = row;
  const wanted = bodyOf(row);
  const changed = differingFields(territory, wanted);
  const isMoved = isPlaced(place);
  if (changed.length === 0 && !isMoved) return undefined;
  const { id: parentId, row: parentRow } = isMoved ? parentOf(place) : {};
  const asked = TERRITORY_FIELDS.filter(
    (field) =>
      changed.includes(field) ||
      (field === 'reporting_to' && isMoved) ||
      // Every update sends it: only here can be seen whether the row asks for it.
      (field === 'permission_type' && field in wanted),
  );
  const entry: Entry = {
    rows: [row.row],
    id: territory.id,
    label: record.name,
    body: {
      ...Object.fromEntries(changed.map((field) => [field, wanted[field]])),
      ...(parentId !== undefined && { reporting_to: { id: parentId } }),
      ...permissionType(record.permissionType ?? territory.permissionType),
    },
    before: Object.fromEntries(asked.map((field) => [field, heldValue(territory, field)])),
    ...(parentRow !== undefined && { parentRow }),
  };
  return { kind: 'update', entry, parent: undefined };
}

/** Every update must name it, whether it changes or not; an org that hides it is not told one. */
function permissionType(text: string): { permission_type?: string } {
  return text === '' ? {} : { permission_type: text };
}

/** The parent's id, or the row that creates it. */
function parentOf({ parent }: Place): { id?: string; row?: number } {
  if (parent?.territory !== undefined) return { id: parent.territory.id };
  return parent?.row === undefined ? {} : { row: parent.row.row };
}
