import { SANDBOX_CREDENTIALS } from '../../src/sandbox/index.ts';
import type { Rig } from './client.ts';

/** An answer of the token endpoint. */
export interface TokenReply {
  readonly access_token: string;
  readonly [key: string]: unknown;
}

/** The parameters of a refresh call; say only what differs. */
export function refreshParams(values: Record<string, string> = {}): URLSearchParams {
  const { clientId, clientSecret, refreshToken } = SANDBOX_CREDENTIALS;
  return new URLSearchParams({
    client_id: clientId,
    client_secret: clientSecret,
    refresh_token: refreshToken,
    grant_type: 'refresh_token',
    ...values,
  });
}

/** Asks for an access token in the query. */
export async function refresh(
  rig: Pick<Rig, 'sandbox'>,
  values?: Record<string, string>,
): Promise<TokenReply> {
  const url = `${rig.sandbox.url}/oauth/v2/token?${refreshParams(values)}`;
  const answer = await fetch(url, { method: 'POST' });
  return (await answer.json()) as TokenReply;
}
