import { THEN_RESUME } from './after-stop.ts';
import type { CatalogueEntry } from './entry.ts';
import { D7_READ, D8_STATUS, D8_TOKENS, O26B, S3 } from './sources.ts';

const org = { endpoints: 'any', concerns: 'org', retry: 'never' } as const;

const token = { ...org, endpoints: ['token'], httpStatus: [200, 400] } as const;

/** Who we are and what we may do: tokens, scopes, rights in the settings, hosts. */
export const ACCESS_ENTRIES = [
  {
    ...org,
    code: 'INVALID_TOKEN',
    httpStatus: [401],
    retry: 'token',
    cause: 'the access token is refused',
    resolution:
      'Check that ZOHO_REFRESH_TOKEN is valid and that ZOHO_ACCOUNTS_URL and ZOHO_API_DOMAIN are ' +
      'of the same data centre, then resume the run.',
    source: D8_STATUS,
  },
  {
    ...org,
    code: 'AUTHENTICATION_FAILURE',
    httpStatus: [401],
    retry: 'token',
    cause: 'the org does not know who is calling',
    resolution:
      'Set ZOHO_REFRESH_TOKEN with ZOHO_CLIENT_ID and ZOHO_CLIENT_SECRET, or a fresh ' +
      'ZOHO_ACCESS_TOKEN, then resume the run.',
    source: [...D8_STATUS, ...O26B],
  },
  {
    ...org,
    code: 'OAUTH_SCOPE_MISMATCH',
    endpoints: ['record-territories.assign', 'record-territories.remove'],
    httpStatus: [401],
    cause: 'the token may not update CRM records',
    resolution:
      'Make a new refresh token with the scope ZohoCRM.modules.ALL beside the scopes it has, set ' +
      `ZOHO_REFRESH_TOKEN, ${THEN_RESUME}`,
    source: S3,
  },
  {
    ...org,
    code: 'OAUTH_SCOPE_MISMATCH',
    httpStatus: [401],
    cause: 'the token lacks a scope',
    resolution:
      'Make a new refresh token with the scopes ZohoCRM.settings.territories.ALL, ' +
      'ZohoCRM.users.ALL, ZohoCRM.modules.ALL and ZohoCRM.coql.READ, set ZOHO_REFRESH_TOKEN, ' +
      THEN_RESUME,
    source: [...D7_READ, ...D8_STATUS],
  },
  {
    ...org,
    code: 'AUTHORIZATION_FAILED',
    httpStatus: [400, 401],
    cause: 'the signed-in user has no right to these settings',
    resolution:
      'Sign in as an administrator, or have one give the profile of the signed-in user the right ' +
      `to manage territories and users, ${THEN_RESUME}`,
    source: [...D7_READ, ...D8_STATUS],
  },
  {
    ...org,
    code: 'NO_PERMISSION',
    httpStatus: [401, 403],
    cause: 'the profile of the signed-in user does not allow this',
    resolution:
      'Sign in as an administrator, or have one give the profile of the signed-in user the right ' +
      `to manage territories and users, ${THEN_RESUME}`,
    source: [...D7_READ, ...D8_STATUS],
  },
  {
    ...org,
    code: 'INVALID_HOST',
    httpStatus: [400],
    cause: 'the address is not a host of the API',
    resolution:
      'Set ZOHO_API_DOMAIN to the API host of the data centre of the org, for example ' +
      `https://www.zohoapis.eu, ${THEN_RESUME}`,
    source: D8_STATUS,
  },
  {
    ...token,
    code: 'invalid_client',
    cause: 'the client id is not known',
    resolution:
      'Check ZOHO_CLIENT_ID against the API console, and that ZOHO_ACCOUNTS_URL is of the data ' +
      'centre where the client was made.',
    source: ['token endpoint as seen by public clients'],
  },
  {
    ...token,
    code: 'invalid_client_secret',
    cause: 'the client secret is wrong',
    resolution: 'Copy ZOHO_CLIENT_SECRET anew from the API console.',
    source: ['token endpoint as seen by public clients'],
  },
  {
    ...token,
    code: 'invalid_code',
    cause: 'the refresh token is not valid',
    resolution:
      'Make a new refresh token in the API console and set ZOHO_REFRESH_TOKEN; a grant code ' +
      'cannot be used in its place.',
    source: ['token endpoint as seen by public clients'],
  },
  {
    ...token,
    code: 'invalid_grant',
    cause: 'the refresh token was revoked or has run out',
    resolution: 'Make a new refresh token in the API console and set ZOHO_REFRESH_TOKEN.',
    source: ['https://www.rfc-editor.org/rfc/rfc6749#section-5.2'],
  },
  {
    ...token,
    code: 'Access Denied',
    retry: 'wait',
    cause: 'too many access tokens were asked for in a short time',
    resolution:
      'Wait ten minutes, then resume the run; do not let several programs renew tokens ' +
      'with the same ZOHO_REFRESH_TOKEN.',
    source: D8_TOKENS,
  },
] as const satisfies readonly CatalogueEntry[];
