import type { SQLOutputValue } from 'node:sqlite';
import type { Status } from '../vocabulary.ts';

/** Rows that ended for the same reason. */
export interface Cause {
  readonly status: Status;
  readonly code: string;
  readonly cause: string;
  readonly resolution: string;
  readonly rows: number;
  readonly field: string | undefined;
  /** The first such row, with what was noted of it, and its cells. */
  readonly example: {
    readonly row: number;
    readonly value: string | undefined;
    readonly suggestion: string | undefined;
    readonly cells: readonly string[];
  };
}

/**
 * Outcomes by why they came, the most frequent reason first. The bare columns take their values
 * from the row that holds the minimum (SQLite's min() rule).
 */
export const SELECT_CAUSES = `
  SELECT worst.*, rows.cells FROM (
    SELECT status, code, cause, resolution, field, value, suggestion,
      count(*) AS n, min(row) AS first
    FROM outcomes WHERE code IS NOT NULL
    GROUP BY status, code, cause, resolution ORDER BY n DESC, first LIMIT ?
  ) AS worst JOIN rows ON rows.row = worst.first ORDER BY n DESC, first`;

/** Reads one line of {@link SELECT_CAUSES}. */
export function causeOf(line: Record<string, SQLOutputValue>): Cause {
  return {
    status: String(line['status']) as Status,
    code: String(line['code']),
    cause: String(line['cause']),
    resolution: String(line['resolution']),
    rows: Number(line['n']),
    field: line['field'] === null ? undefined : String(line['field']),
    example: {
      row: Number(line['first']),
      value: line['value'] === null ? undefined : String(line['value']),
      suggestion: line['suggestion'] === null ? undefined : String(line['suggestion']),
      cells: JSON.parse(String(line['cells'])),
    },
  };
}
