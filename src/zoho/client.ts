import { setTimeout as wait } from 'node:timers/promises';
import { Agent } from 'undici';
import type { Answer } from './answer.ts';
import { type ApiRequest, creditsOf, httpRequest } from './api-request.ts';
import type { Connection } from './connection.ts';
import { createCreditLimit } from './credit-limit.ts';
import {
  NotStartedError,
  OrgError,
  RateLimitError,
  TokenRefusedError,
  TransientError,
  UnansweredError,
  unreachable,
} from './errors.ts';
import { createPace, creditsIn, type Pace } from './pace.ts';
import { createRetrying } from './retrying.ts';
import { secretsOf, withoutSecrets } from './secrets.ts';
import { createSlots, type Slots } from './slots.ts';
import { createTokenExchange } from './token-exchange.ts';
import { acceptsNoToken, tokensFor } from './tokens.ts';
import { exchange, interpret } from './transport.ts';
import { wasSent } from './was-sent.ts';

export type { ApiRequest } from './api-request.ts';

/** What the client has used so far. */
export interface Usage {
  /** HTTP calls that were answered or may have been, retries included. */
  calls: number;
  credits: number;
  /** Calls beyond the first try of each request. */
  retries: number;
}

/** Tuning of a client; every field has a default that suits a real org. */
export interface ClientOptions {
  /** Calls in flight at most; `auto` learns the org's limit. @default 'auto' */
  readonly concurrency?: number | 'auto';
  /** Milliseconds to connect, to wait for headers, and between pieces of a body. */
  readonly timeouts?: { connectMs: number; headersMs: number; bodyMs: number };
  /** How often a failing call is repeated; 429 does not count. @default 5 */
  readonly retries?: number;
  /** First wait after a failure, doubled each time, in milliseconds. @default 250 */
  readonly backoffMs?: number;
  /**
   * How long one call waits through 429 answers, or for a token that may not be asked for yet,
   * before the run stops. @default 600_000
   */
  readonly rateLimitPatienceMs?: number;
  /** API credits that all calls of this client may cost at most. @default no limit */
  readonly maxCredits?: number;
  /**
   * SQLite file in which processes share the access token, made where it is missing. It holds the
   * token, and neither the refresh token nor the client secret. @default each client has its own
   */
  readonly tokenFile?: string;
  readonly signal?: AbortSignal;
  readonly clock?: () => number;
  readonly random?: () => number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** Talks to one org: one agent, one limit on calls in flight, one access token. */
export interface ZohoClient extends AsyncDisposable {
  /**
   * Sends a call and gives its answer, whatever the org said of it.
   *
   * @throws {TransientError} when it kept failing in a way that left the org as it was, or with 5xx
   * @throws {UnansweredError} when a write was sent and no readable answer came
   * @param mayStart asked when the call's turn has come, before every try
   * @throws {NotStartedError} when it said no
   * @throws {OrgError} when the org cannot be talked to at all, or MAX_CREDITS forbids it
   */
  send(request: ApiRequest, mayStart?: () => boolean): Promise<Answer>;
  readonly connection: Connection;
  readonly usage: Readonly<Usage>;
  readonly pace: Pace;
  readonly slots: Pick<Slots, 'inFlight' | 'limit' | 'expected' | 'reserve'>;
  /** API credits that calls may still cost; without a limit there is no end of them. */
  creditsFree(): number;
  /** Waits until no call is on its way any more: only then `usage` is all of it. */
  idle(): Promise<void>;
  /** Waits for the given milliseconds with the client's own clock, until the run is aborted. */
  sleep(ms: number): Promise<void>;
}

const TIMEOUTS = { connectMs: 10_000, headersMs: 60_000, bodyMs: 30_000 };
/** How often one call has its token renewed: two may end while it waits, a third does not. */
const MOST_RENEWALS = 2;
/** No documented answer comes near this; a larger body is an accident or an attack. */
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;

export function createClient(connection: Connection, options: ClientOptions = {}): ZohoClient {
  const { clock = Date.now, timeouts = TIMEOUTS, rateLimitPatienceMs = 600_000 } = options;
  const closing = new AbortController();
  const signal = AbortSignal.any([closing.signal, ...(options.signal ? [options.signal] : [])]);
  const deadlineMs = timeouts.connectMs + timeouts.headersMs + timeouts.bodyMs;
  const slots = createSlots(options.concurrency ?? 'auto', clock, sleep);
  const retrying = createRetrying({
    retries: options.retries ?? 5,
    backoffMs: options.backoffMs ?? 250,
    rateLimitPatienceMs,
    clock,
    random: options.random ?? Math.random,
    sleep,
  });
  const agent = new Agent({
    connect: { timeout: timeouts.connectMs },
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.bodyMs,
    maxResponseSize: MAX_RESPONSE_BYTES,
    pipelining: 1,
  });
  const usage: Usage = { calls: 0, credits: 0, retries: 0 };
  const creditLimit = createCreditLimit(options.maxCredits ?? Number.POSITIVE_INFINITY);
  const pace = createPace();
  const { accountsUrl } = connection;
  const tokens = tokensFor(
    connection.credentials,
    createTokenExchange(agent, accountsUrl, retrying, deadlineMs),
    {
      path: options.tokenFile,
      accountsUrl,
      deadlineMs,
      patienceMs: rateLimitPatienceMs,
      clock,
      sleep,
    },
  );
  const lasting = secretsOf(connection.credentials);

  async function sleep(ms: number): Promise<void> {
    try {
      await (options.sleep ?? sleepFor)(ms, signal);
    } catch (error) {
      throw signal.aborted ? new NotStartedError() : error;
    }
  }

  /** How long all calls wait; one that asks for more than our patience ends by itself. */
  function pauseFor({ retryAfterMs }: RateLimitError): number | undefined {
    return retryAfterMs !== undefined && retryAfterMs <= rateLimitPatienceMs
      ? retryAfterMs
      : undefined;
  }

  /** What the org said last; it says nothing while there is plenty. */
  function creditsLeft(): number {
    return pace.creditsLeft ?? Number.POSITIVE_INFINITY;
  }

  function count(request: ApiRequest): void {
    usage.calls += 1;
    usage.credits += creditsOf(request);
  }

  async function once(
    request: ApiRequest,
    token: string,
  ): Promise<Omit<Answer, 'attempts' | 'repeated'>> {
    const reads = request.reads === true;
    const sent = pace.sent();
    const startMs = clock();
    const response = await exchange(
      agent,
      httpRequest(connection, request, token),
      reads,
      deadlineMs,
    ).catch((error: unknown) => {
      if (wasSent(error)) count(request);
      else creditLimit.giveBack(creditsOf(request));
      throw error;
    });
    count(request);
    const told = creditsIn(response.headers);
    pace.received(told, sent);
    const text = withoutSecrets(response.text, [token, ...lasting]);
    const isAffordable = creditsOf(request) <= (told ?? creditsLeft());
    const answer = interpret({ ...response, text }, { token, reads, isAffordable }, clock());
    pace.answered(clock() - startMs);
    return answer;
  }

  /** What a call that came to nothing is told as; `fault` is the last 5xx a write was answered with. */
  function failureOf(error: unknown, attempts: number, fault?: TransientError): unknown {
    // A write that the org had answered before no more could be sent must not look as if never sent.
    let told = error;
    if (told instanceof TokenRefusedError) told = acceptsNoToken(told);
    if (told instanceof TransientError && told.refusal === undefined) {
      told = unreachable(connection.apiDomain, 'ZOHO_API_DOMAIN', told);
    }
    if (fault !== undefined && (told instanceof OrgError || told instanceof NotStartedError)) {
      fault.forbidden = told;
      told = fault;
    }
    if (told instanceof TransientError || told instanceof UnansweredError) told.attempts = attempts;
    return told;
  }

  return {
    connection,
    usage,
    pace,
    slots,
    sleep,
    creditsFree: creditLimit.free,
    idle: slots.idle,
    async send(request, mayStart = () => true) {
      let attempts = 0;
      let renewals = 0;
      let fault: TransientError | undefined;
      const mayGo = () => !signal.aborted && mayStart();
      try {
        const answer = await retrying(() =>
          slots.run(async () => {
            if (!mayGo()) throw new NotStartedError();
            const token = await tokens.current();
            // Getting a token may have taken long enough for the run to stop.
            if (!mayGo()) throw new NotStartedError();
            creditLimit.reserve(creditsOf(request));
            attempts += 1;
            if (attempts > 1) usage.retries += 1;
            try {
              const answered = await once(request, token);
              slots.accepted();
              tokens.accepted(token);
              return answered;
            } catch (error) {
              if (error instanceof RateLimitError) slots.refused(pauseFor(error));
              if (error instanceof TokenRefusedError) {
                // What refuses them one after the other would use up the tokens of all calls.
                if (renewals === MOST_RENEWALS) throw acceptsNoToken(error);
                renewals += 1;
                tokens.refused(error.token);
              }
              if (error instanceof TransientError && error.refusal !== undefined) fault = error;
              throw error;
            }
          }, mayGo),
        );
        return { ...answer, attempts, repeated: fault !== undefined };
      } catch (error) {
        throw failureOf(error, attempts, request.reads ? undefined : fault);
      }
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await agent.destroy();
    },
  };
}

async function sleepFor(ms: number, signal?: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal });
}
