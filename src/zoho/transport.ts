import type { Agent, Dispatcher } from 'undici';
import { type Answer, readRefusal } from './answer.ts';
import { classifyNetworkError } from './classify.ts';
import {
  OrgError,
  RateLimitError,
  TokenRefusedError,
  TransientError,
  UnansweredError,
} from './errors.ts';

/** A response whose body was read to its end. */
export interface TextResponse {
  readonly httpStatus: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly text: string;
}

/**
 * Sends one HTTP request and reads the whole response.
 *
 * @param reads whether the request can be made again at will
 * @param deadlineMs for all of it: a body that drips for ever would keep within every other timeout
 * @throws {TransientError} when nothing was sent, or when a read got no answer
 * @throws {UnansweredError} when a write was sent and not answered
 */
export async function exchange(
  agent: Agent,
  request: Dispatcher.RequestOptions,
  reads: boolean,
  deadlineMs: number,
): Promise<TextResponse> {
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort(new DOMException('The answer took too long.', 'TimeoutError'));
  }, deadlineMs);
  try {
    const response = await agent.request({ ...request, signal: deadline.signal });
    return {
      httpStatus: response.statusCode,
      headers: response.headers,
      text: await response.body.text(),
    };
  } catch (error) {
    const failure = classifyNetworkError(error, reads);
    throw reads && failure instanceof UnansweredError
      ? new TransientError(failure.message, undefined, failure)
      : failure;
  } finally {
    clearTimeout(timer);
  }
}

/** What a response is an answer to. */
export interface Asked {
  readonly token: string;
  readonly reads: boolean;
  /** Whether the org has credits for such a call, as far as it has told. */
  readonly isAffordable: boolean;
}

/**
 * Gives the answer that a response holds, or throws the failure that says how to go on.
 *
 * @param now milliseconds since 1970, for a wait that is told as a date
 */
export function interpret(
  { httpStatus, headers, text }: TextResponse,
  { token, reads, isAffordable }: Asked,
  now: number,
): Omit<Answer, 'attempts' | 'repeated'> {
  const body = parseBody(text);
  const answer = { httpStatus, body };
  const refusal = readRefusal({ ...answer, attempts: 1, repeated: false });
  if (httpStatus === 429) {
    if (!isAffordable) throw creditsUsedUp();
    throw new RateLimitError(refusal, retryAfterMs(headers['retry-after'], refusal.details, now));
  }
  if (httpStatus === 401 && TOKEN_REFUSALS.has(refusal.code)) {
    throw new TokenRefusedError(token, refusal);
  }
  const unreadable = body === undefined && httpStatus !== 204;
  if (isElsewhere(httpStatus, unreadable)) throw notTheApi(httpStatus);
  if (httpStatus >= 500 && (reads || !unreadable)) {
    throw new TransientError(`HTTP ${httpStatus} ${refusal.code}`, refusal);
  }
  // A proxy's 5xx page, or a success that cannot be read: the work may have been done.
  if (unreadable && (httpStatus >= 500 || httpStatus < 300)) {
    const message = `HTTP ${httpStatus} with a body that is not JSON`;
    throw reads ? new TransientError(message, refusal) : new UnansweredError(message);
  }
  return answer;
}

/** 401 codes that a fresh token may mend; other 401 codes are about scopes and permissions. */
const TOKEN_REFUSALS: ReadonlySet<string> = new Set(['INVALID_TOKEN', 'AUTHENTICATION_FAILURE']);

/** More digits than a JavaScript number can hold: an id that was not written as a text. */
const LONG_NUMBER = /[:[,]\s*\d{16,}/;

function parseBody(text: string): unknown {
  try {
    return LONG_NUMBER.test(text) ? JSON.parse(text, keepLongNumber) : JSON.parse(text);
  } catch {
    // An HTML page or half a body: the caller decides by the status what that means.
    return undefined;
  }
}

function keepLongNumber(_key: string, value: unknown, from?: { source?: string }): unknown {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? (from?.source ?? value) : value;
}

/**
 * The wait the org asked for: a header in seconds or as a date, or seconds in the details, the
 * longer of the two. A wait of nothing is none: the backoff is used instead.
 */
function retryAfterMs(
  header: string | string[] | undefined,
  details: Record<string, unknown>,
  now: number,
): number | undefined {
  const waits = [details['retry_after'], ...[header].flat()].flatMap((asked) => {
    const seconds = asked === undefined || asked === '' ? Number.NaN : Number(asked);
    const ms = Number.isNaN(seconds) ? Date.parse(String(asked)) - now : seconds * 1000;
    return Number.isFinite(ms) && ms > 0 ? [ms] : [];
  });
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** A redirect, or a sign-in page: whatever answers there, every call would be answered so. */
function isElsewhere(httpStatus: number, unreadable: boolean): boolean {
  const isRedirect = httpStatus >= 300 && httpStatus < 400;
  return isRedirect || (unreadable && (httpStatus === 401 || httpStatus === 403));
}

function notTheApi(httpStatus: number): OrgError {
  return new OrgError(
    'UNEXPECTED_RESPONSE',
    `Something else than the API answers at the API domain (HTTP ${httpStatus}, and no JSON).`,
    'Check that ZOHO_API_DOMAIN leads to the API and not to a proxy or a sign-in page.',
  );
}

function creditsUsedUp(): OrgError {
  return new OrgError(
    'TOO_MANY_REQUESTS',
    "The org's API credits for the last 24 hours are used up.",
    'Wait until credits come free (Setup > Developer Hub > APIs shows them), then resume the run.',
  );
}
