import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { openJournal } from '../../src/journal/open.ts';
import { createLocalExecutor } from '../../src/pipeline/execute/local-executor.ts';
import { type VerifyOptions, verifyRun } from '../../src/pipeline/verify.ts';
import { verificationSchema } from '../../src/report/verification.ts';
import { VERIFY_COLUMNS } from '../../src/report/verify-file.ts';
import {
  demoRecordId,
  demoUserId,
  SANDBOX_ACCESS_TOKEN,
  type Sandbox,
  startSandbox,
} from '../../src/sandbox/index.ts';
import type { Settings } from '../../src/vocabulary.ts';
import { startHostileServer } from '../support/hostile-server.ts';
import { connectionTo, importText, parseCsv, SMALL_ORG, test } from '../support/sandbox.ts';

const TREE = [
  'name,permission_type,reporting_to,description',
  'EMEA,read_only,,Europe and more',
  'DACH,read_only,EMEA,',
  'Wien,read_only,DACH,=1+1',
  'APAC,read_only,,',
].join('\n');

/** Somebody changes the org, and no run knows of it. */
async function meanwhile(sandbox: Sandbox, method: string, path: string, body?: unknown) {
  const answer = await fetch(`${sandbox.url}/crm/v8${path}`, {
    method,
    headers: { authorization: `Zoho-oauthtoken ${SANDBOX_ACCESS_TOKEN}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
}

/** Somebody changes a territory by hand. */
const update = (sandbox: Sandbox, name: string, fields: Record<string, unknown>) =>
  meanwhile(sandbox, 'PUT', '/settings/territories', {
    territories: [{ id: idOf(sandbox, name), permission_type: 'read_only', ...fields }],
  });

function idOf(sandbox: Sandbox, name: string): string {
  const found = sandbox.org.territories().find((one) => one.name === name);
  if (found === undefined) throw new Error(`the org has no ${name}`);
  return found.id;
}

/** Imports a text into `workdir/<name>`; gives the folder of the run. */
async function imported(
  sandbox: Sandbox,
  workdir: string,
  resource: string,
  text: string,
  settings: Settings = {},
  name = 'run',
): Promise<string> {
  const out = join(workdir, name);
  await importText(sandbox, workdir, resource, text, { settings, out });
  return out;
}

/** Verifies a run; gives what is told of it, and the verdict and message of each row. */
async function verified(
  sandbox: Sandbox,
  workdir: string,
  run = join(workdir, 'run'),
  options: Partial<VerifyOptions> = {},
) {
  const told = await verifyRun({ run, connection: connectionTo(sandbox), ...options });
  expect(verificationSchema.parse(told)).toEqual(told);
  const [header = [], ...records] = parseCsv(await readFile(told.file, 'utf8'));
  const lines = records.map((cells) =>
    Object.fromEntries(header.map((column, i) => [column, cells[i] ?? ''])),
  );
  const verdicts = lines.map((line) =>
    [line['_verified'], line['_message']].filter((text) => text !== '').join(': '),
  );
  return { told, header, lines, verdicts };
}

/** Calls so far that are no reads. */
function writes(sandbox: Sandbox): number {
  return Object.entries(sandbox.stats().calls)
    .filter(([call]) => !call.startsWith('GET ') && !call.endsWith('/coql'))
    .reduce((sum, [, calls]) => sum + calls, 0);
}

const RECORDS = [
  'module,record_id,territory',
  ...[1, 2, 3].flatMap((n) =>
    ['EMEA', 'APAC'].map((place) => `Accounts,${demoRecordId('Accounts', n)},${place}`),
  ),
  `Deals,${demoRecordId('Deals', 1)},EMEA`,
].join('\n');
const USERS = [
  'user,territory',
  ...[2, 3, 4].flatMap((n) => [`${demoUserId(n)},EMEA`, `${demoUserId(n)},APAC`]),
].join('\n');

describe('right after an import', () => {
  const files = [
    ['territories', TREE],
    ['user-territories', USERS],
    ['record-territories', RECORDS],
  ] as const;

  test.for(files)(
    'every row of %s is confirmed, and nothing is sent',
    async ([resource, text], { sandbox, workdir }) => {
      await imported(sandbox, workdir, 'territories', TREE, {}, 'tree');
      const run = await imported(sandbox, workdir, resource, text, {}, 'again');
      const before = writes(sandbox);
      const { told } = await verified(sandbox, workdir, run);
      const rows = text.split('\n').length - 1;
      expect(told).toMatchObject({ rows, confirmed: rows, missing: 0, changed: 0, unchecked: 0 });
      expect(told.examples).toEqual([]);
      expect(writes(sandbox)).toBe(before);
    },
  );

  test('rows that were so already are confirmed, in whatever case they name things', async ({
    sandbox,
    workdir,
  }) => {
    await imported(sandbox, workdir, 'territories', TREE, {}, 'tree');
    const again = 'name,permission_type,reporting_to\nemea,read_only,\ndach,read_only,Emea\n';
    const run = await imported(sandbox, workdir, 'territories', again);
    expect((await verified(sandbox, workdir, run)).verdicts).toEqual(['confirmed', 'confirmed']);
  });

  test('of an update, rows are confirmed that name a parent by what it was called before', async ({
    sandbox,
    workdir,
  }) => {
    await imported(sandbox, workdir, 'territories', TREE, {}, 'tree');
    const changes = [
      'territory_id,name,reporting_to,permission_type,description',
      `${idOf(sandbox, 'EMEA')},Europe,,,`,
      ',DACH,EMEA,,German-speaking',
      ',France,EMEA,read_only,',
      ',APAC,Europe,,(none)',
      `${idOf(sandbox, 'Wien')},Vienna,France,read_write_delete,`,
    ].join('\n');
    const run = await imported(sandbox, workdir, 'territories', changes, { mode: 'upsert' });
    const { told, verdicts } = await verified(sandbox, workdir, run);
    expect([told.confirmed, verdicts]).toEqual([5, Array(5).fill('confirmed')]);
  });

  test('an id of another system in the file means nothing', async ({ sandbox, workdir }) => {
    const text = 'territory_id,name,permission_type\n4711,EMEA,read_only\n';
    const run = await imported(sandbox, workdir, 'territories', text);
    expect((await verified(sandbox, workdir, run)).verdicts).toEqual(['confirmed']);
  });
});

describe('of territories, somebody has since', () => {
  test('deleted one: its row is missing', async ({ sandbox, workdir }) => {
    await imported(sandbox, workdir, 'territories', TREE);
    await meanwhile(sandbox, 'DELETE', `/settings/territories/${idOf(sandbox, 'Wien')}`);
    const { told, verdicts } = await verified(sandbox, workdir);
    const gone = 'the org does not hold this territory';
    expect(verdicts).toEqual(['confirmed', 'confirmed', `missing: ${gone}`, 'confirmed']);
    expect(told.examples).toEqual([{ row: 4, verdict: 'missing', message: gone }]);
  });

  test('deleted one that was updated, without a word of its permissions', async ({
    sandbox,
    workdir,
  }) => {
    await imported(sandbox, workdir, 'territories', TREE, {}, 'tree');
    const text = 'name,description\nWien,Vienna\nAPAC,Asia\n';
    const run = await imported(sandbox, workdir, 'territories', text, { mode: 'upsert' });
    await meanwhile(sandbox, 'DELETE', `/settings/territories/${idOf(sandbox, 'Wien')}`);
    const { told } = await verified(sandbox, workdir, run);
    expect(told).toMatchObject({ missing: 1, confirmed: 1 });
  });

  test('deleted one and moved those below it', async ({ sandbox, workdir }) => {
    await imported(sandbox, workdir, 'territories', TREE);
    await meanwhile(
      sandbox,
      'POST',
      `/settings/territories/${idOf(sandbox, 'EMEA')}/actions/transfer_and_delete`,
      { territories: [{ transfer_to_id: idOf(sandbox, 'APAC') }] },
    );
    const { verdicts } = await verified(sandbox, workdir);
    expect(verdicts).toEqual([
      'missing: the org does not hold this territory',
      'changed: reporting_to: APAC',
      'confirmed',
      'confirmed',
    ]);
  });

  test('deleted one and made it again', async ({ sandbox, workdir }) => {
    await imported(sandbox, workdir, 'territories', TREE);
    await meanwhile(sandbox, 'DELETE', `/settings/territories/${idOf(sandbox, 'Wien')}`);
    const again = 'name,permission_type,reporting_to\nWien,read_only,DACH\n';
    await imported(sandbox, workdir, 'territories', again, {}, 'again');
    const { verdicts } = await verified(sandbox, workdir);
    expect(verdicts[2]).toBe(
      `changed: the territory is gone, and another one has its name (${idOf(sandbox, 'Wien')})`,
    );
  });

  test('renamed one: its row is changed, and those below it are not', async ({
    sandbox,
    workdir,
  }) => {
    await imported(sandbox, workdir, 'territories', TREE);
    await update(sandbox, 'EMEA', { name: 'Europe' });
    const { verdicts } = await verified(sandbox, workdir);
    const others = ['confirmed', 'confirmed', 'confirmed'];
    expect(verdicts).toEqual(['changed: is called Europe now', ...others]);
  });

  test('swapped the names of two', async ({ sandbox, workdir }) => {
    await imported(sandbox, workdir, 'territories', TREE);
    const [emea, apac] = [idOf(sandbox, 'EMEA'), idOf(sandbox, 'APAC')];
    await update(sandbox, 'EMEA', { name: 'x' });
    await update(sandbox, 'APAC', { name: 'EMEA' });
    await update(sandbox, 'x', { name: 'APAC' });
    const { lines, verdicts } = await verified(sandbox, workdir);
    expect([verdicts[0], verdicts[3]]).toEqual([
      'changed: is called APAC now',
      'changed: is called EMEA now',
    ]);
    expect([lines[0]?.['_id'], lines[3]?.['_id']]).toEqual([emea, apac]);
    expect(verdicts.slice(1, 3)).toEqual(['confirmed', 'confirmed']);
  });

  test('changed fields of one: told with what the org holds now', async ({ sandbox, workdir }) => {
    await imported(sandbox, workdir, 'territories', TREE);
    await update(sandbox, 'EMEA', {
      description: '=Spain',
      permission_type: 'read_write_delete',
      manager: { id: demoUserId(2) },
    });
    const { verdicts } = await verified(sandbox, workdir);
    // The row says nothing of a manager.
    expect(verdicts).toEqual([
      'changed: permission_type: read_write_delete; description: =Spain',
      'confirmed',
      'confirmed',
      'confirmed',
    ]);
  });

  test('moved one that was created below the top territory', async ({ sandbox, workdir }) => {
    await imported(sandbox, workdir, 'territories', TREE);
    await update(sandbox, 'APAC', { reporting_to: { id: idOf(sandbox, 'EMEA') } });
    const { verdicts } = await verified(sandbox, workdir);
    expect(verdicts[3]).toBe('changed: reporting_to: EMEA');
  });

  test('changed a manager, who is told by address', async ({ sandbox, workdir }) => {
    const text = `name,permission_type,manager\nEMEA,read_only,${demoUserId(2)}\n`;
    await imported(sandbox, workdir, 'territories', text);
    await update(sandbox, 'EMEA', { manager: { id: demoUserId(3) } });
    const { verdicts } = await verified(sandbox, workdir);
    expect(verdicts).toEqual(['changed: manager: ana.ferreira@northwind.example']);
  });
});

describe('of users and records, somebody has since', () => {
  test('taken a user from a territory: exactly that row is missing', async ({
    sandbox,
    workdir,
  }) => {
    await imported(sandbox, workdir, 'territories', TREE, {}, 'tree');
    await imported(sandbox, workdir, 'user-territories', USERS);
    const path = `/users/${demoUserId(3)}/territories/${idOf(sandbox, 'APAC')}`;
    await meanwhile(sandbox, 'DELETE', path);
    const { told, verdicts } = await verified(sandbox, workdir);
    const message = 'the org does not hold this user to territory mapping';
    expect(told.examples).toEqual([{ row: 5, verdict: 'missing', message }]);
    expect(verdicts.filter((verdict) => verdict === 'confirmed')).toHaveLength(5);
  });

  test('taken a record from a territory: exactly that row is missing', async ({
    sandbox,
    workdir,
  }) => {
    await imported(sandbox, workdir, 'territories', TREE, {}, 'tree');
    await imported(sandbox, workdir, 'record-territories', RECORDS);
    const path = `/Accounts/${demoRecordId('Accounts', 2)}/actions/remove_territories`;
    await meanwhile(sandbox, 'POST', path, {
      data: [{ Territories: [{ id: idOf(sandbox, 'EMEA') }] }],
    });
    const { told } = await verified(sandbox, workdir);
    const message = 'the org does not hold this record to territory assignment';
    expect(told.examples).toEqual([{ row: 4, verdict: 'missing', message }]);
    expect(told.confirmed).toBe(6);
  });

  test('deleted a territory: the rows that name it are changed, with the cause', async ({
    sandbox,
    workdir,
  }) => {
    await imported(sandbox, workdir, 'territories', TREE, {}, 'tree');
    await imported(sandbox, workdir, 'user-territories', USERS, {}, 'users');
    await imported(sandbox, workdir, 'record-territories', RECORDS, {}, 'records');
    await meanwhile(sandbox, 'DELETE', `/settings/territories/${idOf(sandbox, 'APAC')}`);
    for (const [name, confirmed] of [
      ['users', 3],
      ['records', 4],
    ] as const) {
      const { told } = await verified(sandbox, workdir, join(workdir, name));
      expect(told).toMatchObject({ confirmed, changed: 3, missing: 0 });
      expect(told.examples[0]?.message).toBe('the territory does not exist: APAC');
    }
  });
});

describe('rows that are not checked', () => {
  test('are those that were not as asked, whatever has become of them', async ({
    sandbox,
    workdir,
  }) => {
    const text = `${TREE}\nBad,all,,\nEMEA,read_only,,another\nLost,read_only,Nowhere,`;
    const run = await imported(sandbox, workdir, 'territories', text);
    const { told, header, lines } = await verified(sandbox, workdir, run);
    // The two rows about EMEA contradict each other, and what is below it was blocked.
    expect(told).toMatchObject({ rows: 7, confirmed: 1, unchecked: 6, missing: 0, changed: 0 });
    expect(header.slice(-5)).toEqual([...VERIFY_COLUMNS]);
    expect(lines.at(-1)).toMatchObject({
      name: 'Lost',
      _row: '8',
      _status: 'invalid',
      _verified: '',
      _message: 'not checked: the row was invalid in the run',
    });
  });

  test('have no part in the comparison', async ({ sandbox, workdir }) => {
    await imported(sandbox, workdir, 'territories', TREE, {}, 'tree');
    // The first row is refused: it asks for another parent. To move it would make a circle.
    const text =
      'name,permission_type,reporting_to\nAPAC,read_only,Japan\nJapan,read_only,APAC\nKorea,read_only,Japan\n';
    const run = await imported(sandbox, workdir, 'territories', text);
    const { verdicts } = await verified(sandbox, workdir, run);
    expect(verdicts.slice(1)).toEqual(['confirmed', 'confirmed']);
  });

  test('are those that a killed run has not come to', async ({ sandbox, workdir }) => {
    const rows = Array.from({ length: 25 }, (_, i) => `T${i},read_only`);
    let calls = 0;
    const killed = importText(
      sandbox,
      workdir,
      'territories',
      ['name,permission_type', ...rows].join('\n'),
      {
        client: { concurrency: 1 },
        executor: (resource, client) => {
          const local = createLocalExecutor(resource, client);
          return {
            async execute(chunk, turn) {
              calls += 1;
              if (calls === 2) throw new Error('killed');
              return local.execute(chunk, turn);
            },
          };
        },
      },
    );
    await expect(killed).rejects.toThrow('killed');
    const { told, lines } = await verified(sandbox, workdir);
    const created = lines.filter((line) => line['_status'] === 'created').length;
    expect(created).toBeGreaterThan(0);
    expect(told).toMatchObject({ confirmed: created, unchecked: 25 - created, rows: 25 });
    const unchecked = lines.filter((line) => line['_verified'] === '');
    expect(new Set(unchecked.map((line) => line['_status']))).toEqual(new Set(['']));
    expect(unchecked.map((line) => line['_message'])).toContain(
      'not checked: the row was sent, and whether the org has done it is not known yet',
    );
  });
});

test('what is scheduled and not yet done is missing, and told as such', async ({ workdir }) => {
  let now = Date.now();
  await using sandbox = await startSandbox({
    ...SMALL_ORG,
    assign: 'scheduled',
    jobMs: 1_800_000,
    clock: () => now,
  });
  await imported(sandbox, workdir, 'territories', TREE, {}, 'tree');
  await imported(sandbox, workdir, 'record-territories', RECORDS);
  const early = await verified(sandbox, workdir);
  expect(early.told).toMatchObject({ missing: 7, confirmed: 0 });
  expect(early.told.examples[0]?.message).toBe(
    'the org does not hold this record to territory assignment: it was scheduled, and may not have been done yet',
  );
  now += 1_800_000;
  expect((await verified(sandbox, workdir)).told).toMatchObject({ missing: 0, confirmed: 7 });
});

test('a file of no rows leaves nothing to confirm', async ({ sandbox, workdir }) => {
  await imported(sandbox, workdir, 'territories', 'name,permission_type\n');
  const { told, header } = await verified(sandbox, workdir);
  expect(told).toMatchObject({ rows: 0, confirmed: 0, missing: 0, changed: 0, unchecked: 0 });
  expect(header).toEqual(['name', 'permission_type', ...VERIFY_COLUMNS]);
});

describe('verify.csv', () => {
  test('guards what a spreadsheet would run, and is replaced as a whole', async ({
    sandbox,
    workdir,
  }) => {
    const run = await imported(sandbox, workdir, 'territories', TREE);
    await verified(sandbox, workdir);
    await update(sandbox, 'Wien', { description: 'x' });
    const { told } = await verified(sandbox, workdir);
    const text = await readFile(told.file, 'utf8');
    expect(text).toContain("Wien,read_only,DACH,'=1+1,4,created,");
    expect(text).toContain(',changed,description: x\n');
    expect((await readdir(run)).filter((name) => name.startsWith('verify'))).toEqual([
      'verify.csv',
    ]);
  });

  test('that cannot be put into its place is told, and leaves nothing behind', async ({
    sandbox,
    workdir,
  }) => {
    const run = await imported(sandbox, workdir, 'territories', TREE);
    await mkdir(join(run, 'verify.csv', 'taken'), { recursive: true });
    await expect(verified(sandbox, workdir)).rejects.toMatchObject({ code: 'RESULT_UNWRITABLE' });
    expect((await readdir(run)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('is not begun where an abort comes first', async ({ sandbox, workdir }) => {
    const run = await imported(sandbox, workdir, 'territories', TREE);
    const abort = new AbortController();
    const onEvent = () => abort.abort();
    const options = { signal: abort.signal, onEvent };
    await expect(verified(sandbox, workdir, run, options)).rejects.toThrow();
    expect(await readdir(run)).not.toContain('verify.csv');
  });
});

describe('a run that cannot be verified', () => {
  test('is one that there is not', async ({ sandbox, workdir }) => {
    await expect(verified(sandbox, workdir)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });

  test('is one that has sent nothing', async ({ sandbox, workdir }) => {
    await using off = await startSandbox({ ...SMALL_ORG, featureOff: 'TERRITORY_DISABLED' });
    await imported(off, workdir, 'territories', TREE);
    const refused = { code: 'USAGE', message: expect.stringContaining('has sent nothing') };
    await expect(verified(sandbox, workdir)).rejects.toMatchObject(refused);
    {
      using _ = openJournal(join(workdir, 'journal.sqlite'), 'run');
    }
    await expect(verified(sandbox, workdir, workdir)).rejects.toMatchObject(refused);
  });

  test('is one of another org, by its name or by its top territory', async ({
    sandbox,
    workdir,
  }) => {
    const run = await imported(sandbox, workdir, 'territories', TREE);
    const top = { id: '77', name: 'Top', reporting_to: null };
    await using other = await startHostileServer(({ path }) =>
      path.startsWith('/settings') ? { body: { territories: [top] } } : { status: 204 },
    );
    for (const name of ['test', 'elsewhere']) {
      const connection = { ...other.connection(), name };
      await expect(verifyRun({ run, connection })).rejects.toMatchObject({
        code: 'ORG_CHANGED',
        exitCode: 2,
        hint: expect.stringContaining('then verify it'),
      });
    }
    expect(other.calls.every(({ method }) => method === 'GET')).toBe(true);
    expect(await readdir(run)).not.toContain('verify.csv');
  });
});

test('a run that somebody is at work on is verified as it stands, and goes on', async ({
  sandbox,
  workdir,
}) => {
  const rows = Array.from({ length: 25 }, (_, i) => `T${i},read_only`);
  let midway: Awaited<ReturnType<typeof verified>>['told'] | undefined;
  const { summary } = await importText(
    sandbox,
    workdir,
    'territories',
    ['name,permission_type', ...rows].join('\n'),
    {
      client: { concurrency: 1 },
      executor: (resource, client) => {
        const local = createLocalExecutor(resource, client);
        return {
          async execute(chunk, turn) {
            const result = await local.execute(chunk, turn);
            if (chunk.id === 2) midway = (await verified(sandbox, workdir)).told;
            return result;
          },
        };
      },
    },
  );
  expect(summary.statuses).toEqual({ created: 25 });
  // What is in the org already has no outcome yet.
  expect(midway?.unchecked).toBeGreaterThanOrEqual(5);
  expect(midway).toMatchObject({ confirmed: 25 - (midway?.unchecked ?? 0), missing: 0 });
});
