import { add, allCalls, at, degree, fixedCalls, type Graph } from './graph.ts';

/** A choice for every pair, with the calls that it takes; changed in place. */
export interface Packing {
  readonly graph: Graph;
  /** The node that carries pair i. */
  readonly carrier: Int32Array;
  /** Pairs that node v carries. */
  readonly load: Int32Array;
  /** Calls of node v; they have room for its load. */
  readonly calls: Int32Array;
}

/** The packing in which the nodes of a cover carry all they can; what both ends could carry goes by territory. */
export function packCover(graph: Graph, cover: Uint8Array): Packing {
  const { nodes, pairs, ends, territory } = graph;
  const carrier = new Int32Array(pairs);
  const load = new Int32Array(nodes);
  const calls = new Int32Array(nodes);
  for (let node = 0; node < nodes; node += 1) {
    calls[node] = cover[node] === 1 ? allCalls(graph, node) : fixedCalls(graph, node);
  }
  for (let pair = 0; pair < pairs; pair += 1) {
    const other = at(territory, pair);
    const user = at(ends, pair) ^ other;
    const byUser = cover[other] !== 1 && degree(graph, user) > 0;
    carrier[pair] = byUser ? user : other;
    add(load, at(carrier, pair), 1);
  }
  return { graph, carrier, load, calls };
}

/** The calls of all nodes. */
export function countCalls({ calls }: Packing): number {
  let count = 0;
  for (const some of calls) count += some;
  return count;
}

/** Pairs that must go elsewhere before the node can do with one call less. */
export function surplus({ graph, load, calls }: Packing, node: number): number {
  return at(load, node) - (at(calls, node) - 1) * at(graph.perCall, node);
}

/** Pairs that the calls of the node could still take. */
export function room({ graph, load, calls }: Packing, node: number): number {
  return at(calls, node) * at(graph.perCall, node) - at(load, node);
}

/** Whether the node has calls beyond those that its fixed pairs need. */
export function isSpare({ graph, calls }: Packing, node: number): boolean {
  return at(calls, node) > fixedCalls(graph, node);
}
