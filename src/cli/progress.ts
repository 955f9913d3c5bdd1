import type { RunEvent } from '../pipeline/events.ts';
import { countUnmet, type Status } from '../vocabulary.ts';
import { inert, type Terminal } from './terminal.ts';

/** Draws one line that follows a run, on a terminal only. */
export interface Progress extends Disposable {
  readonly onEvent: (event: RunEvent) => void;
}

const REDRAW_MS = 100;
const NUMBER = new Intl.NumberFormat('en-US');

export function startProgress(terminal: Terminal): Progress {
  const { err } = terminal;
  let rows = 0;
  let done = 0;
  let failed = 0;
  let inFlight = 0;
  let phase: 'reading' | 'planning' | 'sending' | 'reporting' = 'reading';
  let sendingSinceMs = 0;
  let doneBefore = 0;

  function line(): string {
    switch (phase) {
      case 'reading':
        return `reading  ${NUMBER.format(rows)} rows`;
      case 'planning':
        return `planning  ${NUMBER.format(rows)} rows`;
      case 'reporting':
        return 'writing the result files';
      case 'sending': {
        const seconds = Math.max((performance.now() - sendingSinceMs) / 1000, 0.1);
        const perSecond = (done - doneBefore) / seconds;
        const left = perSecond > 0 ? `, ${duration((rows - done) / perSecond)} left` : '';
        return (
          `${NUMBER.format(done)} of ${NUMBER.format(rows)} rows, ${NUMBER.format(failed)} failed, ` +
          `${inFlight} ${inFlight === 1 ? 'call' : 'calls'} in flight, ${NUMBER.format(Math.round(perSecond))} rows/s${left}`
        );
      }
    }
  }

  const add = (counts: ReadonlyMap<Status, number>) => {
    for (const rowsOfStatus of counts.values()) done += rowsOfStatus;
    failed += countUnmet(counts);
  };

  const draw = () => {
    // Return, the line cut to the terminal's width, and erase what a longer line left behind.
    err.write(`\r${line().slice(0, (err.columns || 80) - 1)}\u001b[K`);
  };
  const timer = terminal.isWatched ? setInterval(draw, REDRAW_MS) : undefined;

  return {
    onEvent(event) {
      if (event.type === 'rowsRead') rows = event.rows;
      else if (event.type === 'columnsFound') phase = 'reading';
      else if (event.type === 'orgRead') phase = 'planning';
      else if (event.type === 'planned') {
        phase = 'sending';
        sendingSinceMs = performance.now();
        add(event.plan.settled);
        doneBefore = done;
      } else if (event.type === 'chunkCompleted') {
        inFlight = event.inFlight;
        add(event.statuses);
      } else if (event.type === 'stopping' && terminal.isWatched) {
        err.write(`\r\u001b[K${inert(event.stop.message)} Finishing the calls in flight.\n`);
      } else if (event.type === 'reporting') phase = 'reporting';
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      if (terminal.isWatched) err.write('\r\u001b[K');
    },
  };
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
