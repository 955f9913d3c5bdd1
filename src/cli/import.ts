import { ConfigError, type ExitCode } from '../errors.ts';
import { runImport } from '../pipeline/run.ts';
import { RESOURCE_NAMES } from '../resources/registry.ts';
import { command } from './command.ts';
import { connect } from './connect.ts';
import { fileJob, OPTIONS, repeatedOptions, sendJob } from './options.ts';
import { showPlan } from './plan.ts';
import { noteRun, startProgress } from './progress.ts';
import { stopOnSignals } from './signals.ts';
import { summaryLines } from './summary-lines.ts';
import { openTerminal, printResult, say, tellStop } from './terminal.ts';

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
      const terminal = openTerminal(options);
      using stop = stopOnSignals();
      await using org = await connect(options.org);
      say(terminal, org.notice);
      using progress = startProgress(terminal);
      const job = {
        ...fileJob(resource, file, options),
        ...sendJob(options, org),
        signal: stop.signal,
        onEvent: noteRun(stop, progress),
      };
      if (options.plan) return exit(await showPlan(job, terminal, progress, options.org));
      const summary = await runImport(job);
      progress[Symbol.dispose]();
      tellStop(terminal, summary.stopped);
      printResult(terminal, summary, () =>
        summaryLines(summary, terminal.out, repeatedOptions(options)),
      );
      return exit(summary.exitCode as ExitCode);
    });
}

function planHasNoFolder(): ConfigError {
  return new ConfigError(
    'USAGE',
    'A plan makes no run folder, so --out means nothing with --plan.',
    'Leave one of the two out.',
  );
}
