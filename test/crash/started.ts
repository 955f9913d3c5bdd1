import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CliResult } from '../support/cli.ts';
import { envOfKill, type Kill } from './kills.ts';
import type { Play } from './rig.ts';

/** A command at work. */
export interface Started {
  readonly pid: number;
  readonly ended: Promise<CliResult>;
  /** Wakes it up where it has been frozen. */
  readonly wake: () => void;
}

const MARK = 'frozen';

/**
 * Starts a command, that of the scenario where there are no arguments.
 *
 * @param freeze a step at which it is put to sleep, like somebody's laptop, and not killed
 */
export function start(play: Play, args?: readonly string[], freeze?: Kill): Started {
  let child: ChildProcess | undefined;
  const ended = play.cli(args, {
    env: freeze === undefined ? {} : { ...envOfKill(freeze), KILL_FREEZE: play.path(MARK) },
    onStart: (started) => {
      child = started;
    },
  });
  return { pid: child?.pid ?? 0, ended, wake: () => void child?.kill('SIGCONT') };
}

/** Waits until a command of this play is frozen. */
export async function frozen(play: Play): Promise<void> {
  while (!existsSync(play.path(MARK))) await sleep(5);
}
