import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OUTPUT_SCHEMAS } from '../../src/cli/output-schemas.ts';
import { runCli, tempFolder } from '../support/cli.ts';

const TREE =
  'name,permission_type,reporting_to\nEMEA,read_only,\nDACH,read_only,EMEA\nWien,read_only,DACH\n';

/** Runs commands in a folder that holds this file as `in.csv`. */
async function folderWith(text: string) {
  const folder = await tempFolder();
  const write = (content: string) => writeFile(join(folder.path, 'in.csv'), content);
  await write(text);
  return {
    run: (...args: string[]) => runCli(args, { cwd: folder.path }),
    write,
    path: folder.path,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

test('a plan is shown, kept, and carried out', async () => {
  await using it = await folderWith(TREE);
  const planned = await it.run('plan', 'territories', 'in.csv', '-o', 'tree.plan');
  expect(planned.exitCode).toBe(0);
  expect(planned.stdout).toContain('└─ + EMEA\n   └─ + DACH\n      └─ + Wien');
  expect(planned.stdout).toContain('  1. POST /settings/territories  1 item, row 2\n');
  expect(planned.stdout).toContain('apply tree.plan');
  expect(await readdir(it.path)).not.toContain('runs');
  const shown = await it.run('apply', 'tree.plan', '--show');
  expect(shown).toMatchObject({ exitCode: 0, stdout: planned.stdout });

  const { run } = OUTPUT_SCHEMAS.apply.parse(
    JSON.parse((await it.run('apply', 'tree.plan', '--json')).stdout),
  );
  expect((await it.run('runs')).stdout).toContain(`${run}  sandbox  3 rows  all as asked`);
});

test('a plan that does not hold any more names the rows and ends with exit code 2', async () => {
  await using it = await folderWith(TREE);
  await it.run('plan', 'territories', 'in.csv', '-o', 'tree.plan', '--quiet');
  await it.write(TREE.replace('Wien,read_only', 'Wien,read_write_delete'));
  const told = await it.run('apply', 'tree.plan');
  expect(told.exitCode).toBe(2);
  expect(told.stderr).toContain(
    '  row 4: planned created, permission_type read_only\n' +
      '         now     created, permission_type read_write_delete\n',
  );
  const { stdout } = await it.run('apply', 'tree.plan', '--json');
  const { error } = OUTPUT_SCHEMAS.error.parse(JSON.parse(stdout));
  expect(error.differences).toHaveLength(1);
  expect((await it.run('apply', 'tree.plan', '--replan')).exitCode).toBe(0);
});

test('--check tells by its exit code whether there is anything to do', async () => {
  await using it = await folderWith(TREE);
  const check = async () =>
    (await it.run('plan', 'territories', 'in.csv', '--check', '--quiet')).exitCode;
  expect(await check()).toBe(1);
  await it.run('import', 'territories', 'in.csv');
  expect(await check()).toBe(0);
  await it.write(`${TREE}X,whatever,\n`);
  expect(await check()).toBe(1);
});

test('--calls lists every call', async () => {
  const rows = Array.from({ length: 150 }, (_, i) => `T${i},read_only`);
  await using it = await folderWith(['name,permission_type', ...rows].join('\n'));
  const short = await it.run('plan', 'territories', 'in.csv');
  expect(short.stdout).toContain('… and 5 more calls (--calls lists them)');
  const { stdout } = await it.run('plan', 'territories', 'in.csv', '--calls');
  expect(stdout.match(/^ +\d+\. POST /gm)).toHaveLength(15);
});

test('what is nearly a column is pointed out, and nothing else is said of other columns', async () => {
  await using it = await folderWith('name,permission_type,manger,note\nWest,read_only,x,y\n');
  const { stderr } = await it.run('plan', 'territories', 'in.csv');
  expect(stderr).toContain('Row 1: "manger" is no column and its cells are not used.');
  expect(stderr).not.toContain('note');
});

test('the command to go on with keeps what rows depend on', async () => {
  await using it = await folderWith('name,reporting_to\nWest,Nowhere\n');
  const { stdout } = await it.run('import', 'territories', 'in.csv', '--mode', 'upsert');
  const [, run = ''] = /retry (runs\/\S+)\n/.exec(stdout) ?? [];
  const again = await it.run('retry', run, '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ settings: { mode: 'upsert' }, exitCode: 1 });
});
