import { ConfigError, InputError } from '../errors.ts';
import type { IntakeRow, Journal } from '../journal/journal.ts';
import { RESULT_COLUMNS } from '../report/result-files.ts';
import { type Layout, layoutOf } from '../resources/columns.ts';
import type { AnyResource } from '../resources/registry.ts';
import type { Settings } from '../resources/resource.ts';
import type { Outcome } from '../vocabulary.ts';
import type { OnEvent } from './events.ts';
import { type Input, openInput, type Source } from './read.ts';
import { validateRows } from './validate.ts';

/** Which file to read, and how. */
export interface IntakeOptions {
  readonly source: Source;
  readonly settings?: Settings;
  readonly delimiter?: string;
  readonly encoding?: string;
  /** Headers chosen by the user, by column name. */
  readonly map?: ReadonlyMap<string, string>;
  readonly signal?: AbortSignal;
}

/** What the intake learned of the file. */
export interface Intake {
  readonly rows: number;
  /** The input's header, without our own columns. */
  readonly header: readonly string[];
  /** For each column found, the indexes of its cells under that header, best first. */
  readonly places: Layout['places'];
}

/** Columns that an earlier run added; columns of the user's own pass through, whatever their name. */
const ours: ReadonlySet<string> = new Set(RESULT_COLUMNS);
const ROWS_PER_COMMIT = 500;

/**
 * Reads and checks every row of a file into the journal.
 *
 * Memory: a few hundred rows.
 * @throws {InputError} when the file cannot be read to its end, or lacks a column
 * @throws {ConfigError} when a column is mapped that there is not
 */
export async function takeIn(
  journal: Journal,
  resource: AnyResource,
  options: IntakeOptions,
  onEvent: OnEvent,
): Promise<Intake> {
  const { settings = {}, map, signal } = options;
  refuseUnknownColumns(resource, map);
  const layoutFor = (header: readonly string[]) => layoutOf(header, resource.columns, map);
  await using input = await openInput(options.source, {
    ...(options.delimiter === undefined ? {} : { delimiter: options.delimiter }),
    ...(options.encoding === undefined ? {} : { encoding: options.encoding }),
    signal,
    score: (header) => layoutFor(header).headers.size,
  });
  const layout = layoutFor(input.header);
  requireColumns(input, resource, layout, options);
  onEvent({ type: 'columnsFound', headers: layout.headers });
  // Our own columns of an earlier result file are left behind.
  const kept = input.header.flatMap((name, index) => (ours.has(name) ? [] : [index]));
  const pick = (cells: readonly string[]) =>
    kept.length === cells.length ? cells : kept.map((index) => cells[index] ?? '');

  let rows = 0;
  let batch: IntakeRow[] = [];
  let refused: Outcome[] = [];
  const flush = () => {
    journal.transaction(() => {
      journal.addRows(batch);
      journal.addOutcomes(refused);
    });
    rows += batch.length;
    batch = [];
    refused = [];
    onEvent({ type: 'rowsRead', rows });
  };
  const checked = validateRows(input.rows, input.header, resource, layout, settings);
  for await (const { row, cells, subject, record, finding } of checked) {
    signal?.throwIfAborted();
    batch.push({ row, cells: pick(cells), subject, record });
    if (finding !== undefined) {
      refused.push({ row, status: 'invalid', finding, attempts: 0 });
    }
    if (batch.length === ROWS_PER_COMMIT) flush();
  }
  flush();
  const header = pick(input.header);
  const { places } = layoutFor(header);
  journal.setMeta({
    input: input.name,
    hash: input.hash(),
    resource: resource.name,
    settings,
    header,
    places: [...places],
  });
  return { rows, header, places };
}

function refuseUnknownColumns(resource: AnyResource, map: IntakeOptions['map']): void {
  const names = resource.columns.map(({ name }) => name);
  const unknown = map?.keys().find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new ConfigError(
    'USAGE',
    `${resource.name} have no column ${unknown}, which --map gives a header for.`,
    `Map one of ${names.join(', ')}.`,
  );
}

function requireColumns(
  input: Input,
  resource: AnyResource,
  { headers, repeated }: Layout,
  { settings = {}, map }: IntakeOptions,
): void {
  const [twice] = repeated;
  if (twice !== undefined) {
    throw new InputError(
      'COLUMN_TWICE',
      `${input.name}, row 1: the header "${twice}" stands there more than once.`,
      'Rename all but the one that is meant, or take the others out.',
    );
  }
  const [lost] = map?.entries().filter(([column]) => !headers.has(column)) ?? [];
  if (lost !== undefined) {
    const [column, chosen] = lost;
    throw new InputError(
      'COLUMN_MISSING',
      `${input.name}, row 1: there is no header "${chosen}", which --map names for ${column}.`,
      `Found: ${input.header.join(', ')}. Name one of these.`,
    );
  }
  const missing = resource.columns.find(
    ({ name, required, givenBy }) =>
      required && !headers.has(name) && (givenBy === undefined || settings[givenBy] === undefined),
  );
  if (missing === undefined) return;
  throw new InputError(
    'COLUMN_MISSING',
    `${input.name}, row 1: there is no column ${missing.name} (${missing.content}).`,
    input.header.length === 1
      ? `The header is one cell, "${input.header[0]}": if it holds several, name what separates them with --delimiter.`
      : `Found: ${input.header.join(', ')}. Rename the right one, or name it: --map "${missing.name}=<Header>".`,
  );
}
