import type { ExitCode } from '../errors.ts';
import { resumeRun } from '../pipeline/resume.ts';
import { command } from './command.ts';
import { connect } from './connect.ts';
import { OPTIONS, repeatedOptions, sendJob } from './options.ts';
import { noteRun, startProgress } from './progress.ts';
import { stopOnSignals } from './signals.ts';
import { summaryLines } from './summary-lines.ts';
import { openTerminal, printResult, say, tellStop } from './terminal.ts';

const EXAMPLES = `
Examples:
  $ territory-loader resume runs/2026-11-21T101530Z-territories
  $ territory-loader resume 2026-11-21T101530Z-territories --max-credits 5000`;

export function resumeCommand(exit: (code: ExitCode) => void) {
  return command('resume', 'go on with a run that was stopped, killed or cut off')
    .argument('<run>', 'id or folder of the run')
    .option('--as-read', 'send the rows as they were read, although the file has changed since')
    .addOption(OPTIONS.concurrency)
    .addOption(OPTIONS.maxErrors)
    .addOption(OPTIONS.maxCredits)
    .addOption(OPTIONS.wait)
    .addHelpText('after', EXAMPLES)
    .action(async (run, options) => {
      const terminal = openTerminal(options);
      using stop = stopOnSignals();
      await using org = await connect(options.org);
      say(terminal, org.notice);
      using progress = startProgress(terminal);
      const { summary, wasFinished } = await resumeRun({
        run,
        ...(options.asRead ? { asRead: true } : {}),
        ...sendJob(options, org),
        signal: stop.signal,
        onEvent: noteRun(stop, progress),
      });
      progress[Symbol.dispose]();
      if (wasFinished) {
        say(terminal, `Run ${summary.run} has reached its end before: there is nothing to resume.`);
      } else tellStop(terminal, summary.stopped);
      printResult(terminal, summary, () =>
        summaryLines(summary, terminal.out, repeatedOptions({ org: options.org })),
      );
      exit(summary.exitCode as ExitCode);
    });
}
