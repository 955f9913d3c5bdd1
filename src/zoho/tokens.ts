import { OrgError } from './errors.ts';
import { SENDABLE } from './secrets.ts';
import { type Sharing, sharedToken, type TokenSupply } from './shared-token.ts';
import type { TokenExchange } from './token-exchange.ts';
import { type AccessToken, type RefreshCredentials, requestToken } from './token-request.ts';

export type { RefreshCredentials } from './token-request.ts';

/** Gives access tokens, however many calls ask at once. */
export interface TokenSource {
  /** The token to use now. */
  current(): Promise<string>;
  /** Tells that the org refused a token: the next one given is another. */
  refused(token: string): void;
  /** Tells that the org accepted a token; one that was replaced since says nothing of the next. */
  accepted(token: string): void;
}

/**
 * Gives the tokens that credentials are good for.
 *
 * @param sharing how processes share them; without a path each process has its own
 */
export function tokensFor(
  credentials: RefreshCredentials | { readonly accessToken: string },
  exchange: TokenExchange,
  sharing: Omit<Sharing, 'path'> & { readonly path: string | undefined },
): TokenSource {
  if ('accessToken' in credentials) return staticToken(credentials.accessToken);
  const { path, clock } = sharing;
  const supply: TokenSupply =
    path === undefined
      ? () => requestToken(credentials, exchange, clock)
      : sharedToken(credentials, exchange, { ...sharing, path });
  return renewedToken(supply, clock);
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

/** A refresh token gives ten access tokens in ten minutes: they must not be wasted on a wrong org. */
const MOST_TOKENS_REFUSED = 4;

/**
 * Tokens from a refresh token, had when first needed, again shortly before they end, and again when
 * one is refused. When no token can be had, or the org accepts none, that stays so: every call is
 * told the same.
 */
function renewedToken(supply: TokenSupply, clock: () => number): TokenSource {
  let pending: Promise<string> | undefined;
  let held: AccessToken | undefined;
  let lastRefused: string | undefined;
  let refusals = 0;

  async function start(): Promise<string> {
    if (refusals === MOST_TOKENS_REFUSED) throw acceptsNoToken();
    held = await supply(lastRefused);
    return held.text;
  }

  return {
    current() {
      if (held !== undefined && clock() >= held.renewAt) pending = held = undefined;
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
      if (token !== held?.text) return;
      pending = held = undefined;
      lastRefused = token;
      refusals += 1;
    },
    accepted(token) {
      if (token === held?.text) refusals = 0;
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
