import type { Journal } from '../journal/journal.ts';
import { sortRows } from '../journal/sort-rows.ts';
import type { AnyResource } from '../resources/registry.ts';
import { operationOf } from '../resources/resource.ts';
import type { Outcome } from '../vocabulary.ts';

/** A row for which two plans do not do the same, or that says other things in the two files. */
export interface Difference {
  readonly row: number;
  readonly planned: string;
  readonly now: string;
}

/** What a plan does with one row, by column; `status` is what the row ends or would end as. */
type Decision = Readonly<Record<string, string>>;

interface Decided {
  readonly row: number;
  readonly cells: readonly string[];
  readonly decision: Decision;
}

/**
 * Compares two plans row by row: what becomes of each row, not in which call.
 *
 * Memory: one row of each. Both are read in the order of their rows.
 *
 * @param header of both files
 */
export function* comparePlans(
  planned: Journal,
  now: Journal,
  resource: AnyResource,
  header: readonly string[],
): Iterable<Difference> {
  const left = decisionsOf(planned, resource);
  const right = decisionsOf(now, resource);
  let a = left.next();
  let b = right.next();
  while (!(a.done && b.done)) {
    const rowA = a.done ? Number.POSITIVE_INFINITY : a.value.row;
    const rowB = b.done ? Number.POSITIVE_INFINITY : b.value.row;
    const row = Math.min(rowA, rowB);
    const one = !a.done && rowA === row ? a.value : undefined;
    const other = !b.done && rowB === row ? b.value : undefined;
    const texts = difference(one, other, header);
    if (texts !== undefined) yield { row, ...texts };
    if (one !== undefined) a = left.next();
    if (other !== undefined) b = right.next();
  }
}

function* decisionsOf(journal: Journal, resource: AnyResource): Generator<Decided, undefined> {
  const effects = sortRows(effectsOf(journal, resource));
  let next = effects.next();
  for (const { row, cells, outcome } of journal.results()) {
    if (outcome !== undefined) {
      yield { row, cells, decision: decisionOf(outcome) };
      continue;
    }
    if (next.done || next.value[0] !== row) throw new Error(`bug: row ${row} is in no chunk`);
    yield { row, cells, decision: JSON.parse(next.value[1]) };
    next = effects.next();
  }
  return undefined;
}

function* effectsOf(journal: Journal, resource: AnyResource): Iterable<[number, string]> {
  for (const chunk of journal.chunks()) {
    const operation = operationOf(resource, chunk);
    const status = operation.succeeded(false);
    for (const entry of chunk.entries) {
      for (const [i, row] of entry.rows.entries()) {
        yield [row, JSON.stringify({ status, ...operation.effect(chunk, entry, i) })];
      }
    }
  }
}

function decisionOf({ status, id = '', finding }: Outcome): Decision {
  const { code = '', cause = '', value = '' } = finding ?? {};
  return { status, id, code, cause, value };
}

/** How the two differ, in words; undefined when they do the same for the same cells. */
function difference(
  planned: Decided | undefined,
  now: Decided | undefined,
  header: readonly string[],
): Omit<Difference, 'row'> | undefined {
  if (planned === undefined || now === undefined) {
    return { planned: tell(planned), now: tell(now) };
  }
  const keys = new Set([...Object.keys(planned.decision), ...Object.keys(now.decision)]);
  const differing = [...keys].filter((key) => planned.decision[key] !== now.decision[key]);
  if (differing.length === 0) {
    const places = header.flatMap((_, i) => (planned.cells[i] === now.cells[i] ? [] : [i]));
    const tellCells = ({ cells }: Decided) =>
      places.map((i) => `${header[i]} "${cells[i] ?? ''}"`).join(', ');
    return places.length === 0 ? undefined : { planned: tellCells(planned), now: tellCells(now) };
  }
  // Of two rows with the same end only what sets them apart is worth telling.
  const shown = differing.includes('status') ? undefined : differing;
  return { planned: tell(planned, shown), now: tell(now, shown) };
}

function tell(decided: Decided | undefined, keys?: readonly string[]): string {
  if (decided === undefined) return 'no such row';
  const { status = '', cause = '', value = '', ...rest } = decided.decision;
  if (keys === undefined) {
    const why = cause === '' ? '' : ` (${cause}${value === '' ? '' : `: ${value}`})`;
    return `${status}${why}`;
  }
  const all: Decision = { cause, value, ...rest };
  const parts = keys.map((key) => `${key} ${all[key] || '(none)'}`);
  return `${status}, ${parts.join(', ')}`;
}
