import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { demoRecordId, SANDBOX_ACCESS_TOKEN } from '../../src/sandbox/index.ts';
import { ROOT, startRig, territory } from './client.ts';
import { refresh } from './tokens.ts';

async function stateFile(): Promise<AsyncDisposable & { path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  return {
    path: join(folder, 'org.sqlite'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

test('territories, jobs, tokens and credits outlive a restart', async () => {
  await using file = await stateFile();
  const record = demoRecordId('Accounts', 1);
  let token = '';
  let id: string | undefined;
  {
    await using rig = await startRig({ state: file.path, jobMs: 1_000, recordsPerModule: 10 });
    [id] = await rig.territories('East');
    const data = [{ id: record, Territories: [{ id }] }];
    await rig.send('POST', '/Accounts/actions/assign_territories', { data });
    token = (await refresh(rig)).access_token;
  }
  await using rig = await startRig({ state: file.path });
  expect(rig.sandbox.stats()).toMatchObject({ credits: 2, calls: {} });
  expect(rig.sandbox.org.territoriesOf('Accounts', record)).toEqual([]);
  rig.advance(1_000);
  expect(rig.sandbox.org.territoriesOf('Accounts', record)).toEqual([id]);
  expect((await rig.sendAs(token, 'GET', '/users')).status).toBe(200);
  expect(await rig.territories('West')).toEqual(['5725767000000400003']);
});

test('a sandbox killed in the middle of its work starts again', async () => {
  await using file = await stateFile();
  const module = new URL('../../src/sandbox/index.ts', import.meta.url).href;
  const script = `
    const { startSandbox } = await import(${JSON.stringify(module)});
    const sandbox = await startSandbox({
      state: ${JSON.stringify(file.path)}, recordsPerModule: 1, territoryLimit: 100000 });
    console.log(sandbox.url);`;
  for (let round = 1; round <= 2; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
    let made = 0;
    const create = async () => {
      const item = territory({ name: `T ${round} ${made}` });
      const answer = await fetch(`${url}/crm/v8/settings/territories`, {
        method: 'POST',
        headers: { authorization: `Bearer ${SANDBOX_ACCESS_TOKEN}` },
        body: JSON.stringify({ territories: [item] }),
      });
      expect(answer.status).toBe(201);
      made += 1;
    };
    for (let n = 0; n < 20; n++) await create();
    child.kill('SIGKILL');
    await exited;
    await using rig = await startRig({ state: file.path });
    const names = rig.sandbox.org.territories().map((one) => one.name);
    expect(names).toHaveLength(1 + 20 * round);
    expect(names).toContain(`T ${round} 19`);
  }
});

test('an empty seed has the org territory and the current user alone', async () => {
  await using rig = await startRig({ seed: 'empty' });
  expect(rig.sandbox.org.territories().map((one) => [one.id, one.parentId])).toEqual([
    [ROOT, null],
  ]);
  expect((await rig.send('GET', '/users')).body.users).toHaveLength(1);
  expect((await rig.send('GET', '/Accounts?fields=id')).status).toBe(204);
});

test('a file of something else is left alone', async () => {
  await using file = await stateFile();
  const db = new DatabaseSync(file.path);
  db.exec('CREATE TABLE notes (text)');
  db.close();
  await expect(startRig({ state: file.path })).rejects.toThrow('no state file');
});

test('a port that is taken is an error', async () => {
  await using rig = await startRig({ seed: 'empty' });
  const port = Number(new URL(rig.sandbox.url).port);
  await expect(startRig({ seed: 'empty', port })).rejects.toThrow('EADDRINUSE');
});
