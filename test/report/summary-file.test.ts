import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { filesIn } from '../../src/pipeline/runs/folder.ts';
import type { Summary } from '../../src/report/summary.ts';
import { writeSummary } from '../../src/report/summary-file.ts';
import { test } from '../support/workdir.ts';

function summaryIn(folder: string): Summary {
  return {
    run: 'r',
    org: 'o',
    resource: 'territories',
    settings: {},
    rows: 0,
    statuses: {},
    calls: 0,
    credits: 0,
    retries: 0,
    elapsedMs: 0,
    causes: [],
    exitCode: 0,
    files: filesIn(folder),
  };
}

describe('summary.json', () => {
  test('replaces an earlier one, and what a killed process left half done', async ({ workdir }) => {
    const summary = summaryIn(workdir);
    await writeFile(summary.files.summary, 'earlier');
    await writeFile(`${summary.files.summary}.part`, 'x'.repeat(10_000));
    await writeSummary(summary);
    expect(JSON.parse(await readFile(summary.files.summary, 'utf8'))).toEqual(summary);
    expect(existsSync(`${summary.files.summary}.part`)).toBe(false);
  });

  test('that cannot be put into its place is told as such', async ({ workdir }) => {
    const summary = summaryIn(workdir);
    await mkdir(summary.files.summary);
    await expect(writeSummary(summary)).rejects.toMatchObject({
      code: 'RESULT_UNWRITABLE',
      exitCode: 3,
    });
  });

  test.runIf(existsSync('/dev/full'))('tells of a full disk', async ({ workdir }) => {
    const summary = summaryIn(workdir);
    await symlink('/dev/full', join(workdir, 'summary.json.part'));
    await expect(writeSummary(summary)).rejects.toMatchObject({
      code: 'RESULT_UNWRITABLE',
      message: expect.stringContaining('ENOSPC'),
    });
  });
});
