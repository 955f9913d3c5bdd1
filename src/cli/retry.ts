import type { ExitCode } from '../errors.ts';
import { retryRun } from '../pipeline/retry.ts';
import { command } from './command.ts';
import { connect } from './connect.ts';
import { OPTIONS, repeatedOptions, sendJob } from './options.ts';
import { noteRun, startProgress } from './progress.ts';
import { stopOnSignals } from './signals.ts';
import { summaryLines } from './summary-lines.ts';
import { openTerminal, printResult, say, tellStop } from './terminal.ts';

const EXAMPLES = `
Examples:
  $ territory-loader retry runs/2026-11-21T101530Z-territories
  $ territory-loader retry 2026-11-21T101530Z-territories corrected.csv`;

export function retryCommand(exit: (code: ExitCode) => void) {
  return command('retry', 'send the rows of a run again that are not as asked, as a new run')
    .argument('<run>', 'id or folder of the run')
    .argument('[file]', 'its failed.csv, corrected (default: the one in its folder)')
    .addOption(OPTIONS.precheck)
    .addOption(OPTIONS.concurrency)
    .addOption(OPTIONS.maxErrors)
    .addOption(OPTIONS.maxCredits)
    .addOption(OPTIONS.wait)
    .addOption(OPTIONS.out)
    .addHelpText('after', EXAMPLES)
    .action(async (run, file, options) => {
      const terminal = openTerminal(options);
      using stop = stopOnSignals();
      await using org = await connect(options.org);
      say(terminal, org.notice);
      using progress = startProgress(terminal);
      const { summary, isNew } = await retryRun({
        run,
        ...(file === undefined ? {} : { file }),
        ...(options.precheck === undefined ? {} : { precheck: options.precheck }),
        ...sendJob(options, org),
        signal: stop.signal,
        onEvent: noteRun(stop, progress),
      });
      progress[Symbol.dispose]();
      if (!isNew) say(terminal, `Every row of run ${summary.run} is as asked: nothing to retry.`);
      else tellStop(terminal, summary.stopped);
      printResult(terminal, summary, () =>
        summaryLines(summary, terminal.out, repeatedOptions({ org: options.org })),
      );
      exit(summary.exitCode as ExitCode);
    });
}
