import { commandLine } from './terminal.ts';

/** A signal that is aborted when the user asks to stop. */
export interface StopSignal extends Disposable {
  readonly signal: AbortSignal;
  /** Folder of the run that is to be resumed when it is stopped at once. */
  run: string | undefined;
}

const INTERRUPTED = 130;

/**
 * Turns Ctrl-C and SIGTERM into an abort: the first lets the calls in flight finish and the files
 * be written, the second ends the process at once.
 */
export function stopOnSignals(): StopSignal {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) {
      const next = stop.run === undefined ? '' : ` To go on: ${commandLine('resume', stop.run)}`;
      process.stderr.write(`\nStopped at once: no result files were written.${next}\n`);
      process.exit(INTERRUPTED);
    }
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const stop: StopSignal = {
    signal: controller.signal,
    run: undefined,
    [Symbol.dispose]() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
  return stop;
}
