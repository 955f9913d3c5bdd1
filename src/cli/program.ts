import { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../errors.ts';
import { VERSION } from '../version.ts';
import { applyCommand } from './apply.ts';
import { explainCommand } from './explain.ts';
import { importCommand } from './import.ts';
import { planCommand } from './plan.ts';
import { reportError } from './report-error.ts';
import { resumeCommand } from './resume.ts';
import { retryCommand } from './retry.ts';
import { runsCommand } from './runs.ts';
import { sandboxCommand } from './sandbox.ts';
import { verifyCommand } from './verify.ts';

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
  for (const make of [
    importCommand,
    planCommand,
    applyCommand,
    resumeCommand,
    retryCommand,
    verifyCommand,
    runsCommand,
    explainCommand,
    sandboxCommand,
  ]) {
    program.addCommand(make(exit) as Command);
  }
  for (const one of [program, ...program.commands]) one.exitOverride();
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportError(error, argv.includes('--json'));
  }
}
