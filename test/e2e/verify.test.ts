import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OUTPUT_SCHEMAS } from '../../src/cli/output-schemas.ts';
import { SANDBOX_ACCESS_TOKEN, startSandbox } from '../../src/sandbox/index.ts';
import { envOf, runCli, tempFolder } from '../support/cli.ts';

test('a run is confirmed by exit code 0, and by 1 when somebody has changed something since', async () => {
  await using folder = await tempFolder();
  await using sandbox = await startSandbox({ tokenLimit: Number.POSITIVE_INFINITY });
  const text = 'name,permission_type,reporting_to\nEMEA,read_only,\nDACH,read_only,EMEA\nX,all,\n';
  await writeFile(join(folder.path, 'in.csv'), text);
  const run = (...args: string[]) => runCli(args, { cwd: folder.path, env: envOf(sandbox) });
  await run('import', 'territories', 'in.csv', '--out', 'out');

  const confirmed = await run('verify', 'out');
  expect(confirmed.exitCode).toBe(0);
  expect(confirmed.stdout).toMatch(
    /^territories: 3 rows of run \S+, read back with \d calls?, \d credits?\n {8}2 {2}confirmed\n {8}1 {2}not checked\n/,
  );
  expect(await run('verify', 'out', '--quiet')).toMatchObject({ exitCode: 0, stdout: '' });

  const emea = sandbox.org.territories().find(({ name }) => name === 'EMEA')?.id;
  await fetch(`${sandbox.url}/crm/v8/settings/territories`, {
    method: 'PUT',
    headers: { authorization: `Zoho-oauthtoken ${SANDBOX_ACCESS_TOKEN}` },
    body: JSON.stringify({
      territories: [{ id: emea, name: 'Europe', permission_type: 'read_only' }],
    }),
  });
  const changed = await run('verify', 'out');
  expect(changed.exitCode).toBe(1);
  expect(changed.stdout).toContain('\nrow 2 changed: is called Europe now\n');
  const { stdout, exitCode } = await run('verify', 'out/result.csv', '--json');
  const told = OUTPUT_SCHEMAS.verify.parse(JSON.parse(stdout));
  expect([exitCode, told.confirmed, told.changed, told.unchecked]).toEqual([1, 1, 1, 1]);
  expect(await readFile(join(folder.path, told.file), 'utf8')).toContain(
    `EMEA,read_only,,2,created,${emea},changed,is called Europe now\n`,
  );
});

test('a run that there is not ends with exit code 2', async () => {
  await using folder = await tempFolder();
  const { exitCode, stdout } = await runCli(['verify', 'nowhere', '--json'], { cwd: folder.path });
  expect(exitCode).toBe(2);
  expect(OUTPUT_SCHEMAS.error.parse(JSON.parse(stdout)).error.code).toBe('RUN_NOT_FOUND');
});
