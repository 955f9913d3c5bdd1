import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runImport } from '../src/pipeline/run.ts';
import { RESOURCE_NAMES } from '../src/resources/registry.ts';
import { startSandbox } from '../src/sandbox/index.ts';
import type { Settings } from '../src/vocabulary.ts';
import type { Connection } from '../src/zoho/connection.ts';
import { tempFolder } from './support/cli.ts';

const SAMPLES = join(import.meta.dirname, '../samples');

test('the samples import in their order, and those with mistakes fail as expected', async () => {
  await using folder = await tempFolder();
  // Jobs run at once: no row has to wait for the job of an earlier file, so `_attempts` is stable.
  await using sandbox = await startSandbox({ jobMs: 0 });
  const connection: Connection = {
    name: 'sandbox',
    apiDomain: sandbox.url,
    accountsUrl: sandbox.url,
    version: 'v8',
    credentials: sandbox.credentials,
  };
  const importSample = (resource: string, name: string, settings: Settings = {}) =>
    runImport({
      settings,
      resource,
      source: join(SAMPLES, `${name}.csv`),
      connection,
      out: join(folder.path, name),
    });

  for (const resource of RESOURCE_NAMES) {
    expect(await importSample(resource, resource)).toMatchObject({ exitCode: 0 });
  }
  const changes = ['territories', 'territories-changes', { mode: 'upsert' }] as const;
  expect(await importSample(...changes)).toMatchObject({
    statuses: { created: 2, updated: 7, unchanged: 1 },
  });

  for (const resource of RESOURCE_NAMES) {
    const name = `${resource}-with-mistakes`;
    const { exitCode, files } = await importSample(resource, name);
    expect(exitCode).toBe(1);
    const failed = await readFile(files.failed, 'utf8');
    await expect(failed).toMatchFileSnapshot(`../samples/expected/${name}.failed.csv`);
  }
});
