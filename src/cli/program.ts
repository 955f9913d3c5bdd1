import { Command, CommanderError } from '@commander-js/extra-typings';
import { AppError, type ExitCode } from '../errors.ts';
import { VERSION } from '../version.ts';
import { explainCommand } from './explain.ts';
import { importCommand } from './import.ts';
import { runsCommand } from './runs.ts';
import { sandboxCommand } from './sandbox.ts';
import { inert, paint } from './terminal.ts';

/** Runs the command line and gives its exit code. The only place that turns errors into one. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const exit = (code: ExitCode) => {
    exitCode = code;
  };
  // A reader that has seen enough (head, less) closes the pipe: that is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(exitCode);
  });
  if (argv.includes('--no-color')) process.env['NO_COLOR'] = '1';

  const program = new Command('territory-loader')
    .description('Bulk CSV import of Zoho CRM territories, their users and their records.')
    .version(VERSION)
    .showHelpAfterError('(--help shows the options)');
  for (const make of [importCommand, runsCommand, explainCommand, sandboxCommand]) {
    program.addCommand(make(exit) as Command);
  }
  for (const one of [program, ...program.commands]) one.exitOverride();
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    return report(error, argv.includes('--json'));
  }
}

function report(error: unknown, json: boolean): ExitCode {
  // Commander has printed its own message; help and version are no errors.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const message = error.message.replace(/^error: /, '');
    if (json) printError({ code: 'USAGE', message, hint: 'See --help.' });
    return 2;
  }
  if (error instanceof DOMException && error.name === 'AbortError') {
    process.stderr.write('Interrupted; nothing was sent.\n');
    return 130;
  }
  if (error instanceof AppError) {
    const { code, message, hint, exitCode } = error;
    if (json) printError({ code, message, hint });
    process.stderr.write(`${paint('red', inert(message), process.stderr)}\n  ${inert(hint)}\n`);
    return exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `This is a bug in territory-loader ${VERSION}. Please report it with these lines:\n${stack}\n` +
      `node ${process.version}, ${process.platform}\n`,
  );
  return 3;
}

function printError(error: { code: string; message: string; hint: string }): void {
  process.stdout.write(`${JSON.stringify({ error }, null, 2)}\n`);
}
