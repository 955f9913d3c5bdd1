import { isAllowed, scopeList } from './scopes.ts';
import { ALL_SCOPES, SANDBOX_CREDENTIALS, type TokenStore } from './token-store.ts';

/** An answer of the token endpoint; refusals have status 200 as well (API notes 3.2). */
export interface TokenAnswer {
  readonly status: 200 | 400;
  readonly body: Readonly<Record<string, string | number>>;
}

const refuse = (error: string): TokenAnswer => ({ status: 200, body: { error } });

/** Answers POST /oauth/v2/token; parameters come from the query or the body alike. */
export function answerTokenRequest(
  params: ReadonlyMap<string, string>,
  context: { tokens: TokenStore; apiDomain: string; tokenMs: number; now: number },
): TokenAnswer {
  const { clientId, clientSecret, refreshToken, code } = SANDBOX_CREDENTIALS;
  if (params.get('client_id') !== clientId) return refuse('invalid_client');
  if (params.get('client_secret') !== clientSecret) return refuse('invalid_client_secret');
  const grant = params.get('grant_type');
  const isRefresh = grant === 'refresh_token';
  if (!isRefresh && grant !== 'authorization_code') return refuse('unsupported_grant_type');
  const proof = isRefresh ? params.get('refresh_token') : params.get('code');
  if (proof !== (isRefresh ? refreshToken : code)) return refuse('invalid_code');
  const asked = scopeList(params.get('scope') ?? '');
  const rule = [asked.map((scope) => scope.replace(/^ZohoCRM\./i, ''))];
  if (!isAllowed(ALL_SCOPES, rule)) return refuse('invalid_scope');
  const scopes = asked.length === 0 ? ALL_SCOPES : asked;
  const token = context.tokens.issue(refreshToken, scopes, context.now);
  if (token === undefined) return TOO_MANY;
  return {
    status: 200,
    body: {
      access_token: token,
      ...(isRefresh ? {} : { refresh_token: refreshToken }),
      scope: scopes.join(' '),
      api_domain: context.apiDomain,
      token_type: 'Bearer',
      expires_in: Math.floor(context.tokenMs / 1_000),
    },
  };
}

/** The throttled answer (API notes 3.2; Kaizen 43 says the status stays 200). */
const TOO_MANY: TokenAnswer = {
  status: 400,
  body: {
    error: 'Access Denied',
    error_description:
      'You have made too many requests continuously. Please try again after some time.',
    status: 'failure',
  },
};
