import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from 'vitest';

/** `test` with a folder of its own, gone when the test ends. */
export const test = base.extend<{ workdir: string }>({
  workdir: async ({ task: _ }, use) => {
    const path = await mkdtemp(join(tmpdir(), 'territory-loader-test-'));
    await use(path);
    await rm(path, { recursive: true, force: true });
  },
});
