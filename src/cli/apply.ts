import type { ExitCode } from '../errors.ts';
import { applyPlan } from '../pipeline/apply.ts';
import { readPlan } from '../pipeline/plan-import.ts';
import { command } from './command.ts';
import { connect } from './connect.ts';
import { OPTIONS, repeatedOptions, sendJob } from './options.ts';
import { planLines } from './plan-lines.ts';
import { noteRun, startProgress } from './progress.ts';
import { stopOnSignals } from './signals.ts';
import { summaryLines } from './summary-lines.ts';
import { openTerminal, printResult, say, tellStop } from './terminal.ts';

const EXAMPLES = `
Examples:
  $ territory-loader apply members.plan --show
  $ territory-loader apply members.plan
  $ territory-loader apply members.plan --replan --max-credits 2000`;

export function applyCommand(exit: (code: ExitCode) => void) {
  return command('apply', 'carry out a plan, if file and org are still as they were')
    .argument('<plan>', 'file that plan has written')
    .option('--show', 'print the plan as it was made, send nothing')
    .option('--replan', 'plan those rows anew that have changed since, and send all')
    .option('--input <file>', 'where the CSV file is now (default: where it was)')
    .addOption(OPTIONS.concurrency)
    .addOption(OPTIONS.maxErrors)
    .addOption(OPTIONS.maxCredits)
    .addOption(OPTIONS.wait)
    .addOption(OPTIONS.anew)
    .addOption(OPTIONS.out)
    .addHelpText('after', EXAMPLES)
    .action(async (plan, options) => {
      const terminal = openTerminal(options);
      if (options.show) {
        const preview = readPlan(plan);
        printResult(terminal, preview.report, () => planLines(preview, terminal.out));
        return exit(0);
      }
      using stop = stopOnSignals();
      await using org = await connect(options.org);
      say(terminal, org.notice);
      using progress = startProgress(terminal);
      const { input, replan } = options;
      const summary = await applyPlan({
        plan,
        ...(input === undefined ? {} : { input }),
        ...(replan === undefined ? {} : { replan }),
        ...sendJob(options, org),
        signal: stop.signal,
        onEvent: noteRun(stop, progress),
      });
      progress[Symbol.dispose]();
      tellStop(terminal, summary.stopped);
      printResult(terminal, summary, () =>
        summaryLines(summary, terminal.out, repeatedOptions({ org: options.org })),
      );
      exit(summary.exitCode as ExitCode);
    });
}
