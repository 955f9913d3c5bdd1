import type { ExitCode } from '../errors.ts';
import { applyPlan } from '../pipeline/apply.ts';
import { readPlan } from '../pipeline/plan-import.ts';
import { command } from './command.ts';
import { OPTIONS } from './options.ts';
import { planLines } from './plan-lines.ts';
import { openTerminal, printResult } from './terminal.ts';
import { withOrg } from './with-org.ts';

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
      if (options.show) {
        const terminal = openTerminal(options);
        const preview = readPlan(plan);
        printResult(terminal, preview.report, () => planLines(preview, terminal.out));
        return exit(0);
      }
      const { input, replan } = options;
      const how = {
        plan,
        ...(input === undefined ? {} : { input }),
        ...(replan === undefined ? {} : { replan }),
      };
      return exit(
        await withOrg(options, async ({ job, printRun }) =>
          printRun(await applyPlan({ ...how, ...job })),
        ),
      );
    });
}
