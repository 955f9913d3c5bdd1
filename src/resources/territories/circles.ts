import type { Finding } from '../../vocabulary.ts';
import { MOST_NAMES, shorten } from '../territory-path.ts';
import { blocked, invalid, isPlaced, isVoid, lose, type Place } from './tree.ts';

/** Gives the nearest place at or above one that the file creates or moves. */
export type Climb = (from: Place | undefined) => Place | undefined;

/**
 * Ends the rows that would make a territory report to itself, and those below a territory that is
 * not created. What is left is a tree.
 *
 * A row that is refused leaves its territory where the org has it, so that rows below it may get
 * into a circle that was none before, or out of one. Since a place has one parent, circles share
 * none, and each stands until its own rows are refused: in whatever order that is done, the same
 * rows are refused in the end. Each row is put on the path once and taken off once.
 */
export function refuseCircles(places: Iterable<Place>): Climb {
  const climb = createClimb();
  const settled = new Set<Place>();
  for (const start of places) {
    if (!isPlaced(start) || settled.has(start)) continue;
    const path = [start];
    const steps = new Map([[start, 0]]);
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const above = climb(last.parent);
      const met = above === undefined ? undefined : steps.get(above);
      if (last.parent !== undefined && isVoid(last.parent)) {
        lose(last, blockedBelow(last.parent));
      } else if (met !== undefined) {
        refuseCircle(path.splice(met));
        continue;
      } else if (above !== undefined && !settled.has(above)) {
        steps.set(above, path.push(above) - 1);
        continue;
      } else settled.add(last);
      path.pop();
      steps.delete(last);
    }
  }
  return climb;
}

/**
 * Climbs past territories that stay where they are. What was climbed once is remembered, so that a
 * long branch is not climbed again for every row below it.
 */
function createClimb(): Climb {
  const shortcuts = new Map<Place, Place | undefined>();
  return (from) => {
    const passed = new Set<Place>();
    let place = from;
    // An org that is changed while it is read may seem to hold a circle: nothing is above that.
    while (place !== undefined && !isPlaced(place) && !passed.has(place)) {
      passed.add(place);
      place = shortcuts.has(place) ? shortcuts.get(place) : place.parent;
    }
    const found = place !== undefined && isPlaced(place) ? place : undefined;
    for (const one of passed) shortcuts.set(one, found);
    return found;
  };
}

function blockedBelow({ name, row, end }: Place) {
  const { path, row: culprit } = end?.blame ?? { path: [], row: row?.row ?? 0 };
  return blocked([name, ...path], culprit);
}

/** Refuses the rows of a circle; territories between them that nobody moves are told as well. */
function refuseCircle(circle: readonly Place[]): void {
  const names: string[] = [];
  const starts = circle.map((place) => {
    const start = names.push(place.name) - 1;
    names.push(...namesUpToNext(place));
    return start;
  });
  circle.forEach((place, i) => {
    lose(place, invalid(circular(names, starts[i] ?? 0)));
  });
}

/** Circles may share a long branch: going all of it for each of them could take minutes. */
function namesUpToNext({ parent }: Place): string[] {
  const names: string[] = [];
  for (let one = parent; one !== undefined && !isPlaced(one); one = one.parent) {
    if (names.length === MOST_NAMES) return [...names, '…'];
    names.push(one.name);
  }
  return names;
}

/** A circle as it is met from one of its territories, which stands at both ends. */
function circular(circle: readonly string[], start: number): Finding {
  const nameAt = (i: number) => circle[(start + i) % circle.length] ?? '';
  const steps = Math.min(circle.length, MOST_NAMES);
  const names = Array.from({ length: steps + 1 }, (_, i) =>
    // Of a long circle only its first and last names are ever shown.
    nameAt(i <= MOST_NAMES / 2 ? i : circle.length - steps + i),
  );
  return {
    code: 'INVALID_DATA',
    cause:
      circle.length === 1
        ? 'the territory would report to itself'
        : 'the territory would report to itself, over others',
    value: shorten(names).join(' > '),
    field: 'reporting_to',
    resolution: 'Give one of these territories a parent outside the circle.',
  };
}
