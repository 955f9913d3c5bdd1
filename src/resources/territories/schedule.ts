/** Something to be written, and what must be written before it. */
export interface TreeNode<T> {
  /** What it hangs on among the nodes; undefined when nothing must be written first. */
  readonly parent: T | undefined;
  /** What is done to it: the nodes of one call are all of one kind. */
  readonly kind: string;
}

/** How much fits into a round; both are 1 or more. */
export interface TreeCapacity {
  /** Nodes that one call writes. */
  readonly perCall: number;
  /** Calls at once. */
  readonly slots: number;
}

/**
 * Packs the nodes of a forest into calls, in the order in which they are to be started.
 *
 * Calls go in rounds of at most as many as there are slots, and a node in a later round than its
 * parent. In each round the nodes with the longest chain below them come first, those of equal
 * chains in the order given. A node waits when the round has neither room in a call of its kind
 * nor a slot for another.
 *
 * For nodes of one kind these are the fewest rounds there can be. It is Hu's algorithm (Parallel
 * sequencing and assembly line problems, Operations Research 9, 1961), for trees whose parents
 * come first: nodes that lie d levels down or deeper need d rounds before them and as many as they
 * fill, whatever the schedule, and this one needs no more than the worst of these bounds.
 *
 * For two kinds it may need more than the fewest, since a call of each round can stay nearly
 * empty: at most one round for each level of the forest, and one for every
 * `perCall * (slots - 1) + 1` nodes.
 *
 * @throws {Error} `bug:` when nodes form a circle, or hang on one that is not among them
 */
export function scheduleTree<T extends TreeNode<T>>(
  nodes: readonly T[],
  capacity: TreeCapacity,
): T[][] {
  const rounds: Round<T>[] = [];
  const placeOf = new Map<T, number>();
  const fullOf = new Map(nodes.map(({ kind }) => [kind, new Map<number, number>()]));
  // A node gives way to higher ones only. So putting one after the other into the first round that
  // has room fills the same rounds as going round by round, without asking again who is ready.
  for (const node of highestFirst(nodes)) {
    const full = fullOf.get(node.kind) ?? new Map();
    let place = firstOpen(full, placeAfterParent(node, placeOf));
    while (!addTo(roundAt(rounds, place), node, capacity)) {
      full.set(place, place + 1);
      place = firstOpen(full, place);
    }
    placeOf.set(node, place);
  }
  const calls = rounds.flatMap((round) => round.calls);
  spareCalls(calls, capacity.perCall, new Set(nodes.map(({ parent }) => parent)));
  return calls.filter(({ length }) => length > 0);
}

/**
 * Empties calls that nothing waits for into later ones with room: what saves calls and costs no
 * round.
 */
function spareCalls<T extends TreeNode<T>>(
  calls: readonly T[][],
  perCall: number,
  parents: ReadonlySet<T | undefined>,
): void {
  const roomy = Map.groupBy(
    calls.filter(({ length }) => length < perCall),
    ([first]) => first?.kind,
  );
  for (const some of roomy.values()) {
    some.forEach((call, i) => {
      if (call.some((node) => parents.has(node))) return;
      const later = some.slice(i + 1);
      const room = later.reduce((sum, { length }) => sum + perCall - length, 0);
      if (room < call.length) return;
      for (const other of later) other.push(...call.splice(0, perCall - other.length));
    });
  }
}

/** All nodes, those with the longest chain below them first; parents so come before children. */
function highestFirst<T extends TreeNode<T>>(nodes: readonly T[]): T[] {
  const heights = new Map(nodes.map((node) => [node, 0]));
  const waiting = new Map<T, number>();
  for (const { parent } of nodes) {
    if (parent !== undefined) waiting.set(parent, (waiting.get(parent) ?? 0) + 1);
  }
  // From the leaves up: a node's height is known once all its children have told theirs.
  const known = nodes.filter((node) => !waiting.has(node));
  for (const node of known) {
    const { parent } = node;
    if (parent === undefined) continue;
    heights.set(parent, Math.max(heights.get(parent) ?? 0, (heights.get(node) ?? 0) + 1));
    const left = (waiting.get(parent) ?? 0) - 1;
    waiting.set(parent, left);
    if (left === 0) known.push(parent);
  }
  return nodes.toSorted((a, b) => (heights.get(b) ?? 0) - (heights.get(a) ?? 0));
}

function placeAfterParent<T extends TreeNode<T>>(
  { parent }: T,
  placeOf: ReadonlyMap<T, number>,
): number {
  if (parent === undefined) return 0;
  const place = placeOf.get(parent);
  if (place === undefined) throw new Error('bug: a node is scheduled before its parent');
  return place + 1;
}

/** Calls that run side by side. */
interface Round<T> {
  readonly calls: T[][];
  /** The call of each kind that was opened last: the others of that kind are full. */
  readonly latest: Map<string, T[]>;
}

/** The round of that place, begun where there was none yet. */
function roundAt<T>(rounds: Round<T>[], place: number): Round<T> {
  const round = rounds[place] ?? { calls: [], latest: new Map() };
  rounds[place] = round;
  return round;
}

/** Puts the node into a call of its kind, a new one where needed; false when there is no room. */
function addTo<T extends TreeNode<T>>(
  { calls, latest }: Round<T>,
  node: T,
  { perCall, slots }: TreeCapacity,
): boolean {
  const call = latest.get(node.kind);
  if (call !== undefined && call.length < perCall) {
    call.push(node);
    return true;
  }
  if (calls.length >= slots) return false;
  const opened = [node];
  calls.push(opened);
  latest.set(node.kind, opened);
  return true;
}

/** The first round from `start` on that is not known to be full. */
function firstOpen(full: Map<number, number>, start: number): number {
  let open = start;
  for (let next = full.get(open); next !== undefined; next = full.get(open)) open = next;
  // Each round passed now points at the open one, or every node would pass all of them again.
  for (let passed = start; passed !== open; ) {
    const next = full.get(passed) ?? open;
    full.set(passed, open);
    passed = next;
  }
  return open;
}
