import type { Agent } from 'undici';
import { TransientError, unreachable } from './errors.ts';
import type { Retrying } from './retrying.ts';
import { exchange, type TextResponse } from './transport.ts';

/**
 * Sends a grant to the token endpoint; gives its HTTP status and its body.
 *
 * @param eachTry is given every request to send, that it may count or forbid it
 */
export type TokenExchange = (
  form: URLSearchParams,
  eachTry?: (send: () => Promise<TextResponse>) => Promise<TextResponse>,
) => Promise<TextResponse>;

/**
 * Makes the exchange of a grant for an access token. It is repeated like a call of the API, but
 * costs no credits and needs no slot.
 */
export function createTokenExchange(
  agent: Agent,
  accountsUrl: string,
  retrying: Retrying,
  deadlineMs: number,
): TokenExchange {
  return async (form, eachTry = (send) => send()) => {
    const request = {
      origin: accountsUrl,
      path: '/oauth/v2/token',
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    } as const;
    try {
      return await retrying(async () => {
        const response = await eachTry(() => exchange(agent, request, true, deadlineMs));
        const isBusy = response.httpStatus === 429 || response.httpStatus >= 500;
        if (isBusy) throw new TransientError(`HTTP ${response.httpStatus}`);
        return response;
      });
    } catch (error) {
      throw error instanceof TransientError
        ? unreachable(accountsUrl, 'ZOHO_ACCOUNTS_URL', error)
        : error;
    }
  };
}
