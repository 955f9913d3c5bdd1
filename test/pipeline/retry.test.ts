import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { copyJournal, readJournal } from '../../src/journal/open.ts';
import { demoRecordId, demoUserId } from '../../src/sandbox/index.ts';
import { countBy, type Line, madeId, type Runs, startRuns } from '../support/runs.ts';
import { bytesOf, parseCsv } from '../support/sandbox.ts';

const range = (length: number) => Array.from({ length }, (_, i) => i);

/** Rows that end in every way there is; cells that are hard to carry from file to file. */
const TREE = [
  'name,reporting_to,permission_type,description,my note',
  'Good,,read_only,,',
  'Bad,Locked,read_only,"a, ""b""",=1+1',
  'Below good,Good,read_only,,',
  'Below bad,Bad,read_only,,-2',
  'Wrong,,all,"two\nlines",@x',
  'Nowhere,Atlantis,read_only,Straße 😀,\ttab',
];
const FAILED = ['Bad', 'Below bad', 'Wrong', 'Nowhere'];

async function startOrg(): Promise<Runs> {
  const runs = await startRuns({ recordsPerModule: 20, denied: { territories: [madeId(1)] } });
  await runs.territories('Locked');
  return runs;
}

const names = (lines: readonly Line[]) => lines.map((line) => line['name']);

/** The rows of a result file without what a run has added. */
function given(lines: readonly Line[]) {
  return lines.map((line) => {
    return Object.fromEntries(Object.entries(line).filter(([column]) => !column.startsWith('_')));
  });
}

describe('a retry of a finished run', () => {
  test('sends its failed, invalid and blocked rows as a new run that names it', async () => {
    await using runs = await startOrg();
    const first = await runs.import('run', 'territories', TREE);
    expect(first.statuses).toEqual({ created: 2, failed: 1, blocked: 1, invalid: 2 });
    const before = await runs.bytes('run');

    const { summary, isNew } = await runs.retry('run', 'again');
    expect(isNew).toBe(true);
    expect(summary).toMatchObject({
      retryOf: first.run,
      resource: 'territories',
      rows: 4,
      statuses: { failed: 1, blocked: 1, invalid: 2 },
      exitCode: 1,
    });
    expect(summary.files.folder).toBe(runs.path('again'));
    const wished = given(await runs.lines('run')).filter(({ name = '' }) => FAILED.includes(name));
    expect(given(await runs.lines('again'))).toEqual(wished);
    expect(await runs.bytes('run')).toEqual(before);
  });

  test('takes failed.csv as it was corrected', async () => {
    await using runs = await startOrg();
    const { run, files } = await runs.import('run', 'territories', TREE);
    const text = await readFile(files.failed, 'utf8');
    const corrected = text.replace('Bad,Locked', 'Bad,').replace(',all,', ',read_only,');
    await writeFile(files.failed, corrected.replace('Atlantis', 'Good'));
    const { summary } = await runs.retry('run', 'again');
    expect(summary).toMatchObject({ retryOf: run, statuses: { created: 4 }, exitCode: 0 });
    expect(runs.sandbox.org.territories().map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Good', 'Below good', ...FAILED]),
    );
  });

  test('takes another file when one is named', async () => {
    await using runs = await startOrg();
    const { run } = await runs.import('run', 'territories', TREE);
    const file = await runs.write('corrected.csv', [TREE[0] ?? '', 'Bad,,read_only,,']);
    const { summary } = await runs.retry('run', 'again', { file });
    expect(summary).toMatchObject({ retryOf: run, rows: 1, statuses: { created: 1 } });
  });

  test('sends the same rows, byte for byte, when failed.csv is gone', async () => {
    const results: string[] = [];
    for (const isGone of [false, true]) {
      await using runs = await startOrg();
      const { files } = await runs.import('run', 'territories', TREE);
      if (isGone) await rm(files.failed);
      await runs.retry('run', 'again');
      results.push((await runs.bytes('again'))['result.csv'] ?? '');
    }
    expect(results[1]).toBe(results[0]);
    expect(names(parse(results[0] ?? ''))).toEqual(FAILED);
  });

  test('can itself be retried', async () => {
    await using runs = await startOrg();
    await runs.import('run', 'territories', TREE);
    const { summary: second } = await runs.retry('run', 'second');
    const { summary: third } = await runs.retry('second', 'third');
    expect(third).toMatchObject({ retryOf: second.run, rows: 4 });
    expect(given(await runs.lines('third'))).toEqual(given(await runs.lines('second')));
  });
});

function parse(text: string): Line[] {
  const [header = [], ...records] = parseCsv(text);
  return records.map((cells) =>
    Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ''])),
  );
}

describe('what was set for the first run', () => {
  test('is set for the second: which headers are meant', async () => {
    await using runs = await startOrg();
    const csv = ['Titel;Darf;Ober', 'A;read_only;Locked', 'B;read_only;'];
    const map = new Map([
      ['name', 'Titel'],
      ['permission_type', 'Darf'],
      ['reporting_to', 'Ober'],
    ]);
    const { files } = await runs.import('run', 'territories', csv, { map, delimiter: ';' });
    const text = await readFile(files.failed, 'utf8');
    await writeFile(files.failed, text.replace('Locked', ''));
    const { summary } = await runs.retry('run', 'again');
    expect(summary).toMatchObject({ rows: 1, statuses: { created: 1 } });
  });

  test('is set for the second: the module', async () => {
    await using runs = await startOrg();
    const csv = ['id,territory', `${demoRecordId('Deals', 1)},Later`];
    const settings = { module: 'Deals' };
    await runs.import('run', 'record-territories', csv, { settings });
    await runs.territories('Later');
    const { summary } = await runs.retry('run', 'again', { wait: true });
    expect(summary).toMatchObject({ settings, statuses: { assigned: 1 } });
  });

  test('is set for the second: the mode', async () => {
    await using runs = await startOrg();
    const csv = ['name,description', 'Locked,new', 'Later,new'];
    const settings = { mode: 'upsert' } as const;
    const first = await runs.import('run', 'territories', csv, { settings });
    expect(first.statuses).toEqual({ failed: 1, invalid: 1 });
    await runs.territories('Later');
    const { summary } = await runs.retry('run', 'again');
    expect(summary).toMatchObject({ settings, statuses: { failed: 1, updated: 1 } });
  });
});

describe('a run that has left nothing', () => {
  test('is not retried, and says so', async () => {
    await using runs = await startOrg();
    const summary = await runs.import('run', 'territories', [TREE[0] ?? '', 'A,,read_only,,']);
    const before = await runs.bytes('run');
    const calls = runs.sandbox.stats().calls;
    expect(await runs.retry('run', 'again')).toEqual({ summary, isNew: false });
    expect(await runs.bytes('run')).toEqual(before);
    expect(existsSync(runs.path('again'))).toBe(false);
    expect(runs.sandbox.stats().calls).toEqual(calls);
  });
});

describe('a run that was stopped', () => {
  const USERS = [
    'user,territory',
    ...range(10).map((i) => `${demoUserId(2 + i)},${i === 2 ? 'Locked' : `P${i}`}`),
  ];
  const ONE_BY_ONE = { precheck: 'never', client: { concurrency: 1 } } as const;

  /** An org with a run that has sent three of its ten rows. */
  async function stoppedRun(): Promise<Runs> {
    const runs = await startOrg();
    await runs.territories(...range(10).map((i) => `P${i}`));
    const options = { ...ONE_BY_ONE, maxErrors: { rows: 0 } };
    const { statuses } = await runs.import('run', 'user-territories', USERS, options);
    expect(statuses).toEqual({ associated: 2, failed: 1, not_sent: 7 });
    return runs;
  }

  test('is closed by a retry, which sends what it has not sent', async () => {
    await using runs = await stoppedRun();
    const { summary } = await runs.retry('run', 'again');
    expect(summary).toMatchObject({
      rows: 8,
      statuses: { associated: 7, failed: 1 },
      exitCode: 1,
    });
    const calls = runs.sandbox.stats().calls;
    const { wasFinished, summary: old } = await runs.resume('run');
    expect(wasFinished).toBe(true);
    expect(summary.retryOf).toBe(old.run);
    expect(old.statuses).toEqual({ associated: 2, failed: 1, not_sent: 7 });
    expect(runs.sandbox.stats().calls).toEqual(calls);
  });

  test('is closed by a retry that stops as well: that one is resumed', async () => {
    await using runs = await stoppedRun();
    const options = { ...ONE_BY_ONE, maxErrors: { rows: 0 } };
    const { summary } = await runs.retry('run', 'again', options);
    expect(summary).toMatchObject({ exitCode: 3, stopped: { code: 'MAX_ERRORS' } });
    const old = await runs.resume('run');
    expect(old.wasFinished).toBe(true);
    const { summary: resumed } = await runs.resume('again');
    expect(resumed).toMatchObject({
      retryOf: old.summary.run,
      statuses: { associated: 7, failed: 1 },
    });
  });

  test('sends the same rows when failed.csv is gone', async () => {
    await using runs = await stoppedRun();
    await rm(runs.path('run', 'failed.csv'));
    await runs.retry('run', 'again');
    expect(given(await runs.lines('again'))).toEqual(given((await runs.lines('run')).slice(2)));
  });

  test('stays as it was when the corrected file cannot be read', async () => {
    await using runs = await stoppedRun();
    const file = await runs.write('corrected.csv', ['who,where', 'a,b']);
    const before = await runs.bytes('run');
    await expect(runs.retry('run', 'again', { file })).rejects.toMatchObject({
      code: 'COLUMN_MISSING',
    });
    expect(await runs.bytes('run')).toEqual(before);
    expect(existsSync(runs.path('again'))).toBe(false);
    const { summary } = await runs.resume('run');
    expect(summary.statuses).toEqual({ associated: 9, failed: 1 });
  });

  test('before its plan was made must be resumed', async () => {
    await using runs = await startOrg();
    const client = { maxCredits: 0 };
    await runs.import('run', 'user-territories', bytesOf(USERS.join('\n')), { client });
    await expect(runs.retry('run', 'again')).rejects.toMatchObject({
      code: 'RUN_UNFINISHED',
      exitCode: 2,
      hint: expect.stringContaining(`resume ${runs.path('run')}`),
    });
  });
});

describe('a run of which something may still come', () => {
  async function refused(runs: Runs, name: string, why: string) {
    const calls = runs.sandbox.stats().calls;
    await expect(runs.retry(name, 'again')).rejects.toMatchObject({
      code: 'RUN_UNFINISHED',
      exitCode: 2,
      message: expect.stringContaining(why),
      hint: expect.stringContaining(`resume ${runs.path(name)}`),
    });
    expect(runs.sandbox.stats().calls).toEqual(calls);
    expect(existsSync(runs.path('again'))).toBe(false);
  }

  test('must be resumed: one that was killed', async () => {
    await using runs = await startOrg();
    await mkdir(runs.path('killed'));
    const users = range(5).map((i) => `${demoUserId(2 + i)},Locked`);
    await runs.import('run', 'user-territories', ['user,territory', ...users], {
      onEvent: ({ type }) => {
        const copy = runs.path('killed', 'journal.sqlite');
        if (type !== 'chunkCompleted' || existsSync(copy)) return;
        copyJournal(runs.path('run', 'journal.sqlite'), copy);
      },
    });
    await refused(runs, 'killed', 'was not brought to its end');
  });

  test('must be resumed: one with calls that were never settled', async () => {
    const lost = ['resetAfter', ...new Array(4).fill('resetBefore')] as const;
    await using runs = await startRuns({
      recordsPerModule: 1,
      faults: { schedule: ['ok', 'ok', ...lost] },
    });
    const csv = ['name,permission_type', 'A,read_only'];
    const stopped = await runs.import('run', 'territories', csv, { client: { retries: 2 } });
    expect(countBy(await runs.lines('run'), '_code')).toEqual({ UNANSWERED: 1 });
    expect(stopped.exitCode).toBe(3);
    await refused(runs, 'run', 'whether they were done');
    expect((await runs.resume('run')).summary.statuses).toEqual({ created: 1 });
    expect((await runs.retry('run', 'again')).isNew).toBe(false);
  });
});

test('a run that there is not is not found', async () => {
  await using runs = await startOrg();
  await expect(runs.retry('missing', 'again')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
});

describe('a retry that is interrupted before its plan was made', () => {
  async function unplannedRetry(): Promise<Runs> {
    const runs = await startOrg();
    await runs.territories('P1');
    const csv = ['user,territory', `${demoUserId(2)},Locked`, `${demoUserId(3)},P1`];
    const options = { precheck: 'never', client: { concurrency: 1 } } as const;
    await runs.import('run', 'user-territories', csv, { ...options, maxErrors: { rows: 0 } });
    await runs.retry('run', 'again', { client: { maxCredits: 0 } });
    return runs;
  }

  test('leaves the stopped run open', async () => {
    await using runs = await unplannedRetry();
    using journal = readJournal(runs.path('run', 'journal.sqlite'));
    expect(journal.state).toBe('stopped');
  });

  test('closes it when it is resumed', async () => {
    await using runs = await unplannedRetry();
    const { summary } = await runs.resume('again');
    expect(summary.statuses).toEqual({ associated: 1, failed: 1 });
    expect((await runs.resume('run')).wasFinished).toBe(true);
  });
});
