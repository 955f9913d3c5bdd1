import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';

/** One line of a table: what was measured, by column. */
export type Line = Readonly<Record<string, string | number>>;

/** Lines of one part, under one title. */
export interface Table {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** Gives the middle of some numbers; of an even count, the upper of the two in the middle. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** Gives the median of each property over repetitions of one measurement. */
export function medians<K extends string>(
  repetitions: readonly Readonly<Record<K, number>>[],
): Record<K, number> {
  const keys = Object.keys(repetitions[0] ?? {}) as K[];
  const entries = keys.map((key) => [key, median(repetitions.map((one) => one[key]))] as const);
  return Object.fromEntries(entries) as Record<K, number>;
}

/** Runs a measurement again and again, one after the other. */
export async function repeat<T>(times: number, measure: (n: number) => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let n = 1; n <= times; n += 1) all.push(await measure(n));
  return all;
}

/** Names the machine that a figure belongs to. */
export function machine(): string {
  const cpu = cpus()[0]?.model.trim() ?? 'unknown processor';
  const gib = (totalmem() / 2 ** 30).toFixed(0);
  return (
    `${availableParallelism()} x ${cpu}, ${gib} GiB memory, ` +
    `${platform()} ${arch()}, node ${process.version}`
  );
}

/** Gives a table as text: names to the left, numbers to the right. */
export function formatTable({ title, lines }: Table): string {
  const columns = [...new Set(lines.flatMap((line) => Object.keys(line)))];
  const cells = lines.map((line) => columns.map((column) => formatCell(line[column])));
  const widths = columns.map((column, i) =>
    Math.max(column.length, ...cells.map((row) => row[i]?.length ?? 0)),
  );
  const format = (row: readonly string[]) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ');
  return [title, format(columns), ...cells.map(format)].join('\n');
}

/** Rounds to what a reader can use; ratios keep three decimals. */
export function round(value: number, decimals = 0): number {
  return Number(value.toFixed(decimals));
}

function formatCell(cell: string | number | undefined): string {
  return typeof cell === 'number' ? cell.toLocaleString('en-US') : (cell ?? '');
}
