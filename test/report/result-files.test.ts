import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { openJournal } from '../../src/journal/open.ts';
import { causesOf } from '../../src/report/causes.ts';
import { type ResultContext, writeResultFiles } from '../../src/report/result-files.ts';
import type { Finding, Outcome } from '../../src/vocabulary.ts';
import { parseCsv } from '../support/sandbox.ts';
import { test } from '../support/workdir.ts';

const CONTEXT: ResultContext = {
  header: ['Rep', 'E-Mail', 'Where'],
  places: new Map([
    ['user', [0, 1]],
    ['territory', [2]],
  ]),
};

/** A journal of these rows and outcomes; row n + 2 stands at place n. */
function journalOf(rows: readonly (readonly string[])[], outcomes: readonly Outcome[]) {
  const journal = openJournal(':memory:', 'test');
  journal.addRows(rows.map((cells, i) => ({ row: i + 2, cells, subject: '', record: null })));
  journal.addOutcomes(outcomes);
  return journal;
}

/** A refusal of row 2; say only what differs. */
const refused = (finding: Partial<Finding> = {}): Outcome => ({
  row: 2,
  status: 'invalid',
  finding: { code: 'C', cause: 'it is wrong', resolution: 'Mend it.', ...finding },
  attempts: 0,
});

function pathsIn(workdir: string) {
  const [result, failed, summary] = ['result.csv', 'failed.csv', 'summary.json'].map((name) =>
    join(workdir, name),
  ) as [string, string, string];
  return { result, failed, summary };
}

/** Writes a report; gives the lines of both files. */
async function report(
  workdir: string,
  rows: readonly (readonly string[])[],
  outcomes: readonly Outcome[],
  context: Partial<ResultContext> = {},
) {
  const paths = pathsIn(workdir);
  using journal = journalOf(rows, outcomes);
  const statuses = await writeResultFiles(journal, { ...CONTEXT, ...context }, paths);
  const raw = await readFile(paths.result, 'utf8');
  const failed = parseCsv(await readFile(paths.failed, 'utf8'));
  const [header = [], ...lines] = parseCsv(raw);
  return { statuses, raw, header, lines, failed };
}

/** One of our columns of the first line. */
async function cell(workdir: string, column: string, outcome: Outcome, row = ['r', 'e', 'w']) {
  const { header, lines } = await report(workdir, [row], [outcome]);
  return lines[0]?.[header.indexOf(column)];
}

describe('result.csv', () => {
  test('has the input columns, then ours as documented', async ({ workdir }) => {
    const { header } = await report(workdir, [], []);
    expect(header).toEqual([
      'Rep',
      'E-Mail',
      'Where',
      '_row',
      '_status',
      '_code',
      '_message',
      '_resolution',
      '_field',
      '_id',
      '_job_id',
      '_http_status',
      '_attempts',
    ]);
  });

  test('has all that is known of a row in its line', async ({ workdir }) => {
    const outcome: Outcome = {
      row: 2,
      status: 'scheduled',
      id: '7',
      jobId: '8',
      httpStatus: 202,
      attempts: 3,
    };
    const { lines } = await report(workdir, [['r', 'e', 'w']], [outcome]);
    expect(lines[0]?.slice(3)).toEqual(['2', 'scheduled', '', '', '', '', '7', '8', '202', '3']);
  });

  test('has the HTTP status blank where there was no answer', async ({ workdir }) => {
    expect(await cell(workdir, '_http_status', { ...refused(), httpStatus: 0 })).toBe('');
  });

  test('guards formulas in cells, headers and messages', async ({ workdir }) => {
    const context = { header: ['=H', 'E-Mail', 'Where'] };
    const { raw } = await report(workdir, [['=1', '', '']], [refused({ cause: '@c' })], context);
    expect(raw).toMatch(/^'=H,/);
    expect(raw).toContain("\n'=1,");
    expect(raw).toContain(",'@c,");
  });

  test('quotes what would break its lines', async ({ workdir }) => {
    const cells = ['a\nb', 'c\rd', 'e"f,g'];
    const { lines } = await report(workdir, [cells], [refused()]);
    expect(lines[0]?.slice(0, 3)).toEqual(cells);
  });

  test('has thousands of lines in input order', async ({ workdir }) => {
    const rows = Array.from({ length: 3210 }, (_, i) => [`${i + 2}`, '', '']);
    const outcomes = rows.map((_, i) => ({ ...refused(), row: i + 2 }));
    const { lines } = await report(workdir, rows, outcomes.toReversed());
    expect(lines.map(([first]) => first)).toEqual(rows.map(([first]) => first));
  });
});

describe('the field at fault', () => {
  test("is the user's own header", async ({ workdir }) => {
    expect(await cell(workdir, '_field', refused({ field: 'territory' }))).toBe('Where');
  });

  test('of two headers is the one that was read', async ({ workdir }) => {
    const row = [' ', 'x@example.com', 'w'];
    expect(await cell(workdir, '_field', refused({ field: 'user' }), row)).toBe('E-Mail');
  });

  test('is the name of the column where the file has none', async ({ workdir }) => {
    expect(await cell(workdir, '_field', refused({ field: 'module' }))).toBe('module');
  });

  test("is spoken of by the user's own header", async ({ workdir }) => {
    const finding = { field: 'territory', resolution: 'Fill in the territory column.' };
    expect(await cell(workdir, '_resolution', refused(finding))).toBe('Fill in the Where column.');
  });

  test('is spoken of by that header, whatever its characters', async ({ workdir }) => {
    const finding = { field: 'territory', resolution: 'Fill in the territory column.' };
    const context = { header: ['Rep', 'E-Mail', '$&$$'] };
    const { lines } = await report(workdir, [['r', 'e', 'w']], [refused(finding)], context);
    expect(lines[0]).toContain('Fill in the $&$$ column.');
  });
});

describe('what was probably meant', () => {
  const finding = {
    field: 'territory',
    resolution: 'Correct the territory column.',
    suggestion: 'EMEA North',
  };

  test('is asked before what to do', async ({ workdir }) => {
    expect(await cell(workdir, '_resolution', refused(finding))).toBe(
      'Did you mean "EMEA North"? Correct the Where column.',
    );
  });

  test('stands beside the example in the causes of the summary', () => {
    using journal = journalOf([['r', 'e', 'w']], [refused(finding)]);
    expect(causesOf(journal, CONTEXT)).toMatchObject([
      {
        resolution: 'Correct the Where column.',
        example: { row: 2, value: 'w', suggestion: 'EMEA North' },
      },
    ]);
  });
});

describe('the message', () => {
  test('carries the value that was noted', async ({ workdir }) => {
    expect(await cell(workdir, '_message', refused({ value: 'row 7', field: 'user' }))).toBe(
      'it is wrong: row 7',
    );
  });

  test('carries the value of the field at fault where none was noted', async ({ workdir }) => {
    expect(await cell(workdir, '_message', refused({ field: 'territory' }))).toBe('it is wrong: w');
  });

  test('carries no value where the cell is blank', async ({ workdir }) => {
    const row = ['r', 'e', ''];
    expect(await cell(workdir, '_message', refused({ field: 'territory' }), row)).toBe(
      'it is wrong',
    );
  });

  test('carries the same value in the causes of the summary', () => {
    using journal = journalOf([['r', 'e', 'w']], [refused({ field: 'territory' })]);
    expect(causesOf(journal, CONTEXT)[0]?.example).toEqual({ row: 2, value: 'w' });
  });
});

describe('rows that the run did not reach', () => {
  const unreached = { message: 'the run stopped first: no credits', resolution: 'Try tomorrow.' };

  test('are not_sent, with the reason', async ({ workdir }) => {
    const { lines } = await report(workdir, [['r', 'e', 'w']], [], { unreached });
    expect(lines[0]?.slice(3, 8)).toEqual([
      '2',
      'not_sent',
      'NOT_SENT',
      unreached.message,
      unreached.resolution,
    ]);
  });

  test('are a bug when the run reached its end', async ({ workdir }) => {
    await expect(report(workdir, [['r', 'e', 'w']], [])).rejects.toThrow('bug: row 2');
  });
});

describe('failed.csv', () => {
  test('has the lines that are not as asked, and the header', async ({ workdir }) => {
    const statuses = ['created', 'invalid', 'unchanged', 'failed', 'blocked', 'scheduled'] as const;
    const rows = statuses.map((status) => [status, '', '']);
    const outcomes = statuses.map((status, i) => ({ row: i + 2, status, attempts: 0 }));
    const { header, lines, failed } = await report(workdir, rows, outcomes);
    expect(failed).toEqual([header, ...[1, 3, 4].map((i) => lines[i])]);
  });

  test('has but its header when all is as asked', async ({ workdir }) => {
    const { header, failed } = await report(
      workdir,
      [['r', 'e', 'w']],
      [{ row: 2, status: 'created', attempts: 1 }],
    );
    expect(failed).toEqual([header]);
  });
});

test('the rows are counted by status', async ({ workdir }) => {
  const rows = [1, 2, 3].map(() => ['', '', '']);
  const outcomes = [refused(), { ...refused(), row: 3 }];
  const unreached = { message: '', resolution: '' };
  expect((await report(workdir, rows, outcomes, { unreached })).statuses).toEqual(
    new Map([
      ['invalid', 2],
      ['not_sent', 1],
    ]),
  );
});

describe('a file that cannot be written', () => {
  const rows = Array.from({ length: 5000 }, () => ['x'.repeat(50), '', '']);
  const outcomes = rows.map((_, i) => ({ ...refused(), row: i + 2 }));

  async function errorOf(paths: ReturnType<typeof pathsIn>) {
    using journal = journalOf(rows, outcomes);
    const error = await writeResultFiles(journal, CONTEXT, paths).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    return error as AppError;
  }

  test.for(['result', 'failed'])('because a folder stands at %s', async (which, { workdir }) => {
    await mkdir(join(workdir, 'folder'));
    const paths = { ...pathsIn(workdir), [which]: join(workdir, 'folder') };
    const { code, message } = await errorOf(paths);
    expect(code).toBe('RESULT_UNWRITABLE');
    expect(message).toContain('EISDIR');
  });

  test('because its folder is gone', async ({ workdir }) => {
    const gone = join(workdir, 'gone', 'r.csv');
    const { message } = await errorOf({ ...pathsIn(workdir), result: gone });
    expect(message).toContain(gone);
  });

  test.runIf(existsSync('/dev/full'))('because the disk is full', async ({ workdir }) => {
    const paths = pathsIn(workdir);
    const earlier = Object.values(paths);
    for (const path of earlier) await writeFile(path, 'earlier');
    await symlink('/dev/full', `${paths.failed}.part`);
    const { message, hint } = await errorOf(paths);
    expect(message).toContain('ENOSPC');
    expect(hint).toContain('journal.sqlite');
    // The earlier files are as they were, and nothing else takes room.
    expect((await readdir(workdir)).sort()).toEqual(['failed.csv', 'result.csv', 'summary.json']);
    for (const path of earlier) expect(await readFile(path, 'utf8')).toBe('earlier');
  });
});

describe('files of an earlier time', () => {
  test('are replaced, with what a killed process left half done; their summary is gone', async ({
    workdir,
  }) => {
    const paths = pathsIn(workdir);
    for (const path of Object.values(paths)) {
      await writeFile(path, 'earlier');
      await writeFile(`${path}.part`, 'x'.repeat(10_000));
    }
    const { lines, failed } = await report(workdir, [['r', 'e', 'w']], [refused()]);
    expect([lines.length, failed.length]).toEqual([1, 2]);
    expect((await readdir(workdir)).sort()).toEqual([
      'failed.csv',
      'result.csv',
      'summary.json.part',
    ]);
  });
});
