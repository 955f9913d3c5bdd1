import type { RunEvent } from '../pipeline/events.ts';
import { countUnmet, type Status } from '../vocabulary.ts';
import { duration } from './summary-lines.ts';
import { inert, say, type Terminal } from './terminal.ts';

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
  let phase: 'reading' | 'planning' | 'sending' | 'following' | 'reporting' = 'reading';
  let sendingSinceMs = 0;
  let doneBefore = 0;
  let following = 0;

  function line(): string {
    switch (phase) {
      case 'reading':
        return `reading  ${NUMBER.format(rows)} rows`;
      case 'planning':
        return `planning  ${NUMBER.format(rows)} rows`;
      case 'following':
        return `${NUMBER.format(following)} rows wait until the org has done what it has scheduled`;
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
  /** Says something above the line. */
  const note = (text: string) => {
    if (terminal.isWatched) err.write('\r\u001b[K');
    say(terminal, text);
  };
  const timer = terminal.isWatched ? setInterval(draw, REDRAW_MS) : undefined;

  return {
    onEvent(event) {
      if (event.type === 'rowsRead') rows = event.rows;
      else if (event.type === 'columnsFound') {
        phase = 'reading';
        for (const { header, near } of event.unused) {
          note(unusedLine(inert(header), near));
        }
      } else if (event.type === 'orgRead') phase = 'planning';
      else if (event.type === 'planned') {
        phase = 'sending';
        // Rows of a plan made from standard input are read by nobody.
        rows = event.plan.rows;
        sendingSinceMs = performance.now();
        add(event.plan.settled);
        doneBefore = done;
        for (const warning of event.plan.warnings) note(`Warning: ${inert(warning)}`);
      } else if (event.type === 'chunkCompleted') {
        inFlight = event.inFlight;
        add(event.statuses);
      } else if (event.type === 'following') {
        phase = 'following';
        following = event.rows;
      } else if (event.type === 'stopping' && terminal.isWatched) {
        note(`${inert(event.stop.message)} Finishing the calls in flight.`);
      } else if (event.type === 'reporting') phase = 'reporting';
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      if (terminal.isWatched) err.write('\r\u001b[K');
    },
  };
}

function unusedLine(header: string, near: string): string {
  return `Row 1: "${header}" is no column and its cells are not used. Did you mean ${near}? Rename it, or --map "${near}=${header}".`;
}
