import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readJournal } from '../../src/journal/open.ts';
import { resumeRun } from '../../src/pipeline/resume.ts';
import { runImport } from '../../src/pipeline/run.ts';
import type { Summary } from '../../src/report/summary.ts';
import {
  DEMO_ORG,
  demoRecordId,
  demoUserId,
  type SandboxOptions,
  startSandbox,
} from '../../src/sandbox/index.ts';
import { tempFolder } from '../support/cli.ts';
import { refusal, startHostileServer, success } from '../support/hostile-server.ts';
import { callsOf, countBy, madeId, type Runs, startRuns } from '../support/runs.ts';
import { bytesOf, connectionTo } from '../support/sandbox.ts';

const CREATE = 'POST /settings/territories';

const range = (length: number) => Array.from({ length }, (_, i) => i);

/** A file and the org that it is for: the first territory made there is one that nobody may use. */
interface Job {
  readonly resource: string;
  readonly csv: readonly string[];
  readonly sandbox: SandboxOptions;
}

const DENIED = { denied: { territories: [madeId(1)] } };

/** A tree of 45 territories, of which some have a parent that nobody may use, or none. */
const TREE: Job = {
  resource: 'territories',
  sandbox: DENIED,
  csv: [
    'name,reporting_to,permission_type,note',
    ...range(45).map((i) => {
      const parent = i % 15 === 3 ? 'Locked' : i % 15 === 7 ? 'Nowhere' : i < 6 ? '' : `T${i - 5}`;
      return `T${i},${parent},read_only,=note ${i}`;
    }),
  ],
};

/** 40 users, each in a territory or two, one of which nobody may change. */
const USERS: Job = {
  resource: 'user-territories',
  sandbox: DENIED,
  csv: [
    'user,territory',
    ...range(40).map((i) => `${demoUserId(2 + i)},P${i}`),
    ...range(6).map((i) => `${demoUserId(2 + 7 * i)},Locked`),
  ],
};

/** 40 accounts and some that are not there, the first one among them, in a territory or two each. */
const RECORDS: Job = {
  resource: 'record-territories',
  sandbox: { ...DENIED, recordsPerModule: 40, assign: 'immediate' },
  csv: [
    'module,record_id,territory',
    ...range(46).map((i) => `Accounts,${demoRecordId('Accounts', i)},P1`),
    ...range(20).map((i) => `Accounts,${demoRecordId('Accounts', i)},P2`),
  ],
};

/** One call at a time, so that ids are given out in the same order every time. */
const ONE_BY_ONE = { precheck: 'never', client: { concurrency: 1 } } as const;

async function startOrg({ sandbox }: Job, options: SandboxOptions = {}): Promise<Runs> {
  const runs = await startRuns({ recordsPerModule: 1, ...sandbox, ...options });
  await runs.territories('Locked', ...range(45).map((i) => `P${i}`));
  return runs;
}

/** What an org holds of all that these jobs change. */
function orgOf({ sandbox }: Runs) {
  return {
    territories: sandbox.org.territories().map(({ name, parentId }) => [name, parentId]),
    members: sandbox.org.territories().map(({ id }) => sandbox.org.usersOf(id)),
    assigned: range(40).map((i) =>
      sandbox.org.territoriesOf('Accounts', demoRecordId('Accounts', 1 + i)),
    ),
  };
}

/** The result of a job that nothing stops. */
async function unbroken(job: Job) {
  await using runs = await startOrg(job);
  const summary = await runs.import('run', job.resource, job.csv, ONE_BY_ONE);
  expect(summary.stopped).toBeUndefined();
  return { summary, result: (await runs.bytes('run'))['result.csv'], org: orgOf(runs) };
}

/** What stays the same in a summary however often the run was stopped. */
function lasting({ statuses, causes, exitCode, rows }: Summary) {
  return { statuses, causes, exitCode, rows };
}

describe('a finished run', () => {
  test.for([
    ['every row as asked', USERS.csv.slice(0, 20), 0],
    ['some rows failed', USERS.csv, 1],
  ] as const)('says so and changes nothing: %s', async ([, csv, exitCode]) => {
    await using runs = await startOrg(USERS);
    const summary = await runs.import('run', USERS.resource, csv);
    expect(summary.exitCode).toBe(exitCode);
    const before = await runs.bytes('run');
    const calls = runs.sandbox.stats().calls;
    await rm(runs.path('run.csv'));
    expect(await runs.resume('run')).toEqual({ summary, wasFinished: true });
    expect(await runs.bytes('run')).toEqual(before);
    expect(runs.sandbox.stats().calls).toEqual(calls);
  });

  test('that was resumed to its end is one, too', async () => {
    await using runs = await startOrg(USERS);
    await runs.import('run', USERS.resource, USERS.csv, { ...ONE_BY_ONE, maxErrors: { rows: 0 } });
    const { summary } = await runs.resume('run');
    const before = await runs.bytes('run');
    expect(await runs.resume('run')).toEqual({ summary, wasFinished: true });
    expect(await runs.bytes('run')).toEqual(before);
  });
});

describe('a run that was stopped ends as an unbroken one', () => {
  const jobs = [TREE, USERS, RECORDS] as const;

  test.for(jobs.flatMap((job) => [1, 2, 4].map((calls) => ({ ...job, calls }))))(
    '$resource, interrupted after $calls calls',
    async ({ calls, ...job }) => {
      const expected = await unbroken(job);
      await using runs = await startOrg(job);
      const interrupt = new AbortController();
      let completed = 0;
      const stopped = await runs.import('run', job.resource, job.csv, {
        ...ONE_BY_ONE,
        signal: interrupt.signal,
        onEvent: ({ type }) => {
          if (type === 'chunkCompleted' && ++completed === calls) interrupt.abort();
        },
      });
      expect(stopped).toMatchObject({ exitCode: 130, stopped: { code: 'INTERRUPTED' } });
      expect(stopped.statuses.not_sent).toBeGreaterThan(0);
      const { summary, wasFinished } = await runs.resume('run', ONE_BY_ONE);
      expect(wasFinished).toBe(false);
      expect(summary.stopped).toBeUndefined();
      expect(lasting(summary)).toEqual(lasting(expected.summary));
      expect((await runs.bytes('run'))['result.csv']).toBe(expected.result);
      expect(orgOf(runs)).toEqual(expected.org);
    },
  );

  test.for(jobs)('$resource, stopped by too many errors', async (job) => {
    const expected = await unbroken(job);
    await using runs = await startOrg(job);
    const options = { ...ONE_BY_ONE, maxErrors: { rows: 0 } };
    const stopped = await runs.import('run', job.resource, job.csv, options);
    expect(stopped).toMatchObject({ exitCode: 3, stopped: { code: 'MAX_ERRORS' } });
    const { summary } = await runs.resume('run', ONE_BY_ONE);
    expect(lasting(summary)).toEqual(lasting(expected.summary));
    expect((await runs.bytes('run'))['result.csv']).toBe(expected.result);
    expect(orgOf(runs)).toEqual(expected.org);
  });

  test.for(jobs)('$resource, stopped again and again by a limit on credits', async (job) => {
    const expected = await unbroken(job);
    await using runs = await startOrg(job);
    const client = { concurrency: 1, maxCredits: 6 };
    let last = await runs.import('run', job.resource, job.csv, { ...ONE_BY_ONE, client });
    for (let sessions = 1; last.stopped !== undefined; sessions += 1) {
      expect(last).toMatchObject({ exitCode: 3, stopped: { code: 'MAX_CREDITS' } });
      expect(sessions).toBeLessThan(20);
      last = (await runs.resume('run', { client })).summary;
    }
    expect(lasting(last)).toEqual(lasting(expected.summary));
    expect((await runs.bytes('run'))['result.csv']).toBe(expected.result);
    expect(orgOf(runs)).toEqual(expected.org);
  });

  test.for(jobs)('$resource, with many calls in flight', async (job) => {
    const expected = await unbroken(job);
    await using runs = await startOrg(job, { latencyMs: 1 });
    const interrupt = new AbortController();
    await runs.import('run', job.resource, job.csv, {
      precheck: 'never',
      signal: interrupt.signal,
      client: { concurrency: 5 },
      onEvent: ({ type }) => {
        if (type === 'chunkCompleted') interrupt.abort();
      },
    });
    const { summary } = await runs.resume('run');
    expect(summary.statuses).toEqual(expected.summary.statuses);
    expect(runs.sandbox.stats().overlaps).toBe(0);
  });

  test('and stops once more where the same limit on errors is given', async () => {
    await using runs = await startOrg(USERS);
    const options = { ...ONE_BY_ONE, maxErrors: { rows: 0 } };
    const first = await runs.import('run', USERS.resource, USERS.csv, options);
    const { summary } = await runs.resume('run', options);
    expect(summary).toMatchObject({ exitCode: 3, stopped: { code: 'MAX_ERRORS' } });
    expect(summary.statuses).toEqual(first.statuses);
  });
});

describe('territories of a run that was stopped', () => {
  const csv = [
    'name,reporting_to,permission_type',
    'Good,,read_only',
    'Bad,Locked,read_only',
    'Below good,Good,read_only',
    'Below bad,Bad,read_only',
    'Far below bad,Below bad,read_only',
  ];

  test('get the ids of parents made before, and lose those that failed, in the same words', async () => {
    const expected = await unbroken({ ...TREE, csv });
    await using runs = await startOrg(TREE);
    const interrupt = new AbortController();
    const stopped = await runs.import('run', 'territories', csv, {
      ...ONE_BY_ONE,
      signal: interrupt.signal,
      onEvent: ({ type }) => {
        if (type === 'chunkCompleted') interrupt.abort();
      },
    });
    expect(stopped.statuses).toEqual({ created: 1, failed: 1, not_sent: 3 });
    await runs.resume('run', ONE_BY_ONE);
    const lines = await runs.lines('run');
    expect(lines.map((line) => line['_status'])).toEqual([
      'created',
      'failed',
      'created',
      'blocked',
      'blocked',
    ]);
    const below = runs.sandbox.org.territories().find(({ name }) => name === 'Below good');
    expect(below?.parentId).toBe(lines[0]?.['_id']);
    expect(lines[3]?.['_message']).toContain('Bad (row 3)');
    expect(lines[4]?.['_message']).toContain('Below bad > Bad (row 3)');
    expect((await runs.bytes('run'))['result.csv']).toBe(expected.result);
  });
});

/** All API calls that an org has seen. */
function apiCalls({ sandbox }: Runs): number {
  return Object.values(sandbox.stats().calls).reduce((total, n) => total + n, 0);
}

describe('a summary', () => {
  test('counts the calls and credits of all sessions', async () => {
    await using runs = await startOrg(USERS);
    const before = { calls: apiCalls(runs), credits: runs.sandbox.stats().credits };
    const client = { concurrency: 1, maxCredits: 20 };
    let last = await runs.import('run', USERS.resource, USERS.csv, { client });
    let sessions = 1;
    for (; last.stopped !== undefined; sessions += 1) {
      last = (await runs.resume('run', { client })).summary;
    }
    expect(sessions).toBeGreaterThan(2);
    expect(last.calls).toBe(apiCalls(runs) - before.calls);
    expect(last.credits).toBe(runs.sandbox.stats().credits - before.credits);
    expect(JSON.parse(await readFile(last.files.summary, 'utf8'))).toEqual(last);
  });

  test('counts the calls of a session that came to nothing', async () => {
    await using runs = await startRuns({ recordsPerModule: 1, credits: 11 });
    await runs.territories(...range(10).map((i) => `P${i}`));
    const before = apiCalls(runs);
    const csv = USERS.csv.slice(0, 11);
    const first = await runs.import('run', USERS.resource, csv, ONE_BY_ONE);
    expect(first.stopped?.code).toBe('TOO_MANY_REQUESTS');
    await expect(runs.resume('run')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    expect(apiCalls(runs) - before).toBeGreaterThan(first.calls);
    await runs.time.sleep(25 * 3_600_000);
    const { summary } = await runs.resume('run');
    expect(summary.statuses).toEqual({ associated: 10 });
    expect(summary.calls).toBe(apiCalls(runs) - before);
  });

  test('counts the time at work, and not that between two sessions', async () => {
    await using runs = await startOrg(USERS);
    const interrupt = new AbortController();
    const { elapsedMs } = await runs.import('run', USERS.resource, USERS.csv, {
      signal: interrupt.signal,
      onEvent: ({ type }) => {
        if (type === 'orgRead') {
          void runs.time.sleep(5000);
          interrupt.abort();
        }
      },
    });
    expect(elapsedMs).toBe(5000);
    await runs.time.sleep(3_600_000);
    const { summary } = await runs.resume('run');
    expect(summary.elapsedMs).toBe(5000);
  });
});

/** Starts a run of users that stops after its first calls. */
async function stoppedRun(runs: Runs, source: Parameters<Runs['import']>[2] = USERS.csv) {
  const options = { ...ONE_BY_ONE, maxErrors: { rows: 0 } };
  const summary = await runs.import('run', USERS.resource, source, options);
  expect(summary).toMatchObject({ stopped: { code: 'MAX_ERRORS' } });
  return summary;
}

describe('a file that is not as it was', () => {
  test('is refused, and the run is left as it was', async () => {
    await using runs = await startOrg(USERS);
    const { statuses } = await stoppedRun(runs);
    await runs.write('run.csv', USERS.csv.toSpliced(3, 1));
    const calls = runs.sandbox.stats().calls;
    await expect(runs.resume('run')).rejects.toMatchObject({
      code: 'INPUT_CHANGED',
      exitCode: 2,
      hint: expect.stringContaining('--as-read'),
    });
    expect(runs.sandbox.stats().calls).toEqual(calls);
    expect(countBy(await runs.lines('run'))).toEqual(statuses);
  });

  test('does not matter when its rows are wanted as they were read', async () => {
    const expected = await unbroken(USERS);
    await using runs = await startOrg(USERS);
    await stoppedRun(runs);
    await runs.write('run.csv', ['user,territory', 'nobody,nowhere']);
    await runs.resume('run', { ...ONE_BY_ONE, asRead: true });
    expect((await runs.bytes('run'))['result.csv']).toBe(expected.result);
  });

  test('does not matter when it is gone', async () => {
    const expected = await unbroken(USERS);
    await using runs = await startOrg(USERS);
    await stoppedRun(runs);
    await rm(runs.path('run.csv'));
    await runs.resume('run', ONE_BY_ONE);
    expect((await runs.bytes('run'))['result.csv']).toBe(expected.result);
  });

  test('does not matter when it was written anew with the same bytes', async () => {
    await using runs = await startOrg(USERS);
    await stoppedRun(runs);
    await runs.write('run.csv', USERS.csv);
    expect((await runs.resume('run')).summary.exitCode).toBe(1);
  });
});

describe('another org', () => {
  test('of another name is refused before anything is sent', async () => {
    await using runs = await startOrg(USERS);
    await stoppedRun(runs);
    const connection = { ...runs.connection, name: 'production' };
    const calls = runs.sandbox.stats().calls;
    await expect(runs.resume('run', { connection })).rejects.toMatchObject({
      code: 'ORG_CHANGED',
      exitCode: 2,
      message: expect.stringContaining('production'),
    });
    expect(runs.sandbox.stats().calls).toEqual(calls);
  });

  test('of the same name is known by its top territory', async () => {
    await using runs = await startOrg(USERS);
    await stoppedRun(runs);
    await using other = await startHostileServer(() => ({
      body: { territories: [{ id: '1', name: 'Another Company' }] },
    }));
    const connection = other.connection({ name: runs.connection.name });
    await expect(runs.resume('run', { connection })).rejects.toMatchObject({
      code: 'ORG_CHANGED',
      exitCode: 2,
    });
    expect(other.calls.map(({ method }) => method)).toEqual(['GET']);
    // It is still there for the right one.
    expect((await runs.resume('run')).summary.stopped).toBeUndefined();
  });
});

describe('a run', () => {
  test('that there is not is not found', async () => {
    await using runs = await startOrg(USERS);
    await mkdir(runs.path('empty'));
    await writeFile(runs.path('empty', 'journal.sqlite'), 'no journal at all');
    for (const name of ['missing', 'empty']) {
      await expect(runs.resume(name)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND', exitCode: 2 });
    }
  });

  test('is found by its folder and by any file in it', async () => {
    await using runs = await startOrg(USERS);
    await stoppedRun(runs);
    expect((await runs.resume('run/failed.csv', { maxErrors: { rows: 0 } })).wasFinished).toBe(
      false,
    );
    expect((await runs.resume('run')).wasFinished).toBe(false);
    expect((await runs.resume('run/summary.json')).wasFinished).toBe(true);
  });
});

describe('a journal that is damaged', () => {
  test('is told, and nothing is sent', async () => {
    await using runs = await startOrg(USERS);
    await stoppedRun(runs);
    const path = runs.path('run', 'journal.sqlite');
    const bytes = await readFile(path);
    await writeFile(path, bytes.fill(0xa5, 4096));
    const calls = runs.sandbox.stats().calls;
    await expect(runs.resume('run')).rejects.toMatchObject({
      code: 'JOURNAL_UNWRITABLE',
      exitCode: 3,
    });
    expect(runs.sandbox.stats().calls).toEqual(calls);
  });
});

describe('a run that was interrupted before its plan was made', () => {
  const sources = [
    ['a file', USERS.csv],
    ['standard input', bytesOf(USERS.csv.join('\n'))],
  ] as const;

  test.for(sources)('is planned when it is resumed: %s', async ([, source]) => {
    const expected = await unbroken(USERS);
    await using runs = await startOrg(USERS);
    const interrupt = new AbortController();
    const stopped = await runs.import('run', USERS.resource, source, {
      signal: interrupt.signal,
      client: { concurrency: 1 },
      onEvent: ({ type }) => {
        if (type === 'orgRead') interrupt.abort();
      },
    });
    expect(stopped).toMatchObject({ exitCode: 130, statuses: { not_sent: 46 } });
    {
      using journal = readJournal(runs.path('run', 'journal.sqlite'));
      expect([journal.state, [...journal.chunks()]]).toEqual(['reading', []]);
    }
    const { summary, wasFinished } = await runs.resume('run', ONE_BY_ONE);
    expect(wasFinished).toBe(false);
    expect(lasting(summary)).toEqual(lasting(expected.summary));
    expect((await runs.bytes('run'))['result.csv']).toBe(expected.result);
  });

  test('keeps how it was to be planned', async () => {
    await using runs = await startOrg(TREE);
    const interrupt = new AbortController();
    const csv = ['name,permission_type,description', 'P1,read_only,new', 'New,read_only,'];
    await runs.import('run', 'territories', csv, {
      settings: { mode: 'upsert' },
      signal: interrupt.signal,
      client: { maxCredits: 0 },
    });
    const { summary } = await runs.resume('run');
    expect(summary).toMatchObject({
      settings: { mode: 'upsert' },
      statuses: { updated: 1, created: 1 },
    });
  });

  test('takes the org as it is by then', async () => {
    await using runs = await startOrg(USERS);
    await runs.import('run', USERS.resource, ['user,territory', `${demoUserId(2)},Later`], {
      client: { maxCredits: 0 },
    });
    await runs.territories('Later');
    expect((await runs.resume('run')).summary.statuses).toEqual({ associated: 1 });
  });
});

describe('calls that were sent and not settled when the run stopped', () => {
  test('are settled by reading the org, and not sent again', async () => {
    const csv = ['name,reporting_to,permission_type', 'A,,read_only', 'B,A,read_only'];
    // The first call is carried out and not answered; then nobody can be reached.
    const lost = ['resetAfter', ...new Array(4).fill('resetBefore')] as const;
    await using runs = await startRuns({
      recordsPerModule: 1,
      faults: { schedule: ['ok', 'ok', ...lost] },
    });
    const stopped = await runs.import('run', 'territories', csv, { client: { retries: 2 } });
    expect(stopped).toMatchObject({ exitCode: 3, statuses: { failed: 1, not_sent: 1 } });
    expect((await runs.lines('run'))[0]).toMatchObject({
      _code: 'UNANSWERED',
      _message: expect.stringContaining('is not known yet'),
    });
    const { summary } = await runs.resume('run', { client: { retries: 5 } });
    expect(summary.statuses).toEqual({ created: 2 });
    const lines = await runs.lines('run');
    const made = runs.sandbox.org.territories().slice(1);
    expect(made.map(({ id, parentId }) => [id, parentId])).toEqual([
      [lines[0]?.['_id'], DEMO_ORG.territoryId],
      [lines[1]?.['_id'], lines[0]?.['_id']],
    ]);
    expect(callsOf(runs, CREATE)).toBe(2);
  });
});

/** How many rows of a run are recorded as each status. */
async function statusesIn(folder: string) {
  const { statuses } = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'));
  return new Map<string, number>(Object.entries(statuses));
}

describe('a CRM module that has no territories', () => {
  test('is sent when they are switched on', async () => {
    const csv = [
      'module,record_id,territory',
      ...range(30).map((i) => `Leads,${demoRecordId('Leads', i + 1)},P1`),
      ...range(20).map((i) => `Accounts,${demoRecordId('Accounts', i + 1)},P1`),
    ];
    const job = { ...RECORDS, csv };
    const org = { recordsPerModule: 40, assign: 'immediate' } as const;
    await using folder = await tempFolder();
    const state = join(folder.path, 'org.sqlite');
    const out = join(folder.path, 'run');
    {
      await using off = await startOrg(job, { ...org, state, disabledModules: ['Leads'] });
      const stopped = await off.import('run', job.resource, csv, ONE_BY_ONE);
      expect(stopped).toMatchObject({ exitCode: 3, stopped: { code: 'TERRITORY_NOT_ENABLED' } });
      await cp(off.path('run'), out, { recursive: true });
    }
    const before = await statusesIn(out);
    expect(before.get('assigned')).toBe(20);
    expect(before.get('failed')).toBeGreaterThan(0);
    expect(before.get('not_sent')).toBeGreaterThanOrEqual(20);

    await using on = await startSandbox({ ...org, state });
    const { summary } = await resumeRun({ run: out, connection: connectionTo(on) });
    expect(summary.stopped).toBeUndefined();
    expect(summary.exitCode).toBe(0);
    expect(await statusesIn(out)).toEqual(new Map([['assigned', 50]]));
    const leads = range(30).map((i) => demoRecordId('Leads', i + 1));
    const held = leads.filter((id) => on.org.territoriesOf('Leads', id).length === 1);
    expect(held).toHaveLength(30);
  });
});

test('rows that were refused for a missing scope are sent when the token has it', async () => {
  await using runs = await startRuns({ recordsPerModule: 1 });
  const made: string[] = [];
  let hasScope = false;
  await using org = await startHostileServer(({ method, json }) => {
    if (method === 'GET') {
      return { body: { users: [], territories: [{ id: '1', name: 'Company' }] } };
    }
    if (!hasScope) return { status: 401, body: refusal('OAUTH_SCOPE_MISMATCH') };
    const names: string[] = json.territories.map(({ name }: { name: string }) => name);
    const ids = names.map((name) => String(10 + made.push(name)));
    return { status: 201, body: { territories: ids.map((id) => success({ id })) } };
  });
  const connection = org.connection();
  const csv = ['name,reporting_to,permission_type', 'A,,read_only', 'B,A,read_only'];
  const stopped = await runs.import('run', 'territories', csv, { connection });
  expect(stopped).toMatchObject({
    stopped: { code: 'OAUTH_SCOPE_MISMATCH' },
    statuses: { failed: 1, not_sent: 1 },
  });
  expect((await runs.lines('run'))[0]).toMatchObject({ _code: 'OAUTH_SCOPE_MISMATCH' });
  hasScope = true;
  const { summary } = await runs.resume('run', { connection });
  expect(summary).toMatchObject({ statuses: { created: 2 }, exitCode: 0 });
  expect(made).toEqual(['A', 'B']);
});

describe('the same file while a run of it is unfinished', () => {
  /** The folder of runs is looked for where the command was called. */
  function workingIn(folder: string): Disposable {
    const before = process.cwd();
    process.chdir(folder);
    return { [Symbol.dispose]: () => process.chdir(before) };
  }

  /** Leaves an unfinished run in the folder of runs, and gives what it was made with. */
  async function unfinished(runs: Runs) {
    const source = await runs.write('users.csv', USERS.csv);
    const options = {
      resource: USERS.resource,
      source,
      connection: runs.connection,
      precheck: 'never',
      client: { ...runs.time, concurrency: 1 },
    } as const;
    const first = await runImport({ ...options, maxErrors: { rows: 0 } });
    expect(first.stopped?.code).toBe('MAX_ERRORS');
    await runs.time.sleep(60_000);
    return { options, first };
  }

  test('is refused, and the run to resume is named', async () => {
    await using runs = await startOrg(USERS);
    using _ = workingIn(runs.path());
    const { options, first } = await unfinished(runs);
    const calls = runs.sandbox.stats().calls;
    await expect(runImport(options)).rejects.toMatchObject({
      code: 'RUN_UNFINISHED',
      exitCode: 2,
      message: expect.stringContaining(first.files.folder),
      hint: expect.stringContaining(`territory-loader resume ${first.files.folder}`),
    });
    expect(runs.sandbox.stats().calls).toEqual(calls);
  });

  test('begins anew when told to', async () => {
    await using runs = await startOrg(USERS);
    using _ = workingIn(runs.path());
    const { options, first } = await unfinished(runs);
    const { run, statuses } = await runImport({ ...options, anew: true });
    expect(run).not.toBe(first.run);
    expect(statuses).toMatchObject({ failed: 6 });
  });

  test.for([
    { what: 'of other rows', lines: USERS.csv.slice(0, -1), org: 'test' },
    { what: 'of another org', lines: USERS.csv, org: 'production' },
  ])('is another job when it is $what', async ({ lines, org }) => {
    await using runs = await startOrg(USERS);
    using _ = workingIn(runs.path());
    const { options } = await unfinished(runs);
    await runs.write('users.csv', lines);
    const connection = { ...runs.connection, name: org };
    expect((await runImport({ ...options, connection })).exitCode).toBe(1);
  });

  test('is free again when that run is resumed to its end', async () => {
    await using runs = await startOrg(USERS);
    using _ = workingIn(runs.path());
    const { options, first } = await unfinished(runs);
    await runs.resume(first.files.folder);
    expect((await runImport(options)).exitCode).toBe(1);
  });
});
