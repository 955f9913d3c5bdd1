import { AppError, type ExitCode } from '../errors.ts';
import type { OnEvent } from '../pipeline/events.ts';
import type { Summary } from '../report/summary.ts';
import type { Connection } from '../zoho/connection.ts';
import { connect } from './connect.ts';
import { repeatedOptions, type SendOptions, sendJob } from './options.ts';
import { startProgress } from './progress.ts';
import { stopOnSignals } from './signals.ts';
import { summaryLines } from './summary-lines.ts';
import {
  type CommonOptions,
  commandLine,
  openTerminal,
  printResult,
  say,
  type Terminal,
  tellStop,
} from './terminal.ts';

/** What a command that talks to an org works with. */
export interface Talk {
  readonly terminal: Terminal;
  /** What the library is to be told besides what the command itself was given. */
  readonly job: ReturnType<typeof sendJob> & {
    readonly connection: Connection;
    readonly signal: AbortSignal;
    readonly onEvent: OnEvent;
  };
  /** Takes the progress line away: what is printed next is the result. */
  endProgress(): void;
  /** Prints what came of a run, and gives the exit code. */
  printRun(summary: Summary): ExitCode;
}

/** Connects to the org, follows the work on the terminal, and stops it when the user asks. */
export async function withOrg(
  options: CommonOptions & SendOptions,
  work: (talk: Talk) => Promise<ExitCode>,
): Promise<ExitCode> {
  const terminal = openTerminal(options);
  using stop = stopOnSignals();
  await using org = await connect(options.org);
  say(terminal, org.notice);
  using progress = startProgress(terminal);
  const endProgress = () => progress[Symbol.dispose]();
  const typed = repeatedOptions(options);
  const job = {
    ...sendJob(options, org),
    signal: stop.signal,
    onEvent(event: Parameters<OnEvent>[0]) {
      if (event.type === 'started') stop.run = event.folder;
      progress.onEvent(event);
    },
  };
  try {
    return await work({
      terminal,
      job,
      endProgress,
      printRun(summary) {
        endProgress();
        tellStop(terminal, summary.stopped);
        printResult(terminal, summary, () => summaryLines(summary, terminal.out, typed));
        return summary.exitCode as ExitCode;
      },
    });
  } catch (error) {
    throw stop.run === undefined ? error : withWayOn(error, stop.run, typed);
  }
}

/** Names the command that goes on with a run which could not even report. */
function withWayOn(error: unknown, run: string, typed: readonly string[]): unknown {
  if (!(error instanceof AppError) || error.exitCode !== 3 || error.code === 'RUN_LOCKED') {
    return error;
  }
  const { code, message, hint, exitCode } = error;
  const next = commandLine('resume', run, ...typed);
  return new AppError(code, message, { hint: `${hint} To go on: ${next}`, exitCode, cause: error });
}
