import { setImmediate as nextTurn } from 'node:timers/promises';

/** A clock that goes on to the next wait as soon as there is nothing else to do. */
export interface EventTime {
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Lets the time pass until then, in milliseconds since the start. */
  readonly until: (ms: number) => Promise<void>;
}

/** Turns of the event loop after which whatever follows from a wait that ended has been done. */
const TURNS = 8;

/** Makes a clock on which any number of waits run side by side, unlike that of `virtualTime`. */
export function eventTime(): EventTime {
  let now = 0;
  const waits: { at: number; end: () => void }[] = [];
  return {
    clock: () => now,
    sleep: (ms) => new Promise((end) => waits.push({ at: now + ms, end })),
    async until(ms) {
      for (;;) {
        for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
        const next = Math.min(...waits.map(({ at }) => at));
        if (next > ms) return;
        now = next;
        const due = waits.filter(({ at }) => at <= now);
        waits.splice(0, waits.length, ...waits.filter(({ at }) => at > now));
        for (const { end } of due) end();
      }
    },
  };
}
