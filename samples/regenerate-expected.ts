/**
 * Writes `samples/expected/`: the failed.csv of every file with mistakes, imported after the files
 * without mistakes into one fresh sandbox.
 */
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runImport } from '../src/pipeline/run.ts';
import { RESOURCE_NAMES } from '../src/resources/registry.ts';
import { startSandbox } from '../src/sandbox/index.ts';
import type { Connection } from '../src/zoho/connection.ts';

const samples = import.meta.dirname;
const expected = join(samples, 'expected');
const runs = await mkdtemp(join(tmpdir(), 'territory-loader-'));

// Jobs run at once: no row has to wait for the job of an earlier file, so `_attempts` is stable.
await using sandbox = await startSandbox({ jobMs: 0 });
const connection: Connection = {
  name: 'sandbox',
  apiDomain: sandbox.url,
  accountsUrl: sandbox.url,
  version: 'v8',
  credentials: sandbox.credentials,
};

await mkdir(expected, { recursive: true });
for (const suffix of ['', '-with-mistakes']) {
  for (const resource of RESOURCE_NAMES) {
    const name = `${resource}${suffix}`;
    const source = join(samples, `${name}.csv`);
    const out = join(runs, name);
    const { rows, statuses, files } = await runImport({ resource, source, connection, out });
    console.log(`${name}: ${rows} rows`, statuses);
    if (suffix !== '') await copyFile(files.failed, join(expected, `${name}.failed.csv`));
  }
}
await rm(runs, { recursive: true });
