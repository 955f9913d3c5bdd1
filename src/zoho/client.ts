import { setTimeout as wait } from 'node:timers/promises';
import pRetry from 'p-retry';
import { Agent } from 'undici';
import type { Answer } from './answer.ts';
import type { Connection } from './connection.ts';
import {
  NotStartedError,
  RateLimitError,
  stillRateLimited,
  TokenRefusedError,
  TransientError,
  UnansweredError,
  unreachable,
} from './errors.ts';
import { createSlots, type Slots } from './slots.ts';
import { acceptsNoToken, secretsOf, tokensFor, withoutSecrets } from './tokens.ts';
import { exchange, interpret, type TextResponse } from './transport.ts';

/** One call of the API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path after `/crm/{version}`, query included. */
  readonly path: string;
  readonly body?: unknown;
  /** API credits the call costs; 1 unless told. */
  readonly credits?: number;
  /** Reads can be made again at will; a write that was sent and not answered must not be. */
  readonly reads?: boolean;
}

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
  /** How long one call waits through 429 answers before the run stops. @default 600_000 */
  readonly rateLimitPatienceMs?: number;
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
   * @throws {OrgError} when the org cannot be talked to at all
   */
  send(request: ApiRequest, mayStart?: () => boolean): Promise<Answer>;
  readonly connection: Connection;
  readonly usage: Readonly<Usage>;
  readonly slots: Pick<Slots, 'inFlight' | 'limit'>;
  /** Waits for the given milliseconds with the client's own clock, until the run is aborted. */
  sleep(ms: number): Promise<void>;
}

const TIMEOUTS = { connectMs: 10_000, headersMs: 60_000, bodyMs: 30_000 };
const LONGEST_BACKOFF_MS = 10_000;
/** No documented answer comes near this; a larger body is an accident or an attack. */
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;

export function createClient(connection: Connection, options: ClientOptions = {}): ZohoClient {
  const { clock = Date.now, random = Math.random, backoffMs = 250 } = options;
  const closing = new AbortController();
  const signal = AbortSignal.any([closing.signal, ...(options.signal ? [options.signal] : [])]);
  const patienceMs = options.rateLimitPatienceMs ?? 600_000;
  const mostRetries = options.retries ?? 5;
  const timeouts = options.timeouts ?? TIMEOUTS;
  const deadlineMs = timeouts.connectMs + timeouts.headersMs + timeouts.bodyMs;
  const slots = createSlots(options.concurrency ?? 'auto', clock, sleep);
  const agent = new Agent({
    connect: { timeout: timeouts.connectMs },
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.bodyMs,
    maxResponseSize: MAX_RESPONSE_BYTES,
    pipelining: 1,
  });
  const usage: Usage = { calls: 0, credits: 0, retries: 0 };
  const tokens = tokensFor(connection.credentials, exchangeToken);
  const lasting = secretsOf(connection.credentials);

  async function sleep(ms: number): Promise<void> {
    try {
      await (options.sleep ?? sleepFor)(ms, signal);
    } catch (error) {
      throw signal.aborted ? new NotStartedError() : error;
    }
  }

  /** Repeats `once` until it gives an answer or its failures are used up. */
  function retrying<T>(once: () => Promise<T>): Promise<T> {
    let rateLimits = 0;
    let rateLimitedMs = 0;
    return pRetry(once, {
      // With a number here, a 429 after the last retry would end the call: `shouldRetry` counts.
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 0,
      shouldConsumeRetry: ({ error }) => !(error instanceof RateLimitError),
      shouldRetry: ({ error, retriesConsumed }) =>
        error instanceof RateLimitError || (isRepeatable(error) && retriesConsumed < mostRetries),
      onFailedAttempt: async ({ error, retriesConsumed }) => {
        if (error instanceof RateLimitError) {
          rateLimits += 1;
          const waitMs = Math.max(error.retryAfterMs ?? 0, jittered(rateLimits));
          rateLimitedMs += waitMs;
          if (rateLimitedMs > patienceMs) throw stillRateLimited(error);
          // A wait that the org asked for is for all, and is on in the slots; too short a one is not.
          const shortMs = waitMs - (error.retryAfterMs ?? 0);
          if (shortMs > 0) await sleep(shortMs);
        } else if (error instanceof TransientError && retriesConsumed < mostRetries) {
          await sleep(jittered(retriesConsumed + 1));
        }
      },
    });
  }

  /** How long all calls wait; one that asks for more than our patience ends by itself. */
  function pauseFor({ retryAfterMs }: RateLimitError): number | undefined {
    return retryAfterMs !== undefined && retryAfterMs <= patienceMs ? retryAfterMs : undefined;
  }

  function jittered(attempt: number): number {
    const ceilingMs = Math.min(LONGEST_BACKOFF_MS, backoffMs * 2 ** (attempt - 1));
    return Math.ceil(ceilingMs * (0.5 + random() / 2));
  }

  async function exchangeToken(form: URLSearchParams): Promise<TextResponse> {
    const request = {
      origin: connection.accountsUrl,
      path: '/oauth/v2/token',
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    } as const;
    try {
      return await retrying(async () => {
        const response = await exchange(agent, request, true, deadlineMs);
        const isBusy = response.httpStatus === 429 || response.httpStatus >= 500;
        if (isBusy) throw new TransientError(`HTTP ${response.httpStatus}`);
        return response;
      });
    } catch (error) {
      throw error instanceof TransientError
        ? unreachable(connection.accountsUrl, 'ZOHO_ACCOUNTS_URL', error)
        : error;
    }
  }

  function count({ credits = 1 }: ApiRequest): void {
    usage.calls += 1;
    usage.credits += credits;
  }

  async function once(request: ApiRequest): Promise<Omit<Answer, 'attempts' | 'repeated'>> {
    const token = await tokens.current();
    const reads = request.reads === true;
    const response = await exchange(
      agent,
      {
        origin: connection.apiDomain,
        path: `/crm/${connection.version}${request.path}`,
        method: request.method,
        headers: {
          authorization: `Zoho-oauthtoken ${token}`,
          ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      },
      reads,
      deadlineMs,
    ).catch((error: unknown) => {
      if (wasSent(error)) count(request);
      throw error;
    });
    count(request);
    const text = withoutSecrets(response.text, [token, ...lasting]);
    return interpret({ ...response, text }, token, reads, clock());
  }

  /** What a call that came to nothing is told as; `fault` is the last 5xx it was answered with. */
  function failureOf(error: unknown, attempts: number, fault?: TransientError): unknown {
    // A call that the org had answered before the run stopped must not look as if never sent.
    const told = error instanceof NotStartedError ? (fault ?? error) : error;
    if (told instanceof TokenRefusedError) return acceptsNoToken(told);
    if (told instanceof TransientError && told.refusal === undefined) {
      return unreachable(connection.apiDomain, 'ZOHO_API_DOMAIN', told);
    }
    if (told instanceof TransientError || told instanceof UnansweredError) told.attempts = attempts;
    return told;
  }

  return {
    connection,
    usage,
    slots,
    sleep,
    async send(request, mayStart = () => true) {
      let attempts = 0;
      let fault: TransientError | undefined;
      const mayGo = () => !signal.aborted && mayStart();
      try {
        const answer = await retrying(() =>
          slots.run(async () => {
            if (!mayGo()) throw new NotStartedError();
            attempts += 1;
            if (attempts > 1) usage.retries += 1;
            try {
              const answered = await once(request);
              slots.accepted();
              tokens.accepted();
              return answered;
            } catch (error) {
              if (error instanceof RateLimitError) slots.refused(pauseFor(error));
              if (error instanceof TokenRefusedError) tokens.refused(error.token);
              if (error instanceof TransientError && error.refusal !== undefined) fault = error;
              throw error;
            }
          }, mayGo),
        );
        return { ...answer, attempts, repeated: fault !== undefined };
      } catch (error) {
        throw failureOf(error, attempts, fault);
      }
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await agent.destroy();
    },
  };
}

function isRepeatable(error: unknown): boolean {
  return error instanceof TransientError || error instanceof TokenRefusedError;
}

/** Whether a call that failed on the way may have reached the org, and so may have cost credits. */
function wasSent(error: unknown): boolean {
  return (
    error instanceof UnansweredError ||
    (error instanceof TransientError && error.cause instanceof UnansweredError)
  );
}

async function sleepFor(ms: number, signal?: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal });
}
