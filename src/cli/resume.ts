import type { ExitCode } from '../errors.ts';
import { resumeRun } from '../pipeline/resume.ts';
import { command } from './command.ts';
import { OPTIONS } from './options.ts';
import { printResult, say } from './terminal.ts';
import { withOrg } from './with-org.ts';

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
      const how = { run, ...(options.asRead ? { asRead: true } : {}) };
      exit(
        await withOrg(options, async ({ job, terminal, printRun }) => {
          const { summary, wasFinished, retriedBy } = await resumeRun({ ...how, ...job });
          if (retriedBy !== undefined) {
            printResult(terminal, summary, () => [
              `Run ${summary.run} has ended: run ${retriedBy} has taken over the rows that it left.`,
            ]);
            return 0;
          }
          if (wasFinished) {
            say(terminal, `Run ${summary.run} has reached its end before: nothing to resume.`);
          }
          return printRun(summary);
        }),
      );
    });
}
