import { createHash } from 'node:crypto';
import { lookup } from './catalogue/index.ts';
import { OrgError } from './errors.ts';
import type { TokenExchange } from './token-exchange.ts';
import { openTokenFile, type TokenFile } from './token-file.ts';
import { type AccessToken, type RefreshCredentials, requestToken } from './token-request.ts';
import type { TextResponse } from './transport.ts';
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
 * ten minutes. Where the file cannot be used, each process asks for itself.
 *
 * @throws {OrgError} when there is no token to be had, or one more request would be one too many
 */
export function sharedToken(
  credentials: RefreshCredentials,
  exchange: TokenExchange,
  sharing: Sharing,
): TokenSupply {
  const { path, deadlineMs, clock, sleep } = sharing;
  const turnMs = deadlineMs + BETWEEN_TRIES_MS;
  const grant = digestOf(sharing.accountsUrl, credentials);

  async function supply(file: Usable, refused: string | undefined): Promise<AccessToken> {
    for (;;) {
      const turn = file.use((open) => open.turn(clock(), refused));
      if (turn?.kind === 'use') return turn.token;
      if (turn?.kind !== 'wait') break;
      await sleep(POLL_MS);
    }
    try {
      const counted: TokenExchange = (form) => exchange(form, (send) => count(file, send));
      const token = await requestToken(credentials, counted, clock);
      file.use((open) => open.keep(token));
      return token;
    } finally {
      file.use((open) => open.done());
    }
  }

  async function count(file: Usable, send: () => Promise<TextResponse>): Promise<TextResponse> {
    const permit = file.use((open) => open.permit(clock()));
    if (permit?.kind === 'refused') throw tooManyRequests(permit.nextAt);
    const request = permit?.request;
    if (request === undefined) return send();
    try {
      const response = await send();
      file.use((open) => open.ended(request, clock()));
      return response;
    } catch (error) {
      file.use((open) => (wasSent(error) ? open.ended(request, clock()) : open.unsent(request)));
      throw error;
    }
  }

  return async (refused) => {
    using file = usable(() => openTokenFile(path, grant, turnMs));
    return await supply(file, refused);
  };
}

/** A file that is left alone once it cannot be used: the token is then had without it. */
interface Usable extends Disposable {
  /** Does something with the file; gives undefined when that cannot be done. */
  use<T>(work: (file: TokenFile) => T): T | undefined;
}

function usable(open: () => TokenFile): Usable {
  let file: TokenFile | undefined;
  let isBroken = false;
  return {
    use(work) {
      if (isBroken) return undefined;
      try {
        file ??= open();
        return work(file);
      } catch {
        // A home that is read-only, a full disk, a damaged file: a token can be had all the same.
        isBroken = true;
        return undefined;
      }
    },
    [Symbol.dispose]: () => file?.[Symbol.dispose](),
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
