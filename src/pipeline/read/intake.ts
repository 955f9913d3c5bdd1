import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConfigError, InputError } from '../../errors.ts';
import type { IntakeRow, Journal } from '../../journal/journal.ts';
import { nearest } from '../../nearest.ts';
import { RESULT_COLUMNS } from '../../report/result-files.ts';
import { type Layout, layoutOf } from '../../resources/columns.ts';
import {
  createNearestColumn,
  findUnused,
  type UnusedHeader,
} from '../../resources/near-columns.ts';
import type { AnyResource } from '../../resources/registry.ts';
import type { Outcome, Settings } from '../../vocabulary.ts';
import type { OnEvent } from '../events.ts';
import type { IntakeMeta, Order } from '../runs/meta.ts';
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

/** What is noted of an order beside the file. */
interface OrderOptions extends IntakeOptions {
  readonly precheck?: Order['precheck'];
  readonly org?: string;
  readonly wait?: boolean;
  readonly retryOf?: string;
  readonly closes?: string;
}

/** Columns that an earlier run added; columns of the user's own pass through, whatever their name. */
const ours: ReadonlySet<string> = new Set(RESULT_COLUMNS);
const ROWS_PER_COMMIT = 500;

/**
 * Reads and checks every row of a file into the journal, and notes there how that was done.
 *
 * Memory: a few hundred rows.
 * @throws {InputError} when the file cannot be read to its end, or lacks a column
 * @throws {ConfigError} when a column is mapped that there is not
 */
export async function takeIn(
  journal: Journal,
  resource: AnyResource,
  options: OrderOptions,
  onEvent: OnEvent,
): Promise<void> {
  const { settings = {}, delimiter, encoding, map, signal, source } = options;
  refuseUnknownColumns(resource, map);
  refuseIdleSettings(resource, settings);
  const version = await versionOf(source);
  const order = orderOf(resource, options, version !== '');
  journal.setMeta(order);
  const layoutFor = (header: readonly string[]) => layoutOf(header, resource.columns, map);
  await using input = await openInput(source, {
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(encoding === undefined ? {} : { encoding }),
    signal,
    score: (header) => layoutFor(header).headers.size,
  });
  const layout = layoutFor(input.header);
  requireColumns(input, resource, layout, options);
  const unused = findUnused(input.header, resource.columns, layout);
  onEvent({ type: 'columnsFound', headers: layout.headers, unused });
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
  if ((await versionOf(source)) !== version) throw changed(input.name);
  const header = pick(input.header);
  const meta: Order & IntakeMeta = {
    ...order,
    hash: input.hash(),
    header: [...header],
    places: [...layoutFor(header).places].map(([column, indexes]) => [column, [...indexes]]),
  };
  journal.setMeta(meta);
}

/** @param isFile whether the source can be read once more, as no pipe can */
function orderOf(resource: AnyResource, options: OrderOptions, isFile: boolean): Order {
  const { source, settings = {}, delimiter, encoding, map } = options;
  const { precheck, org, wait, retryOf, closes } = options;
  return {
    resource: resource.name,
    input: typeof source === 'string' ? source : source.name,
    ...(typeof source === 'string' && isFile ? { path: resolve(source) } : {}),
    settings,
    reading: {
      ...(delimiter === undefined ? {} : { delimiter }),
      ...(encoding === undefined ? {} : { encoding }),
      ...(map === undefined ? {} : { map: [...map] }),
    },
    ...(precheck === undefined ? {} : { precheck }),
    ...(org === undefined ? {} : { org }),
    ...(wait === undefined ? {} : { wait }),
    ...(retryOf === undefined ? {} : { retryOf }),
    ...(closes === undefined ? {} : { closes }),
  };
}

/** What changes when somebody writes to the file; nothing for what is no file. */
async function versionOf(source: Source): Promise<string> {
  if (typeof source !== 'string') return '';
  try {
    const info = await stat(source);
    return info.isFile() ? [info.ino, info.size, info.mtimeMs].join() : '';
  } catch {
    // It is about to be opened, and what is wrong with it told then.
    return '';
  }
}

function changed(input: string): InputError {
  return new InputError(
    'INPUT_CHANGED',
    `${input} was changed while it was read. Nothing was sent.`,
    'Wait until whoever writes it is done, then run the same command again.',
  );
}

function refuseUnknownColumns(resource: AnyResource, map: IntakeOptions['map']): void {
  const { columns } = resource;
  const names = columns.map(({ name }) => name);
  const unknown = map?.keys().find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const near = createNearestColumn(columns)(unknown);
  throw new ConfigError(
    'USAGE',
    `${resource.name} have no column ${unknown}, which --map gives a header for.`,
    `${near === undefined ? '' : `Did you mean ${near}? `}Map one of ${names.join(', ')}.`,
  );
}

function refuseIdleSettings(resource: AnyResource, settings: Settings): void {
  const keys = Object.keys(settings) as (keyof Settings)[];
  const idle = keys.find((key) => !resource.settings.includes(key));
  if (idle === undefined) return;
  throw new ConfigError(
    'USAGE',
    `--${idle} means nothing for ${resource.name}.`,
    'Leave it out, or name the resource that the file is of.',
  );
}

function requireColumns(
  input: Input,
  resource: AnyResource,
  layout: Layout,
  { settings = {}, map }: IntakeOptions,
): void {
  const { headers, repeated } = layout;
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
    const near = nearest(
      chosen,
      input.header.filter((text) => !text.startsWith('_')),
    );
    throw new InputError(
      'COLUMN_MISSING',
      `${input.name}, row 1: there is no header "${chosen}", which --map names for ${column}.`,
      `Found: ${input.header.join(', ')}. ${near === undefined ? '' : `Did you mean "${near}"? `}Name one of these.`,
    );
  }
  const missing = resource.columns.find(
    ({ name, required, unless }) => required && !headers.has(name) && !unless?.(settings),
  );
  if (missing === undefined) return;
  throw new InputError(
    'COLUMN_MISSING',
    `${input.name}, row 1: there is no column ${missing.name}.`,
    input.header.length === 1
      ? `The header is one cell, "${input.header[0]}": if it holds several, name what separates them with --delimiter.`
      : `Found: ${input.header.join(', ')}. ${wayToName(missing.name, findUnused(input.header, resource.columns, layout))}`,
  );
}

/** How a column that is missing can be found after all. */
function wayToName(column: string, unused: readonly UnusedHeader[]): string {
  const candidates = unused.filter(({ near }) => near === column).map(({ header }) => header);
  const header = nearest(column, candidates) ?? candidates[0];
  return header === undefined
    ? `Rename the right one, or name it: --map "${column}=<Header>".`
    : `The header "${header}" may be the one that is meant: rename it, or --map "${column}=${header}".`;
}
