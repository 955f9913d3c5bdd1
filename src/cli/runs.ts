import { ConfigError, type ExitCode } from '../errors.ts';
import { type FoundRun, findRun, tryReadSummary } from '../pipeline/runs/find.ts';
import { RUNS_FOLDER } from '../pipeline/runs/folder.ts';
import { isAtWork, type ListedRun, listRuns } from '../pipeline/runs/list.ts';
import type { Summary } from '../report/summary.ts';
import { UNMET_STATUSES } from '../vocabulary.ts';
import { command } from './command.ts';
import { count, summaryLines } from './summary-lines.ts';
import { commandLine, openTerminal, printResult } from './terminal.ts';

const EXAMPLES = `
Examples:
  $ territory-loader runs
  $ territory-loader runs 2026-11-21T101530Z-territories`;

export function runsCommand(exit: (code: ExitCode) => void) {
  return command('runs', 'list the runs in the runs folder, or show one')
    .argument('[run]', 'id or folder of a run')
    .addHelpText('after', EXAMPLES)
    .action(async (run, options) => {
      const terminal = openTerminal(options);
      if (run === undefined) {
        const runs = await listRuns(Date.now());
        printResult(terminal, { runs }, () => listLines(runs));
      } else {
        const summary = await summaryOf(findRun(run));
        printResult(terminal, summary, () => [
          `Run ${summary.run}, org ${summary.org}, exit code ${summary.exitCode}`,
          ...summaryLines(summary, terminal.out),
        ]);
      }
      exit(0);
    });
}

async function summaryOf({ run, folder }: FoundRun): Promise<Summary> {
  const summary = await tryReadSummary(folder);
  if (summary !== undefined) return summary;
  if (isAtWork(folder, Date.now())) {
    throw new ConfigError(
      'RUN_LOCKED',
      `The run ${run} is at work: its summary comes with its end.`,
      'Wait until it ends; the command runs tells when.',
    );
  }
  throw new ConfigError(
    'RUN_UNFINISHED',
    `The run ${run} did not reach its end and has no summary.`,
    `Go on with it: ${commandLine('resume', folder)}`,
  );
}

function listLines(runs: readonly ListedRun[]): string[] {
  if (runs.length === 0) return [`No runs in ${RUNS_FOLDER}/ yet.`];
  const table = runs.map((one) => [
    one.run,
    one.org ?? '',
    one.rows === undefined ? '' : count(one.rows, 'row'),
    resultOf(one),
  ]);
  const widths = [0, 1, 2].map((i) => Math.max(...table.map((cells) => cells[i]?.length ?? 0)));
  return table.map((cells) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function resultOf({ state, summary, retriedBy }: ListedRun): string {
  if (state === 'at work') return state;
  if (state === 'unknown') return 'unfinished: nothing of it can be read';
  if (state === 'unfinished' || summary === undefined) return 'unfinished: resume it';
  const unmet = Object.entries(summary.statuses)
    .filter(([status]) => UNMET_STATUSES.has(status))
    .map(([status, rows]) => `${rows} ${status}`);
  const result = unmet.length === 0 ? 'all as asked' : unmet.join(', ');
  const { stopped } = summary;
  if (retriedBy !== undefined) return `went on in ${retriedBy}: ${result}`;
  return stopped === undefined ? result : `stopped (${stopped.code}): ${result}`;
}
