import { add, at } from './graph.ts';
import { isSpare, type Packing, room, surplus } from './packing.ts';
import type { Search } from './search.ts';

/**
 * How far pairs are moved: to neighbours with room, if they have enough for the whole surplus; or along chains, in which
 * each full call passes another of its pairs on to the next.
 */
type Reach = 'neighbours' | 'chains';

/** Takes away the calls whose pairs find room in the other calls, those with the fewest pairs to move first. */
export function trim(packing: Packing, search: Search, reach: Reach): void {
  let removed = true;
  while (removed && search.work > 0) {
    removed = false;
    search.round += 1;
    for (const node of bySurplus(packing)) {
      while (isSpare(packing, node) && dropCall(packing, search, node, reach)) removed = true;
    }
  }
}

/** Nodes that could do with a call less, the least surplus first. */
function bySurplus(packing: Packing): number[] {
  const nodes: number[] = [];
  for (let node = 0; node < packing.graph.nodes; node += 1) {
    if (isSpare(packing, node)) nodes.push(node);
  }
  return nodes.sort((a, b) => surplus(packing, a) - surplus(packing, b) || a - b);
}

/** Takes one call off the node if its surplus finds room; if not, what was moved is no worse where it is now. */
function dropCall(packing: Packing, search: Search, node: number, reach: Reach): boolean {
  let left = surplus(packing, node);
  if (reach === 'neighbours' && roomBeside(packing, search, node) < left) return false;
  let moved = false;
  while (left > 0 && search.work > 0) {
    const count = moveAway(packing, search, node, left);
    if (count === 0) break;
    left -= count;
    moved = true;
  }
  if (left <= 0) add(packing.calls, node, -1);
  // The node itself may have room now, so that what led nowhere could lead here.
  if (moved && room(packing, node) > 0) search.round += 1;
  return left <= 0;
}

/** Pairs of the node that their other ends have room for. */
function roomBeside(packing: Packing, search: Search, node: number): number {
  const { graph, carrier } = packing;
  const end = at(graph.first, node + 1);
  search.work -= end - at(graph.first, node);
  let count = 0;
  for (let i = at(graph.first, node); i < end; i += 1) {
    const pair = at(graph.adjacent, i);
    if (at(carrier, pair) === node && room(packing, at(graph.ends, pair) ^ node) > 0) count += 1;
  }
  return count;
}

/**
 * Moves up to `wanted` pairs off the node, along paths of one breadth-first walk that share no node but their ends; none
 * moved means that none can be, or that the work is spent.
 */
function moveAway(packing: Packing, search: Search, node: number, wanted: number): number {
  const { graph, carrier, calls } = packing;
  const { first, adjacent, ends } = graph;
  const { seen, dead, round, queue, parent, branch } = search;
  if (at(dead, node) === round) return 0;
  search.walk += 1;
  const { walk } = search;
  seen[node] = walk;
  queue[0] = node;
  let moved = 0;
  let head = 0;
  let count = 1;
  while (head < count && moved < wanted && search.work > 0) {
    const from = at(queue, head);
    head += 1;
    if (from !== node && hasGivenPath(branch, from)) continue;
    const end = at(first, from + 1);
    search.work -= end - at(first, from);
    for (let i = at(first, from); i < end && moved < wanted; i += 1) {
      const pair = at(adjacent, i);
      const to = at(ends, pair) ^ from;
      if (at(carrier, pair) !== from || at(calls, to) === 0) continue;
      if (at(seen, to) === walk || at(dead, to) === round) continue;
      if (room(packing, to) > 0) {
        shift(packing, search, node, from, pair);
        moved += 1;
        if (from === node) continue;
        branch[at(branch, from)] = -1;
        break;
      }
      seen[to] = walk;
      queue[count] = to;
      count += 1;
      parent[to] = pair;
      branch[to] = from === node ? to : at(branch, from);
    }
  }
  if (moved === 0 && head === count && search.work > 0) {
    for (let i = 0; i < count; i += 1) dead[at(queue, i)] = round;
  }
  return moved;
}

/** Whether a path went through the branch: its nodes carry other pairs than the walk saw. */
function hasGivenPath(branch: Int32Array, node: number): boolean {
  return at(branch, node) < 0 || at(branch, at(branch, node)) < 0;
}

/** Gives `pair` to its other end, and every pair on the way back from `from` to `start` likewise. */
function shift(
  { graph, carrier, load }: Packing,
  { parent }: Search,
  start: number,
  from: number,
  pair: number,
): void {
  const to = at(graph.ends, pair) ^ from;
  carrier[pair] = to;
  add(load, to, 1);
  for (let node = from; node !== start; ) {
    const link = at(parent, node);
    carrier[link] = node;
    node = at(graph.ends, link) ^ node;
  }
  add(load, start, -1);
}
