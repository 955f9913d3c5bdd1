import type { Database, Row } from './database.ts';
import type { ModuleName } from './demo-org.ts';
import type { DemoRecord } from './demo-records.ts';

/** A CRM record without its territories. */
export interface CrmRecord {
  readonly id: string;
  readonly module: ModuleName;
  readonly isLocked: boolean;
  readonly fields: DemoRecord;
}

/** A territory that a CRM record holds. */
interface Assignment {
  readonly territoryId: string;
  readonly territoryName: string;
  readonly assignedTime: string;
  readonly assigned: 'manually' | 'automatically';
}

/** What a job does with a CRM record's territories. */
export type JobAction = 'assign' | 'remove';

/** A job that has not run yet. */
interface Job {
  readonly id: string;
  readonly recordId: string;
  readonly action: JobAction;
}

/** Which CRM records to list; conditions are SQL of this folder's making with bound values. */
export interface RecordQuery {
  readonly module: ModuleName;
  readonly where?: string;
  readonly values?: readonly (string | number)[];
  readonly orderBy?: string;
  readonly limit: number;
  readonly offset: number;
}

/** Keeps the CRM records, the territories they hold and the jobs that will change those. */
export interface RecordStore {
  readonly get: (id: string) => CrmRecord | undefined;
  readonly list: (query: RecordQuery) => CrmRecord[];
  readonly territoriesOf: (recordId: string) => Assignment[];
  readonly apply: (
    recordId: string,
    action: JobAction,
    territoryIds: readonly string[],
    now: number,
  ) => void;
  readonly assignByRule: (recordId: string, territoryId: string, now: number) => void;
  /** Notes a job that runs at `due`; returns its id. */
  readonly schedule: (
    recordId: string,
    action: JobAction,
    territoryIds: readonly string[],
    due: number,
  ) => string;
  readonly pendingJob: (recordId: string) => Job | undefined;
  /** Runs the jobs that are due: a job is nothing but a row that every call looks at first. */
  readonly runDueJobs: (now: number) => void;
}

const FIRST_JOB = '5725767000010000001';

function recordOf(row: Row): CrmRecord {
  return {
    id: String(row['id']),
    module: row['module'] as ModuleName,
    isLocked: row['locked'] === 1,
    fields: JSON.parse(String(row['fields'])),
  };
}

/** A time as the API prints it. */
export function apiTime(now: number): string {
  return new Date(now).toISOString().replace(/\.\d+Z$/, '+00:00');
}

/** CRM records, assignments and jobs in the state file. */
export function openRecordStore(db: Database): RecordStore {
  const columns = 'CAST(r.id AS TEXT) AS id, r.module, r.fields, r.locked';
  const get = db.get(`SELECT ${columns} FROM records r WHERE r.id = ?`);
  const territoriesOf = db.all(
    `SELECT CAST(a.territory_id AS TEXT) AS id, t.name, a.assigned_time, a.assigned
     FROM assignments a JOIN territories t ON t.id = a.territory_id
     WHERE a.record_id = ? ORDER BY a.territory_id`,
  );
  const insert = db.run(
    `INSERT OR IGNORE INTO assignments SELECT ?, t.id, ?, ? FROM territories t WHERE t.id = ?`,
  );
  const remove = db.run('DELETE FROM assignments WHERE record_id = ? AND territory_id = ?');
  const addJob = db.run('INSERT INTO jobs VALUES (?, ?, ?, ?, ?)');
  const pending = db.get('SELECT CAST(id AS TEXT) AS id, action FROM jobs WHERE record_id = ?');
  const due = db.all(
    `SELECT CAST(id AS TEXT) AS id, CAST(record_id AS TEXT) AS record_id, action, territory_ids
     FROM jobs WHERE due <= ? ORDER BY due, id`,
  );
  const dropJob = db.run('DELETE FROM jobs WHERE id = ?');
  const lists = new Map<string, (...values: (string | number | null)[]) => Row[]>();

  const apply: RecordStore['apply'] = (recordId, action, territoryIds, now) => {
    for (const id of territoryIds) {
      if (action === 'remove') remove(recordId, id);
      else insert(recordId, apiTime(now), 'manually', id);
    }
  };

  return {
    get: (id) => {
      const row = get(id);
      return row === undefined ? undefined : recordOf(row);
    },
    list: ({ module, where = '1', values = [], orderBy = 'r.id', limit, offset }) => {
      const sql = `SELECT ${columns} FROM records r WHERE r.module = ? AND (${where})
        ORDER BY ${orderBy} LIMIT ? OFFSET ?`;
      let select = lists.get(sql);
      if (select === undefined) {
        if (lists.size > 200) lists.clear();
        select = db.all(sql);
        lists.set(sql, select);
      }
      return select(module, ...values, limit, offset).map(recordOf);
    },
    territoriesOf: (recordId) =>
      territoriesOf(recordId).map((row) => ({
        territoryId: String(row['id']),
        territoryName: String(row['name']),
        assignedTime: String(row['assigned_time']),
        assigned: row['assigned'] as Assignment['assigned'],
      })),
    apply,
    assignByRule: (recordId, territoryId, now) =>
      void insert(recordId, apiTime(now), 'automatically', territoryId),
    schedule: (recordId, action, territoryIds, dueTime) => {
      const id = db.next('job', FIRST_JOB);
      addJob(id, recordId, action, territoryIds.join(','), dueTime);
      return id;
    },
    pendingJob: (recordId) => {
      const row = pending(recordId);
      if (row === undefined) return undefined;
      return { id: String(row['id']), recordId, action: row['action'] as JobAction };
    },
    runDueJobs: (now) => {
      if (due(now).length === 0) return;
      db.transaction(() => {
        for (const job of due(now)) {
          const territoryIds = String(job['territory_ids']).split(',');
          apply(String(job['record_id']), job['action'] as JobAction, territoryIds, now);
          dropJob(String(job['id']));
        }
      });
    },
  };
}
