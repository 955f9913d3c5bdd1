import { AppError } from '../errors.ts';
import type { Refusal } from './catalogue/index.ts';

/** The org cannot be talked to, or said something that concerns all of it: the run stops. */
export class OrgError extends AppError {
  override readonly name = 'OrgError';

  constructor(code: string, message: string, hint: string, cause?: unknown) {
    super(code, message, { hint, exitCode: 3, cause });
  }
}

/** The org, or the server that gives its tokens, cannot be reached. */
export function unreachable(address: string, setting: string, error: TransientError): OrgError {
  return new OrgError(
    'ORG_UNREACHABLE',
    `${address} could not be reached: ${error.message}.`,
    `Check the network and ${setting}, then try again; a run can be resumed.`,
    error,
  );
}

/** The org kept answering 429 for longer than a call waits. */
export function stillRateLimited(error: RateLimitError): OrgError {
  return new OrgError(
    'TOO_MANY_REQUESTS',
    'The org kept refusing calls as too many.',
    'Other applications may be using up its calls or its daily credits: try later, or with --concurrency 5.',
    error,
  );
}

/** 429: too many calls in flight, or the day's credits are used up. Retried without counting. */
export class RateLimitError extends Error {
  override readonly name = 'RateLimitError';
  /** How long the org asked us to wait, in milliseconds; absent when it did not say. */
  readonly retryAfterMs: number | undefined;

  constructor(refusal: Refusal, retryAfterMs: number | undefined) {
    super(`${refusal.code}: ${refusal.message}`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The org is not reachable, or answered 5xx: the same call may be tried again. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
  /** What the org answered; absent when the connection was never made. */
  readonly refusal: Refusal | undefined;
  /** How many times the call went out before we gave up. */
  attempts = 1;
  /** Why it was not tried once more, where that was not for the number of tries. */
  forbidden: unknown;

  constructor(message: string, refusal?: Refusal, cause?: unknown) {
    super(message, { cause });
    this.refusal = refusal;
  }
}

/** The access token was refused (401): renewed once, whatever the number of calls that used it. */
export class TokenRefusedError extends Error {
  override readonly name = 'TokenRefusedError';
  /** A private field, so that no serialiser or inspector ever prints the token. */
  readonly #token: string;

  constructor(token: string, refusal: Refusal) {
    super(`${refusal.code}: ${refusal.message}`);
    this.#token = token;
  }

  /** The token that was refused. */
  get token(): string {
    return this.#token;
  }
}

/** The run stopped while the call waited for its turn: nothing was sent. */
export class NotStartedError extends Error {
  override readonly name = 'NotStartedError';
}

/**
 * The call left this machine and no readable answer came back: the org may or may not have done
 * the work. Never repeated blindly; the executor settles it by reading the org.
 */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
  /** How many times the call went out, this one included. */
  attempts = 1;
}
