import { existsSync, mkdirSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { readJournal } from '../../src/journal/open.ts';
import type { RunEvent } from '../../src/pipeline/events.ts';
import { planImport } from '../../src/pipeline/plan-import.ts';
import { runImport } from '../../src/pipeline/run.ts';
import { planSchema, summarySchema } from '../../src/report/summary.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { bytesOf, connectionTo, importText, SMALL_ORG, test } from '../support/sandbox.ts';

const HEADER = 'name,permission_type\n';
const GOOD = `${HEADER}East,read_only\n`;

describe('a file that cannot be read', () => {
  const cases: [string, string | Buffer, string][] = [
    ['is empty', '', 'FILE_EMPTY'],
    ['has a blank first row', `\n${GOOD}`, 'HEADER_MISSING'],
    ['lacks a column', 'name\nEast\n', 'COLUMN_MISSING'],
    ['has a column twice', 'name,Name,permission_type\nA,B,read_only\n', 'COLUMN_TWICE'],
    ['has an open quote in its last row', `${GOOD}"West,read_only\n`, 'QUOTE_NOT_CLOSED'],
    [
      'has a wrong byte in its last row',
      Buffer.concat([Buffer.from(GOOD), Buffer.from([0xfc])]),
      'ENCODING_UNREADABLE',
    ],
    [
      'has an open quote after a thousand good rows',
      `${HEADER}${'x,read_only\n'.repeat(20_000)}"`,
      'QUOTE_NOT_CLOSED',
    ],
  ];

  test.for(cases)(
    'because it %s: nothing is sent',
    async ([_, content, code], { sandbox, workdir }) => {
      const importing = importText(sandbox, workdir, 'territories', content);
      await expect(importing).rejects.toMatchObject({ code, exitCode: 2 });
      expect(sandbox.stats()).toMatchObject({ calls: {}, tokens: 0 });
    },
  );

  test('leaves no run folder', async ({ sandbox, workdir }) => {
    await expect(importText(sandbox, workdir, 'territories', '')).rejects.toThrow(InputError);
    expect(await readdir(workdir)).toEqual([]);
  });

  test("leaves the user's own empty folder as it was", async ({ sandbox, workdir }) => {
    await mkdir(join(workdir, 'run'));
    await expect(importText(sandbox, workdir, 'territories', 'name\n')).rejects.toThrow(InputError);
    expect(await readdir(join(workdir, 'run'))).toEqual([]);
  });
});

describe('the run folder', () => {
  test('holds the result, the failed rows, the summary and the journal', async ({
    sandbox,
    workdir,
  }) => {
    await importText(sandbox, workdir, 'territories', GOOD);
    expect(
      (await readdir(join(workdir, 'run'))).filter((name) => !/-(wal|shm)$/.test(name)),
    ).toEqual(['failed.csv', 'journal.sqlite', 'result.csv', 'summary.json']);
  });

  test('is never an earlier one', async ({ sandbox, workdir }) => {
    await mkdir(join(workdir, 'run'));
    await writeFile(join(workdir, 'run', 'result.csv'), 'precious');
    await expect(importText(sandbox, workdir, 'territories', GOOD)).rejects.toMatchObject({
      code: 'RUN_FOLDER_EXISTS',
      exitCode: 2,
    });
    expect(await readFile(join(workdir, 'run', 'result.csv'), 'utf8')).toBe('precious');
  });

  test('cannot be a file', async ({ sandbox, workdir }) => {
    await writeFile(join(workdir, 'run'), '');
    await expect(importText(sandbox, workdir, 'territories', GOOD)).rejects.toMatchObject({
      exitCode: 2,
    });
    expect(sandbox.stats().calls).toEqual({});
  });
});

describe('the exit code', () => {
  test('is 0 when every row is as asked, unchanged ones included', async ({ sandbox, workdir }) => {
    const text = `${GOOD}Northwind Trading,read_write_delete\n`;
    const { summary } = await importText(sandbox, workdir, 'territories', text);
    expect([summary.exitCode, summary.statuses]).toEqual([0, { created: 1, unchanged: 1 }]);
  });

  test('is 0 for a file of no rows', async ({ sandbox, workdir }) => {
    const { summary, lines } = await importText(sandbox, workdir, 'territories', HEADER);
    expect([summary.exitCode, summary.rows, lines]).toEqual([0, 0, []]);
  });

  test('is 1 when a row is not as asked', async ({ sandbox, workdir }) => {
    const text = `${GOOD}West,all\n`;
    const { summary } = await importText(sandbox, workdir, 'territories', text);
    expect([summary.exitCode, summary.statuses]).toEqual([1, { created: 1, invalid: 1 }]);
  });

  test('is 3 when the run stopped; the other rows are not_sent, with the reason', async ({
    sandbox,
    workdir,
  }) => {
    const text = `${GOOD}West,all\n`;
    const { summary, lines } = await importText(sandbox, workdir, 'territories', text, {
      maxErrors: { rows: 0 },
    });
    expect([summary.exitCode, summary.stopped?.code]).toEqual([3, 'MAX_ERRORS']);
    expect(lines[0]).toMatchObject({ _status: 'not_sent', _code: 'NOT_SENT', _attempts: '0' });
    expect(lines[0]?.['_message']).toContain('the run stopped first');
    expect(lines[1]).toMatchObject({ _status: 'invalid' });
  });

  test('is 3 when the org refuses everything', async ({ workdir }) => {
    await using off = await startSandbox({ ...SMALL_ORG, featureOff: 'TERRITORY_DISABLED' });
    const { summary, lines } = await importText(off, workdir, 'territories', GOOD);
    expect([summary.exitCode, summary.stopped?.code]).toEqual([3, 'TERRITORY_DISABLED']);
    expect(lines[0]?.['_status']).toBe('not_sent');
  });
});

describe('a result that cannot be written', () => {
  test('ends the import with an error that leads to the journal', async ({ sandbox, workdir }) => {
    const onEvent = ({ type }: RunEvent) => {
      if (type === 'planned') mkdirSync(join(workdir, 'run', 'result.csv'));
    };
    const importing = importText(sandbox, workdir, 'territories', GOOD, { onEvent });
    await expect(importing).rejects.toMatchObject({ code: 'RESULT_UNWRITABLE', exitCode: 3 });
    using journal = readJournal(join(workdir, 'run', 'journal.sqlite'));
    expect(journal.statusCounts()).toEqual(new Map([['created', 1]]));
  });
});

describe('an abort while the file is read', () => {
  async function aborted(sandbox: Parameters<typeof connectionTo>[0], workdir: string) {
    const abort = new AbortController();
    const onEvent = ({ type }: RunEvent) => {
      if (type === 'columnsFound') abort.abort();
    };
    const importing = importText(sandbox, workdir, 'territories', GOOD, {
      signal: abort.signal,
      onEvent,
    });
    await expect(importing).rejects.toMatchObject({ name: 'AbortError' });
  }

  test('sends nothing', async ({ sandbox, workdir }) => {
    await aborted(sandbox, workdir);
    expect(sandbox.stats().calls).toEqual({});
  });

  test('leaves no run folder', async ({ sandbox, workdir }) => {
    await aborted(sandbox, workdir);
    expect(existsSync(join(workdir, 'run'))).toBe(false);
  });
});

describe('the summary', () => {
  test('in summary.json is the one given, and as its schema says', async ({ sandbox, workdir }) => {
    const { summary } = await importText(sandbox, workdir, 'territories', `${GOOD}West,all\n`);
    const written = JSON.parse(await readFile(summary.files.summary, 'utf8'));
    expect(written).toEqual(summary);
    expect(summarySchema.parse(written)).toEqual(written);
  });

  test('of a stopped run is as its schema says', async ({ sandbox, workdir }) => {
    const { summary } = await importText(sandbox, workdir, 'territories', `${GOOD}West,all\n`, {
      maxErrors: { rows: 0 },
    });
    expect(summarySchema.parse(summary)).toEqual(summary);
  });

  test('has the calls and credits that the org counted', async ({ sandbox, workdir }) => {
    const { summary } = await importText(sandbox, workdir, 'territories', GOOD);
    const calls = Object.values(sandbox.stats().calls).reduce((sum, n) => sum + n, 0);
    expect([summary.calls, summary.credits]).toEqual([calls, sandbox.stats().credits]);
  });
});

test('a resource that there is not is refused before anything is made', async ({
  sandbox,
  workdir,
}) => {
  await expect(importText(sandbox, workdir, 'territory', GOOD)).rejects.toMatchObject({
    code: 'USAGE',
    hint: expect.stringContaining('user-territories'),
  });
  expect(await readdir(workdir)).toEqual([]);
});

describe('a plan', () => {
  test('sends no change', async ({ sandbox }) => {
    await planImport({
      resource: 'territories',
      source: bytesOf(GOOD),
      connection: connectionTo(sandbox),
      previewChunks: 10,
    });
    expect(Object.keys(sandbox.stats().calls).filter((call) => !call.startsWith('GET'))).toEqual(
      [],
    );
  });

  test('comes to the calls that the import then makes', async ({ sandbox, workdir }) => {
    const text = `${HEADER}${Array.from({ length: 25 }, (_, i) => `T${i},read_only\n`).join('')}`;
    const job = {
      resource: 'territories',
      connection: connectionTo(sandbox),
    };
    const { report, firstChunks } = await planImport({
      ...job,
      source: bytesOf(text),
      previewChunks: 2,
    });
    await runImport({ ...job, source: bytesOf(text), out: workdir });
    expect(report.calls).toBe(sandbox.stats().calls['POST /settings/territories']);
    expect(firstChunks.map(({ entries }) => entries.length)).toEqual([10, 10]);
    expect(planSchema.parse(report)).toEqual(report);
  });

  test('shows the first calls of later levels too', async ({ sandbox }) => {
    const { firstChunks } = await planImport({
      resource: 'territories',
      source: bytesOf('name,permission_type,parent\nA,read_only,\nB,read_only,A\nC,read_only,B\n'),
      connection: connectionTo(sandbox),
      previewChunks: 2,
    });
    expect(firstChunks.map(({ after }) => after)).toEqual([[], [1]]);
  });
});
