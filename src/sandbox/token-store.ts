import { randomBytes } from 'node:crypto';
import type { Database } from './database.ts';

/** Client and refresh token of the sandbox's one registered client. */
export interface SandboxCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  /** Grant code for `grant_type=authorization_code`; can be used again and again here. */
  readonly code: string;
}

/** The credentials that every sandbox accepts. */
export const SANDBOX_CREDENTIALS: SandboxCredentials = {
  clientId: '1000.SANDBOXCLIENT',
  clientSecret: 'sandbox-client-secret',
  refreshToken: '1000.sandbox-refresh-token',
  code: '1000.sandbox-grant-code',
};

/** An access token with all scopes that every sandbox accepts and that never ends. */
export const SANDBOX_ACCESS_TOKEN = '1000.sandbox-access-token';

/** The scopes of the sandbox's refresh token. */
export const ALL_SCOPES: readonly string[] = [
  'ZohoCRM.settings.ALL',
  'ZohoCRM.users.ALL',
  'ZohoCRM.modules.ALL',
  'ZohoCRM.org.ALL',
  'ZohoCRM.coql.READ',
  'ZohoCRM.bulk.READ',
];

/** Live access tokens per refresh token; one more ends the oldest (API notes 3.3). */
const LIVE_TOKENS = 15;
const TEN_MINUTES = 600_000;

/** Issues, checks and revokes access tokens. */
export interface TokenStore {
  /** A new access token, or undefined when the refresh token had its share of the last 10 minutes. */
  readonly issue: (
    refreshToken: string,
    scopes: readonly string[],
    now: number,
  ) => string | undefined;
  /** The scopes of a live access token. */
  readonly scopesOf: (token: string, now: number) => readonly string[] | undefined;
  readonly revoke: (token: string) => void;
}

/** Tokens in the state file, so that a restart does not log clients out. */
export function openTokenStore(
  db: Database,
  limits: { tokenMs: number; tokenLimit: number },
): TokenStore {
  const insert = db.run('INSERT INTO tokens VALUES (?, ?, ?, ?, ?)');
  const find = db.get('SELECT scope, expires FROM tokens WHERE token = ?');
  const issuedSince = db.get(
    'SELECT COUNT(*) AS count FROM tokens WHERE refresh_token = ? AND issued > ?',
  );
  const endOldest = db.run(
    `UPDATE tokens SET expires = 0 WHERE token IN (SELECT token FROM tokens
     WHERE refresh_token = ? AND expires > ? ORDER BY rowid DESC LIMIT -1 OFFSET ?)`,
  );
  const forget = db.run('DELETE FROM tokens WHERE expires <= ? AND issued <= ?');
  const revoke = db.run('UPDATE tokens SET expires = 0 WHERE token = ?');

  return {
    issue: (refreshToken, scopes, now) => {
      const recent = Number(issuedSince(refreshToken, now - TEN_MINUTES)?.['count'] ?? 0);
      if (recent >= limits.tokenLimit) return undefined;
      forget(now, now - TEN_MINUTES);
      endOldest(refreshToken, now, LIVE_TOKENS - 1);
      const token = `1000.${randomBytes(16).toString('hex')}.${randomBytes(16).toString('hex')}`;
      insert(token, refreshToken, scopes.join(' '), now, now + limits.tokenMs);
      return token;
    },
    scopesOf: (token, now) => {
      if (token === SANDBOX_ACCESS_TOKEN) return ALL_SCOPES;
      const row = find(token);
      if (row === undefined || Number(row['expires']) <= now) return undefined;
      return String(row['scope']).split(' ');
    },
    revoke: (token) => {
      revoke(token);
    },
  };
}
