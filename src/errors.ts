/** Exit codes of the command; see README. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

/**
 * An error that the user can act on: a stable `code`, a message that says what was wrong, and a
 * `hint` that names the next thing to do. Anything thrown that is not one of these is our own bug.
 */
export class AppError extends Error {
  override readonly name: string = 'AppError';
  readonly code: string;
  readonly hint: string;
  readonly exitCode: ExitCode;

  constructor(
    code: string,
    message: string,
    options: { hint: string; exitCode: ExitCode; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.exitCode = options.exitCode;
  }
}

/** A missing or invalid setting: nothing was started. */
export class ConfigError extends AppError {
  override readonly name = 'ConfigError';

  constructor(code: string, message: string, hint: string) {
    super(code, message, { hint, exitCode: 2 });
  }
}

/** A file that cannot be read as the CSV we need: nothing was started. */
export class InputError extends AppError {
  override readonly name = 'InputError';

  constructor(code: string, message: string, hint: string, cause?: unknown) {
    super(code, message, { hint, exitCode: 2, cause });
  }
}
