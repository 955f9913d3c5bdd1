import { add, allCalls, at } from './graph.ts';
import { type Packing, room, surplus } from './packing.ts';
import type { Search } from './search.ts';

/**
 * Adds calls to nodes that relieve several others at once; says whether that came to fewer calls.
 *
 * A neighbour with a surplus of s pairs counts 1/s: so much of its call would be saved. Nodes are widened one after the
 * other while the sum is more than the call that they cost, then the steps after the cheapest moment are undone.
 */
export function widen(packing: Packing, search: Search): boolean {
  let balance = 0;
  let least = 0;
  search.moveCount = 0;
  for (const node of byGain(packing, search)) {
    if (search.work <= 0 || search.moveCount > packing.graph.pairs) break;
    if (gain(packing, search, node) <= 1) continue;
    balance += 1 - addCall(packing, search, node);
    if (balance < least) {
      least = balance;
      search.moveCount = 0;
    }
  }
  undo(packing, search);
  return least < 0;
}

/** Nodes that promise to save more than the call they cost, the most first. */
function byGain(packing: Packing, search: Search): number[] {
  const { nodes } = packing.graph;
  const gains = new Float64Array(nodes);
  const promising: number[] = [];
  for (let node = 0; node < nodes && search.work > 0; node += 1) {
    const saved = gain(packing, search, node);
    gains[node] = saved;
    if (saved > 1) promising.push(node);
  }
  return promising.sort((a, b) => (gains[b] as number) - (gains[a] as number) || a - b);
}

/** Gives the node one call more and fills it; says how many calls of its neighbours that saves. */
function addCall(packing: Packing, search: Search, node: number): number {
  const { graph, carrier, load, calls } = packing;
  let saved = 0;
  add(calls, node, 1);
  note(search, added(node));
  const count = sortRelievable(packing, search, node);
  for (let i = 0; i < count && room(packing, node) > 0; i += 1) {
    const pair = (search.keys[i] as number) % graph.pairs;
    const other = at(graph.ends, pair) ^ node;
    carrier[pair] = node;
    add(load, node, 1);
    add(load, other, -1);
    note(search, pair);
    if (surplus(packing, other) > 0) continue;
    add(calls, other, -1);
    note(search, dropped(other));
    saved += 1;
  }
  return saved;
}

/** Calls that one call more would save, as far as the neighbours tell. */
function gain(packing: Packing, search: Search, node: number): number {
  const { graph, carrier, calls } = packing;
  if (at(calls, node) >= allCalls(graph, node)) return 0;
  const end = at(graph.first, node + 1);
  search.work -= end - at(graph.first, node);
  let sum = 0;
  for (let i = at(graph.first, node); i < end; i += 1) {
    const pair = at(graph.adjacent, i);
    const other = at(graph.ends, pair) ^ node;
    if (at(carrier, pair) === other) sum += 1 / surplus(packing, other);
  }
  return sum;
}

/** Lists in `search.keys` the pairs that the node could take over, from the least surplus up; says how many. */
function sortRelievable(packing: Packing, search: Search, node: number): number {
  const { graph, carrier } = packing;
  const start = at(graph.first, node);
  const end = at(graph.first, node + 1);
  let count = 0;
  for (let i = start; i < end; i += 1) {
    const pair = at(graph.adjacent, i);
    if (at(carrier, pair) === node) continue;
    search.keys[count] = surplus(packing, at(graph.ends, pair) ^ node) * graph.pairs + pair;
    count += 1;
  }
  search.work -= 2 * (end - start);
  search.keys.subarray(0, count).sort();
  return count;
}

/** A move is a pair that was taken over or, below zero, a node's call that was added (odd) or dropped (even). */
function added(node: number): number {
  return -1 - 2 * node;
}

function dropped(node: number): number {
  return -2 - 2 * node;
}

function note(search: Search, move: number): void {
  search.moves[search.moveCount] = move;
  search.moveCount += 1;
}

/** Takes the moves back, the last one first. */
function undo(packing: Packing, { moves, moveCount }: Search): void {
  const { graph, carrier, load, calls } = packing;
  for (let i = moveCount - 1; i >= 0; i -= 1) {
    const move = at(moves, i);
    if (move >= 0) {
      const node = at(carrier, move);
      const other = at(graph.ends, move) ^ node;
      carrier[move] = other;
      add(load, node, -1);
      add(load, other, 1);
    } else if (move % 2 === 0) add(calls, (-2 - move) / 2, 1);
    else add(calls, (-1 - move) / 2, -1);
  }
}
