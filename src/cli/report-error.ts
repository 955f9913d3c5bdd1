import { CommanderError } from '@commander-js/extra-typings';
import type { z } from 'zod';
import { AppError, type ExitCode } from '../errors.ts';
import { PlanOutdatedError } from '../pipeline/apply.ts';
import type { Difference } from '../pipeline/plan-diff.ts';
import { VERSION } from '../version.ts';
import { NotStartedError } from '../zoho/errors.ts';
import type { errorSchema } from './output-schemas.ts';
import { count } from './summary-lines.ts';
import { inert, paint } from './terminal.ts';

const SHOWN_DIFFERENCES = 20;

/** Says what went wrong and what to do about it, and gives the exit code. */
export function reportError(error: unknown, json: boolean): ExitCode {
  // Commander has printed its own message; help and version are no errors.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const message = error.message.replace(/^error: /, '');
    if (json) printError({ code: 'USAGE', message, hint: 'See --help.' });
    return 2;
  }
  const isAborted = error instanceof DOMException && error.name === 'AbortError';
  if (isAborted || error instanceof NotStartedError) {
    const message = 'Interrupted; nothing was sent.';
    if (json) printError({ code: 'INTERRUPTED', message, hint: 'Run the same command again.' });
    process.stderr.write(`${message}\n`);
    return 130;
  }
  if (error instanceof AppError) {
    const { code, message, hint, exitCode } = error;
    const { differences, count: affected } =
      error instanceof PlanOutdatedError ? error : { differences: [], count: 0 };
    if (json) {
      printError({ code, message, hint, ...(differences.length > 0 ? { differences } : {}) });
    }
    const { stderr } = process;
    const lines = [paint('red', inert(message), stderr), ...differenceLines(differences, affected)];
    stderr.write(`${[...lines, `  ${inert(hint)}`].join('\n')}\n`);
    return exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `This is a bug in territory-loader ${VERSION}. Please report it with these lines:\n${stack}\n` +
      `node ${process.version}, ${process.platform}\n`,
  );
  return 3;
}

/** What was planned for each row, and what would be done now. */
function differenceLines(differences: readonly Difference[], affected: number): string[] {
  const lines = differences
    .slice(0, SHOWN_DIFFERENCES)
    .flatMap(({ row, planned, now }) => [
      `  row ${row}: planned ${inert(planned)}`,
      `  ${' '.repeat(`row ${row}:`.length)} now     ${inert(now)}`,
    ]);
  const more = affected - SHOWN_DIFFERENCES;
  if (more <= 0) return lines;
  const listed =
    affected > differences.length ? `the first ${count(differences.length, 'row')}` : 'all';
  return [...lines, `  … and ${count(more, 'more row')} (--json lists ${listed})`];
}

function printError(error: z.infer<typeof errorSchema>['error']): void {
  process.stdout.write(`${JSON.stringify({ error }, null, 2)}\n`);
}
