import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc, test } from '@fast-check/vitest';
import { stringify } from 'csv-stringify/sync';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { planImport } from '../../src/pipeline/plan-import.ts';
import { unguardFormula } from '../../src/report/formula-guard.ts';
import { RESULT_COLUMNS } from '../../src/report/result-files.ts';
import { demoRecordId, demoUserId, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { type Status, UNMET_STATUSES } from '../../src/vocabulary.ts';
import {
  type Cells,
  hostileCell,
  recordTerritoryCells,
  territoryCells,
  userTerritoryCells,
} from '../support/rows.ts';
import {
  bytesOf,
  connectionTo,
  type Imported,
  importText,
  parseCsv,
  SMALL_ORG,
} from '../support/sandbox.ts';

const PLACES = ['P0', 'P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8', 'P9', 'P10', 'P11'];
const RUNS = { numRuns: 20 };

let sandbox: Sandbox;
let workdir: string;

beforeAll(async () => {
  sandbox = await startSandbox({ ...SMALL_ORG, territoryLimit: 10_000 });
  workdir = await mkdtemp(join(tmpdir(), 'territory-loader-test-'));
  const text = `name,permission_type\n${PLACES.map((name) => `${name},read_only\n`).join('')}`;
  const out = join(workdir, 'places');
  await importText(sandbox, workdir, 'territories', text, { out });
});

afterAll(async () => {
  await sandbox.close();
  await rm(workdir, { recursive: true, force: true });
});

/** A file as a spreadsheet, or something that takes itself for one, may write it. */
interface TestFile {
  readonly text: string;
  readonly header: readonly string[];
  /** Cells of each row, as many as the row has, blank rows included. */
  readonly rows: readonly (readonly string[])[];
}

function fileOf(cells: Cells): fc.Arbitrary<TestFile> {
  const columns = Object.keys(cells);
  const header = ['note', ...columns, 'more'];
  const row = fc
    .tuple(
      fc.record(cells),
      hostileCell,
      hostileCell,
      fc.oneof(
        { weight: 8, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.constantFrom(-1, 1) },
      ),
    )
    .map(([known, note, more, extra]) => {
      const whole = [note, ...columns.map((column) => known[column] ?? ''), more];
      return extra < 0 ? whole.slice(0, extra) : [...whole, ...(extra > 0 ? ['left over'] : [])];
    });
  const blank = fc.constant(header.map(() => ''));
  return fc
    .tuple(
      fc.array(fc.oneof({ weight: 12, arbitrary: row }, { weight: 1, arbitrary: blank }), {
        maxLength: 12,
      }),
      fc.constantFrom(',', ';', '\t', '|'),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      fc.boolean(),
    )
    .map(([rows, delimiter, end, quoted, bom]) => ({
      text: stringify([header, ...rows], {
        delimiter,
        record_delimiter: end,
        quoted_match: /[\r\n]/,
        quoted,
        bom,
      }),
      header,
      rows,
    }));
}

/** Imports a file into a run folder of its own, and looks at what came of it. */
async function imported(
  resource: string,
  { text }: TestFile,
  look: (run: Imported) => void | Promise<void>,
): Promise<void> {
  const out = await mkdtemp(join(workdir, 'run-'));
  try {
    await look(await importText(sandbox, workdir, resource, text, { out }));
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

const isBlank = (row: readonly string[]): boolean => row.every((cell) => cell.trim() === '');

/** The lines of a result file, without its header, as the reader sees them. */
const linesOf = (text: string): string[][] => parseCsv(text).slice(1);

describe.each<{ resource: string; cells: Cells }>([
  { resource: 'territories', cells: territoryCells(['P0', 'p1']) },
  {
    resource: 'user-territories',
    cells: userTerritoryCells(
      [
        demoUserId(1),
        demoUserId(2),
        'ana.ferreira@northwind.example',
        demoUserId(3),
        demoUserId(58),
      ],
      PLACES,
    ),
  },
  {
    resource: 'record-territories',
    cells: recordTerritoryCells(
      [demoRecordId('Accounts', 1), demoRecordId('Deals', 1), demoRecordId('Leads', 7), '404'],
      PLACES,
    ),
  },
])('$resource', ({ resource, cells }) => {
  test.prop([fileOf(cells)], RUNS)(
    'result.csv has one line per row, in input order, its cells untouched',
    async (file) => {
      await imported(resource, file, ({ result }) => {
        const expected = file.rows
          .map((row, i) => ({ row: i + 2, cells: row }))
          .filter((one) => !isBlank(one.cells))
          .map((one) => [
            ...file.header.map((_, i) => unguardFormula(one.cells[i] ?? '')),
            `${one.row}`,
          ]);
        const width = file.header.length + 1;
        expect(linesOf(result).map((line) => line.slice(0, width))).toEqual(expected);
      });
    },
  );

  test.prop([fileOf(cells)], RUNS)(
    'failed.csv has the lines of result.csv that are not as asked, and the exit code says so',
    async (file) => {
      await imported(resource, file, ({ result, failed, summary }) => {
        const place = file.header.length + RESULT_COLUMNS.indexOf('_status');
        const unmet = linesOf(result).filter((line) => UNMET_STATUSES.has(line[place] as Status));
        expect(linesOf(failed)).toEqual(unmet);
        expect(summary.exitCode).toBe(unmet.length > 0 ? 1 : 0);
      });
    },
  );

  test.prop([fileOf(cells)], { numRuns: 8 })(
    'failed.csv can be read again, row for row',
    async (file) => {
      await imported(resource, file, async ({ failed }) => {
        const { report } = await planImport({
          resource,
          source: bytesOf(failed),
          connection: connectionTo(sandbox),
          previewChunks: 0,
        });
        expect(report.rows).toBe(linesOf(failed).length);
      });
    },
  );
});
