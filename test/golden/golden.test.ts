import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect } from 'vitest';
import type { ImportOptions } from '../../src/pipeline/run.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { importText, test } from '../support/sandbox.ts';

/** What each folder here is imported as; a case is named for its trouble. */
const CASES: Readonly<Record<string, Partial<ImportOptions> & { readonly resource: string }>> = {
  'all-mistakes-records': { resource: 'record-territories' },
  'all-mistakes-territories': { resource: 'territories' },
  'all-mistakes-users': { resource: 'user-territories' },
  'blank-lines': { resource: 'user-territories' },
  bom: { resource: 'territories' },
  contradictions: { resource: 'territories', settings: { mode: 'upsert' } },
  cr: { resource: 'user-territories' },
  crlf: { resource: 'territories' },
  cycle: { resource: 'territories' },
  'duplicate-rows': { resource: 'user-territories' },
  'embedded-newline': { resource: 'territories' },
  emoji: { resource: 'territories' },
  'extra-cells': { resource: 'user-territories' },
  'failed-again': { resource: 'user-territories' },
  'formula-injection': { resource: 'user-territories' },
  'header-only': { resource: 'territories' },
  latin1: { resource: 'territories', encoding: 'windows-1252' },
  'lone-quote-inside': { resource: 'territories' },
  'long-ids': { resource: 'record-territories', settings: { module: 'Accounts' } },
  'mapped-headers': {
    resource: 'user-territories',
    map: new Map([
      ['user', 'Rep'],
      ['territory', 'Where to'],
    ]),
  },
  'missing-cells': { resource: 'user-territories' },
  'mixed-line-ends': { resource: 'user-territories' },
  pipe: { resource: 'user-territories' },
  semicolon: { resource: 'territories' },
  tab: { resource: 'territories' },
  'trailing-delimiters': { resource: 'user-territories' },
  'two-headers-one-column': { resource: 'user-territories' },
  utf16be: { resource: 'territories' },
  utf16le: { resource: 'territories' },
};

/** The territories that every case finds in its org. */
const BEFORE =
  'name,permission_type\n' +
  'North,read_only\nEast,read_only\nSouth,read_only\nWest,read_only\nTwo  Words,read_write_delete\n';

let folders: string[] = [];

beforeAll(async () => {
  const entries = await readdir(import.meta.dirname, { withFileTypes: true });
  folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
});

describe.for(Object.entries(CASES))('%s', ([name, options]) => {
  test('is imported as it always was', async ({ workdir }) => {
    await using sandbox = await startSandbox({ recordsPerModule: 20, assign: 'immediate' });
    const out = join(workdir, 'before');
    await importText(sandbox, workdir, 'territories', BEFORE, { out });
    const input = await readFile(join(import.meta.dirname, name, 'input.csv'));
    const { result } = await importText(sandbox, workdir, options.resource, input, options);
    await expect(result).toMatchFileSnapshot(join(import.meta.dirname, name, 'result.csv'));
  });
});

test('every folder is a case', () => {
  expect(folders.sort()).toEqual(Object.keys(CASES).sort());
});
