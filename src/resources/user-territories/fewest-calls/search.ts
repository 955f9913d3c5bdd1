import { degree, type Graph } from './graph.ts';

/** Memory of the searches in one packing, kept between them. */
export interface Search {
  /** Pairs that may still be looked at; when none is left, searches find nothing more. */
  work: number;
  /** Number of the current walk; `seen` has it for the nodes that were visited. */
  walk: number;
  readonly seen: Int32Array;
  /** Number of the current round; `dead` has it for the nodes from which no room can be reached. */
  round: number;
  readonly dead: Int32Array;
  /** Nodes in the order of the walk. */
  readonly queue: Int32Array;
  /** Pair by which the walk came to a node. */
  readonly parent: Int32Array;
  /** The neighbour of the start over which the walk came to a node, -1 for one that has given a path. */
  readonly branch: Int32Array;
  /** Pairs of one node by surplus: surplus times the number of all pairs, plus the pair. */
  readonly keys: Float64Array;
  /** What was changed since the cheapest moment, to be taken back. */
  readonly moves: Int32Array;
  moveCount: number;
}

/** A search of the graph that may look at so many pairs. */
export function newSearch(graph: Graph, work: number): Search {
  const numbers = () => new Int32Array(graph.nodes);
  let most = 0;
  for (let node = 0; node < graph.nodes; node += 1) most = Math.max(most, degree(graph, node));
  return {
    work,
    walk: 0,
    seen: numbers(),
    round: 0,
    dead: numbers(),
    queue: numbers(),
    parent: numbers(),
    branch: numbers(),
    keys: new Float64Array(most),
    moves: new Int32Array(graph.pairs + 2 * most + 1),
    moveCount: 0,
  };
}
