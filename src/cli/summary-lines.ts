import type { Summary } from '../report/summary.ts';
import { countUnmet, STATUSES, UNMET_STATUSES } from '../vocabulary.ts';
import { commandLine, inert, paint } from './terminal.ts';

const SHOWN_CAUSES = 20;
const NUMBER = new Intl.NumberFormat('en-US');

/**
 * A finished run in words: counts, causes, files, and the next command.
 *
 * @param typed options without which that command would ask another org
 */
export function summaryLines(
  summary: Summary,
  out: NodeJS.WriteStream,
  typed: readonly string[] = [],
): string[] {
  const { resource, rows, calls, credits, retries, elapsedMs, stopped, files } = summary;
  const lines = [
    `${resource}: ${count(rows, 'row')} in ${(elapsedMs / 1000).toFixed(1)} s, ` +
      `${count(calls, 'call')}${retries > 0 ? ` (${count(retries, 'retry', 'retries')})` : ''}, ${count(credits, 'credit')}`,
    ...statusLines(summary.statuses, out),
    ...causeLines(summary.causes, out),
  ];
  if (stopped !== undefined) {
    lines.push(
      '',
      paint('red', `Stopped: ${inert(stopped.message)}`, out),
      `  ${inert(stopped.hint)}`,
    );
  }
  const unmet = countUnmet(Object.entries(summary.statuses));
  lines.push('', `Every row with its outcome: ${files.result}`);
  if (unmet > 0) {
    lines.push(
      `The ${count(unmet, 'row')} not as asked:    ${files.failed}`.replace(
        'The 1 row ',
        'The one row ',
      ),
    );
  }
  if (stopped !== undefined) {
    lines.push('', 'To go on:', `  ${commandLine('resume', files.folder, ...typed)}`);
  } else if (unmet > 0) {
    lines.push(
      '',
      'Correct them in that file and send them again:',
      `  ${commandLine('retry', files.folder, ...typed)}`,
    );
  }
  return lines;
}

/** Statuses with their numbers, in the order of the vocabulary. */
export function statusLines(statuses: Summary['statuses'], out: NodeJS.WriteStream): string[] {
  return STATUSES.flatMap((status) => {
    const rows = statuses[status];
    if (rows === undefined) return [];
    const text = `${NUMBER.format(rows).padStart(9)}  ${status}`;
    return [paint(UNMET_STATUSES.has(status) ? 'red' : 'green', text, out)];
  });
}

/** Why rows ended as they did: "37 rows: the territory does not exist, e.g. row 12 'EMEA Nrth'". */
export function causeLines(causes: Summary['causes'], out: NodeJS.WriteStream): string[] {
  const more = causes.length - SHOWN_CAUSES;
  const lines = causes
    .slice(0, SHOWN_CAUSES)
    .flatMap(({ rows, cause, code, resolution, example }) => {
      const where = `${rows === 1 ? '' : 'e.g. '}${exampleOf(example)}`;
      return [
        '',
        `${count(rows, 'row')}: ${inert(cause)}, ${where}  ${paint('dim', inert(code), out)}`,
        ...(resolution === '' ? [] : [`  ${inert(resolution)}`]),
      ];
    });
  return more > 0
    ? [...lines, '', `… and ${count(more, 'more cause')}: see the result file`]
    : lines;
}

/** "row 12 'EMEA Nrth' (did you mean 'EMEA North'?)" */
function exampleOf({ row, value, suggestion }: Summary['causes'][number]['example']): string {
  return (
    `row ${row}` +
    (value === '' ? '' : ` '${clipped(inert(value))}'`) +
    (suggestion === undefined ? '' : ` (did you mean '${clipped(inert(suggestion))}'?)`)
  );
}

export function count(n: number, singular: string, plural = `${singular}s`): string {
  return `${NUMBER.format(n)} ${n === 1 ? singular : plural}`;
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function clipped(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
