import { cellsOf, type Layout } from '../../resources/columns.ts';
import type { AnyResource } from '../../resources/registry.ts';
import type { Finding, Row, Settings } from '../../vocabulary.ts';

/** A row after its check: its record, or what is wrong with it. */
export interface CheckedRow extends Row {
  readonly subject: string;
  /** Null when the row was refused. */
  readonly record: unknown;
  readonly finding: Finding | undefined;
}

/** Checks each row by itself. Order and number of rows stay as they are. */
export async function* validateRows(
  rows: AsyncIterable<Row>,
  header: readonly string[],
  resource: AnyResource,
  layout: Layout,
  settings: Settings,
): AsyncIterable<CheckedRow> {
  const width = header.length;
  const codeIndex = header.indexOf('_code');
  // A delimiter at the end of the header makes a column of no name, which no row needs to have.
  const needed = header.findLastIndex((name) => name.trim() !== '') + 1;
  for await (const { row, cells } of rows) {
    const cell = cellsOf(layout, cells);
    const subject = resource.subject(cell, settings);
    const shape = checkShape(cells, needed, width) ?? refusedBefore(cells, codeIndex);
    const checked = shape === undefined ? resource.check(cell, settings) : { finding: shape };
    yield {
      row,
      cells: fitted(cells, width),
      subject,
      record: 'record' in checked ? checked.record : null,
      finding: 'finding' in checked ? checked.finding : undefined,
    };
  }
}

/** Blank cells beyond the header (a trailing delimiter) do no harm. */
function checkShape(cells: readonly string[], needed: number, width: number): Finding | undefined {
  if (cells.length === width) return undefined;
  const extra = cells.slice(width).filter((cell) => cell.trim() !== '');
  if (cells.length >= needed && extra.length === 0) return undefined;
  return {
    code: 'ROW_SHAPE',
    cause: `the row has ${cells.length < needed ? 'fewer' : 'more'} cells than the header`,
    value: `${cells.length} instead of ${width}${extra.length > 0 ? `; left over: ${extra.map((cell) => cell.trim()).join(', ')}` : ''}`,
    resolution:
      'Look for a missing or extra delimiter, or for a value that needs quotes; in failed.csv, also empty the _code cell.',
  };
}

/**
 * A result file has room for the header's cells only, so a row that was refused for its shape
 * looks whole there. It must not pass as such: what stands in which cell is still unknown.
 */
function refusedBefore(cells: readonly string[], codeIndex: number): Finding | undefined {
  if (codeIndex < 0 || cells[codeIndex] !== 'ROW_SHAPE') return undefined;
  return {
    code: 'ROW_SHAPE',
    cause: 'the row was refused for its number of cells, and is still marked so',
    resolution: 'Put every value into its column, then empty the _code cell of this row.',
  };
}

function fitted(cells: readonly string[], width: number): readonly string[] {
  if (cells.length === width) return cells;
  return Array.from({ length: width }, (_, i) => cells[i] ?? '');
}
