import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { ConfigError, type ExitCode } from '../errors.ts';
import { type FoundRun, findRun, tryReadSummary } from '../pipeline/runs/find.ts';
import { RUNS_FOLDER } from '../pipeline/runs/folder.ts';
import type { Summary } from '../report/summary.ts';
import { UNMET_STATUSES } from '../vocabulary.ts';
import { command } from './command.ts';
import type { runsSchema } from './output-schemas.ts';
import { summaryLines } from './summary-lines.ts';
import { commandLine, openTerminal, printResult } from './terminal.ts';

const EXAMPLES = `
Examples:
  $ territory-loader runs
  $ territory-loader runs 2026-11-21T101530Z-territories`;

/** A run as the list shows it. */
type ListedRun = z.infer<typeof runsSchema>['runs'][number];

export function runsCommand(exit: (code: ExitCode) => void) {
  return command('runs', 'list the runs in the runs folder, or show one')
    .argument('[run]', 'id or folder of a run')
    .addHelpText('after', EXAMPLES)
    .action(async (run, options) => {
      const terminal = openTerminal(options);
      if (run === undefined) {
        const runs = await listRuns();
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

async function listRuns(): Promise<ListedRun[]> {
  if (!existsSync(RUNS_FOLDER)) return [];
  const folders = (await readdir(RUNS_FOLDER, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .reverse();
  return Promise.all(
    folders.map(async (run) => ({
      run,
      summary: (await tryReadSummary(join(RUNS_FOLDER, run))) ?? null,
    })),
  );
}

async function summaryOf({ run, folder }: FoundRun): Promise<Summary> {
  const summary = await tryReadSummary(folder);
  if (summary !== undefined) return summary;
  throw new ConfigError(
    'RUN_UNFINISHED',
    `The run ${run} did not reach its end and has no summary.`,
    `Go on with it: ${commandLine('resume', folder)}`,
  );
}

function listLines(runs: readonly ListedRun[]): string[] {
  if (runs.length === 0) return [`No runs in ${RUNS_FOLDER}/ yet.`];
  const table = runs.map(({ run, summary }) =>
    summary === null
      ? [run, '', '', 'unfinished']
      : [run, summary.org, `${summary.rows} rows`, resultOf(summary)],
  );
  const widths = [0, 1, 2].map((i) => Math.max(...table.map((cells) => cells[i]?.length ?? 0)));
  return table.map((cells) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function resultOf({ statuses, stopped }: Summary): string {
  const unmet = Object.entries(statuses)
    .filter(([status]) => UNMET_STATUSES.has(status))
    .map(([status, rows]) => `${rows} ${status}`);
  const result = unmet.length === 0 ? 'all as asked' : unmet.join(', ');
  return stopped === undefined ? result : `stopped (${stopped.code}): ${result}`;
}
