import type { Database, Row } from './database.ts';

/** The criteria keys of a territory, in the order the API documents them. */
export const CRITERIA_KEYS = [
  'account_rule_criteria',
  'lead_rule_criteria',
  'deal_rule_criteria',
] as const;

/** One of the criteria keys. */
export type CriteriaKey = (typeof CRITERIA_KEYS)[number];

/** A territory as it is stored; criteria are JSON text. */
export interface Territory extends Readonly<Record<CriteriaKey, string | null>> {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | null;
  readonly managerId: string | null;
  readonly permissionType: string;
  readonly description: string | null;
  readonly createdTime: string;
  readonly modifiedTime: string;
}

/** What a new or changed territory consists of. */
export type TerritoryValues = Omit<Territory, 'id' | 'createdTime' | 'modifiedTime'>;

/** Keeps the territories and their members. */
export interface TerritoryStore {
  readonly get: (id: string) => Territory | undefined;
  readonly byName: (name: string) => Territory | undefined;
  readonly list: (limit: number, offset: number) => Territory[];
  readonly children: (id: string, limit: number, offset: number) => Territory[];
  readonly hasChild: (id: string) => boolean;
  readonly count: () => number;
  readonly insert: (values: TerritoryValues, time: string) => string;
  readonly update: (id: string, values: TerritoryValues, time: string) => void;
  readonly remove: (id: string) => void;
  readonly moveChildren: (from: string, to: string, time: string) => void;
  /** Whether `id` is `ancestorId` or lies below it. */
  readonly isWithin: (id: string, ancestorId: string) => boolean;
  readonly isMember: (territoryId: string, userId: string) => boolean;
  readonly memberCount: (territoryId: string) => number;
  readonly addMember: (territoryId: string, userId: string) => void;
  readonly removeMember: (territoryId: string, userId: string) => void;
  readonly membersOf: (territoryId: string, limit: number, offset: number) => string[];
  readonly territoriesOf: (userId: string, limit: number, offset: number) => Territory[];
  /** Territories with their number of members, in the order of their ids. */
  readonly memberCounts: (
    limit: number,
    offset: number,
  ) => { id: string; name: string; count: number }[];
}

const FIRST_TERRITORY = '5725767000000400002';

const COLUMNS = `CAST(t.id AS TEXT) AS id, t.name, CAST(t.parent_id AS TEXT) AS parent_id,
  CAST(t.manager_id AS TEXT) AS manager_id, t.permission_type, t.description,
  t.account_rule_criteria, t.lead_rule_criteria, t.deal_rule_criteria, t.created_time, t.modified_time`;

const text = (value: Row[string] | undefined): string | null =>
  value === null || value === undefined ? null : String(value);

function territoryOf(row: Row): Territory {
  return {
    id: String(row['id']),
    name: String(row['name']),
    parentId: text(row['parent_id']),
    managerId: text(row['manager_id']),
    permissionType: String(row['permission_type']),
    description: text(row['description']),
    account_rule_criteria: text(row['account_rule_criteria']),
    lead_rule_criteria: text(row['lead_rule_criteria']),
    deal_rule_criteria: text(row['deal_rule_criteria']),
    createdTime: String(row['created_time']),
    modifiedTime: String(row['modified_time']),
  };
}

/** The form in which names are compared: unique in the whole org, without case or outer blanks (INF). */
export function nameKey(name: string): string {
  return name.trim().toLowerCase();
}

/** Territories and members in the state file. */
export function openTerritoryStore(db: Database): TerritoryStore {
  const get = db.get(`SELECT ${COLUMNS} FROM territories t WHERE t.id = ?`);
  const byName = db.get(`SELECT ${COLUMNS} FROM territories t WHERE t.name_key = ?`);
  const list = db.all(`SELECT ${COLUMNS} FROM territories t ORDER BY t.id LIMIT ? OFFSET ?`);
  const children = db.all(
    `SELECT ${COLUMNS} FROM territories t WHERE t.parent_id = ? ORDER BY t.id LIMIT ? OFFSET ?`,
  );
  const count = db.get('SELECT COUNT(*) AS count FROM territories');
  const insert = db.run('INSERT INTO territories VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const update = db.run(
    `UPDATE territories SET name = ?, name_key = ?, parent_id = ?, manager_id = ?,
     permission_type = ?, description = ?, account_rule_criteria = ?, lead_rule_criteria = ?,
     deal_rule_criteria = ?, modified_time = ? WHERE id = ?`,
  );
  const remove = db.run('DELETE FROM territories WHERE id = ?');
  const moveChildren = db.run(
    'UPDATE territories SET parent_id = ?, modified_time = ? WHERE parent_id = ?',
  );
  const within = db.get(
    `WITH RECURSIVE above (id) AS (
       SELECT CAST(? AS INTEGER)
       UNION SELECT t.parent_id FROM territories t JOIN above ON t.id = above.id
       WHERE t.parent_id IS NOT NULL)
     SELECT 1 AS found FROM above WHERE id = CAST(? AS INTEGER)`,
  );
  const isMember = db.get('SELECT 1 AS found FROM members WHERE territory_id = ? AND user_id = ?');
  const memberCount = db.get('SELECT COUNT(*) AS count FROM members WHERE territory_id = ?');
  const addMember = db.run('INSERT OR IGNORE INTO members VALUES (?, ?)');
  const removeMember = db.run('DELETE FROM members WHERE territory_id = ? AND user_id = ?');
  const membersOf = db.all(
    `SELECT CAST(user_id AS TEXT) AS id FROM members WHERE territory_id = ?
     ORDER BY user_id LIMIT ? OFFSET ?`,
  );
  const territoriesOf = db.all(
    `SELECT ${COLUMNS} FROM members m JOIN territories t ON t.id = m.territory_id
     WHERE m.user_id = ? ORDER BY t.id LIMIT ? OFFSET ?`,
  );
  const memberCounts = db.all(
    `SELECT CAST(t.id AS TEXT) AS id, t.name,
       (SELECT COUNT(*) FROM members m WHERE m.territory_id = t.id) AS count
     FROM territories t ORDER BY t.id LIMIT ? OFFSET ?`,
  );
  const one = (row: Row | undefined) => (row === undefined ? undefined : territoryOf(row));

  return {
    get: (id) => one(get(id)),
    byName: (name) => one(byName(nameKey(name))),
    list: (limit, offset) => list(limit, offset).map(territoryOf),
    children: (id, limit, offset) => children(id, limit, offset).map(territoryOf),
    hasChild: (id) => children(id, 1, 0).length > 0,
    count: () => Number(count()?.['count']),
    insert: (values, time) => {
      const id = db.next('territory', FIRST_TERRITORY);
      const { name, parentId, managerId, permissionType, description } = values;
      const criteria = CRITERIA_KEYS.map((key) => values[key]);
      const head = [id, name, nameKey(name), parentId, managerId, permissionType, description];
      insert(...head, ...criteria, time, time);
      if (managerId !== null) addMember(id, managerId);
      return id;
    },
    update: (id, values, time) => {
      const { name, parentId, managerId, permissionType, description } = values;
      const criteria = CRITERIA_KEYS.map((key) => values[key]);
      const head = [name, nameKey(name), parentId, managerId, permissionType, description];
      update(...head, ...criteria, time, id);
      if (managerId !== null) addMember(id, managerId);
    },
    remove: (id) => void remove(id),
    moveChildren: (from, to, time) => void moveChildren(to, time, from),
    isWithin: (id, ancestorId) => within(id, ancestorId) !== undefined,
    isMember: (territoryId, userId) => isMember(territoryId, userId) !== undefined,
    memberCount: (territoryId) => Number(memberCount(territoryId)?.['count']),
    addMember: (territoryId, userId) => void addMember(territoryId, userId),
    removeMember: (territoryId, userId) => void removeMember(territoryId, userId),
    membersOf: (territoryId, limit, offset) =>
      membersOf(territoryId, limit, offset).map((row) => String(row['id'])),
    territoriesOf: (userId, limit, offset) => territoriesOf(userId, limit, offset).map(territoryOf),
    memberCounts: (limit, offset) =>
      memberCounts(limit, offset).map((row) => ({
        id: String(row['id']),
        name: String(row['name']),
        count: Number(row['count']),
      })),
  };
}
