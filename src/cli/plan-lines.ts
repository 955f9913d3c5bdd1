import type { Preview } from '../pipeline/plan-import.ts';
import type { TreeLine } from '../report/tree-preview.ts';
import { findResource } from '../resources/registry.ts';
import { operationOf } from '../resources/resource.ts';
import type { Chunk } from '../vocabulary.ts';
import { causeLines, count, duration, statusLines } from './summary-lines.ts';
import { commandLine, inert, paint } from './terminal.ts';

/**
 * A plan in words: what becomes of the rows, of the tree, the calls, and what they cost.
 *
 * @param typed options without which the plan would be applied to another org
 */
export function planLines(
  { report, firstChunks, tree }: Preview,
  out: NodeJS.WriteStream,
  typed: readonly string[] = [],
): string[] {
  const { resource, rows, calls, operations, warnings, file } = report;
  return [
    `${resource}: ${count(rows, 'row')}, ${count(calls, 'call')} to send. Nothing was sent.`,
    ...toBeLines(operations, out),
    ...statusLines(report.statuses, out),
    ...causeLines(report.causes, out),
    ...warnings.flatMap((warning) => ['', paint('yellow', `Warning: ${inert(warning)}`, out)]),
    ...(tree === undefined || tree.length === 0 ? [] : ['', ...treeLines(tree, out)]),
    ...(calls === 0 ? [] : ['', ...callLines(resource, firstChunks, calls)]),
    '',
    ...quoteLines(report),
    ...(file === undefined
      ? []
      : [
          '',
          `The plan is in ${file}. To carry it out:`,
          `  ${commandLine('apply', file, ...typed)}`,
        ]),
  ];
}

const NUMBER = new Intl.NumberFormat('en-US');

/** Rows by what they are to become. */
function toBeLines(operations: Preview['report']['operations'], out: NodeJS.WriteStream): string[] {
  const byStatus = Map.groupBy(operations, ({ status }) => status);
  return [...byStatus].map(([status, some]) => {
    const rows = some.reduce((sum, one) => sum + one.rows, 0);
    return paint('cyan', `${NUMBER.format(rows).padStart(9)}  to be ${status}`, out);
  });
}

const COLOURS = {
  created: 'green',
  updated: 'yellow',
  moved: 'cyan',
  same: 'reset',
  folded: 'dim',
} as const;

function treeLines(tree: readonly TreeLine[], out: NodeJS.WriteStream): string[] {
  return tree.map(({ mark, text }) => paint(COLOURS[mark], inert(text), out));
}

/** Calls, one line each. */
function callLines(resourceName: string, chunks: readonly Chunk[], calls: number): string[] {
  const resource = findResource(resourceName);
  if (resource === undefined) return [];
  const lines = chunks.map((chunk) => {
    const { method, path } = operationOf(resource, chunk).request(chunk);
    const rows = chunk.entries.flatMap((entry) => entry.rows);
    const after =
      chunk.after.length === 0
        ? ''
        : `, after call${chunk.after.length === 1 ? '' : 's'} ${listed(chunk.after)}`;
    return `  ${chunk.id}. ${method} ${path}  ${count(chunk.entries.length, 'item')}, row${rows.length === 1 ? '' : 's'} ${listed(rows)}${after}`;
  });
  const more = calls - chunks.length;
  return more > 0 ? [...lines, `  … and ${count(more, 'more call')} (--calls lists them)`] : lines;
}

function listed(numbers: readonly number[]): string {
  return numbers.length > 8 ? `${numbers.slice(0, 8).join(', ')}, …` : numbers.join(', ');
}

/** What the plan costs, by what the calls are. */
function quoteLines(report: Preview['report']): string[] {
  const { operations, calls, credits, creditsLeft, expectedMs, reading, steps, file } = report;
  const left =
    creditsLeft === undefined ? '' : `; the org has ${count(creditsLeft, 'credit')} left`;
  const time = expectedMs === undefined ? '' : `, about ${duration(expectedMs / 1000)}`;
  const apart = steps > 1 ? ` (${steps} of them one after the other)` : '';
  const sending =
    calls === 0
      ? 'There is nothing to send.'
      : `Sending costs ${count(calls, 'call')}${apart}, ${count(credits, 'credit')}${time}${left}.`;
  return [
    sending,
    ...operations.map(({ name, calls }) => `  ${String(calls).padStart(7)}  ${name}`),
    `Reading the org for this plan has cost ${count(reading.calls, 'call')}, ${count(reading.credits, 'credit')}` +
      `${file === undefined ? '' : '; apply reads it once more'}.`,
  ];
}
