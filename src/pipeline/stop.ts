import { AppError } from '../errors.ts';
import { JournalError } from '../journal/failure.ts';
import { RunTakenError } from '../journal/sessions.ts';
import { NotStartedError } from '../zoho/errors.ts';

/** Why a run, or its part for one CRM module, goes no further. */
export interface Stop {
  /** `module`: only chunks of `target` are left unsent; `org`: all are. */
  readonly scope: 'org' | 'module';
  /** The CRM module, where the scope is one. */
  readonly target: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** 130 when the user interrupted, else 3. */
  readonly exitCode: 3 | 130;
}

/** Gives the stop that an error means; undefined for errors that are bugs. */
export function stopFor(error: unknown, signal?: AbortSignal): Stop | undefined {
  const isKnown = error instanceof AppError || error instanceof NotStartedError;
  if (signal?.aborted && (isKnown || error === signal.reason)) return interrupted();
  if (!(error instanceof AppError)) return undefined;
  const { code, message, hint } = error;
  return { scope: 'org', target: '', code, message, hint, exitCode: 3 };
}

/** Errors after which there is no use in reporting: nothing can be written, or nobody may. */
export function mustBeTold(error: unknown): boolean {
  return error instanceof JournalError || error instanceof RunTakenError;
}

/** The user asked the run to stop. */
export function interrupted(): Stop {
  return {
    scope: 'org',
    target: '',
    code: 'INTERRUPTED',
    message: 'The run was interrupted.',
    hint: 'Resume the run to send the rest.',
    exitCode: 130,
  };
}
