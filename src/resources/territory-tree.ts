import type { Entry, Finding } from '../vocabulary.ts';
import { LIMITS } from '../zoho/limits.ts';
import { normaliseName } from './names.ts';
import type { Candidate, Org, Planned } from './resource.ts';
import { compareTerritory } from './territory-compare.ts';
import type { TerritoryRecord } from './territory-record.ts';

/** A row to be created, and what it hangs on. */
interface Node {
  readonly row: number;
  readonly record: TerritoryRecord;
  readonly managerId: string | null;
  /** Id of a parent that exists, or the node of one in the same file. */
  parent: string | Node;
  depth: number;
}

/**
 * Plans a file of territories: levels of the tree in the order they can be created, ten a call.
 *
 * Rows that repeat a name, exist already, or hang on nothing end here. A row below one of those
 * is blocked unless its parent exists. Memory: the rows of one file, bounded in practice by the
 * few hundred territories an org can hold.
 */
export function* planTree(
  candidates: Iterable<Candidate<TerritoryRecord>>,
  org: Org,
): Iterable<Planned> {
  const existing = new Map(org.territories.map((one) => [normaliseName(one.name), one]));
  const nodes = new Map<string, Node>();
  const badRows = new Map<string, number>();
  const firstRows = new Map<string, number>();

  for (const { row, subject, record } of candidates) {
    const name = normaliseName(subject);
    if (record === null) {
      badRows.set(name, badRows.get(name) ?? row);
      continue;
    }
    const manager = record.manager === '' ? undefined : org.user(record.manager, 'manager');
    const finding =
      refuseManager(manager, record.manager) ?? refuseTwin(record, firstRows.get(name));
    if (finding !== undefined) {
      yield { row, status: 'invalid', finding };
      badRows.set(name, badRows.get(name) ?? row);
      continue;
    }
    firstRows.set(name, row);
    const managerId = manager !== undefined && 'found' in manager ? manager.found.id : null;
    const territory = existing.get(name);
    if (territory !== undefined) yield compareTerritory(row, record, managerId, territory, org);
    else nodes.set(name, { row, record, managerId, parent: '', depth: 0 });
  }

  const lost = findParents(nodes, badRows, org);
  for (const [{ row }, { status, finding }] of lost) yield { row, status, finding };
  yield* chunksByDepth([...nodes.values()].filter((node) => !lost.has(node)));
}

interface End {
  readonly status: 'invalid' | 'blocked';
  readonly finding: Finding;
  /** For a blocked row: the names up to the row at fault, and that row. */
  readonly path?: readonly string[];
  readonly row?: number;
}

/** Links every node to its parent and gives those that cannot be created, with the reason. */
function findParents(
  nodes: ReadonlyMap<string, Node>,
  badRows: ReadonlyMap<string, number>,
  org: Org,
): Map<Node, End> {
  const lost = new Map<Node, End>();
  const top = org.territories.find(({ parentId }) => parentId === null);
  for (const node of nodes.values()) {
    const text = node.record.reportingTo;
    if (text === '') {
      if (top === undefined) lost.set(node, { status: 'invalid', finding: noTop() });
      else node.parent = top.id;
      continue;
    }
    const inOrg = org.territory(text, 'reporting_to');
    const inFile = nodes.get(normaliseName(text));
    const badRow = badRows.get(normaliseName(text));
    if ('found' in inOrg) node.parent = inOrg.found.id;
    else if (inFile !== undefined) node.parent = inFile;
    else if (badRow !== undefined) lost.set(node, blocked([text], badRow));
    else lost.set(node, { status: 'invalid', finding: inOrg.finding });
  }
  loseCyclesAndBlocked(nodes.values(), lost);
  return lost;
}

/** Finds each node's depth in one walk, and those that wait for themselves or for a lost one. */
function loseCyclesAndBlocked(nodes: Iterable<Node>, lost: Map<Node, End>): void {
  const done = new Set<Node>();
  for (const start of nodes) {
    const path: Node[] = [];
    const places = new Map<Node, number>();
    let one: string | Node = start;
    while (typeof one !== 'string' && !done.has(one) && !places.has(one)) {
      places.set(one, path.length);
      path.push(one);
      one = one.parent;
    }
    const meeting = typeof one === 'string' ? undefined : places.get(one);
    if (meeting !== undefined) {
      const circle = path.slice(meeting);
      circle.forEach((node, i) => {
        lost.set(node, { status: 'invalid', finding: cycle(circle, i) });
      });
    }
    for (const node of path.reverse()) {
      done.add(node);
      if (lost.has(node) || typeof node.parent === 'string') continue;
      const end = lost.get(node.parent);
      if (end === undefined) node.depth = node.parent.depth + 1;
      else if (end.status === 'blocked' && end.path !== undefined && end.row !== undefined) {
        lost.set(node, blocked([nameOf(node.parent), ...end.path], end.row));
      } else lost.set(node, blocked([nameOf(node.parent)], node.parent.row));
    }
  }
}

const nameOf = (node: Node): string => node.record.name;

function* chunksByDepth(nodes: readonly Node[]): Iterable<Planned> {
  const levels = Map.groupBy(nodes, ({ depth }) => depth);
  for (const wave of [...levels.keys()].sort((a, b) => a - b)) {
    const level = levels.get(wave) ?? [];
    for (let i = 0; i < level.length; i += LIMITS.territoriesPerCreate) {
      const entries = level.slice(i, i + LIMITS.territoriesPerCreate).map(entryOf);
      yield { wave, target: '', entries };
    }
  }
}

function entryOf({ row, record, managerId, parent }: Node): Entry {
  const body = {
    name: record.name,
    ...(typeof parent === 'string' ? { reporting_to: { id: parent } } : {}),
    permission_type: record.permissionType,
    ...(managerId === null ? {} : { manager: { id: managerId } }),
    ...(record.description === '' ? {} : { description: record.description }),
    ...record.criteria,
  };
  return { rows: [row], body, ...(typeof parent === 'string' ? {} : { parentRow: parent.row }) };
}

function refuseManager(
  manager: ReturnType<Org['user']> | undefined,
  text: string,
): Finding | undefined {
  if (manager === undefined) return undefined;
  if ('finding' in manager) return manager.finding;
  if (manager.found.active) return undefined;
  return {
    code: 'INVALID_DATA',
    cause: 'the manager is an inactive user',
    value: text,
    field: 'manager',
    resolution: 'Name an active user, or leave the manager empty.',
  };
}

function refuseTwin(record: TerritoryRecord, firstRow: number | undefined): Finding | undefined {
  if (firstRow === undefined) return undefined;
  return {
    code: 'DUPLICATE_DATA',
    cause: `an earlier row has the same territory name`,
    value: `${record.name} (row ${firstRow})`,
    field: 'name',
    resolution: `Territory names are unique in the whole org: rename one of the two rows, or delete this one.`,
  };
}

/** A path carried from row to row stays short, or a long chain would fill the memory. */
function blocked(names: readonly string[], row: number): End {
  const path = shorten(names);
  return { status: 'blocked', finding: blockedFinding(path.join(' > '), row), path, row };
}

/** What is said of a row whose parent could not be created. */
export function blockedFinding(path: string, row: number): Finding {
  return {
    code: 'PARENT_FAILED',
    cause: 'its parent could not be created',
    value: `${path} (row ${row})`,
    field: 'reporting_to',
    resolution: 'Correct that row, then import failed.csv, which holds both.',
  };
}

const MOST_NAMES = 10;

/** A path of names, its middle left out where it is long. */
function shorten(names: readonly string[]): readonly string[] {
  return names.length <= MOST_NAMES ? names : [...names.slice(0, 5), '…', ...names.slice(-4)];
}

/** A circle as it is met from its node `start`, which stands at both ends. */
function cycle(circle: readonly Node[], start: number): Finding {
  const nameAt = (i: number) => nameOf(circle[(start + i) % circle.length] as Node);
  const steps = Math.min(circle.length, MOST_NAMES);
  const names = Array.from({ length: steps + 1 }, (_, i) =>
    // Of a long circle only its first and last names are ever shown.
    nameAt(i <= MOST_NAMES / 2 ? i : circle.length - steps + i),
  );
  return {
    code: 'INVALID_DATA',
    cause:
      circle.length === 1
        ? 'the territory reports to itself'
        : 'the territory reports to itself, over others',
    value: shorten(names).join(' > '),
    field: 'reporting_to',
    resolution: 'Give one of these territories a parent outside the circle.',
  };
}

function noTop(): Finding {
  return {
    code: 'INVALID_DATA',
    cause: 'the org has no top territory to report to',
    field: 'reporting_to',
    resolution: 'Turn Territory Management on in Zoho CRM, or name a parent in this row.',
  };
}
