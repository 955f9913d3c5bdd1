import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/pipeline/events.ts';
import {
  DEMO_ORG,
  demoRecordId,
  demoUserId,
  SANDBOX_ACCESS_TOKEN,
} from '../../src/sandbox/index.ts';
import { oneInFive } from '../support/schedule.ts';
import { type Case, HELD, importInto, PLACES, RECORDS, type Result } from './sandbox-rig.ts';

/** A tree of 60 territories, one row of which has a parent that nobody may use. */
const TERRITORIES: Case = {
  resource: 'territories',
  csv: [
    'name,reporting_to,permission_type',
    ...Array.from({ length: 60 }, (_, i) => {
      const parent = i === 17 ? 'Locked' : i < 8 ? '' : `T${Math.floor(i / 3)}`;
      return `T${i},${parent},read_only`;
    }),
  ],
};

/** 40 users, each in three territories, best sent user by user; user 2 is in one already. */
const USERS: Case = {
  resource: 'user-territories',
  isWide: true,
  csv: [
    'user,territory',
    `${demoUserId(2)},North`,
    ...Array.from({ length: 119 }, (_, i) => {
      const place = PLACES[((i + 1) % 40) + (i < 40 ? 0 : i < 80 ? 3 : 10)];
      return `${demoUserId(2 + ((i + 1) % 40))},${place}`;
    }),
  ],
};

/** 40 users, each in the same three territories, best sent territory by territory. */
const CROWDS: Case = {
  resource: 'user-territories',
  csv: [
    'user,territory',
    ...Array.from({ length: 120 }, (_, i) => `${demoUserId(2 + (i % 40))},${HELD[i % 3]}`),
  ],
};

/** Every account and two that are not there, each in three territories. */
const RECORD_ROWS: Case = {
  resource: 'record-territories',
  csv: [
    'module,record_id,territory',
    ...Array.from({ length: (RECORDS + 2) * 3 }, (_, i) =>
      ['Accounts', demoRecordId('Accounts', (i % (RECORDS + 2)) + 1), HELD[i % 3]].join(),
    ),
  ],
};

const statusOf = (line: Result['lines'][number]) => line['_status'] ?? '';
const statusesOf = ({ lines }: Result) => lines.map(statusOf);

function countsOf(result: Result): Record<string, number> {
  return Object.fromEntries(
    Map.groupBy(result.lines, statusOf)
      .entries()
      .map(([status, lines]) => [status, lines.length]),
  );
}

describe('with one call in five failing, every row ends as without', () => {
  const cases = [TERRITORIES, USERS, CROWDS, RECORD_ROWS].flatMap((given) =>
    [1, 2, 3, 4].map((seed) => ({ given, resource: given.resource, seed })),
  );
  test.for(cases)('$resource, seed $seed', async ({ given, seed }) => {
    const mixed = (['207', 'success', '400', 'only-faulty'] as const)[seed % 4] ?? '207';
    const calm = await importInto({ ...given, sandbox: { mixed } });
    const rough = await importInto({ ...given, sandbox: { mixed }, schedule: oneInFive(seed) });
    expect(rough.org).toEqual(calm.org);
    expect(countsOf(rough)).toEqual(countsOf(calm));
  });
});

describe('what concerns the whole org', () => {
  test.for(['TERRITORY_NOT_ENABLED', 'TERRITORY_DISABLED', 'FEATURE_NOT_ENABLED'] as const)(
    '%s stops the run before anything is sent',
    async (featureOff) => {
      const result = await importInto({ ...USERS, sandbox: { featureOff }, isPrepared: false });
      expect(countsOf(result)).toEqual({ not_sent: 120 });
      expect(result.summary).toMatchObject({ exitCode: 3, stopped: { code: featureOff } });
    },
  );

  test('a module without territories stops that module only', async () => {
    const csv = [
      'module,record_id,territory',
      ...Array.from({ length: 12 }, (_, i) => `Leads,${demoRecordId('Leads', i + 1)},South`),
      ...Array.from({ length: 12 }, (_, i) => `Accounts,${demoRecordId('Accounts', i + 1)},South`),
    ];
    const result = await importInto({
      resource: 'record-territories',
      csv,
      sandbox: { disabledModules: ['Leads'] },
      client: { concurrency: 1 },
    });
    expect(countsOf(result)).toEqual({ failed: 10, not_sent: 2, scheduled: 12 });
    expect(result.summary.exitCode).toBe(3);
  });

  test('missing rights to update records leave all rows but those of one call not sent', async () => {
    const csv = [
      'module,record_id,territory',
      ...RECORD_ROWS.csv.slice(1, 13).map((row) => row.replace(/[^,]+$/, DEMO_ORG.name)),
    ];
    const result = await importInto({
      resource: 'record-territories',
      csv,
      sandbox: { denied: { updateRecords: true } },
      client: { concurrency: 1 },
      isPrepared: false,
    });
    expect(result.summary).toMatchObject({
      exitCode: 3,
      stopped: { code: 'AUTHORIZATION_FAILED' },
    });
    expect(new Set(statusesOf(result))).toEqual(new Set(['failed', 'not_sent']));
  });

  test('credits that run out stop the run, and what was done is told as done', async () => {
    const result = await importInto({
      ...USERS,
      sandbox: { credits: 40 },
      client: { concurrency: 2, rateLimitPatienceMs: 5000 },
    });
    expect(result.summary).toMatchObject({ exitCode: 3, stopped: { code: 'TOO_MANY_REQUESTS' } });
    const done = result.lines.filter((line) => statusOf(line) === 'associated');
    const members = Object.values(result.org.members).flat().length;
    expect(done.length).toBeGreaterThan(0);
    // One of the org's memberships was there before.
    expect(done).toHaveLength(members - 1);
  });

  test('--max-errors stops the run, and failed.csv holds the rest', async () => {
    const csv = [
      'user,territory',
      // A second territory makes a call of each user the cheapest way.
      ...Array.from({ length: 40 }, (_, i) => `${demoUserId(2 + i)},Locked`),
      ...Array.from({ length: 40 }, (_, i) => `${demoUserId(2 + i)},${PLACES[i]}`),
    ];
    const result = await importInto({
      resource: 'user-territories',
      isWide: true,
      csv,
      maxErrors: { rows: 4 },
      client: { concurrency: 1 },
    });
    const { failed = 0, not_sent = 0, associated = 0 } = countsOf(result);
    expect(result.summary).toMatchObject({ exitCode: 3, stopped: { code: 'MAX_ERRORS' } });
    expect(failed).toBeGreaterThan(4);
    expect(not_sent).toBeGreaterThan(40);
    expect(failed + not_sent + associated).toBe(80);
  });
});

test('a limit on credits that forbids the last retry stops the run', async () => {
  const csv = ['name,reporting_to,permission_type', 'A,,read_only'];
  const result = await importInto({
    resource: 'territories',
    csv,
    // Two reads and the call that is answered 500.
    client: { maxCredits: 3 },
    schedule: ['ok', 'ok', 'serverError'],
  });
  expect(result.summary).toMatchObject({ exitCode: 3, stopped: { code: 'MAX_CREDITS' } });
  expect(statusesOf(result)).toEqual(['failed']);
});

describe('an interrupted run', () => {
  test('finishes what is in flight and tells the rest as not sent', async () => {
    const interrupt = new AbortController();
    const result = await importInto({
      ...USERS,
      signal: interrupt.signal,
      client: { concurrency: 3 },
      sandbox: { latencyMs: 2 },
      onEvent: ({ type }) => {
        if (type === 'chunkCompleted') interrupt.abort();
      },
    });
    expect(result.summary).toMatchObject({ exitCode: 130, stopped: { code: 'INTERRUPTED' } });
    const { not_sent = 0 } = countsOf(result);
    expect(not_sent).toBeGreaterThan(60);
    expect(Object.values(result.org.members).flat()).toHaveLength(120 - not_sent);
  });

  test('that waits for a job ends at once', async () => {
    const interrupt = new AbortController();
    const result = await importInto({
      ...RECORD_ROWS,
      signal: interrupt.signal,
      sandbox: { jobMs: 3_600_000 },
      schedule: ['ok', 'resetAfter', 'resetAfter'],
      client: {
        sleep: async () => {
          interrupt.abort();
        },
      },
    });
    expect(result.summary.exitCode).toBe(130);
    expect(statusesOf(result)).not.toContain('assigned');
  });
});

describe('a territory whose creation was never answered', () => {
  test('is taken over with its id, and the rows below it are created under it', async () => {
    const csv = [
      'name,reporting_to,permission_type',
      'Parent,,read_only',
      'Child,Parent,read_only',
      'Grandchild,Child,read_only',
    ];
    const result = await importInto({
      resource: 'territories',
      csv,
      schedule: ['ok', 'ok', 'resetAfter', 'ok', 'halfBody', 'ok', 'badBody'],
      client: { concurrency: 1 },
    });
    expect(statusesOf(result)).toEqual(['created', 'created', 'created']);
    expect(result.lines.every((line) => /^\d+$/.test(line['_id'] ?? ''))).toBe(true);
    expect(result.org.territories).toContain('Parent > Child (read_only)');
    expect(result.org.territories).toContain('Child > Grandchild (read_only)');
    expect(result.stats.calls['POST /settings/territories']).toBe(4);
  });

  test('and cannot be read costs its children, not the rows beside it', async () => {
    const csv = [
      'name,reporting_to,permission_type',
      ...Array.from({ length: 10 }, (_, i) => `Bad${i},Locked,read_only`),
      'Child,Bad0,read_only',
      'Good,,read_only',
    ];
    const result = await importInto({ resource: 'territories', csv });
    expect(statusesOf(result)).toEqual([...new Array(10).fill('failed'), 'blocked', 'created']);
  });
});

test('a stalled call is settled like any other unanswered one', async () => {
  const csv = ['name,reporting_to,permission_type', 'A,,read_only', 'B,A,read_only'];
  const result = await importInto({
    resource: 'territories',
    csv,
    schedule: ['ok', 'ok', 'stall'],
    client: { timeouts: { connectMs: 1000, headersMs: 100, bodyMs: 100 } },
  });
  expect(statusesOf(result)).toEqual(['created', 'created']);
});

describe('secrets', () => {
  const SECRET = /sandbox-client-secret|sandbox-refresh-token|1000\.[0-9a-f]{32}\.|sandbox-access/;
  test.for<[string, Partial<Case>]>([
    ['a rough run', { schedule: ['ok', 'resetAfter', 'serverError', 'expireToken', 'badGateway'] }],
    ['a run that stops', { schedule: ['ok', ...new Array(9).fill('resetBefore')] }],
    ['a run with an access token', { credentials: { accessToken: SANDBOX_ACCESS_TOKEN } }],
  ])('are in no event and no byte of the run folder: %s', async ([, differing]) => {
    const events: RunEvent[] = [];
    const result = await importInto({
      ...USERS,
      ...differing,
      client: { concurrency: 2, retries: 5 },
      onEvent: (event) => events.push(event),
    });
    const bytes = [...result.files.values()].map((file) => file.toString('latin1')).join('\n');
    expect(result.files.size).toBeGreaterThanOrEqual(4);
    expect(`${bytes}${JSON.stringify(events)}`).not.toMatch(SECRET);
  });
});
