import type { ExitCode } from '../errors.ts';
import { retryRun } from '../pipeline/retry.ts';
import { command } from './command.ts';
import { OPTIONS } from './options.ts';
import { say } from './terminal.ts';
import { withOrg } from './with-org.ts';

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
    .addOption(OPTIONS.anew)
    .addOption(OPTIONS.out)
    .addHelpText('after', EXAMPLES)
    .action(async (run, file, options) => {
      const { precheck } = options;
      const how = {
        run,
        ...(file === undefined ? {} : { file }),
        ...(precheck === undefined ? {} : { precheck }),
      };
      exit(
        await withOrg(options, async ({ job, terminal, printRun }) => {
          const { summary, isNew } = await retryRun({ ...how, ...job });
          if (!isNew) {
            say(terminal, `Every row of run ${summary.run} is as asked: nothing to retry.`);
          }
          return printRun(summary);
        }),
      );
    });
}
