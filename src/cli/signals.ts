/** A signal that is aborted when the user asks to stop. */
export interface StopSignal extends Disposable {
  readonly signal: AbortSignal;
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
      process.stderr.write(
        '\nStopped at once: no result files were written. Import the file again to go on.\n',
      );
      process.exit(INTERRUPTED);
    }
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
