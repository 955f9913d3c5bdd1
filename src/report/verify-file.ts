import { rm } from 'node:fs/promises';
import type { Result } from '../journal/journal.ts';
import { openCsv, putInPlace } from './csv-file.ts';
import type { Verdict, Verification } from './verification.ts';

/** Columns that `verify.csv` adds to those of the input. */
export const VERIFY_COLUMNS = ['_row', '_status', '_id', '_verified', '_message'] as const;

/** A row of a run with what the org holds of it by now. */
export interface VerifiedRow extends Result {
  /** Undefined for a row that was not checked. */
  readonly verdict: Verdict | undefined;
  /** What the org holds instead, or why the row was not checked; empty for a confirmed one. */
  readonly message: string;
}

/** How many rows there are of each verdict, and the first that are not confirmed. */
export type Tally = Pick<
  Verification,
  'rows' | 'confirmed' | 'missing' | 'changed' | 'unchecked' | 'examples'
>;

const MOST_EXAMPLES = 20;

/**
 * Writes `verify.csv`, one line per input row in input order, and counts its verdicts. Whoever
 * finds the file finds it whole: one of an earlier time is replaced when this one is written.
 *
 * Memory: a hundred rows.
 * @param header of the input, without our own columns
 * @throws {AppError} `RESULT_UNWRITABLE` when the file cannot be written to its end
 */
export async function writeVerifyFile(
  rows: Iterable<VerifiedRow>,
  header: readonly string[],
  path: string,
  signal?: AbortSignal,
): Promise<Tally> {
  const part = `${path}.${process.pid}.part`;
  const tally = { rows: 0, confirmed: 0, missing: 0, changed: 0, unchecked: 0 };
  const examples: Verification['examples'] = [];
  try {
    await using file = openCsv(part);
    file.add([...header, ...VERIFY_COLUMNS]);
    for (const one of rows) {
      const { row, verdict, message } = one;
      tally.rows += 1;
      tally[verdict ?? 'unchecked'] += 1;
      const isTold = verdict === 'missing' || verdict === 'changed';
      if (isTold && examples.length < MOST_EXAMPLES) examples.push({ row, verdict, message });
      if (!file.add(lineOf(one))) continue;
      await file.flush();
      signal?.throwIfAborted();
    }
    await file.close();
    await putInPlace(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return { ...tally, examples };
}

function lineOf({ row, cells, outcome, verdict, message }: VerifiedRow): string[] {
  const { status = '', id = '' } = outcome ?? {};
  return [...cells, String(row), status, id, verdict ?? '', message];
}
