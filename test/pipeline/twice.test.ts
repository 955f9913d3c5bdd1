import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { DEMO_ORG, demoRecordId, demoUserId, type Sandbox } from '../../src/sandbox/index.ts';
import { refresh } from '../sandbox/tokens.ts';
import { connectionTo, importText, test } from '../support/sandbox.ts';

const TREE = [
  'name,permission_type,reporting_to,manager,description',
  `EMEA,read_only,,${demoUserId(2)},Europe and more`,
  ...Array.from({ length: 25 }, (_, i) => `Place ${i},read_write_delete,EMEA,,`),
].join('\n');

/** Calls so far that are no reads. */
function writes(sandbox: Sandbox): number {
  return Object.entries(sandbox.stats().calls)
    .filter(([call]) => !call.startsWith('GET ') && !call.endsWith('/coql'))
    .reduce((sum, [, calls]) => sum + calls, 0);
}

const users = (pairs: readonly (readonly [user: number, place: string])[]) =>
  ['user,territory', ...pairs.map(([user, place]) => `${demoUserId(user)},${place}`)].join('\n');
const range = (length: number) => Array.from({ length }, (_, i) => i);

describe('the same file a second time sends no writing call', () => {
  const files: [what: string, resource: string, text: string][] = [
    ['territories', 'territories', TREE],
    ['one busy territory', 'user-territories', users(range(25).map((n) => [n + 2, 'EMEA']))],
    ['one busy user', 'user-territories', users(range(25).map((n) => [2, `Place ${n}`]))],
    [
      'many users in a few territories each',
      'user-territories',
      users(
        range(25).flatMap(
          (n) =>
            [
              [n + 2, `Place ${n}`],
              [n + 2, `Place ${(n + 9) % 25}`],
            ] as const,
        ),
      ),
    ],
    [
      'records, some in two territories',
      'record-territories',
      [
        'module,record_id,territory',
        ...range(20).map((n) => `Accounts,${demoRecordId('Accounts', n + 1)},EMEA`),
        ...range(20).map((n) => `Accounts,${demoRecordId('Accounts', n + 1)},Place ${n}`),
        ...range(15).map((n) => `Deals,${demoRecordId('Deals', n + 1)},Place 1`),
        ...range(5).map((n) => `Contacts,${demoRecordId('Contacts', n + 1)},EMEA`),
      ].join('\n'),
    ],
  ];

  test.for(files)('%s', async ([, resource, text], { sandbox, workdir }) => {
    await importText(sandbox, join(workdir, 'tree'), 'territories', TREE);
    const first = await importText(sandbox, join(workdir, 'first'), resource, text);
    expect(first.summary.exitCode).toBe(0);
    const before = writes(sandbox);
    const { summary } = await importText(sandbox, join(workdir, 'second'), resource, text);
    expect(writes(sandbox)).toBe(before);
    expect(summary).toMatchObject({ statuses: { unchanged: summary.rows }, exitCode: 0 });
  });

  test('with --mode upsert too', async ({ sandbox, workdir }) => {
    const options = { settings: { mode: 'upsert' } } as const;
    await importText(sandbox, join(workdir, '1'), 'territories', TREE, options);
    const before = writes(sandbox);
    const { summary } = await importText(sandbox, join(workdir, '2'), 'territories', TREE, options);
    expect(writes(sandbox)).toBe(before);
    expect(summary.statuses).toEqual({ unchanged: 26 });
  });
});

describe('precheck', () => {
  const text = users(range(25).map((n) => [n + 2, DEMO_ORG.territoryId]));

  test('never sends blind, and what the org says it has is unchanged', async ({
    sandbox,
    workdir,
  }) => {
    await importText(sandbox, join(workdir, '1'), 'user-territories', text);
    const { summary, lines } = await importText(
      sandbox,
      join(workdir, '2'),
      'user-territories',
      text,
      { precheck: 'never' },
    );
    expect(summary.statuses).toEqual({ unchanged: 25 });
    expect(lines[0]).toMatchObject({
      _code: 'DUPLICATE_DATA',
      _resolution: '',
      _http_status: '400',
    });
    expect(sandbox.stats().calls['GET /settings/territories/{id}/users']).toBe(1);
  });

  test('that is refused leaves auto blind, and stops always', async ({ sandbox, workdir }) => {
    // Records are looked up by queries, for which this token has no right.
    const scope = 'ZohoCRM.settings.territories.ALL,ZohoCRM.modules.ALL';
    const { access_token: accessToken } = await refresh({ sandbox }, { scope });
    const connection = { ...connectionTo(sandbox), credentials: { accessToken } };
    const records = `record_id,territory\n${demoRecordId('Accounts', 1)},${DEMO_ORG.territoryId}`;
    const how = { settings: { module: 'Accounts' }, connection };
    const { summary } = await importText(
      sandbox,
      join(workdir, '1'),
      'record-territories',
      records,
      { ...how, precheck: 'always' },
    );
    expect(summary).toMatchObject({
      statuses: { not_sent: 1 },
      stopped: { code: 'OAUTH_SCOPE_MISMATCH' },
      exitCode: 3,
    });
    const warnings: string[] = [];
    const blind = await importText(sandbox, join(workdir, '2'), 'record-territories', records, {
      ...how,
      onEvent: (event) => {
        if (event.type === 'planned') warnings.push(...event.plan.warnings);
      },
    });
    expect(blind.summary.statuses).toEqual({ assigned: 1 });
    expect(warnings).toEqual([expect.stringContaining('without a look at the org')]);
  });
});

describe('--max-credits', () => {
  const text = users(range(25).map((n) => [n + 2, `Place ${n}`]));

  test('stops before the credits are exceeded; what was not sent is told', async ({
    sandbox,
    workdir,
  }) => {
    await importText(sandbox, join(workdir, 'tree'), 'territories', TREE);
    const { summary, failed } = await importText(
      sandbox,
      join(workdir, 'run'),
      'user-territories',
      text,
      { precheck: 'never', client: { maxCredits: 10 } },
    );
    expect(summary).toMatchObject({
      credits: 10,
      exitCode: 3,
      stopped: { code: 'MAX_CREDITS' },
    });
    const rest = await importText(sandbox, join(workdir, 'rest'), 'user-territories', failed);
    expect(rest.summary.exitCode).toBe(0);
    expect((summary.statuses.associated ?? 0) + rest.summary.rows).toBe(25);
  });

  test('too few to read the org send nothing', async ({ sandbox, workdir }) => {
    const { summary } = await importText(sandbox, workdir, 'territories', TREE, {
      client: { maxCredits: 1 },
    });
    expect(summary).toMatchObject({ exitCode: 3, statuses: { not_sent: 26 } });
    expect(writes(sandbox)).toBe(0);
  });
});
