import { randomUUID } from 'node:crypto';
import { closeSync, fchmodSync, mkdirSync, openSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SENDABLE } from './secrets.ts';
import type { AccessToken } from './token-request.ts';

/** What a process that needs a token is to do. */
export type Turn =
  | { readonly kind: 'use'; readonly token: AccessToken }
  /** Another process is asking for one. */
  | { readonly kind: 'wait' }
  /** It is this one's turn to ask, and that of no other until it says that it is done. */
  | { readonly kind: 'ask' };

/** Whether a request for a token may be sent. */
export type Permit =
  | { readonly kind: 'granted'; readonly request: number }
  /** As many were sent as are allowed; `nextAt` is when the next may be, ms since 1970. */
  | { readonly kind: 'refused'; readonly nextAt: number };

/**
 * The access token that processes of this machine share, and the requests for tokens that they have
 * sent. All methods are one transaction each, and throw when the file cannot be read or written.
 */
export interface TokenFile extends Disposable {
  /** Says what to do. @param refused the token that the org has refused, if it has */
  turn(now: number, refused: string | undefined): Turn;
  /** Keeps this one's turn, for as long again as it was given. */
  prolong(now: number): void;
  /** Counts a request that is about to be sent, unless it would be one too many. */
  permit(now: number): Permit;
  /** Tells that a request has ended: from then on its ten minutes are sure to be over. */
  ended(request: number, now: number): void;
  /** Tells that a request never left this machine. */
  unsent(request: number): void;
  /** Gives the others the token that was had, and their turn. */
  keep(token: AccessToken): void;
  /** Gives the others their turn, if they have not got it yet. */
  done(): void;
}

/** @see https://www.zoho.com/crm/developer/docs/api/v8/token-validity.html (read 2026-11-21) */
const MOST_REQUESTS = 10;
const TEN_MINUTES_MS = 600_000;
/** No token is good for longer: a time further away is of a clock that was wrong. */
const DAY_MS = 86_400_000;

/**
 * How long to wait for another process to end its transaction, which takes a millisecond. Nothing
 * else is done meanwhile.
 */
const BUSY_MS = 250;

/** Tells this process from one that had its number, as the first process of each container has. */
const LIFE = randomUUID();

/** Tells our file from other SQLite files; "terk" in ASCII. */
const APPLICATION_ID = 0x7465726b;

/** One line per grant, known by a digest; the file holds no secret that outlives an hour. */
const SCHEMA = `
  PRAGMA application_id = ${APPLICATION_ID};
  CREATE TABLE IF NOT EXISTS tokens (
    grant_digest TEXT PRIMARY KEY,
    token TEXT NOT NULL,
    renew_at INTEGER NOT NULL,
    asker TEXT NOT NULL,
    asks_until INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY,
    grant_digest TEXT NOT NULL,
    at INTEGER NOT NULL
  );
`;

/**
 * Opens the file, which is made where it is missing, for its owner alone.
 *
 * @param grant a digest of what the token was given for
 * @param turnMs how long a process may take for one request before another has its turn
 * @throws {ForeignFileError} when it is another file
 * @throws {Error} of SQLite or the system, when it cannot be made or read
 */
export function openTokenFile(path: string, grant: string, turnMs: number): TokenFile {
  const db = open(path);
  // Two clients of one process are two, and a process that is gone is known by its number.
  const me = `${hostname()} ${process.pid} ${LIFE} ${randomUUID()}`;
  const find = db.prepare('SELECT * FROM tokens WHERE grant_digest = ?');
  const begin = db.prepare(`
    INSERT INTO tokens VALUES (?, '', 0, ?, ?)
    ON CONFLICT DO UPDATE SET asker = excluded.asker, asks_until = excluded.asks_until`);
  const extend = db.prepare(
    'UPDATE tokens SET asks_until = ? WHERE grant_digest = ? AND asker = ?',
  );
  const end = db.prepare(`
    UPDATE tokens SET asks_until = 0 WHERE grant_digest = ? AND asker = ? AND asks_until > 0`);
  const store = db.prepare(`
    UPDATE tokens SET token = ?, renew_at = ?, asks_until = 0 WHERE grant_digest = ?`);
  const forget = db.prepare('DELETE FROM requests WHERE at <= ? OR at > ?');
  const recent = db.prepare('SELECT at FROM requests WHERE grant_digest = ? ORDER BY at DESC');
  const count = db.prepare('INSERT INTO requests (grant_digest, at) VALUES (?, ?)');
  const move = db.prepare('UPDATE requests SET at = ? WHERE id = ?');
  const drop = db.prepare('DELETE FROM requests WHERE id = ?');

  return {
    turn: (now, refused) =>
      alone(db, () => {
        const row = find.get(grant);
        const token = { text: String(row?.['token']), renewAt: Number(row?.['renew_at']) };
        const isLive = token.renewAt > now && token.renewAt <= now + DAY_MS;
        const isUsable = isLive && SENDABLE.test(token.text) && token.text !== refused;
        if (row !== undefined && isUsable) return { kind: 'use', token };
        const until = Number(row?.['asks_until'] ?? 0);
        const isTaken = until > now && until <= now + turnMs && isAlive(String(row?.['asker']));
        if (isTaken) return { kind: 'wait' };
        begin.run(grant, me, now + turnMs);
        return { kind: 'ask' };
      }),
    prolong: (now) => {
      extend.run(now + turnMs, grant, me);
    },
    permit: (now) =>
      alone(db, () => {
        forget.run(now - TEN_MINUTES_MS, now + TEN_MINUTES_MS);
        const oldest = recent.all(grant)[MOST_REQUESTS - 1];
        if (oldest !== undefined) {
          return { kind: 'refused', nextAt: Number(oldest['at']) + TEN_MINUTES_MS };
        }
        return { kind: 'granted', request: Number(count.run(grant, now).lastInsertRowid) };
      }),
    ended: (request, now) => {
      move.run(now, request);
    },
    unsent: (request) => {
      drop.run(request);
    },
    keep: ({ text, renewAt }) => {
      store.run(text, Math.floor(renewAt), grant);
    },
    done: () => {
      end.run(grant, me);
    },
    [Symbol.dispose]: () => db.close(),
  };
}

/** The file is of another program: it is not to be touched. */
export class ForeignFileError extends Error {
  override readonly name = 'ForeignFileError';
}

function open(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // SQLite would make a file that everybody may read.
  const file = openSync(path, 'a', 0o600);
  try {
    fchmodSync(file, 0o600);
  } finally {
    closeSync(file);
  }
  const db = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    db.exec('PRAGMA synchronous = NORMAL');
    alone(db, () => prepare(db));
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function prepare(db: DatabaseSync): void {
  const id = db.prepare('PRAGMA application_id').get()?.['application_id'];
  const tables = db.prepare('SELECT COUNT(*) AS tables FROM sqlite_schema').get()?.['tables'];
  if (id === APPLICATION_ID) return;
  if (tables !== 0) throw new ForeignFileError();
  db.exec(SCHEMA);
}

/** Does some work in one transaction, with no other process in between. */
function alone<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const done = work();
    db.exec('COMMIT');
    return done;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** Whether a process may be at work; one of another machine is believed to be. */
function isAlive(asker: string): boolean {
  const [host, pid, life] = asker.split(' ');
  if (host !== hostname()) return true;
  if (Number(pid) === process.pid) return life === LIFE;
  try {
    return process.kill(Number(pid), 0);
  } catch (error) {
    // A process of another user cannot be signalled, but is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
