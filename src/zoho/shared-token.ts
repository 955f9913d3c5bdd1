import { createHash } from 'node:crypto';
import { lookup } from './catalogue/index.ts';
import { OrgError } from './errors.ts';
import type { TokenExchange } from './token-exchange.ts';
import { openTokenFile } from './token-file.ts';
import { type AccessToken, type RefreshCredentials, requestToken } from './token-request.ts';
import type { TextResponse } from './transport.ts';
import { type UsableFile, usableFile } from './usable-file.ts';
import { wasSent } from './was-sent.ts';

/** Gives an access token other than the one that the org has refused, if it has. */
export type TokenSupply = (refused: string | undefined) => Promise<AccessToken>;

/** How processes share a token. */
export interface Sharing {
  /** Path of the file they share it in. */
  readonly path: string;
  readonly accountsUrl: string;
  /** How long a request takes at most. */
  readonly deadlineMs: number;
  /** How long to wait at most until one more token may be asked for. */
  readonly patienceMs: number;
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** How often a process that waits for another one's token looks whether it is there. */
const POLL_MS = 50;

/** More than the longest wait between two tries of a request. */
const BETWEEN_TRIES_MS = 15_000;

/**
 * Supplies the token that all processes of this machine share. Where there is none that lives, one
 * process asks for it, and the others wait; over all of them no more than ten requests are sent in
 * ten minutes, and the next one waits until it may be. Where the file cannot be used, each process
 * asks for itself.
 *
 * @throws {OrgError} when there is no token to be had, or not before the patience is over
 */
export function sharedToken(
  credentials: RefreshCredentials,
  exchange: TokenExchange,
  sharing: Sharing,
): TokenSupply {
  const { path, deadlineMs, patienceMs, clock, sleep } = sharing;
  const turnMs = deadlineMs + BETWEEN_TRIES_MS;
  const grant = digestOf(sharing.accountsUrl, credentials);

  async function supply(file: UsableFile, refused: string | undefined): Promise<AccessToken> {
    for (;;) {
      const turn = await file.use((open) => open.turn(clock(), refused));
      if (turn?.kind === 'use') return turn.token;
      if (turn?.kind !== 'wait') break;
      await sleep(POLL_MS);
    }
    try {
      const counted: TokenExchange = (form) => exchange(form, (send) => count(file, send));
      const token = await requestToken(credentials, counted, clock);
      await file.use((open) => open.keep(token));
      return token;
    } finally {
      await file.use((open) => open.done());
    }
  }

  async function count(file: UsableFile, send: () => Promise<TextResponse>): Promise<TextResponse> {
    const request = await permitted(file);
    if (request === undefined) return send();
    try {
      const response = await send();
      await file.use((open) => open.ended(request, clock()));
      return response;
    } catch (error) {
      await file.use((open) =>
        wasSent(error) ? open.ended(request, clock()) : open.unsent(request),
      );
      throw error;
    }
  }

  /** Waits until one more request may be sent; gives its number, where it is counted. */
  async function permitted(file: UsableFile): Promise<number | undefined> {
    const start = clock();
    for (;;) {
      await file.use((open) => open.prolong(clock()));
      const permit = await file.use((open) => open.permit(clock()));
      if (permit?.kind !== 'refused') return permit?.request;
      if (permit.nextAt - start > patienceMs) throw tooManyRequests(permit.nextAt);
      // In pieces, so that the turn is not over before the wait.
      await sleep(Math.min(permit.nextAt - clock(), turnMs / 2));
    }
  }

  return async (refused) => {
    const open = () => openTokenFile(path, grant, turnMs);
    using file = usableFile(path, open, { patienceMs: turnMs, clock, sleep });
    return await supply(file, refused);
  };
}

/** Tells grants apart without holding them: neither part of a token can be had from it. */
function digestOf(accountsUrl: string, { clientId, refreshToken }: RefreshCredentials): string {
  const grant = JSON.stringify([accountsUrl, clientId, refreshToken]);
  return createHash('sha256').update(grant).digest('hex');
}

/** What the accounts server itself would answer. */
const THROTTLED = { code: 'Access Denied', httpStatus: 400, message: '', details: {} } as const;

function tooManyRequests(nextAt: number): OrgError {
  const time = new Date(Math.ceil(nextAt / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  return new OrgError(
    THROTTLED.code,
    `Ten access tokens were asked for in the last ten minutes, which is all that are given: the next can be had at ${time}.`,
    lookup('token', THROTTLED).resolution,
  );
}
