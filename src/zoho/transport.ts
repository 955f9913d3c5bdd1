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
 * @throws {TransientError} when nothing was sent, or when a read got no answer
 * @throws {UnansweredError} when a write was sent and not answered
 */
export async function exchange(
  agent: Agent,
  request: Dispatcher.RequestOptions,
  reads: boolean,
): Promise<TextResponse> {
  try {
    const response = await agent.request(request);
    return {
      httpStatus: response.statusCode,
      headers: response.headers,
      text: await response.body.text(),
    };
  } catch (error) {
    const failure = classifyNetworkError(error);
    throw reads && failure instanceof UnansweredError
      ? new TransientError(failure.message, undefined, failure)
      : failure;
  }
}

/** Gives the answer that a response holds, or throws the failure that says how to go on. */
export function interpret(
  { httpStatus, headers, text }: TextResponse,
  token: string,
  reads: boolean,
): Omit<Answer, 'attempts' | 'repeated'> {
  const body = parseBody(text);
  const answer = { httpStatus, body };
  const refusal = readRefusal({ ...answer, attempts: 1, repeated: false });
  if (httpStatus === 429) {
    if (headers['x-api-credits-remaining'] === '0') throw creditsUsedUp();
    throw new RateLimitError(refusal, retryAfterMs(headers['retry-after'], refusal.details));
  }
  if (httpStatus === 401 && TOKEN_REFUSALS.has(refusal.code)) {
    throw new TokenRefusedError(token, refusal);
  }
  const unreadable = body === undefined && httpStatus !== 204;
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

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // An HTML page or half a body: the caller decides by the status what that means.
    return undefined;
  }
}

/** The wait the org asked for, as a header in seconds or as a date, or in the details in seconds. */
function retryAfterMs(
  header: string | string[] | undefined,
  details: Record<string, unknown>,
): number | undefined {
  const asked = details['retry_after'] ?? (Array.isArray(header) ? header[0] : header);
  if (asked === undefined || asked === '') return undefined;
  const seconds = Number(asked);
  const ms = Number.isNaN(seconds) ? Date.parse(String(asked)) - Date.now() : seconds * 1000;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function creditsUsedUp(): OrgError {
  return new OrgError(
    'TOO_MANY_REQUESTS',
    "The org's API credits for the last 24 hours are used up.",
    'Wait until credits come free (Setup > Developer Hub > APIs shows them), then import failed.csv.',
  );
}
