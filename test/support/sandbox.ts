import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { type ImportOptions, runImport } from '../../src/pipeline/run.ts';
import { unguardFormula } from '../../src/report/formula-guard.ts';
import type { Summary } from '../../src/report/summary.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';
import type { Connection } from '../../src/zoho/connection.ts';
import { test as base } from './workdir.ts';

/** A demo org without its thousands of CRM records, which assigns at once. */
export const SMALL_ORG: SandboxOptions = {
  recordsPerModule: 20,
  assign: 'immediate',
  tokenLimit: Number.POSITIVE_INFINITY,
};

/** `test` with a small sandbox of its own, closed when the test ends, and a folder. */
export const test = base.extend<{ sandbox: Sandbox }>({
  sandbox: async ({ task: _ }, use) => {
    await using sandbox = await startSandbox(SMALL_ORG);
    await use(sandbox);
  },
});

export function connectionTo(sandbox: Sandbox): Connection {
  return {
    name: 'test',
    apiDomain: sandbox.url,
    accountsUrl: sandbox.url,
    version: 'v8',
    credentials: sandbox.credentials,
  };
}

/** A file that comes in these pieces. */
export function bytesOf(...pieces: (string | Buffer)[]) {
  async function* give(): AsyncGenerator<Buffer> {
    for (const piece of pieces) yield Buffer.from(piece);
  }
  return { name: 'input.csv', bytes: give() };
}

/** A finished import and the text of its files. */
export interface Imported {
  readonly summary: Summary;
  readonly result: string;
  readonly failed: string;
  /** The lines of result.csv by column, formulas unguarded. */
  readonly lines: readonly Readonly<Record<string, string>>[];
}

/** Imports a text, or bytes, into a sandbox, with its run folder below `workdir`. */
export async function importText(
  sandbox: Sandbox,
  workdir: string,
  resource: string,
  content: string | Buffer,
  options: Partial<ImportOptions> = {},
): Promise<Imported> {
  const summary = await runImport({
    resource,
    source: bytesOf(content),
    connection: connectionTo(sandbox),
    out: join(workdir, 'run'),
    ...options,
  });
  const [result, failed] = await Promise.all([
    readFile(summary.files.result, 'utf8'),
    readFile(summary.files.failed, 'utf8'),
  ]);
  const [header = [], ...records] = parseCsv(result);
  return {
    summary,
    result,
    failed,
    lines: records.map((cells) =>
      Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ''])),
    ),
  };
}

/** Reads one of our own result files, strictly. */
export function parseCsv(text: string): string[][] {
  const records: string[][] = parse(text);
  return records.map((cells) => cells.map(unguardFormula));
}
