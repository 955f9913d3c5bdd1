import { Refusal } from './answers.ts';
import type { Org } from './call.ts';
import type { Route } from './routes.ts';
import { isAllowed } from './scopes.ts';
import type { TokenStore } from './token-store.ts';

/** Who calls what. */
export interface Caller {
  readonly route: Route;
  /** A part of the path by the name that the route gives it. */
  readonly param: (name: string) => string;
  /** The Authorization header. */
  readonly authorization: string | undefined;
}

/** The token of a call that may call its route. */
export function authorise(arrival: Caller, tokens: TokenStore, now: number): string {
  const token = /^(?:Zoho-oauthtoken|Bearer)\s+(\S+)$/i.exec(arrival.authorization ?? '')?.[1];
  if (token === undefined) {
    throw new Refusal('AUTHENTICATION_FAILURE', 'Authentication failed', {}, 401);
  }
  const granted = tokens.scopesOf(token, now);
  if (granted === undefined) throw invalidToken();
  const { scopes } = arrival.route;
  const needed = scopes.map((all) =>
    all.map((scope) =>
      scope.includes('{') ? scope.replace('{module}', arrival.param('module')) : scope,
    ),
  );
  if (isAllowed(granted, needed)) return token;
  throw new Refusal('OAUTH_SCOPE_MISMATCH', 'invalid oauth scope to access this URL', {}, 401);
}

/** What the org as a whole, or the user, may not do with territories (API notes 1.3). */
export function checkFeature(route: Route, { settings }: Org): void {
  const isTerritoryCall = /territories|feature_specific/.test(route.path);
  if (isTerritoryCall && settings.featureOff === 'FEATURE_NOT_ENABLED') {
    throw new Refusal('FEATURE_NOT_ENABLED', 'Territory Management is not enabled');
  }
  if (isTerritoryCall && settings.featureOff !== undefined) {
    const state = settings.featureOff === 'TERRITORY_DISABLED' ? 'disabled' : 'not enabled';
    throw new Refusal(settings.featureOff, `the territory feature is ${state}`, {}, 403);
  }
  if (settings.denied.settings && route.path.startsWith('/settings/territories')) {
    throw new Refusal('NO_PERMISSION', 'permission denied', {}, 403);
  }
}

/** The token is unknown, has ended or was revoked (API notes 3.2). */
export function invalidToken(): Refusal {
  return new Refusal('INVALID_TOKEN', 'invalid oauth token', {}, 401);
}
