import type { Database, Row } from './database.ts';
import type { DemoUser } from './demo-org.ts';

/** A user of the org. */
export type User = DemoUser;

/** Reads the org's users. */
export interface UserStore {
  readonly get: (id: string) => User | undefined;
  /** All users in the order of their ids. */
  readonly all: () => readonly User[];
}

function userOf(row: Row): User {
  return {
    id: String(row['id']),
    firstName: String(row['first_name']),
    lastName: String(row['last_name']),
    email: String(row['email']),
    status: row['status'] as User['status'],
    role: JSON.parse(String(row['role'])),
    profile: JSON.parse(String(row['profile'])),
  };
}

/** Users never change while a sandbox runs, so they are read once. */
export function openUserStore(db: Database): UserStore {
  const rows = db.all(
    `SELECT CAST(id AS TEXT) AS id, first_name, last_name, email, status, role, profile
     FROM users ORDER BY users.id`,
  );
  const users = rows().map(userOf);
  const byId = new Map(users.map((user) => [user.id, user]));
  return { get: (id) => byId.get(id), all: () => users };
}

/** First and last name as the API joins them. */
export function fullName(user: User): string {
  return `${user.firstName} ${user.lastName}`;
}
