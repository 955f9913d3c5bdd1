import { z } from 'zod';
import { lookup } from './catalogue/index.ts';
import { OrgError } from './errors.ts';
import { SENDABLE, withoutSecrets } from './secrets.ts';
import type { TokenExchange } from './token-exchange.ts';

/** A long-lived grant to exchange for access tokens. */
export interface RefreshCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
}

/** An access token and how long to use it. */
export interface AccessToken {
  readonly text: string;
  /** When to get another one, shortly before this one ends; milliseconds since 1970. */
  readonly renewAt: number;
}

/**
 * How long tokens live that do not tell.
 * @see https://www.zoho.com/crm/developer/docs/api/v8/token-validity.html
 */
const HOUR_S = 3600;

/** So long before its end a token is not used any more: calls on their way must not find it ended. */
const LONGEST_MARGIN_MS = 60_000;

/** A life in seconds; older servers told milliseconds, which would be a life of weeks. */
const lifeSchema = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .pipe(
    z
      .number()
      .positive()
      .max(24 * HOUR_S),
  )
  .catch(HOUR_S);

/** Errors come with HTTP 200 as well, told only by the `error` key. */
const answerSchema = z.union([
  z.object({ access_token: z.string().regex(SENDABLE), expires_in: lifeSchema }),
  z.object({ error: z.string() }),
]);

/**
 * Exchanges a refresh token for an access token.
 *
 * @throws {OrgError} with what the accounts server said, when it gives none
 * @see https://www.zoho.com/crm/developer/docs/api/v8/refresh.html
 */
export async function requestToken(
  { clientId, clientSecret, refreshToken }: RefreshCredentials,
  exchange: TokenExchange,
  clock: () => number,
): Promise<AccessToken> {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: clientId,
    client_secret: clientSecret,
    refresh_token: refreshToken,
  });
  // Its life has begun at some moment after this one.
  const askedAt = clock();
  const { httpStatus, text } = await exchange(form);
  const answer = answerSchema.safeParse(parseJson(text));
  if (!answer.success) {
    throw new OrgError(
      'UNEXPECTED_RESPONSE',
      `The accounts server did not answer with a token (HTTP ${httpStatus}).`,
      'Check ZOHO_ACCOUNTS_URL: it is https://accounts.zoho.com or that of your region.',
    );
  }
  if ('access_token' in answer.data) {
    const lifeMs = answer.data.expires_in * 1000;
    const renewAt = askedAt + lifeMs - Math.min(LONGEST_MARGIN_MS, lifeMs / 10);
    return { text: answer.data.access_token, renewAt };
  }
  const code = withoutSecrets(answer.data.error, [clientSecret, refreshToken]);
  const entry = lookup('token', { code, httpStatus, message: code, details: {} });
  throw new OrgError(code, `The accounts server gave no token: ${entry.cause}.`, entry.resolution);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is not a token either; the schema says so to the user.
    return undefined;
  }
}
