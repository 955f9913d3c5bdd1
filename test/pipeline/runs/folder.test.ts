import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { createRunFolder } from '../../../src/pipeline/runs/folder.ts';
import { test } from '../../support/workdir.ts';

const NOW = new Date('2026-11-21T10:15:30.123Z');

test('a run is named for its time and resource', async ({ workdir }) => {
  const { run, folder } = await createRunFolder('territories', join(workdir, 'a', 'b'), NOW);
  expect(run).toBe('2026-11-21T101530Z-territories');
  expect((await stat(folder)).isDirectory()).toBe(true);
});

describe('a folder that holds something', () => {
  test('is not taken', async ({ workdir }) => {
    await writeFile(join(workdir, 'notes.txt'), '');
    await expect(createRunFolder('territories', workdir, NOW)).rejects.toMatchObject({
      code: 'RUN_FOLDER_EXISTS',
    });
  });
});

describe('discarding', () => {
  test('takes away a folder that the run made', async ({ workdir }) => {
    const home = await createRunFolder('territories', join(workdir, 'new'), NOW);
    await writeFile(join(home.folder, 'journal.sqlite'), '');
    await home.discard();
    expect(await readdir(workdir)).toEqual([]);
  });

  test("leaves the user's folder, and nothing in it", async ({ workdir }) => {
    await mkdir(join(workdir, 'mine'));
    const home = await createRunFolder('territories', join(workdir, 'mine'), NOW);
    await writeFile(join(home.folder, 'journal.sqlite'), '');
    await home.discard();
    expect(await readdir(join(workdir, 'mine'))).toEqual([]);
  });
});
