import type { TreeChange, TreeChanges } from '../../tree-changes.ts';
import type { Chunk, Entry } from '../../vocabulary.ts';
import type { Org } from '../resource.ts';
import {
  fieldText,
  isCriteriaKey,
  NONE,
  rowKey,
  TERRITORY_FIELDS,
  type TerritoryField,
} from './fields.ts';

/**
 * Tells what planned calls do to the tree of territories, in words for people. Ids are keys, and
 * `row 12` where there is none yet.
 */
export function treeChangesOf(org: Org, chunks: Iterable<Chunk>): TreeChanges {
  const emails = new Map(org.users.map(({ id, email }) => [id, email]));
  const changes: TreeChange[] = [];
  for (const { operation, entries } of chunks) {
    for (const entry of entries) {
      changes.push(operation === 'create' ? creationOf(entry) : updateOf(entry, emails));
    }
  }
  return {
    before: org.territories.map(({ id, name, parentId }) => ({ key: id, name, parent: parentId })),
    changes,
  };
}

function creationOf(entry: Entry): TreeChange {
  return {
    kind: 'created',
    key: rowKey(entry.rows[0] ?? 0),
    name: String(entry.body?.['name']),
    parent: parentOf(entry),
  };
}

function updateOf(entry: Entry, emails: ReadonlyMap<string, string>): TreeChange {
  const { id = '', body = {}, before = {} } = entry;
  const columns = TERRITORY_FIELDS.filter(
    (field) =>
      field in before &&
      field !== 'name' &&
      field !== 'reporting_to' &&
      fieldText(field, before[field]) !== fieldText(field, body[field]),
  ).map((name) => ({ name, ...shown(name, before[name], body[name], emails) }));
  return {
    kind: 'updated',
    key: id,
    ...('name' in before && { name: String(body['name']) }),
    ...('reporting_to' in before && { parent: parentOf(entry) }),
    columns,
  };
}

function parentOf({ body = {}, parentRow }: Entry): string {
  return parentRow === undefined
    ? fieldText('reporting_to', body['reporting_to'])
    : rowKey(parentRow);
}

/** Rules are too long to be shown, and managers are known by their addresses. */
function shown(
  field: TerritoryField,
  before: unknown,
  after: unknown,
  emails: ReadonlyMap<string, string>,
): { before: string; after: string } {
  if (isCriteriaKey(field)) {
    if (after === null) return { before: 'rules', after: NONE };
    return before === null
      ? { before: NONE, after: 'added' }
      : { before: 'rules', after: 'changed' };
  }
  const tell = (value: unknown) => {
    const text = fieldText(field, value);
    const email = field === 'manager' ? emails.get(text) : undefined;
    return email || text;
  };
  return { before: tell(before), after: tell(after) };
}
