import { cellsOf, type Layout } from '../resources/columns.ts';
import type { AnyResource } from '../resources/registry.ts';
import type { Settings } from '../resources/resource.ts';
import type { Finding, Row } from '../vocabulary.ts';

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
  width: number,
  resource: AnyResource,
  layout: Layout,
  settings: Settings,
): AsyncIterable<CheckedRow> {
  for await (const { row, cells } of rows) {
    const cell = cellsOf(layout, cells);
    const subject = resource.subject(cell, settings);
    const shape = checkShape(cells, width);
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
function checkShape(cells: readonly string[], width: number): Finding | undefined {
  const extra = cells.slice(width).filter((cell) => cell.trim() !== '');
  if (cells.length >= width && extra.length === 0) return undefined;
  return {
    code: 'ROW_SHAPE',
    cause: `the row has ${cells.length < width ? 'fewer' : 'more'} cells than the header`,
    value: `${cells.length} instead of ${width}${extra.length > 0 ? `; left over: ${extra.join(', ')}` : ''}`,
    resolution:
      'Check this row for a missing or extra delimiter, or for a value that needs quotes.',
  };
}

function fitted(cells: readonly string[], width: number): readonly string[] {
  if (cells.length === width) return cells;
  return Array.from({ length: width }, (_, i) => cells[i] ?? '');
}
