/**
 * The mappings as a bipartite graph: users are nodes 0 to `users - 1`, territories follow, pairs are edges.
 *
 * Pairs of a barred user are not in `adjacent`: nobody chooses for them, they are the territory's `fixed` load.
 */
export interface Graph {
  readonly users: number;
  readonly nodes: number;
  readonly pairs: number;
  /** User and territory node of each pair, combined by xor: one end and this give the other end. */
  readonly ends: Int32Array;
  /** Territory node of each pair. */
  readonly territory: Int32Array;
  /** Pairs of node v: `adjacent[first[v]]` up to, not including, `adjacent[first[v + 1]]`. */
  readonly first: Int32Array;
  readonly adjacent: Int32Array;
  /** Pairs that node v carries whatever is chosen. */
  readonly fixed: Int32Array;
  /** Pairs that one call of node v carries. */
  readonly perCall: Int32Array;
}

/** The number at `index`, which the caller knows to be inside. */
export function at(numbers: Int32Array, index: number): number {
  return numbers[index] as number;
}

/** Adds to the number at `index`. */
export function add(numbers: Int32Array, index: number, amount: number): void {
  numbers[index] = (numbers[index] as number) + amount;
}

/** How many pairs of a node are there to choose for. */
export function degree(graph: Graph, node: number): number {
  return at(graph.first, node + 1) - at(graph.first, node);
}

/** Calls that carry the given number of a node's pairs. */
export function callsFor(graph: Graph, node: number, pairs: number): number {
  return Math.ceil(pairs / at(graph.perCall, node));
}

/** Calls that a node makes whatever is chosen. */
export function fixedCalls(graph: Graph, node: number): number {
  return callsFor(graph, node, at(graph.fixed, node));
}

/** Calls that a node makes when it carries all its pairs. */
export function allCalls(graph: Graph, node: number): number {
  return callsFor(graph, node, at(graph.fixed, node) + degree(graph, node));
}

interface GraphLimits {
  readonly perUserCall: number;
  readonly perTerritoryCall: number;
  readonly barredUsers?: ReadonlySet<number>;
}

/** Lays out the pairs for walking from either end. */
export function buildGraph(
  users: Uint32Array,
  territories: Uint32Array,
  limits: GraphLimits,
): Graph {
  const { perUserCall, perTerritoryCall, barredUsers = [] } = limits;
  const pairs = users.length;
  const userCount = countIndexes(users);
  const nodes = userCount + countIndexes(territories);
  const barred = new Uint8Array(userCount);
  for (const user of barredUsers) barred[user] = 1;

  const ends = new Int32Array(pairs);
  const territory = new Int32Array(pairs);
  const first = new Int32Array(nodes + 1);
  const fixed = new Int32Array(nodes);
  for (let pair = 0; pair < pairs; pair += 1) {
    const user = users[pair] as number;
    const other = userCount + (territories[pair] as number);
    territory[pair] = other;
    ends[pair] = user ^ other;
    if (barred[user] === 1) {
      add(fixed, other, 1);
    } else {
      add(first, user + 1, 1);
      add(first, other + 1, 1);
    }
  }
  for (let node = 0; node < nodes; node += 1) add(first, node + 1, at(first, node));

  const adjacent = new Int32Array(at(first, nodes));
  const next = first.slice();
  for (let pair = 0; pair < pairs; pair += 1) {
    const other = at(territory, pair);
    const user = at(ends, pair) ^ other;
    if (barred[user] === 1) continue;
    adjacent[at(next, user)] = pair;
    add(next, user, 1);
    adjacent[at(next, other)] = pair;
    add(next, other, 1);
  }
  const perCall = new Int32Array(nodes).fill(perTerritoryCall).fill(perUserCall, 0, userCount);
  return { users: userCount, nodes, pairs, ends, territory, first, adjacent, fixed, perCall };
}

function countIndexes(indexes: Uint32Array): number {
  let count = 0;
  for (const index of indexes) if (index >= count) count = index + 1;
  return count;
}
