import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Journal } from '../../journal/journal.ts';
import type { Owner } from '../../journal/sessions.ts';
import type { Usage } from '../../zoho/client.ts';

/** A run that this process holds; let go of when disposed. */
export interface Hold extends Disposable {
  /** Counts what this client uses as the run's. */
  watch(usage: Readonly<Usage>): void;
  /** Notes what was used so far. */
  note(): void;
}

const BEAT_MS = 2000;

export function thisProcess(): Owner {
  const { pid } = process;
  const host = `${hostname()}${processSpace()}`;
  return { pid, host, bornMs: Math.round(performance.timeOrigin) };
}

/** Containers of one host name may each have a process of the same number; Linux tells them apart. */
function processSpace(): string {
  try {
    return ` ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}

/**
 * Holds a run for this process, with a sign of life every two seconds.
 * @throws {RunLockedError} when a living process is at work on it
 */
export function holdRun(journal: Journal, clock: () => number = Date.now): Hold {
  const { sessions } = journal;
  const startedMs = clock();
  let usage: Readonly<Usage> = { calls: 0, credits: 0, retries: 0 };
  sessions.begin(thisProcess(), clock, () => ({
    ...usage,
    elapsedMs: clock() - startedMs,
  }));

  const timer = setInterval(() => quietly(sessions.beat), BEAT_MS);
  timer.unref();

  return {
    watch(of) {
      usage = of;
    },
    note: sessions.beat,
    [Symbol.dispose]() {
      clearInterval(timer);
      quietly(sessions.end);
    },
  };
}

/** A file that takes nothing more is told of by the next thing that must be written down. */
function quietly(write: () => void): void {
  try {
    write();
  } catch {
    // Nobody is kept out: a process that is gone holds nothing.
  }
}
