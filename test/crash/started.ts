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
  /** Waits until it is frozen. */
  readonly frozen: () => Promise<void>;
  /** Wakes it up from there. */
  readonly wake: () => void;
}

/**
 * Starts a command, that of the scenario where there are no arguments.
 *
 * @param freeze a step at which it is put to sleep, like somebody's laptop, and not killed
 */
export function start(play: Play, args?: readonly string[], freeze?: Kill): Started {
  let child: ChildProcess | undefined;
  let isEnded = false;
  const mark = play.path('frozen');
  const ended = play.cli(args, {
    env: freeze === undefined ? {} : { ...envOfKill(freeze), KILL_FREEZE: mark },
    onStart: (started) => {
      child = started;
    },
  });
  void ended.finally(() => {
    isEnded = true;
  });
  return {
    pid: child?.pid ?? 0,
    ended,
    async frozen() {
      while (!existsSync(mark)) {
        if (isEnded) throw new Error('the command has ended before it came to that step');
        await sleep(5);
      }
    },
    wake: () => void child?.kill('SIGCONT'),
  };
}
