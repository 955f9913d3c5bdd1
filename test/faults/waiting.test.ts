import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/pipeline/events.ts';
import { demoRecordId, demoUserId } from '../../src/sandbox/index.ts';
import { callsOf, countBy, type Line, madeId, type Runs, startRuns } from '../support/runs.ts';

const ASSIGN = 'POST /{module}/actions/assign_territories';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const range = (length: number) => Array.from({ length }, (_, i) => i);
const accounts = (from: number, to: number) =>
  range(to - from + 1).map((i) => demoRecordId('Accounts', from + i));

/** A file that asks for a territory for each of these accounts. */
const rows = (records: readonly string[], territory: string) => [
  'module,record_id,territory',
  ...records.map((id) => `Accounts,${id},${territory}`),
];

const held = ({ sandbox }: Runs, id: string) => sandbox.org.territoriesOf('Accounts', id);
const all = (line: string, n: number) => new Array<string>(n).fill(line);
const statuses = (lines: readonly Line[]) => lines.map((line) => line['_status']);

describe('fifty CRM records that have a pending job each', () => {
  const records = accounts(1, 50);

  /** An org in which a first import has just scheduled another territory for each of them. */
  async function busyOrg(jobMs = 60_000): Promise<Runs> {
    const runs = await startRuns({ jobMs });
    await runs.territories('East', 'West');
    const { statuses } = await runs.import('first', 'record-territories', rows(records, 'East'));
    expect(statuses).toEqual({ scheduled: 50 });
    expect(records.map((id) => held(runs, id))).toEqual(records.map(() => []));
    return runs;
  }

  test('all get the territory once these have ended', async () => {
    await using runs = await busyOrg();
    const before = callsOf(runs, ASSIGN);
    const summary = await runs.import('run', 'record-territories', rows(records, 'West'));
    expect(summary).toMatchObject({ statuses: { scheduled: 50 }, exitCode: 0 });
    // Each call is refused once, and sent again when the jobs of its records have ended.
    expect(callsOf(runs, ASSIGN) - before).toBe(10);
    expect(runs.sandbox.stats().refusals).toEqual({ ALREADY_SCHEDULED: 50 });
    await runs.time.sleep(HOUR);
    for (const id of records) expect(held(runs, id)).toEqual([madeId(1), madeId(2)]);
  });

  test('end assigned when the run waits', async () => {
    await using runs = await busyOrg();
    const { statuses } = await runs.import('run', 'record-territories', rows(records, 'West'), {
      wait: true,
    });
    expect(statuses).toEqual({ assigned: 50 });
    for (const id of records) expect(held(runs, id)).toEqual([madeId(1), madeId(2)]);
    const lines = await runs.lines('run');
    expect(lines.every((line) => /^\d+$/.test(line['_job_id'] ?? ''))).toBe(true);
  });

  test('are told apart in a call that names none of them', async () => {
    await using runs = await startRuns({ jobMs: 60_000, mixed: 'unnamed' });
    await runs.territories('East', 'West');
    await runs.import('first', 'record-territories', rows(records.slice(0, 5), 'East'));
    const { statuses } = await runs.import(
      'run',
      'record-territories',
      rows(records.slice(0, 20), 'West'),
      { wait: true },
    );
    expect(statuses).toEqual({ assigned: 20 });
  });

  test('that never ends are told after a bounded number of calls', async () => {
    await using runs = await busyOrg(DAY);
    const before = callsOf(runs, ASSIGN);
    const ten = rows(records.slice(0, 10), 'West');
    const summary = await runs.import('run', 'record-territories', ten);
    expect(summary).toMatchObject({ statuses: { failed: 10 }, exitCode: 1 });
    const lines = await runs.lines('run');
    expect(countBy(lines, '_code')).toEqual({ ALREADY_SCHEDULED: 10 });
    expect(lines[0]?.['_resolution']).toContain('retry the run');
    expect(callsOf(runs, ASSIGN) - before).toBe(6);
  });

  test('are left unsent by an interruption, and sent when the run is resumed', async () => {
    await using runs = await busyOrg();
    const interrupt = new AbortController();
    const { sleep } = runs.time;
    const summary = await runs.import('run', 'record-territories', rows(records, 'West'), {
      signal: interrupt.signal,
      client: {
        sleep: async (ms, signal) => {
          interrupt.abort();
          await sleep(ms, signal);
        },
      },
    });
    expect(summary).toMatchObject({ statuses: { not_sent: 50 }, exitCode: 130 });
    const resumed = await runs.resume('run', { wait: true });
    expect(resumed).toMatchObject({
      wasFinished: false,
      summary: { statuses: { assigned: 50 }, exitCode: 0 },
    });
  });
});

describe('ten locked CRM records', () => {
  /** Five in each of two calls, beside others, and more calls without any. */
  const records = [...accounts(1986, 2005), ...accounts(2006, 2045)];
  const isLocked = (line: Line) => {
    const n = Number(line['record_id']?.slice(-6));
    return n >= 1991 && n <= 2000;
  };

  test('that nobody unlocks fail after three calls each; the others are sent before', async () => {
    await using runs = await startRuns({ recordsPerModule: 2100, jobMs: 0 });
    await runs.territories('East');
    const completed: RunEvent[] = [];
    const summary = await runs.import('run', 'record-territories', rows(records, 'East'), {
      client: { concurrency: 1 },
      onEvent: (event) => {
        if (event.type === 'chunkCompleted') completed.push(event);
      },
    });
    expect(summary).toMatchObject({ statuses: { scheduled: 50, failed: 10 }, exitCode: 1 });
    const lines = await runs.lines('run');
    const locked = lines.filter(isLocked);
    expect(locked.map((line) => [line['_status'], line['_code'], line['_attempts']])).toEqual(
      new Array(10).fill(['failed', 'RECORD_LOCKED', '3']),
    );
    expect(locked[0]?.['_resolution']).toBe(
      'Have the CRM record in the record_id column unlocked, then retry the run.',
    );
    const others = lines.filter((line) => !isLocked(line));
    expect(others.map((line) => line['_attempts'])).toEqual(all('1', 50));
    // Six calls with all rows, then two rounds of the two with locked ones.
    expect(callsOf(runs, ASSIGN)).toBe(6 + 2 * 2);
    expect(completed.map((event) => 'statuses' in event && [...event.statuses])).toEqual([
      [['scheduled', 5]],
      [['scheduled', 5]],
      ...new Array(4).fill([['scheduled', 10]]),
      [],
      [],
      [['failed', 5]],
      [['failed', 5]],
    ]);
  });

  test('hold up nobody beside them, though no answer names one', async () => {
    await using runs = await startRuns({ recordsPerModule: 2100, jobMs: 0, mixed: 'unnamed' });
    await runs.territories('East');
    await runs.import('run', 'record-territories', rows(records, 'East'));
    const lines = await runs.lines('run');
    expect(countBy(lines.filter(isLocked), '_code')).toEqual({ RECORD_LOCKED: 10 });
    expect(countBy(lines.filter((line) => !isLocked(line)))).toEqual({ scheduled: 50 });
  });

  test('of a run that stops before their last try are sent when it is resumed', async () => {
    await using runs = await startRuns({ recordsPerModule: 2100, jobMs: 0 });
    await runs.territories('East');
    const interrupt = new AbortController();
    const { sleep } = runs.time;
    const summary = await runs.import('run', 'record-territories', rows(records, 'East'), {
      signal: interrupt.signal,
      client: {
        sleep: async (ms, signal) => {
          interrupt.abort();
          await sleep(ms, signal);
        },
      },
    });
    expect(summary).toMatchObject({ statuses: { scheduled: 50, not_sent: 10 }, exitCode: 130 });
    const { summary: resumed } = await runs.resume('run');
    expect(resumed).toMatchObject({ statuses: { scheduled: 50, failed: 10 }, exitCode: 1 });
    expect(countBy(await runs.lines('run'), '_code')).toEqual({ '': 50, RECORD_LOCKED: 10 });
  });
});

describe('credits that are used up in the middle', () => {
  const file = ['user,territory', ...range(50).map((i) => `${demoUserId(2 + i)},P${i}`)];

  test('stop the run, which ends when it is resumed a day later', async () => {
    await using runs = await startRuns({ recordsPerModule: 1, credits: 40 });
    await runs.territories(...range(50).map((i) => `P${i}`));
    const how = { precheck: 'never', client: { concurrency: 2 } } as const;
    const stopped = await runs.import('run', 'user-territories', file, how);
    expect(stopped).toMatchObject({ exitCode: 3, stopped: { code: 'TOO_MANY_REQUESTS' } });
    const { associated = 0, not_sent = 0 } = stopped.statuses;
    expect(associated).toBeGreaterThan(0);
    expect(not_sent).toBeGreaterThan(0);
    expect(associated + not_sent).toBe(50);

    await runs.time.sleep(DAY + HOUR);
    const { summary, wasFinished } = await runs.resume('run', { client: { concurrency: 2 } });
    expect(wasFinished).toBe(false);
    expect(summary).toMatchObject({ statuses: { associated: 50 }, exitCode: 0 });
    expect(summary.stopped).toBeUndefined();
    expect((await runs.lines('run')).map((line) => line['_attempts'])).toEqual(all('1', 50));
  });

  test('and still are when it is resumed leave it as it was', async () => {
    await using runs = await startRuns({ recordsPerModule: 1, credits: 40 });
    await runs.territories(...range(50).map((i) => `P${i}`));
    const how = { precheck: 'never' } as const;
    const { statuses } = await runs.import('run', 'user-territories', file, how);
    await expect(runs.resume('run')).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      exitCode: 3,
    });
    await runs.time.sleep(DAY + HOUR);
    const { summary } = await runs.resume('run');
    expect(statuses.not_sent).toBeGreaterThan(0);
    expect(summary.statuses).toEqual({ associated: 50 });
  });
});

describe('a run that waits for what was scheduled', () => {
  const records = accounts(1, 30);

  test('ends its rows as assigned', async () => {
    await using runs = await startRuns({ jobMs: 60_000 });
    await runs.territories('East');
    const left: number[] = [];
    const summary = await runs.import('run', 'record-territories', rows(records, 'East'), {
      wait: true,
      onEvent: (event) => {
        if (event.type === 'following') left.push(event.rows);
      },
    });
    expect(summary).toMatchObject({ statuses: { assigned: 30 }, exitCode: 0 });
    expect([left[0], left.at(-1)]).toEqual([30, 0]);
    expect(left).toEqual(left.toSorted((a, b) => b - a));
    expect(records.map((id) => held(runs, id))).toEqual(records.map(() => [madeId(1)]));
  });

  test('gives up on a job of more than ten minutes: its rows stay scheduled', async () => {
    await using runs = await startRuns({ jobMs: HOUR });
    await runs.territories('East');
    const summary = await runs.import('run', 'record-territories', rows(records, 'East'), {
      wait: true,
    });
    expect(summary).toMatchObject({ statuses: { scheduled: 30 }, exitCode: 0 });
    const waitedMs = runs.time.waits.reduce((sum, ms) => sum + ms, 0);
    expect(waitedMs).toBeGreaterThanOrEqual(600_000);
    expect(waitedMs).toBeLessThan(700_000);
  });

  test('fails the rows whose job has ended while the record does not hold the territory', async () => {
    await using runs = await startRuns({ jobMs: 60_000 });
    const [east] = await runs.territories('East');
    const taken = records.slice(0, 3);
    let isTaken = false;
    const summary = await runs.import('run', 'record-territories', rows(records, 'East'), {
      wait: true,
      client: {
        sleep: async (ms, signal) => {
          if (!isTaken) {
            isTaken = true;
            await runs.time.sleep(HOUR);
            const data = taken.map((id) => ({ id, Territories: [{ id: east }] }));
            await runs.send('POST', '/Accounts/actions/remove_territories', { data });
            await runs.time.sleep(HOUR);
          }
          await runs.time.sleep(ms, signal);
        },
      },
    });
    expect(summary).toMatchObject({ statuses: { assigned: 27, failed: 3 }, exitCode: 1 });
    const lines = await runs.lines('run');
    const failed = lines.filter((line) => line['_status'] === 'failed');
    expect(failed.map((line) => [line['record_id'], line['_code']])).toEqual(
      taken.map((id) => [id, 'NOT_ASSIGNED']),
    );
    expect(failed[0]?.['_resolution']).toContain('retry the run');
    expect(failed[0]?.['_job_id']).toMatch(/^\d+$/);
    // What was taken away can be given again.
    const { summary: retried } = await runs.retry('run', 'again', { wait: true });
    expect(retried.statuses).toEqual({ assigned: 3 });
  });

  test('and is interrupted leaves them scheduled, and waits on when it is resumed', async () => {
    await using runs = await startRuns({ jobMs: 60_000 });
    await runs.territories('East');
    const interrupt = new AbortController();
    const summary = await runs.import('run', 'record-territories', rows(records, 'East'), {
      wait: true,
      signal: interrupt.signal,
      onEvent: ({ type }) => {
        if (type === 'following') interrupt.abort();
      },
    });
    expect(summary).toMatchObject({
      statuses: { scheduled: 30 },
      exitCode: 130,
      stopped: { code: 'INTERRUPTED' },
    });
    const before = callsOf(runs, ASSIGN);
    const resumed = await runs.resume('run', { wait: true });
    expect(resumed).toMatchObject({
      wasFinished: false,
      summary: { statuses: { assigned: 30 }, exitCode: 0 },
    });
    expect(callsOf(runs, ASSIGN)).toBe(before);
  });

  test('that is resumed waits for what the first session has scheduled, too', async () => {
    await using runs = await startRuns({ jobMs: 60_000 });
    await runs.territories('East');
    const interrupt = new AbortController();
    const first = await runs.import('run', 'record-territories', rows(records, 'East'), {
      signal: interrupt.signal,
      client: { concurrency: 1 },
      onEvent: ({ type }) => {
        if (type === 'chunkCompleted') interrupt.abort();
      },
    });
    expect(first.statuses).toEqual({ scheduled: 10, not_sent: 20 });
    const { summary } = await runs.resume('run', { wait: true });
    expect(summary).toMatchObject({ statuses: { assigned: 30 }, exitCode: 0 });
    expect(statuses(await runs.lines('run'))).toEqual(all('assigned', 30));
  });
});
