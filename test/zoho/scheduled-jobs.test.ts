import { describe, expect, test } from 'vitest';
import { DEMO_ORG, demoRecordId, startSandbox } from '../../src/sandbox/index.ts';
import { createClient } from '../../src/zoho/client.ts';
import { readPendingJobs } from '../../src/zoho/scheduled-jobs.ts';
import {
  type Handler,
  type Reply,
  refusal,
  startHostileServer,
} from '../support/hostile-server.ts';
import { startRuns } from '../support/runs.ts';
import { connectionTo, SMALL_ORG } from '../support/sandbox.ts';
import { virtualTime } from '../support/schedule.ts';

/** What is found when a server answers like this, and the paths that it was asked for. */
async function readFrom(api: Handler, ids: readonly string[] = ['1', '2']) {
  await using server = await startHostileServer(api);
  await using client = createClient(server.connection(), virtualTime());
  const found = await readPendingJobs(client, 'Leads', ids);
  return { jobs: found && Object.fromEntries(found), paths: server.calls.map(({ path }) => path) };
}

const FEATURES = 'get_feature_specific_info?features=territory_scheduled_jobs';
const UNKNOWN_ID: Reply = { status: 400, body: refusal('INVALID_DATA', { param_name: 'ids' }) };

describe('the jobs that an org tells', () => {
  const job = { job_id: '77', source: 'manual_territory_assignment' };
  const cases: [string, unknown][] = [
    ['beside the id of their record', { data: [{ id: '1', ...job }] }],
    ['inside the object of their record', { data: [{ id: '1', territory_scheduled_jobs: job }] }],
    ['in a list of the record', { data: [{ id: '1', territory_scheduled_jobs: [job] }] }],
    ['below the id of the record as a key', { territory_scheduled_jobs: { 1: job } }],
    ['beside the record as an object', { info: [{ record: { id: 9 }, record_id: 1, ...job }] }],
    ['with ids that are numbers', [[{ id: 1, job_id: 77 }]]],
    ['beside records that have none', { data: [{ id: '2' }, { id: '1', ...job }] }],
    [
      'and that are empty',
      {
        data: [
          { id: '1', ...job },
          { id: '2', job_id: null },
        ],
      },
    ],
    ['beside their record as an object', { data: [{ record: { id: '1', name: 'Acme' }, ...job }] }],
    ['beside a list of records', { territory_scheduled_jobs: [{ ids: ['1'], ...job }] }],
    ['beside a text of records', { territory_scheduled_jobs: [{ ids: '1,9', ...job }] }],
    ['in a list beside their record', { data: [{ record: { id: '1' }, jobs: [job, job] }] }],
    [
      'beside records whose job has ended',
      {
        data: [
          { id: '2', job_id: '76', status: 'COMPLETED' },
          { id: '1', ...job, status: 'SCHEDULED' },
        ],
      },
    ],
  ];
  test.for(cases)('are found %s', async ([, body]) => {
    expect((await readFrom(() => ({ body }))).jobs).toEqual({ 1: '77' });
  });

  test('may be one for several records', async () => {
    const body = { jobs: [{ job_id: '77', records: [{ id: '2' }, { id: '1' }] }] };
    expect((await readFrom(() => ({ body }))).jobs).toEqual({ 1: '77', 2: '77' });
  });

  test.for([0, '0', '', 'null', null])('are none where the id is %j', async (id) => {
    const body = { data: [{ id: '1', job_id: id }] };
    expect((await readFrom(() => ({ body }))).jobs).toEqual({});
  });

  test.for(['COMPLETED', 'Failed', 'finished', 'CANCELLED'])(
    'are none when they have ended: %s',
    async (status) => {
      const body = { data: [{ id: '1', ...job, status }] };
      expect((await readFrom(() => ({ body }))).jobs).toEqual({});
    },
  );

  const nobodys: [string, unknown, string[]][] = [
    ['names no record', { data: [{ job_id: '7' }, {}] }, ['1', '2']],
    [
      'names another record',
      {
        data: [
          { id: '1', ...job },
          { id: '3', ...job },
        ],
      },
      ['1', '2'],
    ],
    ['names another record than the one asked for', { data: [{ id: '3', ...job }] }, ['1']],
    ['stands in a list beside a record', { data: [{ job_id: '7' }, { id: '1' }] }, ['1', '2']],
  ];
  test.for(nobodys)('are not told where a job %s', async ([, body, ids]) => {
    expect((await readFrom(() => ({ body }), ids)).jobs).toBeUndefined();
  });

  test('need not name the record when it was asked for alone', async () => {
    expect((await readFrom(() => ({ body: job }), ['1'])).jobs).toEqual({ 1: '77' });
  });

  test('are found however deep they lie', async () => {
    const deep = `${'['.repeat(5000)}{"id":"1","job_id":"77"}${']'.repeat(5000)}`;
    expect((await readFrom(() => ({ body: deep }))).jobs).toEqual({ 1: '77' });
  });

  test.for([{ status: 204 }, { body: {} }, { body: { data: [] } }])(
    'are none: %j',
    async (reply) => {
      expect((await readFrom(() => reply)).jobs).toEqual({});
    },
  );
});

describe('the calls', () => {
  test('take a hundred ids each, and every id once', async () => {
    const ids = Array.from({ length: 250 }, (_, i) => String(1000 + i));
    const { jobs, paths } = await readFrom(
      ({ path }) => ({ body: { data: [{ id: path.match(/ids=(\d+)/)?.[1], job_id: '5' }] } }),
      [...ids, ...ids],
    );
    expect(paths.map((path) => path.split('ids=')[1]?.split(',').length).sort()).toEqual([
      100, 100, 50,
    ]);
    expect(paths[0]).toMatch(`/Leads/actions/${FEATURES}&ids=1000,`);
    expect(jobs).toEqual({ 1000: '5', 1100: '5', 1200: '5' });
  });

  test('are none when there is nothing to ask for', async () => {
    expect((await readFrom(() => ({}), [])).paths).toEqual([]);
  });

  test('ask for each record alone when one of them is unknown', async () => {
    const { jobs, paths } = await readFrom(
      ({ path }) => {
        if (path.includes('ids=') || path.includes('/2/')) return UNKNOWN_ID;
        return path.includes('/1/') ? { body: { data: [{ job_id: '77' }] } } : { status: 204 };
      },
      ['1', '2', '3'],
    );
    expect(jobs).toEqual({ 1: '77' });
    expect(paths.slice(1).sort()).toEqual(
      ['1', '2', '3'].map((id) => `/Leads/${id}/actions/${FEATURES}`),
    );
  });

  test('do not ask a second time for one that was alone', async () => {
    const { jobs, paths } = await readFrom(() => UNKNOWN_ID, ['1']);
    expect([jobs, paths.length]).toEqual([{}, 1]);
  });
});

describe('an org that does not know the call', () => {
  const cases: [string, Reply][] = [
    ['404', { status: 404, body: refusal('INVALID_URL_PATTERN') }],
    ['404 and a page', { status: 404, body: '<html>' }],
    ['400 INVALID_REQUEST', { status: 400, body: refusal('INVALID_REQUEST') }],
    ['400 INVALID_REQUEST_METHOD', { status: 400, body: refusal('INVALID_REQUEST_METHOD') }],
    [
      '400 and the feature',
      { status: 400, body: refusal('INVALID_DATA', { param_name: 'features' }) },
    ],
    ['400 INVALID_MODULE', { status: 400, body: refusal('INVALID_MODULE') }],
    ['403 NO_PERMISSION', { status: 403, body: refusal('NO_PERMISSION') }],
    ['400 and a code of its own', { status: 400, body: refusal('NOT_TODAY') }],
    ['200 and a text', { body: '"done"' }],
    ['200 and null', { body: 'null' }],
    ['200 and a page', { body: '<html>' }],
    ['200 and a refusal', { body: refusal('INTERNAL_ERROR') }],
    ['200 and a refused item', { body: { data: [refusal('INVALID_DATA', { id: '1' })] } }],
  ];
  test.for(cases)('does not tell of jobs: %s', async ([, reply]) => {
    const { jobs, paths } = await readFrom(() => reply);
    expect(jobs).toBeUndefined();
    expect(new Set(paths).size).toBe(1);
  });

  test('is not asked for each of many records when it refuses the first ones', async () => {
    const ids = Array.from({ length: 100 }, (_, i) => String(1000 + i));
    const vague: Reply = { status: 400, body: refusal('INVALID_DATA') };
    const { jobs, paths } = await readFrom(() => vague, ids);
    expect(jobs).toBeUndefined();
    expect(paths.length).toBeLessThanOrEqual(1 + 5);
  });
});

describe('an org that cannot be talked to', () => {
  const cases: [string, Reply][] = [
    ['INVALID_TOKEN', { status: 401, body: refusal('INVALID_TOKEN') }],
    ['OAUTH_SCOPE_MISMATCH', { status: 401, body: refusal('OAUTH_SCOPE_MISMATCH') }],
    ['INTERNAL_ERROR', { status: 500, body: refusal('INTERNAL_ERROR') }],
    ['UNEXPECTED_RESPONSE', { status: 502, body: '<html>' }],
    ['INTERNAL_ERROR', 'reset'],
  ];
  test.for(cases)('stops the reading: %s', async ([code, reply]) => {
    const expected = reply === 'reset' ? 'ORG_UNREACHABLE' : code;
    await expect(readFrom(() => reply)).rejects.toMatchObject({ name: 'OrgError', code: expected });
  });
});

test('the sandbox tells the jobs that have not run, whatever else is asked for', async () => {
  await using sandbox = await startSandbox({ ...SMALL_ORG, assign: 'scheduled', jobMs: 60_000 });
  await using client = createClient(connectionTo(sandbox));
  const [one, other] = [demoRecordId('Accounts', 1), demoRecordId('Accounts', 2)];
  const data = [{ id: one, Territories: [{ id: DEMO_ORG.territoryId }] }];
  const path = '/Accounts/actions/assign_territories';
  const assigned = await client.send({ method: 'POST', path, body: { data } });
  const jobId = JSON.stringify(assigned.body).match(/"job_id":"(\d+)"/)?.[1];

  const jobs = await readPendingJobs(client, 'Accounts', [one, other, '999']);
  expect(jobId).toBeDefined();
  expect(jobs).toEqual(new Map([[one, jobId]]));
  expect(await readPendingJobs(client, 'Accounts', [other])).toEqual(new Map());
});

describe('a run that waits, in an org that does not tell of its jobs', () => {
  const records = Array.from({ length: 5 }, (_, i) => demoRecordId('Accounts', 1 + i));
  const UNKNOWN: Reply = { status: 404, body: refusal('INVALID_URL_PATTERN') };

  /** Imports an assignment for each record; calls on these paths are refused on the way. */
  async function importInto(jobMs: number, refused: RegExp) {
    await using runs = await startRuns({ jobMs });
    await runs.territories('East');
    await using way = await startHostileServer(async ({ method, path, headers, text }) => {
      if (refused.test(path)) return UNKNOWN;
      const answer = await fetch(`${runs.sandbox.url}/crm/v8${path}`, {
        method,
        headers: { authorization: headers.authorization ?? '', 'content-type': 'application/json' },
        ...(text === '' ? {} : { body: text }),
      });
      return { status: answer.status, body: await answer.text() };
    });
    const file = ['module,record_id,territory', ...records.map((id) => `Accounts,${id},East`)];
    const summary = await runs.import('run', 'record-territories', file, {
      wait: true,
      connection: { ...runs.connection, apiDomain: way.url },
    });
    const waitedMs = runs.time.waits.reduce((sum, ms) => sum + ms, 0);
    return { summary, waitedMs, paths: way.calls.map(({ path }) => path) };
  }

  const ways: [string, RegExp][] = [
    ['by queries', /get_feature/],
    ['one by one, where queries are refused', /get_feature|coql/],
  ];
  test.for(ways)('has its rows end as assigned when the records show it: %s', async ([, way]) => {
    const { summary } = await importInto(60_000, way);
    expect(summary).toMatchObject({ statuses: { assigned: 5 }, exitCode: 0 });
  });

  test.for(ways)('leaves its rows scheduled after a bounded time: %s', async ([, way]) => {
    const { summary, waitedMs, paths } = await importInto(24 * 3_600_000, way);
    expect(summary).toMatchObject({ statuses: { scheduled: 5 }, exitCode: 0 });
    expect(waitedMs).toBeGreaterThanOrEqual(600_000);
    expect(waitedMs).toBeLessThan(700_000);
    expect(paths.filter((path) => /\/Accounts\/\d+$|coql/.test(path)).length).toBeLessThan(80);
  });
});
