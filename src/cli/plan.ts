import type { ExitCode } from '../errors.ts';
import { type PlanOptions, planImport } from '../pipeline/plan-import.ts';
import { RESOURCE_NAMES } from '../resources/registry.ts';
import { countUnmet } from '../vocabulary.ts';
import { command } from './command.ts';
import { fileJob, OPTIONS, repeatedOptions } from './options.ts';
import { planLines } from './plan-lines.ts';
import { printResult } from './terminal.ts';
import { type Talk, withOrg } from './with-org.ts';

const EXAMPLES = `
Examples:
  $ territory-loader plan territories samples/territories.csv
  $ territory-loader plan user-territories members.csv --output members.plan
  $ territory-loader plan territories map.csv --mode upsert --check`;

const SHOWN_CALLS = 10;

export function planCommand(exit: (code: ExitCode) => void) {
  return command('plan', 'show what an import would do and cost, and write it down for apply')
    .argument('<resource>', RESOURCE_NAMES.join(' | '))
    .argument('<file>', 'CSV file, or - for standard input')
    .option('-o, --output <file>', 'write the plan to this file, for apply')
    .option('--calls', 'list every call, not only the first ten')
    .option('--check', 'only tell: exit code 0 when every row is so already, else 1')
    .addOption(OPTIONS.module)
    .addOption(OPTIONS.mode)
    .addOption(OPTIONS.precheck)
    .addOption(OPTIONS.concurrency)
    .addOption(OPTIONS.maxCredits)
    .addOption(OPTIONS.delimiter)
    .addOption(OPTIONS.encoding)
    .addOption(OPTIONS.map)
    .addHelpText('after', EXAMPLES)
    .action(async (resource, file, options) => {
      const { output, calls, check } = options;
      const how = {
        ...fileJob(resource, file, options),
        ...(output === undefined ? {} : { save: output }),
        ...(calls ? { previewChunks: Number.MAX_SAFE_INTEGER } : {}),
      };
      exit(
        await withOrg(options, (talk) =>
          showPlan({ ...how, ...talk.job }, talk, options.org, check),
        ),
      );
    });
}

/** Plans, prints the plan, and gives the exit code. */
export async function showPlan(
  job: PlanOptions,
  { terminal, endProgress }: Pick<Talk, 'terminal' | 'endProgress'>,
  org: string | undefined,
  check = false,
): Promise<ExitCode> {
  const preview = await planImport({ previewChunks: SHOWN_CALLS, ...job });
  endProgress();
  const { report } = preview;
  printResult(terminal, report, () => planLines(preview, terminal.out, repeatedOptions({ org })));
  const unmet = countUnmet(Object.entries(report.statuses));
  return unmet > 0 || (check && report.calls > 0) ? 1 : 0;
}
