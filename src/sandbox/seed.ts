import type { Database } from './database.ts';
import { DEMO_ORG, demoRecordId, demoUsers, isDemoRecordLocked, MODULES } from './demo-org.ts';
import { demoRecord } from './demo-records.ts';
import { apiTime } from './record-store.ts';

/** What an org without content is filled with. */
export interface Seed {
  readonly kind: 'demo' | 'empty';
  readonly recordsPerModule: number;
  readonly now: number;
}

/** Most CRM records of a module: their ids have six digits of their own. */
const MOST_RECORDS = 999_999;

/** Fills a state file that holds no org yet; leaves any other as it is. */
export function seedOrg(db: Database, seed: Seed): void {
  const anyUser = db.get('SELECT 1 AS found FROM users');
  const records = seed.kind === 'demo' ? seed.recordsPerModule : 0;
  if (records > MOST_RECORDS) throw new RangeError(`recordsPerModule is at most ${MOST_RECORDS}`);
  db.transaction(() => {
    if (anyUser() !== undefined) return;
    insertUsers(db, seed.kind);
    const time = apiTime(seed.now);
    db.run(
      `INSERT INTO territories (id, name, name_key, permission_type, created_time, modified_time)
       VALUES (?, ?, ?, 'read_write_delete', ?, ?)`,
    )(DEMO_ORG.territoryId, DEMO_ORG.name, DEMO_ORG.name.toLowerCase(), time, time);
    const insert = db.run('INSERT INTO records VALUES (?, ?, ?, ?)');
    for (const module of MODULES) {
      for (let n = 1; n <= records; n++) {
        const fields = JSON.stringify(demoRecord(module, n));
        insert(demoRecordId(module, n), module, fields, isDemoRecordLocked(module, n) ? 1 : 0);
      }
    }
  });
}

function insertUsers(db: Database, kind: Seed['kind']): void {
  const insert = db.run('INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?)');
  for (const user of kind === 'demo' ? demoUsers() : demoUsers().slice(0, 1)) {
    const { id, firstName, lastName, email, status } = user;
    const [role, profile] = [JSON.stringify(user.role), JSON.stringify(user.profile)];
    insert(id, firstName, lastName, email, status, role, profile);
  }
}
