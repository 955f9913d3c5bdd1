import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { OUTPUT_SCHEMAS } from '../../src/cli/output-schemas.ts';
import { runCli, tempFolder } from '../support/cli.ts';

describe('usage', () => {
  test('an unknown flag is refused with a suggestion', async () => {
    await using folder = await tempFolder();
    const result = await runCli(['import', 'territories', 'x.csv', '--plann'], {
      cwd: folder.path,
    });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('Did you mean --plan?');
  });

  test('an unknown command is refused with a suggestion', async () => {
    await using folder = await tempFolder();
    const result = await runCli(['imprt'], { cwd: folder.path });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('Did you mean import?');
  });

  test('an unknown resource is refused with the names there are', async () => {
    await using folder = await tempFolder();
    const result = await runCli(['import', 'teritories', 'x.csv'], { cwd: folder.path });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('territories, user-territories, record-territories');
  });

  test.for([
    ['--concurrency', '26'],
    ['--concurrency', 'many'],
    ['--max-errors', '101%'],
    ['--map', 'user'],
  ])('%s %s is refused', async ([flag, value]) => {
    await using folder = await tempFolder();
    const args = ['import', 'territories', 'x.csv', flag ?? '', value ?? ''];
    const result = await runCli(args, { cwd: folder.path });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain(flag);
  });

  test('an old Node.js is told in one sentence', async () => {
    await using folder = await tempFolder();
    const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })`;
    const result = await runCli(['--help'], {
      cwd: folder.path,
      nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(old)}`],
    });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(
      /^territory-loader needs Node\.js 24 or newer, and this is 20\.20\.2.*\n$/,
    );
  });

  test('half a configuration is told by the variables that are missing', async () => {
    await using folder = await tempFolder();
    const result = await runCli(['import', 'territories', 'x.csv'], {
      cwd: folder.path,
      env: { ZOHO_CLIENT_ID: 'a', ZOHO_REFRESH_TOKEN: 'b' },
    });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('ZOHO_CLIENT_SECRET is not set');
  });

  test('secrets go over plain http to this machine only', async () => {
    await using folder = await tempFolder();
    const result = await runCli(['import', 'territories', 'x.csv'], {
      cwd: folder.path,
      env: { ZOHO_API_DOMAIN: 'http://example.com', ZOHO_ACCESS_TOKEN: 'secret' },
    });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('no https address');
  });
});

describe('--json', () => {
  test.for(Object.entries(OUTPUT_SCHEMAS))(
    'the committed schema of %s is current',
    async ([name, schema]) => {
      const text = `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`;
      await expect(text).toMatchFileSnapshot(`../../schemas/${name}.json`);
    },
  );

  test('every command prints one object of its schema', async () => {
    await using folder = await tempFolder();
    const cwd = folder.path;
    await writeFile(join(cwd, 'in.csv'), 'name,permission_type\nWest,read_only\nEast,some\n');
    const printed = async (...args: string[]) =>
      JSON.parse((await runCli([...args, '--json'], { cwd })).stdout);

    OUTPUT_SCHEMAS['import-plan'].parse(await printed('import', 'territories', 'in.csv', '--plan'));
    OUTPUT_SCHEMAS.plan.parse(await printed('plan', 'territories', 'in.csv'));
    const { run } = OUTPUT_SCHEMAS.import.parse(await printed('import', 'territories', 'in.csv'));
    expect(OUTPUT_SCHEMAS.runs.parse(await printed('runs')).runs).toHaveLength(1);
    expect(OUTPUT_SCHEMAS['runs-run'].parse(await printed('runs', run)).run).toBe(run);
    OUTPUT_SCHEMAS.explain.parse(await printed('explain', 'duplicate_data'));
    OUTPUT_SCHEMAS.error.parse(await printed('explain', 'NO_SUCH_CODE'));
    OUTPUT_SCHEMAS.error.parse(await printed('import', 'territories', 'nowhere.csv'));
  });
});

test.for([
  ['import', 'territories', 'x.csv', '--bogus'],
  ['imprt'],
  ['import', 'territories', 'x.csv', '--concurrency', '99'],
  ['import', 'record-territories', 'x.csv', '--module', 'Acounts'],
  ['import', 'teritories', 'x.csv'],
  ['sandbox', '--port', '70000'],
  ['sandbox', '--state', 'x.csv'],
])('what cannot start is one JSON object with exit code 2: %s %s %s %s', async (args) => {
  await using folder = await tempFolder();
  await writeFile(join(folder.path, 'x.csv'), 'this is no database, and no territory either\n');
  const { exitCode, stdout } = await runCli([...args, '--json'], { cwd: folder.path });
  expect(exitCode).toBe(2);
  expect(OUTPUT_SCHEMAS.error.parse(JSON.parse(stdout)).error.code).toBe('USAGE');
});

test('an Excel workbook is told as such', async () => {
  await using folder = await tempFolder();
  await writeFile(
    join(folder.path, 'in.csv'),
    Buffer.from('PK\u0003\u0004\u0014\u0000\u0006', 'latin1'),
  );
  const { exitCode, stderr } = await runCli(['import', 'territories', 'in.csv'], {
    cwd: folder.path,
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('is an Excel workbook');
});

test('half a summary hides no other run', async () => {
  await using folder = await tempFolder();
  await writeFile(join(folder.path, 'in.csv'), 'name,permission_type\nWest,read_only\n');
  await runCli(['import', 'territories', 'in.csv'], { cwd: folder.path });
  await mkdir(join(folder.path, 'runs/broken'));
  await writeFile(join(folder.path, 'runs/broken/summary.json'), '{"run": "bro');
  const { exitCode, stdout } = await runCli(['runs'], { cwd: folder.path });
  expect(exitCode).toBe(0);
  expect(stdout).toContain('all as asked');
  expect(stdout).toContain('unfinished');
});

test('--quiet prints nothing but errors', async () => {
  await using folder = await tempFolder();
  await writeFile(join(folder.path, 'in.csv'), 'name,permission_type\nWest,read_only\n');
  const result = await runCli(['import', 'territories', 'in.csv', '--quiet'], { cwd: folder.path });
  expect(result).toEqual({ exitCode: 0, stdout: '', stderr: '' });
});

test('a run that did not reach its end is listed as such', async () => {
  await using folder = await tempFolder();
  await mkdir(join(folder.path, 'runs/2026-11-21T101530Z-territories'), { recursive: true });
  const { stdout } = await runCli(['runs'], { cwd: folder.path });
  expect(stdout).toContain('2026-11-21T101530Z-territories');
  expect(stdout).toContain('unfinished');
});

test('a terminal sequence in a cell stays inert', async () => {
  await using folder = await tempFolder();
  const file = 'name,permission_type\nWest,\u001b[31mred\u001b[0m\n';
  await writeFile(join(folder.path, 'in.csv'), file);
  const { stdout } = await runCli(['import', 'territories', 'in.csv'], { cwd: folder.path });
  expect(stdout).toContain('\\x1b[31mred');
  expect(stdout).not.toContain('\u001b');
});
