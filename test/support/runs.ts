import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Resumed, type ResumeOptions, resumeRun } from '../../src/pipeline/resume.ts';
import { type Retried, type RetryOptions, retryRun } from '../../src/pipeline/retry.ts';
import { type ImportOptions, runImport } from '../../src/pipeline/run.ts';
import type { Summary } from '../../src/report/summary.ts';
import {
  DEMO_ORG,
  SANDBOX_ACCESS_TOKEN,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '../../src/sandbox/index.ts';
import type { Connection } from '../../src/zoho/connection.ts';
import { tempFolder } from './cli.ts';
import { connectionTo, parseCsv } from './sandbox.ts';
import { type VirtualTime, virtualTime } from './schedule.ts';

/** A line of a result file, by column. */
export type Line = Readonly<Record<string, string>>;

/** What can be said of any run besides its file; the rest is as everywhere in a test. */
type How<T> = Partial<Omit<T, 'run' | 'out'>> & { readonly connection?: Connection };

/** An org whose time passes only by waiting, and a folder for runs against it. */
export interface Runs extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly time: VirtualTime;
  readonly connection: Connection;
  /** A path in the folder. */
  readonly path: (...names: string[]) => string;
  /** Writes a file of these lines and gives its path. */
  readonly write: (name: string, lines: readonly string[]) => Promise<string>;
  /** Imports a file of these lines, or any source, as the run of this name. */
  readonly import: (
    name: string,
    resource: string,
    file: readonly string[] | ImportOptions['source'],
    options?: How<ImportOptions>,
  ) => Promise<Summary>;
  readonly resume: (name: string, options?: How<ResumeOptions>) => Promise<Resumed>;
  /** Retries the run of this name as the run `as`. */
  readonly retry: (name: string, as: string, options?: How<RetryOptions>) => Promise<Retried>;
  /** The lines of a run's `result.csv`. */
  readonly lines: (name: string) => Promise<Line[]>;
  /** Every byte in the folder of a run, by file name. */
  readonly bytes: (name: string) => Promise<Record<string, string>>;
  /** Makes territories below the top one, as another program would; gives their ids. */
  readonly territories: (...names: string[]) => Promise<string[]>;
  /** Makes any call, as another program would. */
  readonly send: (method: string, path: string, body?: unknown) => Promise<Response>;
}

/** The id of the n-th territory that is made in a sandbox, counted from 1. */
export function madeId(n: number): string {
  return String(BigInt(DEMO_ORG.territoryId) + BigInt(n));
}

/** Starts a small org; runs begin a second apart, so that their ids differ. */
export async function startRuns(options: SandboxOptions = {}): Promise<Runs> {
  const time = virtualTime();
  const folder = await tempFolder();
  const sandbox = await startSandbox({
    clock: time.clock,
    recordsPerModule: 60,
    tokenLimit: Number.POSITIVE_INFINITY,
    ...options,
  });
  const connection = connectionTo(sandbox);
  const path = (...names: string[]) => join(folder.path, ...names);

  async function write(name: string, lines: readonly string[]): Promise<string> {
    await writeFile(path(name), lines.join('\n'));
    return path(name);
  }

  /** What differs from one test to another, over what is the same for all. */
  function how<T extends { client?: ImportOptions['client'] }>(differing: T) {
    const { client, ...rest } = differing;
    return { connection, ...rest, client: { ...time, random: () => 1, ...client } };
  }

  async function send(method: string, at: string, body?: unknown): Promise<Response> {
    const answer = await fetch(`${sandbox.url}/crm/v8${at}`, {
      method,
      headers: { authorization: `Zoho-oauthtoken ${SANDBOX_ACCESS_TOKEN}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${at}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  return {
    sandbox,
    time,
    connection,
    path,
    write,
    send,
    async import(name, resource, file, differing = {}) {
      const isList = Array.isArray(file);
      const source = isList ? await write(`${name}.csv`, file) : (file as ImportOptions['source']);
      await time.sleep(1000);
      return await runImport({ ...how(differing), resource, source, out: path(name) });
    },
    resume: (name, differing = {}) => resumeRun({ ...how(differing), run: path(name) }),
    async retry(name, as, differing = {}) {
      await time.sleep(1000);
      return await retryRun({ ...how(differing), run: path(name), out: path(as) });
    },
    async lines(name) {
      const [header = [], ...records] = parseCsv(await readFile(path(name, 'result.csv'), 'utf8'));
      return records.map((cells) =>
        Object.fromEntries(header.map((column, i) => [column, cells[i] ?? ''])),
      );
    },
    async bytes(name) {
      const names = (await readdir(path(name))).sort();
      const read = async (one: string) => [one, await readFile(path(name, one), 'latin1')] as const;
      return Object.fromEntries(await Promise.all(names.map(read)));
    },
    async territories(...names) {
      const ids: string[] = [];
      for (let i = 0; i < names.length; i += 10) {
        const answer = await send('POST', '/settings/territories', {
          territories: names.slice(i, i + 10).map((name) => ({
            name,
            reporting_to: { id: DEMO_ORG.territoryId },
            permission_type: 'read_only',
          })),
        });
        const body = (await answer.json()) as { territories: { details: { id: string } }[] };
        ids.push(...body.territories.map((one) => one.details.id));
      }
      return ids;
    },
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** How often a sandbox was called so. */
export function callsOf({ sandbox }: Pick<Runs, 'sandbox'>, call: string): number {
  return sandbox.stats().calls[call] ?? 0;
}

/** How many lines have each value in a column. */
export function countBy(lines: readonly Line[], column = '_status'): Record<string, number> {
  return Object.fromEntries(
    Map.groupBy(lines, (line) => line[column] ?? '')
      .entries()
      .map(([value, some]) => [value, some.length]),
  );
}
