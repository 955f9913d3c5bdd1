import { rmSync } from 'node:fs';
import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { continueJournal } from '../../src/journal/open.ts';
import { applyPlan, type PlanOutdatedError } from '../../src/pipeline/apply.ts';
import { createLocalExecutor } from '../../src/pipeline/execute/local-executor.ts';
import { planImport } from '../../src/pipeline/plan-import.ts';
import { type ImportOptions, runImport } from '../../src/pipeline/run.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { DEMO_ORG, demoRecordId, demoUserId, startSandbox } from '../../src/sandbox/index.ts';
import type { Chunk } from '../../src/vocabulary.ts';
import { type ApiRequest, createClient } from '../../src/zoho/client.ts';
import { startHostileServer } from '../support/hostile-server.ts';
import { bytesOf, connectionTo, importText, SMALL_ORG, test } from '../support/sandbox.ts';

const TREE = [
  'name,permission_type,reporting_to',
  'EMEA,read_only,',
  'DACH,read_only,EMEA',
  'APAC,read_only,',
  'Japan,read_only,APAC',
].join('\n');

/** Makes a change in the org that no run knows of. */
async function send(sandbox: Sandbox, request: ApiRequest): Promise<void> {
  await using client = createClient(connectionTo(sandbox));
  const { httpStatus } = await client.send(request);
  expect(httpStatus).toBeLessThan(300);
}

async function idOf(sandbox: Sandbox, name: string): Promise<string> {
  await using client = createClient(connectionTo(sandbox));
  const { body } = await client.send({ method: 'GET', path: '/settings/territories', reads: true });
  const { territories } = body as { territories: { id: string; name: string }[] };
  return territories.find((one) => one.name === name)?.id ?? '';
}

/** Plans a file in `workdir` and gives the options to apply the plan with. */
async function planned(
  sandbox: Sandbox,
  workdir: string,
  resource: string,
  text: string,
  options: Partial<ImportOptions> = {},
) {
  const source = join(workdir, 'input.csv');
  const plan = join(workdir, 'saved.plan');
  await writeFile(source, text);
  const connection = connectionTo(sandbox);
  const preview = await planImport({
    resource,
    source,
    connection,
    save: plan,
    previewChunks: 1000,
    ...options,
  });
  return { source, preview, apply: { plan, connection, out: join(workdir, 'run') } };
}

async function refused(applying: Promise<unknown>): Promise<PlanOutdatedError> {
  try {
    await applying;
  } catch (error) {
    return error as PlanOutdatedError;
  }
  throw new Error('the plan was applied');
}

describe('a plan applied to what it was made for', () => {
  test('sends exactly its calls, the ids of new parents filled in', async ({
    sandbox,
    workdir,
  }) => {
    const { preview, apply } = await planned(sandbox, workdir, 'territories', TREE);
    const sent: Chunk[] = [];
    const summary = await applyPlan({
      ...apply,
      executor: (resource, client) => {
        const local = createLocalExecutor(resource, client);
        return {
          execute: (chunk, mayStart) => {
            sent.push(chunk);
            return local.execute(chunk, mayStart);
          },
        };
      },
    });
    expect(summary).toMatchObject({ statuses: { created: 4 }, exitCode: 0 });
    expect(sandbox.stats().calls['POST /settings/territories']).toBe(preview.report.calls);
    const parents = new Map([
      [3, await idOf(sandbox, 'EMEA')],
      [5, await idOf(sandbox, 'APAC')],
    ]);
    const expected = preview.firstChunks.map((chunk) => ({
      ...chunk,
      entries: chunk.entries.map((entry) =>
        entry.parentRow === undefined
          ? entry
          : {
              ...entry,
              body: { ...entry.body, reporting_to: { id: parents.get(entry.rows[0] ?? 0) } },
            },
      ),
    }));
    expect(sent.sort((a, b) => a.id - b.id)).toEqual(expected);
  });

  test.for([
    ['territories', TREE],
    ['user-territories', `user,territory\n${demoUserId(2)},${DEMO_ORG.territoryId}\n`],
    [
      'record-territories',
      `record_id,module,territory\n${demoRecordId('Accounts', 1)},Accounts,${DEMO_ORG.territoryId}\n`,
    ],
  ] as const)('leaves what an import of %s leaves', async ([resource, text], { workdir }) => {
    const ends = [];
    for (const way of ['apply', 'import'] as const) {
      await using sandbox = await startSandbox(SMALL_ORG);
      if (way === 'import') {
        ends.push((await importText(sandbox, join(workdir, 'direct'), resource, text)).result);
        continue;
      }
      const { apply } = await planned(sandbox, workdir, resource, text);
      const { files } = await applyPlan(apply);
      ends.push(await readFile(files.result, 'utf8'));
    }
    expect(ends[0]).toBe(ends[1]);
  });

  test('may come from standard input', async ({ sandbox, workdir }) => {
    const connection = connectionTo(sandbox);
    const plan = join(workdir, 'saved.plan');
    await planImport({ resource: 'territories', source: bytesOf(TREE), connection, save: plan });
    const summary = await applyPlan({ plan, connection, out: join(workdir, 'run') });
    expect(summary.statuses).toEqual({ created: 4 });
  });

  test('may have rows that are invalid, and tells them', async ({ sandbox, workdir }) => {
    const text = `${TREE}\nX,whatever,\n`;
    const { apply } = await planned(sandbox, workdir, 'territories', text);
    expect(await applyPlan(apply)).toMatchObject({
      statuses: { created: 4, invalid: 1 },
      exitCode: 1,
    });
  });

  test('finds its file where it is now', async ({ sandbox, workdir }) => {
    const { source, apply } = await planned(sandbox, workdir, 'territories', TREE);
    const input = join(workdir, 'moved.csv');
    await copyFile(source, input);
    await rm(source);
    await expect(applyPlan(apply)).rejects.toMatchObject({ code: 'PLAN_OUTDATED', exitCode: 2 });
    expect((await applyPlan({ ...apply, input })).exitCode).toBe(0);
  });

  test('looks up again only what it looked up', async ({ sandbox, workdir }) => {
    const text = `user,territory\n${demoUserId(2)},${DEMO_ORG.territoryId}\n`;
    const { apply } = await planned(sandbox, workdir, 'user-territories', text, {
      precheck: 'never',
    });
    await send(sandbox, {
      method: 'PUT',
      path: `/settings/territories/${DEMO_ORG.territoryId}/users`,
      body: { users: [{ id: demoUserId(2) }] },
    });
    expect((await applyPlan(apply)).statuses).toEqual({ unchanged: 1 });
  });
});

describe('a plan whose org has changed', () => {
  const BELOW =
    'name,permission_type,reporting_to\nDACH,read_only,EMEA\nFrance,read_only,EMEA\nJapan,read_only,APAC\nWien,read_only,DACH\n';
  const TOPS = 'name,permission_type\nEMEA,read_only\nAPAC,read_only\n';

  test('by a parent renamed: the rows below it are told, and nothing is sent', async ({
    sandbox,
    workdir,
  }) => {
    await importText(sandbox, join(workdir, 'first'), 'territories', TOPS);
    const { apply } = await planned(sandbox, workdir, 'territories', BELOW);
    const id = await idOf(sandbox, 'EMEA');
    await send(sandbox, {
      method: 'PUT',
      path: '/settings/territories',
      body: { territories: [{ id, name: 'Europe', permission_type: 'read_only' }] },
    });
    const before = sandbox.stats().calls['POST /settings/territories'];
    const error = await refused(applyPlan(apply));
    expect(error).toMatchObject({ code: 'PLAN_OUTDATED', exitCode: 2 });
    // Row 5 hangs on row 2; row 4 has nothing to do with it.
    expect(error.differences.map(({ row }) => row)).toEqual([2, 3, 5]);
    expect(error.differences[0]).toEqual({
      row: 2,
      planned: 'created',
      now: 'invalid (the territory does not exist: EMEA)',
    });
    expect(sandbox.stats().calls['POST /settings/territories']).toBe(before);
    expect(await readdir(workdir)).not.toContain('run');
  });

  test('is carried out all the same with replan: the other rows as planned', async ({
    sandbox,
    workdir,
  }) => {
    await importText(sandbox, join(workdir, 'first'), 'territories', TOPS);
    const { apply } = await planned(sandbox, workdir, 'territories', BELOW);
    const id = await idOf(sandbox, 'EMEA');
    await send(sandbox, {
      method: 'PUT',
      path: '/settings/territories',
      body: { territories: [{ id, name: 'Europe', permission_type: 'read_only' }] },
    });
    const summary = await applyPlan({ ...apply, replan: true });
    expect(summary).toMatchObject({
      statuses: { created: 1, invalid: 2, blocked: 1 },
      exitCode: 1,
    });
  });

  test('by a user added to a territory: only that row is told', async ({ sandbox, workdir }) => {
    await importText(sandbox, join(workdir, 'first'), 'territories', TOPS);
    const users = [2, 3, 4, 5];
    const text = `user,territory\n${users.map((n) => `${demoUserId(n)},EMEA\n${demoUserId(n)},APAC`).join('\n')}\n`;
    const { apply } = await planned(sandbox, workdir, 'user-territories', text);
    await send(sandbox, {
      method: 'PUT',
      path: `/settings/territories/${await idOf(sandbox, 'APAC')}/users`,
      body: { users: [{ id: demoUserId(4) }] },
    });
    const { differences } = await refused(applyPlan(apply));
    expect(differences).toEqual([
      { row: 7, planned: 'associated', now: 'unchanged (the user is in the territory already)' },
    ]);
  });

  test('by a record assigned: only that row is told', async ({ sandbox, workdir }) => {
    await importText(sandbox, join(workdir, 'first'), 'territories', TOPS);
    const ids = Array.from({ length: 15 }, (_, i) => demoRecordId('Accounts', i + 1));
    const text = `record_id,territory\n${ids.map((id) => `${id},EMEA`).join('\n')}\n`;
    const settings = { module: 'Accounts' };
    const { apply } = await planned(sandbox, workdir, 'record-territories', text, { settings });
    await send(sandbox, {
      method: 'POST',
      path: '/Accounts/actions/assign_territories',
      body: { data: [{ id: ids[11], Territories: [{ id: await idOf(sandbox, 'EMEA') }] }] },
    });
    const { differences } = await refused(applyPlan(apply));
    expect(differences.map(({ row }) => row)).toEqual([13]);
  });

  test('in a field that every update sends again is told, so that nobody undoes it', async ({
    sandbox,
    workdir,
  }) => {
    await importText(sandbox, join(workdir, 'first'), 'territories', TOPS);
    const text = 'name,permission_type,description\nEMEA,,All of Europe\n';
    const { apply } = await planned(sandbox, workdir, 'territories', text, {
      settings: { mode: 'upsert' },
    });
    const territory = { id: await idOf(sandbox, 'EMEA'), permission_type: 'read_write_delete' };
    await send(sandbox, {
      method: 'PUT',
      path: '/settings/territories',
      body: { territories: [territory] },
    });
    const { differences } = await refused(applyPlan(apply));
    expect(differences).toEqual([
      {
        row: 2,
        planned: 'updated, permission_type read_only',
        now: 'updated, permission_type read_write_delete',
      },
    ]);
  });

  test('so that a move must wait for another one is told: too early, the org refuses it', async ({
    sandbox,
    workdir,
  }) => {
    const upsert = { settings: { mode: 'upsert' } } as const;
    const start = 'name,permission_type,reporting_to\nA,read_only,\nD,read_only,A\nB,read_only,\n';
    await importText(sandbox, join(workdir, 'first'), 'territories', start);
    const text = `name,reporting_to\nA,B\nD,${DEMO_ORG.name}\n`;
    const { apply } = await planned(sandbox, workdir, 'territories', text, upsert);
    await importText(
      sandbox,
      join(workdir, 'second'),
      'territories',
      'name,reporting_to\nB,D\n',
      upsert,
    );
    const { differences } = await refused(applyPlan(apply));
    expect(differences.map(({ row }) => row)).toEqual([2]);
  });

  test('in any of many rows is told: a plan that is kept has looked at all of them', async ({
    sandbox,
    workdir,
  }) => {
    const places = Array.from({ length: 30 }, (_, i) => `Place ${i}`);
    const tree = ['name,permission_type', ...places.map((name) => `${name},read_only`)];
    await importText(sandbox, join(workdir, 'first'), 'territories', tree.join('\n'));
    const text = places.map((name, i) => `${demoUserId(i + 2)},${name}`).join('\n');
    const { apply } = await planned(
      sandbox,
      workdir,
      'user-territories',
      `user,territory\n${text}`,
    );
    await send(sandbox, {
      method: 'PUT',
      path: `/users/${demoUserId(27)}/territories`,
      body: { territories: [{ id: await idOf(sandbox, 'Place 25') }] },
    });
    const { differences } = await refused(applyPlan(apply));
    expect(differences.map(({ row }) => row)).toEqual([27]);
  });

  test('in a field that the plan updates is told with both values', async ({
    sandbox,
    workdir,
  }) => {
    await importText(sandbox, join(workdir, 'first'), 'territories', TOPS);
    const text = 'name,permission_type,description\nEMEA,,All of Europe\n';
    const { apply } = await planned(sandbox, workdir, 'territories', text, {
      settings: { mode: 'upsert' },
    });
    const territory = { id: await idOf(sandbox, 'EMEA'), description: 'Europe only' };
    await send(sandbox, {
      method: 'PUT',
      path: '/settings/territories',
      body: { territories: [{ ...territory, permission_type: 'read_only' }] },
    });
    const { differences } = await refused(applyPlan(apply));
    expect(differences).toHaveLength(1);
    expect(differences[0]?.now).toContain('Europe only');
  });

  test('to another org is refused as such', async ({ sandbox, workdir }) => {
    const { apply } = await planned(sandbox, workdir, 'territories', TREE);
    const top = { id: '77', name: 'Top', reporting_to: null };
    await using other = await startHostileServer(({ path }) =>
      path.startsWith('/settings') ? { body: { territories: [top] } } : { status: 204 },
    );
    await expect(applyPlan({ ...apply, connection: other.connection() })).rejects.toMatchObject({
      code: 'PLAN_OUTDATED',
      exitCode: 2,
    });
    expect(other.calls.every(({ method }) => method === 'GET')).toBe(true);
  });
});

describe('a plan whose file has changed', () => {
  test('tells the rows that are other, new and gone', async ({ sandbox, workdir }) => {
    const { source, apply } = await planned(sandbox, workdir, 'territories', TREE);
    const rows = TREE.split('\n');
    rows[1] = 'EMEA,read_write_delete,';
    await writeFile(source, [...rows, 'Africa,read_only,EMEA'].join('\n'));
    const { differences } = await refused(applyPlan(apply));
    expect(differences).toEqual([
      {
        row: 2,
        planned: 'created, permission_type read_only',
        now: 'created, permission_type read_write_delete',
      },
      { row: 6, planned: 'no such row', now: 'created' },
    ]);
  });

  test('in a cell that nothing hangs on is told all the same', async ({ sandbox, workdir }) => {
    const { source, apply } = await planned(
      sandbox,
      workdir,
      'territories',
      'name,permission_type,note\nEMEA,read_only,first\n',
    );
    await writeFile(source, 'name,permission_type,note\nEMEA,read_only,second\n');
    const { differences } = await refused(applyPlan(apply));
    expect(differences).toEqual([{ row: 2, planned: 'note "first"', now: 'note "second"' }]);
  });

  test('only in how it is written is applied', async ({ sandbox, workdir }) => {
    const { source, apply } = await planned(sandbox, workdir, 'territories', TREE);
    await writeFile(source, TREE.replaceAll('\n', '\r\n').replace('EMEA', '"EMEA"'));
    expect((await applyPlan(apply)).exitCode).toBe(0);
  });

  test('in its header is refused', async ({ sandbox, workdir }) => {
    const { source, apply } = await planned(sandbox, workdir, 'territories', TREE);
    await writeFile(source, TREE.replace('reporting_to', 'parent'));
    await expect(applyPlan(apply)).rejects.toMatchObject({ code: 'PLAN_OUTDATED' });
  });
});

describe('a plan file', () => {
  test('is never written over another file', async ({ sandbox, workdir }) => {
    const source = join(workdir, 'input.csv');
    await writeFile(source, TREE);
    const job = { resource: 'territories', source, connection: connectionTo(sandbox) };
    await expect(planImport({ ...job, save: source })).rejects.toMatchObject({ code: 'USAGE' });
    expect(await readFile(source, 'utf8')).toBe(TREE);
  });

  test('is written over an earlier plan', async ({ sandbox, workdir }) => {
    await planned(sandbox, workdir, 'territories', TREE);
    const { apply } = await planned(sandbox, workdir, 'territories', TREE);
    expect((await applyPlan(apply)).exitCode).toBe(0);
  });

  test('that is none is refused', async ({ sandbox, workdir }) => {
    const plan = join(workdir, 'x.plan');
    const connection = connectionTo(sandbox);
    await expect(applyPlan({ plan, connection })).rejects.toMatchObject({
      code: 'PLAN_UNREADABLE',
      exitCode: 2,
    });
    await writeFile(plan, 'no plan');
    await expect(applyPlan({ plan, connection })).rejects.toMatchObject({
      code: 'PLAN_UNREADABLE',
    });
  });

  test('is carried out as it was checked, whatever becomes of the file meanwhile', async ({
    sandbox,
    workdir,
  }) => {
    const { apply } = await planned(sandbox, workdir, 'territories', TREE);
    const summary = await applyPlan({
      ...apply,
      onEvent: ({ type }) => {
        if (type === 'orgRead') rmSync(apply.plan);
      },
    });
    expect(summary.statuses).toEqual({ created: 4 });
  });

  test('of another version is refused as such', async ({ sandbox, workdir }) => {
    const { apply } = await planned(sandbox, workdir, 'territories', TREE);
    {
      using journal = continueJournal(apply.plan, 'plan');
      const { plan: _, ...meta } = journal.meta;
      journal.setMeta({ ...meta, plan: { readAt: 'then' } });
    }
    await expect(applyPlan(apply)).rejects.toMatchObject({ code: 'PLAN_UNREADABLE' });
  });

  test('that is cut or damaged is refused', async ({ sandbox, workdir }) => {
    const { apply } = await planned(sandbox, workdir, 'territories', TREE);
    const bytes = await readFile(apply.plan);
    for (const length of [bytes.length - 480, Math.floor(bytes.length * 0.99), 4096]) {
      await writeFile(apply.plan, bytes.subarray(0, length));
      await expect(applyPlan(apply)).rejects.toMatchObject({ code: 'PLAN_UNREADABLE' });
    }
  });

  test('is not the journal of a run that died', async ({ sandbox, workdir }) => {
    const { apply } = await planned(sandbox, workdir, 'territories', TREE);
    {
      using journal = continueJournal(apply.plan, 'run');
      journal.seal();
    }
    await expect(applyPlan(apply)).rejects.toMatchObject({ code: 'PLAN_UNREADABLE' });
    const source = join(workdir, 'input.csv');
    const job = { resource: 'territories', source, connection: connectionTo(sandbox) };
    await expect(planImport({ ...job, save: apply.plan })).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('cannot be written where there is no folder: told before the org is read', async ({
    sandbox,
    workdir,
  }) => {
    const source = join(workdir, 'input.csv');
    await writeFile(source, TREE);
    const job = { resource: 'territories', source, connection: connectionTo(sandbox) };
    const save = join(workdir, 'nowhere', 'x.plan');
    await expect(planImport({ ...job, save })).rejects.toMatchObject({ code: 'USAGE' });
    expect(sandbox.stats().calls).toEqual({});
  });

  test('is not the journal of a run that was carried out', async ({ sandbox, workdir }) => {
    const connection = connectionTo(sandbox);
    const out = join(workdir, 'run');
    const { files } = await runImport({
      resource: 'territories',
      source: bytesOf(TREE),
      connection,
      out,
    });
    await expect(applyPlan({ plan: files.journal, connection })).rejects.toMatchObject({
      code: 'PLAN_UNREADABLE',
    });
  });
});
