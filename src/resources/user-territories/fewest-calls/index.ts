import { lightestCover } from './cover.ts';
import { allCalls, at, buildGraph, fixedCalls, type Graph } from './graph.ts';
import { countCalls, type Packing, packCover } from './packing.ts';
import { newSearch } from './search.ts';
import { trim } from './trim.ts';
import { widen } from './widen.ts';

/** What the calls can carry, and for whom nothing can be chosen. */
export interface PairLimits {
  /** Territories that one call adds to a user, at least 1. */
  readonly perUserCall: number;
  /** Users that one call adds to a territory, at least 1. */
  readonly perTerritoryCall: number;
  /** Users that no call may name in its path, the logged-in one: their pairs go by territory. */
  readonly barredUsers?: ReadonlySet<number>;
}

/** The way of every pair, and what it costs beside the two pure ways. */
export interface PairSides {
  /** For each pair, in the order given: 0 goes by user, 1 by territory. */
  readonly sides: Uint8Array;
  /** Calls of all users and territories together, never more than either pure way takes. */
  readonly calls: number;
  /** Calls if every pair went by user, but those of barred users, which go by territory. */
  readonly callsByUser: number;
  /** Calls if every pair went by territory. */
  readonly callsByTerritory: number;
}

/** Pairs that the improvement of one packing may look at: about a third of a second. */
const WORK_PER_PACKING = 16_000_000;

/**
 * Chooses for each (user, territory) pair whether it goes in a call of its user or of its territory, so that the calls
 * are few.
 *
 * The calls are the fewest there are if no user and no territory has more pairs than one call carries. Else they are
 * near it: the lightest cover and both pure ways are improved for a bounded time, and the best of them is given. The same
 * pairs in the same order give the same sides.
 *
 * Memory: under 80 bytes a pair. The pairs must be distinct and the indexes dense from 0.
 *
 * @param users Index of the user of each pair.
 * @param territories Index of the territory of each pair.
 */
export function chooseSides(
  users: Uint32Array,
  territories: Uint32Array,
  limits: PairLimits,
): PairSides {
  const graph = buildGraph(users, territories, limits);
  const callsByUser = countCalls(packCover(graph, oneSide(graph, 'user')));
  const callsByTerritory = countCalls(packCover(graph, oneSide(graph, 'territory')));

  let best = packCover(graph, lightestCover(graph, addedCalls(graph)));
  if (isOverfull(graph)) {
    improve(best);
    // One at a time: each takes four bytes a pair.
    for (const side of ['user', 'territory'] as const) {
      const packing = packCover(graph, oneSide(graph, side));
      improve(packing);
      if (countCalls(packing) < countCalls(best)) best = packing;
    }
  }
  const sides = new Uint8Array(graph.pairs);
  for (let pair = 0; pair < graph.pairs; pair += 1) {
    sides[pair] = at(best.carrier, pair) === at(graph.territory, pair) ? 1 : 0;
  }
  return { sides, calls: countCalls(best), callsByUser, callsByTerritory };
}

/** All users, or all territories, as a cover. */
function oneSide({ users, nodes }: Graph, side: 'user' | 'territory'): Uint8Array {
  const cover = new Uint8Array(nodes);
  return side === 'user' ? cover.fill(1, 0, users) : cover.fill(1, users);
}

/** Calls that each node adds to the unavoidable ones by carrying all its pairs. */
function addedCalls(graph: Graph): Int32Array {
  return Int32Array.from(
    { length: graph.nodes },
    (_, node) => allCalls(graph, node) - fixedCalls(graph, node),
  );
}

function isOverfull(graph: Graph): boolean {
  for (let node = 0; node < graph.nodes; node += 1) {
    if (allCalls(graph, node) > 1) return true;
  }
  return false;
}

/** Changes the packing for fewer calls until nothing helps or the work is spent; it never comes to more. */
function improve(packing: Packing): void {
  const search = newSearch(packing.graph, WORK_PER_PACKING);
  let before: number;
  do {
    before = countCalls(packing);
    do trim(packing, search, 'neighbours');
    while (widen(packing, search));
    trim(packing, search, 'chains');
  } while (countCalls(packing) < before && search.work > 0);
}
