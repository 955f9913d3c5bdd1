import { fc } from '@fast-check/vitest';
import { openJournal } from '../../src/journal/open.ts';
import { planChunks, startPlan } from '../../src/pipeline/plan/plan.ts';
import type { AnyResource } from '../../src/resources/registry.ts';
import type { Org } from '../../src/resources/resource.ts';
import { RowSet } from '../../src/row-set.ts';
import type { Chunk, Outcome, Settings } from '../../src/vocabulary.ts';

/** A row as its cells by column; columns left out are blank. */
export type TestRow = Readonly<Record<string, string>>;

/** A row that would be created; say only what differs. */
export function territoryRow(values: TestRow = {}): TestRow {
  return { name: 'East', permission_type: 'read_only', ...values };
}

/** The plan of a file, by what became of its rows. */
export interface TestPlan {
  readonly chunks: readonly Chunk[];
  /** Rows that end without a call. */
  readonly outcomes: readonly Outcome[];
  /** The outcome of a row that ends without a call. */
  readonly outcome: (row: number) => Outcome | undefined;
}

/**
 * Checks and plans rows 2, 3, … as a run does, through a journal in memory.
 *
 * @param held rows that the org holds as asked
 */
export function planRows(
  resource: AnyResource,
  rows: readonly TestRow[],
  org: Org,
  settings: Settings = {},
  held: RowSet = new RowSet(),
): TestPlan {
  using journal = openJournal(':memory:', 'test');
  rows.forEach((values, i) => {
    const row = i + 2;
    const cell = (column: string) => values[column] ?? '';
    const checked = resource.check(cell, settings);
    const record = 'record' in checked ? checked.record : null;
    journal.addRows([{ row, cells: [], subject: resource.subject(cell, settings), record }]);
    if ('finding' in checked) {
      journal.addOutcomes([{ row, status: 'invalid', finding: checked.finding, attempts: 0 }]);
    }
  });
  const planner = startPlan(journal, resource, org, { settings, callsAtOnce: 20 });
  planChunks(journal, resource, planner, held);
  const outcomes = [...journal.results()].flatMap(({ outcome }) => outcome ?? []);
  return {
    chunks: [...journal.chunks()],
    outcomes,
    outcome: (row) => outcomes.find((one) => one.row === row),
  };
}

/** The rows of each chunk. */
export function rowsOfChunks(chunks: readonly Chunk[]): number[][] {
  return chunks.map(({ entries }) => entries.flatMap(({ rows }) => rows));
}

/** Checks one row by itself: its record, or the finding. */
export function checkRow(resource: AnyResource, values: TestRow, settings: Settings = {}) {
  const checked = resource.check((column) => values[column] ?? '', settings);
  return 'record' in checked
    ? { record: checked.record, finding: undefined }
    : { record: undefined, finding: checked.finding };
}

/** Texts that break things: formulas, quotes, delimiters, line ends, blanks, any character. */
export const hostileCell: fc.Arbitrary<string> = fc.oneof(
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.constantFrom(...'=+-@\'",;|\t\r\n _＝', 'a', '1', '\u{1f600}', '\ufeff', '\0'), {
        maxLength: 5,
      })
      .map((parts) => parts.join('')),
  },
);

const pick = (...texts: string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);

/** What the columns of each resource hold in a generated file: few values, so that they meet. */
export interface Cells {
  readonly [column: string]: fc.Arbitrary<string>;
}

/** Cells of a territories file: names that meet, parents that exist, or loop, or are nowhere. */
export function territoryCells(extraParents: readonly string[] = []): Cells {
  const names = ['A', 'a ', 'B', 'C', 'D', 'E', 'F', 'G'];
  return {
    name: fc.oneof(pick(...names), pick('', 'no;name', 'x'.repeat(51)), hostileCell),
    reporting_to: fc.oneof(pick('', ...names, ...extraParents), pick('Nowhere', '9', '3.65E+18')),
    permission_type: fc.oneof(
      { weight: 6, arbitrary: pick('read_only', 'read_write_delete') },
      { weight: 1, arbitrary: pick('', 'all') },
    ),
  };
}

/** Cells of a user-territories file, of users and territories that the caller's org knows. */
export function userTerritoryCells(users: readonly string[], places: readonly string[]): Cells {
  return {
    user: fc.oneof(
      { weight: 6, arbitrary: pick(...users) },
      { weight: 1, arbitrary: pick('', 'nobody@example.com', '2.0E+18', '4') },
      { weight: 1, arbitrary: hostileCell },
    ),
    territory: fc.oneof(
      { weight: 6, arbitrary: pick(...places) },
      { weight: 1, arbitrary: pick('', 'Nowhere', '7') },
    ),
  };
}

/** Cells of a record-territories file. */
export function recordTerritoryCells(records: readonly string[], places: readonly string[]): Cells {
  return {
    record_id: fc.oneof(
      { weight: 8, arbitrary: pick(...records) },
      { weight: 1, arbitrary: pick('', '5.7E+18', 'x') },
    ),
    territory: fc.oneof(
      { weight: 8, arbitrary: pick(...places) },
      { weight: 1, arbitrary: pick('', 'Nowhere', '7') },
    ),
    module: fc.oneof(
      { weight: 6, arbitrary: pick('Accounts', 'deals', 'Leads') },
      { weight: 1, arbitrary: pick('', 'Vendors') },
    ),
  };
}

/** Files of such rows. */
export function filesOf(cells: Cells, maxLength: number): fc.Arbitrary<TestRow[]> {
  return fc.array(fc.record(cells), { maxLength });
}
