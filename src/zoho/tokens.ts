import { z } from 'zod';
import { lookup } from './catalogue/index.ts';
import { OrgError } from './errors.ts';

/** Gives access tokens, however many calls ask at once. */
export interface TokenSource {
  /** The token to use now. */
  current(): Promise<string>;
  /** Tells that the org refused a token: the next one given is another. */
  refused(token: string): void;
  /** Tells that the org accepted the current token. */
  accepted(): void;
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

/** Gives the tokens that credentials are good for. */
export function tokensFor(
  credentials: RefreshCredentials | { readonly accessToken: string },
  exchange: TokenExchange,
): TokenSource {
  return 'accessToken' in credentials
    ? staticToken(credentials.accessToken)
    : refreshedToken(credentials, exchange);
}

/** A token that cannot be renewed (`ZOHO_ACCESS_TOKEN`). */
function staticToken(text: string): TokenSource {
  // A value that was read from a file often ends in a line break.
  const token = text.trim();
  let isRefused = !SENDABLE.test(token);
  return {
    async current() {
      if (!isRefused) return token;
      throw new OrgError(
        'INVALID_TOKEN',
        'The org refused the access token in ZOHO_ACCESS_TOKEN.',
        'It lives for one hour and only in its own data centre: make a new one, or give ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and ZOHO_REFRESH_TOKEN.',
      );
    },
    refused: () => {
      isRefused = true;
    },
    accepted: () => {},
  };
}

/** What can stand in a header. */
const SENDABLE = /^[\x21-\x7e]+$/;

/** A refresh token gives ten access tokens in ten minutes: they must not be wasted on a wrong org. */
const MOST_TOKENS_REFUSED = 4;

/**
 * Tokens from a refresh token, exchanged when first needed and again when one is refused. When no
 * token can be had, or the org accepts none, that stays so: every call is told the same.
 * @see https://www.zoho.com/crm/developer/docs/api/v8/refresh.html
 */
function refreshedToken(credentials: RefreshCredentials, exchange: TokenExchange): TokenSource {
  let pending: Promise<string> | undefined;
  let held: string | undefined;
  let unaccepted = 0;

  async function start(): Promise<string> {
    if (unaccepted === MOST_TOKENS_REFUSED) throw acceptsNoToken();
    unaccepted += 1;
    held = await requestToken(credentials, exchange);
    return held;
  }

  return {
    current() {
      if (pending !== undefined) return pending;
      const token = start();
      pending = token;
      token.catch((error: unknown) => {
        if (!(error instanceof OrgError)) pending = undefined;
      });
      return token;
    },
    refused(token) {
      // Calls that used an older token find that it was replaced already.
      if (token === held) pending = held = undefined;
    },
    accepted: () => {
      unaccepted = 0;
    },
  };
}

/** The org refuses one token after the other. */
export function acceptsNoToken(cause?: unknown): OrgError {
  return new OrgError(
    'INVALID_TOKEN',
    'The org refuses even fresh access tokens.',
    'Check that ZOHO_API_DOMAIN and ZOHO_ACCOUNTS_URL are of the same region as the credentials.',
    cause,
  );
}

/** Errors come with HTTP 200 as well, told only by the `error` key. */
const tokenAnswer = z.union([
  z.object({ access_token: z.string().regex(SENDABLE) }),
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
  const code = withoutSecrets(answer.data.error, [clientSecret, refreshToken]);
  const entry = lookup('token', { code, httpStatus, message: code, details: {} });
  throw new OrgError(code, `The accounts server gave no token: ${entry.cause}.`, entry.resolution);
}

/** The secrets that outlive an access token. */
export function secretsOf(
  credentials: RefreshCredentials | { readonly accessToken: string },
): readonly string[] {
  return 'accessToken' in credentials
    ? [credentials.accessToken]
    : [credentials.clientSecret, credentials.refreshToken];
}

/** Blots secrets out of what a server sent: some proxies give back what they were given. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is not a token either; the schema says so to the user.
    return undefined;
  }
}
