import { add, at, type Graph } from './graph.ts';

/**
 * Gives a vertex cover of least weight: every pair has an end in it, marked 1.
 *
 * A greatest flow from users through pairs to territories, where a node lets its weight through, is as large as the
 * lightest cover is heavy, and what it leaves reachable tells the cover (König; for weights of 1 the flow is a matching
 * and the search is Hopcroft-Karp's). Dinic's phases, without recursion.
 */
export function lightestCover(graph: Graph, weights: Int32Array): Uint8Array {
  const { users, nodes } = graph;
  const flow = new Int32Array(graph.pairs);
  const spare = weights.slice();
  startGreedily(graph, flow, spare);

  const level = new Int32Array(nodes);
  const queue = new Int32Array(nodes);
  while (layer(graph, flow, spare, level, queue)) augment(graph, flow, spare, level);

  const cover = new Uint8Array(nodes);
  for (let node = 0; node < nodes; node += 1) {
    const reached = at(level, node) >= 0;
    cover[node] = reached === node >= users ? 1 : 0;
  }
  return cover;
}

function startGreedily(graph: Graph, flow: Int32Array, spare: Int32Array): void {
  const { users, first, adjacent, territory } = graph;
  for (let user = 0; user < users; user += 1) {
    const end = at(first, user + 1);
    for (let i = at(first, user); i < end && at(spare, user) > 0; i += 1) {
      const pair = at(adjacent, i);
      const amount = Math.min(at(spare, user), at(spare, at(territory, pair)));
      flow[pair] = amount;
      add(spare, user, -amount);
      add(spare, at(territory, pair), -amount);
    }
  }
}

/** Numbers the nodes by their distance from users with spare weight, -1 beyond reach; says whether to augment. */
function layer(
  graph: Graph,
  flow: Int32Array,
  spare: Int32Array,
  level: Int32Array,
  queue: Int32Array,
): boolean {
  const { users, first, adjacent, ends } = graph;
  let count = 0;
  let found = false;
  level.fill(-1);
  for (let user = 0; user < users; user += 1) {
    if (at(spare, user) === 0) continue;
    level[user] = 0;
    queue[count] = user;
    count += 1;
  }
  for (let head = 0; head < count; head += 1) {
    const node = at(queue, head);
    const end = at(first, node + 1);
    for (let i = at(first, node); i < end; i += 1) {
      const pair = at(adjacent, i);
      const other = at(ends, pair) ^ node;
      if (at(level, other) >= 0 || (node >= users && at(flow, pair) === 0)) continue;
      level[other] = at(level, node) + 1;
      queue[count] = other;
      count += 1;
      if (other >= users && at(spare, other) > 0) found = true;
    }
  }
  return found;
}

/** Sends flow along the layers until none of their paths is left. */
function augment(graph: Graph, flow: Int32Array, spare: Int32Array, level: Int32Array): void {
  const { users, nodes, first, adjacent, ends } = graph;
  const next = first.slice(0, nodes);
  const path = new Int32Array(nodes);
  for (let user = 0; user < users; user += 1) {
    while (at(spare, user) > 0) {
      let node = user;
      let length = 0;
      while (node < users || at(spare, node) === 0) {
        const i = at(next, node);
        if (i < at(first, node + 1)) {
          const pair = at(adjacent, i);
          const other = at(ends, pair) ^ node;
          const open = node < users || at(flow, pair) > 0;
          if (open && at(level, other) === at(level, node) + 1) {
            path[length] = pair;
            length += 1;
            node = other;
          } else next[node] = i + 1;
        } else {
          if (length === 0) break;
          length -= 1;
          node = at(ends, at(path, length)) ^ node;
          add(next, node, 1);
        }
      }
      if (length === 0) break;
      // Steps at odd places lead back from a territory to a user, and take flow off their pair.
      let amount = Math.min(at(spare, user), at(spare, node));
      for (let i = 1; i < length; i += 2) amount = Math.min(amount, at(flow, at(path, i)));
      for (let i = 0; i < length; i += 1) add(flow, at(path, i), i % 2 === 0 ? amount : -amount);
      add(spare, user, -amount);
      add(spare, node, -amount);
    }
  }
}
