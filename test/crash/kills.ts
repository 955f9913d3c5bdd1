import type { Moment, Tap, Watch } from './tap.ts';

/** Steps of a command's work on disk, as `kill-preload.ts` counts them. */
export interface Steps {
  /** Write transactions of the journal, and those of them that came before anything could be sent. */
  readonly journal: number;
  readonly planning: number;
  /** Steps in which the result files are written. */
  readonly files: number;
}

/** When a process is killed. */
export type Kill =
  /** Before or after a step of its work on disk, counted from 1. */
  | { readonly in: 'journal' | 'files'; readonly step: number; readonly when: 'before' | 'after' }
  /**
   * When a call of it, counted from 1, has come so far; `lost`: the org never gets it; `late`: the
   * org carries it out when the next process is about to change something.
   */
  | { readonly call: number; readonly moment: Moment | 'lost' | 'late' }
  /** So long after its first call has arrived. */
  | { readonly ms: number };

/** What makes a command die by itself, at a step of its work on disk. */
export function envOfKill(kill: Kill): Record<string, string> {
  if (!('in' in kill)) return {};
  return { KILL_IN: kill.in, KILL_AT: String(kill.step), KILL_WHEN: kill.when };
}

/** Watches the calls of a process that is about to be started, to kill it at one of them. */
export function watchToKill(kill: Kill, tap: Tap, die: () => void): void {
  if ('in' in kill) return;
  const before = tap.calls;
  if ('ms' in kill) {
    tap.watch = ({ number, moment }) => {
      if (number === before + 1 && moment === 'arrived') setTimeout(die, kill.ms);
      return undefined;
    };
    return;
  }
  const { call, moment } = kill;
  if (moment === 'late') tap.watch = carriedOutLate(before + call, die);
  else tap.watch = diesAt(before + call, moment, die);
}

function diesAt(call: number, killed: Moment | 'lost', die: () => void): Watch {
  const last = killed === 'lost' ? 'arrived' : killed;
  return ({ number, moment }) => {
    if (number !== call || moment !== last) return undefined;
    die();
    return killed === 'lost' ? 'drop' : undefined;
  };
}

/** The call waits for one of the next process that changes something, and that one for it. */
function carriedOutLate(call: number, die: () => void): Watch {
  const go = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  return ({ number, moment, changes }) => {
    if (number === call) {
      if (moment === 'done') done.resolve();
      if (moment !== 'arrived') return undefined;
      die();
      return go.promise;
    }
    if (number < call || moment !== 'arrived' || !changes) return undefined;
    go.resolve();
    return done.promise;
  };
}
