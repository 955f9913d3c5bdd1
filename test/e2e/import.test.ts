import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { demoRecordId, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { envOf, runCli, tempFolder } from '../support/cli.ts';

const SAMPLES = join(import.meta.dirname, '../../samples');

type Line = Record<string, string>;

async function onlyRun(folder: string): Promise<{ path: string; lines: Line[] }> {
  const [run] = (await readdir(join(folder, 'runs'))).sort().reverse();
  const path = join(folder, 'runs', run ?? '');
  return { path, lines: parse(await readFile(join(path, 'result.csv')), { columns: true }) };
}

describe('with nothing configured', () => {
  test('the sample territories are created, and a second import says that they exist', async () => {
    await using folder = await tempFolder();
    const args = ['import', 'territories', join(SAMPLES, 'territories.csv')];

    const first = await runCli(args, { cwd: folder.path });
    expect(first.stderr).toContain('built-in sandbox');
    expect(first.exitCode).toBe(0);
    const { lines } = await onlyRun(folder.path);
    expect(lines.length).toBeGreaterThanOrEqual(55);
    expect(new Set(lines.map((line) => line['_status']))).toEqual(new Set(['created']));

    const second = await runCli([...args, '--out', 'again'], { cwd: folder.path });
    expect(second.exitCode).toBe(0);
    const again: Line[] = parse(await readFile(join(folder.path, 'again/result.csv')), {
      columns: true,
    });
    expect(new Set(again.map((line) => line['_status']))).toEqual(new Set(['unchanged']));
    for (const line of again) {
      expect(line['_code']).toBe('DUPLICATE_DATA');
      expect(line['_message']).toContain('exists already');
      expect(line['_resolution']).toBe('');
    }
  });

  test('the three samples import one after the other, every row as asked', async () => {
    await using folder = await tempFolder();
    const statuses: unknown[] = [];
    for (const resource of ['territories', 'user-territories', 'record-territories']) {
      const file = join(SAMPLES, `${resource}.csv`);
      const { stdout } = await runCli(['import', resource, file, '--json'], { cwd: folder.path });
      statuses.push(Object.keys(JSON.parse(stdout).statuses));
    }
    expect(statuses).toEqual([['created'], ['associated'], ['scheduled']]);
  });
});

describe('input that cannot be read', () => {
  const cases = [
    { what: 'a missing file', content: null, message: 'There is no file' },
    { what: 'an empty file', content: '', message: 'is empty' },
    { what: 'no header', content: ',,\na,b,c\n', message: 'no header' },
    {
      what: 'a missing column',
      content: 'name,parent\nWest,\n',
      message: 'no column permission_type',
    },
    {
      what: 'a quote that is never closed',
      content: 'name,permission_type\nWest,read_only\n"East,read_only\nNorth,read_only\n',
      message: 'row 3: a quote opens here',
    },
    {
      what: 'an unreadable encoding',
      content: Buffer.from('name,permission_type\nZürich,read_only\n', 'latin1'),
      message: '--encoding windows-1252',
    },
  ];
  test.for(cases)('$what ends with exit code 2 before any call', async ({ content, message }) => {
    await using folder = await tempFolder();
    await using sandbox = await startSandbox();
    if (content !== null) await writeFile(join(folder.path, 'in.csv'), content);
    const result = await runCli(['import', 'territories', 'in.csv'], {
      cwd: folder.path,
      env: envOf(sandbox),
    });
    expect(result.stderr).toContain(message);
    expect(result.stderr).toContain('in.csv');
    expect(result.exitCode).toBe(2);
    expect(sandbox.stats().calls).toEqual({});
    expect(await readdir(join(folder.path, 'runs'))).toEqual([]);
  });

  test('a directory is told as such', async () => {
    await using folder = await tempFolder();
    const result = await runCli(['import', 'territories', '.'], { cwd: folder.path });
    expect(result.stderr).toContain('is a directory');
    expect(result.exitCode).toBe(2);
  });
});

test('standard input is read as a file', async () => {
  await using folder = await tempFolder();
  const result = await runCli(['import', 'territories', '-', '--json'], {
    cwd: folder.path,
    input: 'name,permission_type\nWest,read_only\n',
  });
  expect(JSON.parse(result.stdout).statuses).toEqual({ created: 1 });
});

test('a plan prints the calls and sends no change', async () => {
  await using folder = await tempFolder();
  await using sandbox = await startSandbox();
  const file = join(SAMPLES, 'territories.csv');
  const { stdout, exitCode } = await runCli(['import', 'territories', file, '--plan'], {
    cwd: folder.path,
    env: envOf(sandbox),
  });
  expect(stdout).toContain('POST /settings/territories  ');
  expect(exitCode).toBe(0);
  expect(Object.keys(sandbox.stats().calls)).not.toContain('POST /settings/territories');
  expect(existsSync(join(folder.path, 'runs'))).toBe(false);
});

test('failed.csv, unedited, is imported again', async () => {
  await using folder = await tempFolder();
  await writeFile(
    join(folder.path, 'in.csv'),
    'name,permission_type,note\nWest,read_only,=1+1\nEast,everything,=1+1\n',
  );
  await runCli(['import', 'territories', 'in.csv', '--out', 'one'], { cwd: folder.path });
  const again = await runCli(['import', 'territories', 'one/failed.csv', '--out', 'two'], {
    cwd: folder.path,
  });
  expect(again.exitCode).toBe(1);
  const two = await readFile(join(folder.path, 'two/failed.csv'), 'utf8');
  const one = await readFile(join(folder.path, 'one/failed.csv'), 'utf8');
  expect(two).toBe(one.replace(',3,invalid', ',2,invalid'));
});

describe('a run that stops', () => {
  const many = Array.from({ length: 300 }, (_, i) => demoRecordId('Accounts', i + 1));
  const manyRows = `record_id,territory\n${many.map((id) => `${id},Northwind Trading\n`).join('')}`;

  async function importMany(sandbox: Sandbox, folder: string, more: readonly string[] = []) {
    await writeFile(join(folder, 'in.csv'), manyRows);
    const args = ['import', 'record-territories', 'in.csv', '--module', 'Accounts', ...more];
    return runCli([...args, '--out', 'out', '--json'], { cwd: folder, env: envOf(sandbox) });
  }

  test('because the feature is off leaves the other rows not_sent, with exit code 3', async () => {
    await using folder = await tempFolder();
    await using sandbox = await startSandbox({ disabledModules: ['Accounts'] });
    const { stdout, exitCode } = await importMany(sandbox, folder.path, ['--concurrency', '1']);
    const summary = JSON.parse(stdout);
    expect(exitCode).toBe(3);
    expect(summary.stopped.code).toBe('TERRITORY_NOT_ENABLED');
    expect(summary.statuses.failed + summary.statuses.not_sent).toBe(300);
    expect(summary.statuses.not_sent).toBeGreaterThan(0);
  });

  test('because a scope is missing ends with exit code 3 and names what to do', async () => {
    await using folder = await tempFolder();
    await using sandbox = await startSandbox();
    await writeFile(join(folder.path, 'in.csv'), manyRows);
    const result = await runCli(
      ['import', 'record-territories', 'in.csv', '--module', 'Accounts', '--out', 'out'],
      { cwd: folder.path, env: { ...envOf(sandbox), ZOHO_CLIENT_SECRET: 'wrong' } },
    );
    expect(result.exitCode).toBe(3);
    expect(result.stdout).toContain('300  not_sent');
    expect(result.stdout).toContain('ZOHO_CLIENT_SECRET');
  });

  test('because of --max-errors ends with exit code 3', async () => {
    await using folder = await tempFolder();
    await using sandbox = await startSandbox();
    await writeFile(
      join(folder.path, 'in.csv'),
      'record_id,territory\n1,Northwind Trading\n2,x\n3,y\n',
    );
    const result = await runCli(
      ['import', 'record-territories', 'in.csv', '--module', 'Deals', '--max-errors', '50%'],
      { cwd: folder.path, env: envOf(sandbox) },
    );
    expect(result.exitCode).toBe(3);
    expect(result.stdout).toContain('1  not_sent');
    expect(Object.keys(sandbox.stats().calls)).toEqual(['GET /settings/territories', 'POST /coql']);
  });

  test('because of Ctrl-C finishes the calls in flight and writes the result', async () => {
    await using folder = await tempFolder();
    await using sandbox = await startSandbox({ latencyMs: 30, assign: 'immediate' });
    await writeFile(join(folder.path, 'in.csv'), manyRows);
    const args = ['import', 'record-territories', 'in.csv', '--module', 'Accounts'];
    const { exitCode, stdout } = await runCli(
      [...args, '--concurrency', '1', '--out', 'out', '--json'],
      {
        cwd: folder.path,
        env: envOf(sandbox),
        async onStart(child) {
          const sent = () => sandbox.stats().calls['POST /{module}/actions/assign_territories'];
          while (sent() === undefined) await sleep(5);
          child.kill('SIGINT');
        },
      },
    );
    expect(exitCode).toBe(130);
    const { assigned, not_sent } = JSON.parse(stdout).statuses;
    expect(assigned).toBeGreaterThan(0);
    expect(assigned + not_sent).toBe(300);
    expect(assigned).toBe(
      many.filter((id) => sandbox.org.territoriesOf('Accounts', id).length > 0).length,
    );
  });
});
