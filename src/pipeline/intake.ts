import { InputError } from '../errors.ts';
import type { IntakeRow, Journal } from '../journal/journal.ts';
import { layoutOf } from '../resources/columns.ts';
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
  readonly header: readonly string[];
  readonly headers: ReadonlyMap<string, string>;
}

const ROWS_PER_COMMIT = 5000;

/**
 * Reads and checks every row of a file into the journal.
 *
 * Memory: a few thousand rows.
 * @throws {InputError} when the file cannot be read to its end, or lacks a column
 */
export async function takeIn(
  journal: Journal,
  resource: AnyResource,
  options: IntakeOptions,
  onEvent: OnEvent,
): Promise<Intake> {
  const { settings = {}, map } = options;
  const layout = (header: readonly string[]) => layoutOf(header, resource.columns, map);
  const input = await openInput(options.source, {
    ...(options.delimiter === undefined ? {} : { delimiter: options.delimiter }),
    ...(options.encoding === undefined ? {} : { encoding: options.encoding }),
    score: (header) => layout(header).headers.size,
  });
  const { headers } = layout(input.header);
  requireColumns(input, resource, headers, settings);
  onEvent({ type: 'columnsFound', headers });
  // Our own columns of an earlier result file are left behind.
  const kept = input.header.flatMap((name, index) => (name.startsWith('_') ? [] : [index]));
  const pick = (cells: readonly string[]) => kept.map((index) => cells[index] ?? '');

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
  const checked = validateRows(
    input.rows,
    input.header.length,
    resource,
    layout(input.header),
    settings,
  );
  for await (const { row, cells, subject, record, finding } of checked) {
    options.signal?.throwIfAborted();
    batch.push({ row, cells: pick(cells), subject, record });
    if (finding !== undefined) {
      refused.push({ row, status: 'invalid', finding, attempts: 0 });
    }
    if (batch.length === ROWS_PER_COMMIT) flush();
  }
  flush();
  const header = pick(input.header);
  journal.setMeta({
    input: input.name,
    hash: input.hash(),
    resource: resource.name,
    settings,
    header,
    headers: [...headers],
  });
  return { rows, header, headers };
}

function requireColumns(
  input: Input,
  resource: AnyResource,
  headers: ReadonlyMap<string, string>,
  settings: Settings,
): void {
  const missing = resource.columns.find(
    ({ name, required, givenBy }) =>
      required && !headers.has(name) && (givenBy === undefined || settings[givenBy] === undefined),
  );
  if (missing === undefined) return;
  throw new InputError(
    'COLUMN_MISSING',
    `${input.name}, row 1: there is no column ${missing.name} (${missing.content}).`,
    `Found: ${input.header.join(', ')}. Rename the right one, or name it: --map "${missing.name}=<Header>".`,
  );
}
