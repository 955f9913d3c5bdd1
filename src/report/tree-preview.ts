import type { TreeChange, TreeTerritory } from '../tree-changes.ts';

/** One printed line of the tree after the changes. */
export interface TreeLine {
  readonly mark: 'created' | 'updated' | 'moved' | 'same' | 'folded';
  readonly text: string;
}

/**
 * Draws the tree as it will be, with what is created, moved and changed marked, and with every
 * branch folded in which nothing happens.
 *
 * A territory whose parent is not there, or which would hang on itself, stands at the top level.
 * Nothing is escaped: that is for the caller, who knows where the lines go.
 *
 * @param most lines to give; the rest is counted in one more
 * @throws {Error} `bug:` when a territory is updated that is not there
 */
export function previewTree(
  before: readonly TreeTerritory[],
  changes: readonly TreeChange[],
  most = 200,
): TreeLine[] {
  const lines = drawTree(growTree(nodesAfter(before, changes)));
  const left = lines.length - most;
  if (left <= 0) return lines;
  const text = `… and ${count(left, 'more line', 'more lines')}`;
  return [...lines.slice(0, most), { mark: 'folded', text }];
}

interface Node {
  readonly name: string;
  readonly mark: Exclude<TreeLine['mark'], 'folded'>;
  /** What it was before, as it stands behind the name. */
  readonly notes: readonly string[];
  readonly parentKey: string | null;
  parent: Node | undefined;
  readonly children: Node[];
  /** Whether something happens to it or anywhere below it. */
  isDrawn: boolean;
  /** Territories below it that are not drawn. */
  folded: number;
}

function newNode(
  name: string,
  mark: Node['mark'],
  parentKey: string | null,
  notes: readonly string[] = [],
): Node {
  const inTree = { parent: undefined, children: [], isDrawn: false, folded: 0 };
  return { name, mark, parentKey, notes, ...inTree };
}

/** The territories there will be: those of the org in its order, then the new ones. */
function nodesAfter(
  before: readonly TreeTerritory[],
  changes: readonly TreeChange[],
): Map<string, Node> {
  const existing = new Map(before.map((one) => [one.key, one]));
  const nodes = new Map(before.map((one) => [one.key, newNode(one.name, 'same', one.parent)]));
  for (const change of changes) {
    const { key } = change;
    if (change.kind === 'created') {
      nodes.set(key, newNode(change.name, 'created', change.parent));
      continue;
    }
    const old = existing.get(key);
    if (old === undefined) throw new Error(`bug: territory ${key} is updated and not there`);
    const { name = old.name, parent = old.parent, columns } = change;
    const isMoved = parent !== old.parent;
    const notes = columns.map((one) => `${one.name}: ${shown(one.before)} -> ${shown(one.after)}`);
    if (isMoved) notes.unshift(`from ${nameOf(old.parent, existing)}`);
    if (name !== old.name) notes.unshift(`was ${old.name}`);
    nodes.set(key, newNode(name, isMoved ? 'moved' : 'updated', parent, notes));
  }
  return nodes;
}

function nameOf(key: string | null, existing: ReadonlyMap<string, TreeTerritory>): string {
  return key === null ? 'the top' : (existing.get(key)?.name ?? key);
}

const MOST_CHARACTERS = 30;

/** A value as a note shows it. */
function shown(value: string): string {
  if (value === '') return '(none)';
  // The first slice keeps the work small; a character is at most two of its units.
  const characters = Array.from(value.slice(0, 2 * (MOST_CHARACTERS + 1)));
  if (characters.length <= MOST_CHARACTERS) return value;
  return `${characters.slice(0, MOST_CHARACTERS - 1).join('')}…`;
}

/** Links the nodes below a root which is itself no territory, and finds what is drawn of them. */
function growTree(nodes: ReadonlyMap<string, Node>): Node {
  for (const node of nodes.values()) {
    if (node.parentKey !== null) node.parent = nodes.get(node.parentKey);
  }
  breakCircles(nodes.values());
  const root = newNode('', 'same', null);
  for (const node of nodes.values()) {
    node.parent ??= root;
    node.parent.children.push(node);
  }
  for (const node of nodes.values()) {
    let changed = node.mark === 'same' ? undefined : node;
    for (; changed !== undefined && !changed.isDrawn; changed = changed.parent) {
      changed.isDrawn = true;
    }
  }
  // Parents come before their children in this list, so it is gone through backwards.
  const order = [root];
  for (const node of order) for (const child of node.children) order.push(child);
  for (const { parent, isDrawn, folded } of order.reverse()) {
    if (parent !== undefined && !isDrawn) parent.folded += folded + 1;
  }
  return root;
}

/** Takes the parent from each node that is above itself. */
function breakCircles(nodes: Iterable<Node>): void {
  const done = new Set<Node>();
  for (const start of nodes) {
    const path = new Set<Node>();
    let node: Node | undefined = start;
    for (; node !== undefined && !done.has(node) && !path.has(node); node = node.parent) {
      path.add(node);
    }
    for (const one of path) done.add(one);
    // Whoever is met a second time is in a circle, and so are all up to where it begins again.
    if (node === undefined || !path.has(node)) continue;
    while (node !== undefined) {
      const next: Node | undefined = node.parent;
      node.parent = undefined;
      node = next;
    }
  }
}

const SIGNS = { created: '+ ', updated: '~ ', moved: '> ', same: '' } as const;
const LIMBS = { fork: '├─ ', end: '└─ ', beside: '│  ', under: '   ' } as const;
const NO_LIMBS = { fork: '', end: '', beside: '', under: '' } as const;

/** A line to draw, and what is to be drawn below it. */
interface Branch {
  readonly line: TreeLine;
  readonly node?: Node;
  readonly indent: string;
}

function drawTree(root: Node): TreeLine[] {
  const lines: TreeLine[] = [];
  const waiting = branchesBelow(root, '', NO_LIMBS);
  for (let branch = waiting.pop(); branch !== undefined; branch = waiting.pop()) {
    const { line, node, indent } = branch;
    lines.push(line);
    if (node === undefined) continue;
    for (const below of branchesBelow(node, indent, LIMBS)) waiting.push(below);
  }
  return lines;
}

/** What hangs directly on a node, the last first. */
function branchesBelow(
  { children, folded }: Node,
  indent: string,
  { fork, end, beside, under }: Record<keyof typeof LIMBS, string>,
): Branch[] {
  const branches: Branch[] = [];
  if (folded > 0) {
    const text = `${indent}${end}… ${count(folded, 'territory', 'territories')} without a change`;
    branches.push({ line: { mark: 'folded', text }, indent });
  }
  for (const node of children.filter(({ isDrawn }) => isDrawn).reverse()) {
    const { name, mark, notes } = node;
    const isLast = branches.length === 0;
    const note = notes.length === 0 ? '' : `  (${notes.join('; ')})`;
    const text = `${indent}${isLast ? end : fork}${SIGNS[mark]}${name}${note}`;
    branches.push({ line: { mark, text }, node, indent: `${indent}${isLast ? under : beside}` });
  }
  return branches;
}

const NUMBER = new Intl.NumberFormat('en');

function count(n: number, singular: string, plural: string): string {
  return `${NUMBER.format(n)} ${n === 1 ? singular : plural}`;
}
