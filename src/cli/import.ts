import { ConfigError, type ExitCode } from '../errors.ts';
import { runImport } from '../pipeline/run.ts';
import { RESOURCE_NAMES } from '../resources/registry.ts';
import { command } from './command.ts';
import { fileJob, OPTIONS } from './options.ts';
import { showPlan } from './plan.ts';
import { withOrg } from './with-org.ts';

const EXAMPLES = `
Examples:
  $ territory-loader import territories samples/territories.csv --plan
  $ territory-loader import territories changes.csv --mode upsert
  $ territory-loader import user-territories members.csv --max-errors 5% --max-credits 2000
  $ territory-loader import record-territories accounts.csv --module Accounts --concurrency 10
  $ cat accounts.csv | territory-loader import record-territories - --module Accounts --json`;

export function importCommand(exit: (code: ExitCode) => void) {
  return command('import', 'check a CSV file, plan the calls, send them, and report on every row')
    .argument('<resource>', RESOURCE_NAMES.join(' | '))
    .argument('<file>', 'CSV file, or - for standard input')
    .option('--plan', 'print the plan and what it costs, send no change')
    .addOption(OPTIONS.module)
    .addOption(OPTIONS.mode)
    .addOption(OPTIONS.precheck)
    .addOption(OPTIONS.concurrency)
    .addOption(OPTIONS.maxErrors)
    .addOption(OPTIONS.maxCredits)
    .addOption(OPTIONS.wait)
    .addOption(OPTIONS.anew)
    .addOption(OPTIONS.out)
    .addOption(OPTIONS.delimiter)
    .addOption(OPTIONS.encoding)
    .addOption(OPTIONS.map)
    .addHelpText('after', EXAMPLES)
    .action(async (resource, file, options) => {
      if (options.plan && options.out !== undefined) throw planHasNoFolder();
      exit(
        await withOrg(options, async (talk) => {
          const job = { ...fileJob(resource, file, options), ...talk.job };
          return options.plan
            ? await showPlan(job, talk, options.org)
            : talk.printRun(await runImport(job));
        }),
      );
    });
}

function planHasNoFolder(): ConfigError {
  return new ConfigError(
    'USAGE',
    'A plan makes no run folder, so --out means nothing with --plan.',
    'Leave one of the two out.',
  );
}
