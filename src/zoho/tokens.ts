import { z } from 'zod';
import { lookup } from './catalogue/index.ts';
import { OrgError } from './errors.ts';

/** Gives access tokens, however many calls ask at once. */
export interface TokenSource {
  /** The token to use now. */
  current(): Promise<string>;
  /** A token to use instead of `refused`; one exchange, whatever the number of callers. */
  renew(refused: string): Promise<string>;
}

/** What the token endpoint answered: its HTTP status and its body. */
export type TokenExchange = (
  form: URLSearchParams,
) => Promise<{ httpStatus: number; text: string }>;

/** A long-lived grant to exchange for access tokens. */
export interface RefreshCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
}

/** A token that cannot be renewed (`ZOHO_ACCESS_TOKEN`). */
export function staticToken(token: string): TokenSource {
  return {
    current: async () => token,
    renew: async () => {
      throw new OrgError(
        'INVALID_TOKEN',
        'The org refused the access token in ZOHO_ACCESS_TOKEN.',
        'It lives for one hour and only in its own data centre: make a new one, or give ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and ZOHO_REFRESH_TOKEN.',
      );
    },
  };
}

/**
 * Tokens from a refresh token, exchanged when first needed and again when one is refused.
 * @see https://www.zoho.com/crm/developer/docs/api/v8/refresh.html
 */
export function refreshedToken(
  credentials: RefreshCredentials,
  exchange: TokenExchange,
): TokenSource {
  let pending: Promise<string> | undefined;

  const start = (): Promise<string> => {
    const token = requestToken(credentials, exchange);
    pending = token;
    // A failed exchange is not remembered: the next call may try again.
    token.catch(() => {
      if (pending === token) pending = undefined;
    });
    return token;
  };

  return {
    current: () => pending ?? start(),
    async renew(refused) {
      const held = pending;
      const token = await held;
      if (token !== undefined && token !== refused) return token;
      // Whoever comes first starts the exchange; the others wait for the same one.
      return pending === held || pending === undefined ? start() : pending;
    },
  };
}

/** Errors come with HTTP 200 as well, told only by the `error` key. */
const tokenAnswer = z.union([
  z.object({ access_token: z.string().min(1) }),
  z.object({ error: z.string() }),
]);

async function requestToken(
  { clientId, clientSecret, refreshToken }: RefreshCredentials,
  exchange: TokenExchange,
): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: clientId,
    client_secret: clientSecret,
    refresh_token: refreshToken,
  });
  const { httpStatus, text } = await exchange(form);
  const answer = tokenAnswer.safeParse(parseJson(text));
  if (!answer.success) {
    throw new OrgError(
      'UNEXPECTED_RESPONSE',
      `The accounts server did not answer with a token (HTTP ${httpStatus}).`,
      'Check ZOHO_ACCOUNTS_URL: it is https://accounts.zoho.com or that of your region.',
    );
  }
  if ('access_token' in answer.data) return answer.data.access_token;
  const code = answer.data.error;
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
