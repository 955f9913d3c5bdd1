import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { type ImportOptions, runImport } from '../../src/pipeline/run.ts';
import type { Summary } from '../../src/report/summary.ts';
import {
  DEMO_ORG,
  demoRecordId,
  demoUserId,
  type FaultName,
  SANDBOX_ACCESS_TOKEN,
  type SandboxOptions,
  type SandboxStats,
  startSandbox,
} from '../../src/sandbox/index.ts';
import type { Connection } from '../../src/zoho/connection.ts';
import { tempFolder } from '../support/cli.ts';
import { virtualTime } from '../support/schedule.ts';

/** What an import does to an org, and how that org is disturbed. */
export interface Case extends Omit<Partial<ImportOptions>, 'resource' | 'source' | 'connection'> {
  readonly resource: string;
  /** The file, its header first. */
  readonly csv: readonly string[];
  readonly sandbox?: SandboxOptions;
  /** Faults of the calls of the import, in their order. */
  readonly schedule?: readonly FaultName[];
  /** Whether the org is filled first; one whose feature is off cannot be. @default true */
  readonly isPrepared?: boolean;
  /** Whether the org holds the {@link PLACES}, too. @default false */
  readonly isWide?: boolean;
  readonly version?: Connection['version'];
  readonly credentials?: Connection['credentials'];
}

/** What an import left behind. */
export interface Result {
  readonly summary: Summary;
  readonly lines: readonly Readonly<Record<string, string>>[];
  readonly stats: SandboxStats;
  /** What the org holds, by names and without what depends on the time. */
  readonly org: OrgContent;
  /** Every byte that the run wrote, by file name. */
  readonly files: ReadonlyMap<string, Buffer>;
}

export interface OrgContent {
  readonly territories: readonly string[];
  readonly members: Readonly<Record<string, readonly string[]>>;
  readonly assignments: Readonly<Record<string, readonly string[]>>;
}

/** The territories that the org of a case holds; nobody may change the last. */
export const HELD = ['North', 'South', 'East', 'West', 'Locked'] as const;
/** So many territories that users in a few of them each are best sent user by user. */
export const PLACES: readonly string[] = Array.from({ length: 50 }, (_, i) => `P${i}`);
/** Records of each module that the org of a case holds. */
export const RECORDS = 12;
/** The calls that prepare an org, and those that make the places. */
const PREPARATION: readonly FaultName[] = ['ok', 'ok', 'ok'];
const WIDENING: readonly FaultName[] = ['ok', 'ok', 'ok', 'ok', 'ok'];

/**
 * Imports a file into a new org of {@link HELD}: user 2 and the first account are in the North.
 * Time passes only by waiting.
 */
export async function importInto(given: Case): Promise<Result> {
  const {
    csv,
    sandbox: options,
    schedule,
    version = 'v8',
    credentials,
    isPrepared,
    isWide = false,
    ...rest
  } = given;
  const time = virtualTime();
  const before = isWide ? [...PREPARATION, ...WIDENING] : PREPARATION;
  const firstId = BigInt(DEMO_ORG.territoryId) + 1n;
  await using folder = await tempFolder();
  await using sandbox = await startSandbox({
    clock: time.clock,
    recordsPerModule: RECORDS,
    tokenLimit: Number.POSITIVE_INFINITY,
    ...options,
    denied: { territories: [String(firstId + 4n)], ...options?.denied },
    faults: { ...options?.faults, ...(schedule && { schedule: [...before, ...schedule] }) },
  });
  const names = new Map(isPrepared === false ? [] : await prepare(sandbox.url, isWide));
  await time.sleep(60_000);

  const out = join(folder.path, 'run');
  const summary = await runImport({
    ...rest,
    source: { name: 'test.csv', bytes: bytesOf(csv) },
    connection: {
      name: 'sandbox',
      apiDomain: sandbox.url,
      accountsUrl: sandbox.url,
      version,
      credentials: credentials ?? sandbox.credentials,
    },
    out,
    client: { ...time, retries: 100, ...rest.client },
  });
  await time.sleep(60_000);

  const files = new Map<string, Buffer>();
  for (const name of await readdir(out)) files.set(name, await readFile(join(out, name)));
  const territories = sandbox.org.territories();
  for (const { id, name } of territories) names.set(id, name);
  const nameOf = (id: string | null) => names.get(id ?? '') ?? '';
  const modules = ['Accounts', 'Deals'] as const;
  return {
    summary,
    lines: parse(files.get('result.csv') ?? '', { columns: true }),
    stats: sandbox.stats(),
    files,
    org: {
      territories: territories
        .map((one) => `${nameOf(one.parentId)} > ${one.name} (${one.permissionType})`)
        .sort(),
      members: Object.fromEntries(
        territories.map(({ id, name }) => [name, sandbox.org.usersOf(id).sort()]),
      ),
      assignments: Object.fromEntries(
        modules.flatMap((module) =>
          Array.from({ length: RECORDS }, (_, i) => {
            const id = demoRecordId(module, i + 1);
            return [id, sandbox.org.territoriesOf(module, id).map(nameOf).sort()];
          }),
        ),
      ),
    },
  };
}

async function* bytesOf(csv: readonly string[]): AsyncGenerator<Buffer> {
  yield Buffer.from(csv.join('\n'));
}

async function prepare(url: string, isWide: boolean): Promise<[id: string, name: string][]> {
  const send = async (method: string, path: string, body: unknown) => {
    const answer = await fetch(`${url}/crm/v8${path}`, {
      method,
      headers: { authorization: `Zoho-oauthtoken ${SANDBOX_ACCESS_TOKEN}` },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { territories: { details: { id: string } }[] };
  };
  const permission_type = 'read_only';
  const reporting_to = { id: DEMO_ORG.territoryId };
  const create = async (names: readonly string[]) => {
    const { territories } = await send('POST', '/settings/territories', {
      territories: names.map((name) => ({ name, reporting_to, permission_type })),
    });
    return territories.map((one) => one.details.id);
  };
  const ids = await create(HELD);
  const north = { id: ids[0] };
  await send('PUT', `/users/${demoUserId(2)}/territories`, { territories: [north] });
  await send('POST', '/Accounts/actions/assign_territories', {
    data: [{ id: demoRecordId('Accounts', 1), Territories: [north] }],
  });
  for (let i = 0; isWide && i < PLACES.length; i += 10) await create(PLACES.slice(i, i + 10));
  return HELD.map((name, i) => [ids[i] ?? '', name]);
}
