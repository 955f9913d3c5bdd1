import { AppError } from '../errors.ts';

/** SQLite's primary result codes for a file that cannot be written or read. */
const REASONS: Readonly<Record<number, string>> = {
  5: 'another program holds it',
  8: 'it may not be written',
  10: 'reading or writing failed',
  11: 'it is damaged',
  13: 'the disk is full',
  14: 'it cannot be opened',
  26: 'it is no journal',
};

/** The journal can take nothing more in. What was written down before is intact. */
export class JournalError extends AppError {
  override readonly name = 'JournalError';

  constructor(path: string, reason: string, cause: unknown) {
    super('JOURNAL_UNWRITABLE', `The journal ${path} cannot be used: ${reason}.`, {
      hint: 'Make room, or permit writing there; then resume the run. Nothing that was written down is lost.',
      exitCode: 3,
      cause,
    });
  }
}

/** Does some work on a database; what its file does not allow is told as a {@link JournalError}. */
export function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw journalError(path, error);
  }
}

/** Whether somebody else is at the file at this moment (SQLITE_BUSY, SQLITE_LOCKED). */
export function isBusy(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  return code === 5 || code === 6;
}

/** What an error of a database means to the user; other errors stay as they are. */
export function journalError(path: string, error: unknown): unknown {
  // Extended result codes have the primary one in their lowest byte.
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  const reason = REASONS[code];
  return reason === undefined ? error : new JournalError(path, reason, error);
}
