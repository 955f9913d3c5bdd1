import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fc, test as property } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/sandbox/database.ts';
import {
  DEMO_ORG,
  demoRecordId,
  type ModuleName,
  type Sandbox,
  startSandbox,
} from '../../src/sandbox/index.ts';
import { seedOrg } from '../../src/sandbox/seed.ts';
import { createClient, type ZohoClient } from '../../src/zoho/client.ts';
import {
  compareIds,
  RECORDS_PER_READ,
  readTerritoriesOfRecords,
} from '../../src/zoho/record-reads.ts';
import {
  type Handler,
  type Received,
  refusal,
  startHostileServer,
} from '../support/hostile-server.ts';
import { connectionTo, SMALL_ORG } from '../support/sandbox.ts';
import { virtualTime } from '../support/schedule.ts';

/** Records of a module whose ids follow one another. */
const DENSE = 6000;
const SPARSE = 1500;
const TERRITORIES = [DEMO_ORG.territoryId, '5725767000000400002', '5725767000000400003'];

const times = <T>(length: number, make: (i: number) => T): T[] =>
  Array.from({ length }, (_, i) => make(i));
const dense = (module: ModuleName, i: number) => demoRecordId(module, i + 1);
/** Ids that lie far apart, and no two alike, behind the dense ones. */
const sparse = (module: ModuleName, i: number) =>
  String(5_725_768_000_000_000_000n + BigInt(i) * 48_611n + (module === 'Deals' ? 1n : 0n));
const unknown = (i: number) => String(5_725_769_000_000_000_000n + BigInt(i) * 7n);

let sandbox: Sandbox;
let client: ZohoClient;
let folder: string;

/** An org with records close together and far apart; deals hold no or one territory. */
function fill(path: string): void {
  const db = openDatabase(path);
  seedOrg(db, { kind: 'demo', recordsPerModule: DENSE, now: 0 });
  const addTerritory = db.run(
    `INSERT INTO territories (id, name, name_key, permission_type, created_time, modified_time)
     VALUES (?, ?, ?, 'read_only', '', '')`,
  );
  const addRecord = db.run(`INSERT INTO records VALUES (?, ?, '{}', 0)`);
  const addTo = db.run(`INSERT INTO assignments VALUES (?, ?, '', 'manually')`);
  db.transaction(() => {
    for (const id of TERRITORIES.slice(1)) addTerritory(id, id, id);
    for (const module of ['Accounts', 'Deals'] as const) {
      for (let i = 0; i < SPARSE; i += 1) addRecord(sparse(module, i), module);
      const all = [
        ...times(DENSE, (i) => dense(module, i)),
        ...times(SPARSE, (i) => sparse(module, i)),
      ];
      all.forEach((id, i) => {
        const count = (i * 7) % (module === 'Deals' ? 2 : 4);
        for (const territory of TERRITORIES.slice(0, count)) addTo(id, territory);
      });
    }
  });
  db.close();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'territory-loader-test-'));
  const state = join(folder, 'org.sqlite');
  fill(state);
  sandbox = await startSandbox({ ...SMALL_ORG, state });
  client = createClient(connectionTo(sandbox));
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

/** Reads, and checks that the sandbox charged what the result says. */
async function read(module: ModuleName, ids: readonly string[]) {
  const before = sandbox.stats();
  const { held, credits } = await readTerritoriesOfRecords(client, module, ids);
  const after = sandbox.stats();
  expect(after.credits - before.credits).toBe(credits);
  const calls = (after.calls['POST /coql'] ?? 0) - (before.calls['POST /coql'] ?? 0);
  return { held, credits, calls };
}

/** What the record store holds of records that it knows. */
function heldIn(module: ModuleName, ids: readonly string[]) {
  return new Map(ids.map((id) => [id, new Set(sandbox.org.territoriesOf(module, id))]));
}

const listsFor = (count: number) => Math.ceil(count / 50);

describe('territories of many CRM records', () => {
  const cases: [string, string[], { credits: number; calls: number }][] = [
    [
      '2,000 neighbours as one range',
      times(2000, (i) => dense('Accounts', i)),
      { credits: 3, calls: 1 },
    ],
    [
      '1,000 neighbours as a smaller one',
      times(1000, (i) => dense('Accounts', i)),
      { credits: 2, calls: 1 },
    ],
    [
      '200 neighbours for one credit',
      times(200, (i) => dense('Accounts', i + 50)),
      { credits: 1, calls: 1 },
    ],
    [
      '60 neighbours for one credit',
      times(60, (i) => dense('Accounts', i)),
      { credits: 1, calls: 1 },
    ],
    ['50 of them as a list', times(50, (i) => dense('Accounts', i)), { credits: 1, calls: 1 }],
    [
      'all of 1,500 that lie far apart as one range',
      times(1500, (i) => sparse('Accounts', i)),
      { credits: 3, calls: 1 },
    ],
    [
      'one in three as ranges',
      times(2000, (i) => dense('Accounts', i * 3)),
      { credits: 9, calls: 3 },
    ],
    [
      'one in forty as lists, after one range',
      times(150, (i) => dense('Accounts', i * 40)),
      { credits: 4, calls: 4 },
    ],
    [
      'a few from everywhere as lists',
      times(100, (i) => dense('Accounts', i * 50)),
      { credits: 2, calls: 2 },
    ],
    [
      'a block behind scattered ones as a range of its own',
      [
        ...times(50, (i) => dense('Accounts', i * 50)),
        ...times(900, (i) => dense('Accounts', 4000 + i)),
      ],
      { credits: 2 + 1 + 2, calls: 3 },
    ],
  ];
  test.for(cases)('reads %s', async ([, ids, cost]) => {
    const { held, ...paid } = await read('Accounts', ids);
    expect(held).toEqual(heldIn('Accounts', ids));
    expect(paid).toEqual(cost);
  });

  test('reads the one territory of deals', async () => {
    const ids = times(400, (i) => dense('Deals', i));
    const { held } = await read('Deals', ids);
    expect(held).toEqual(heldIn('Deals', ids));
    expect(held.get(ids[1] ?? '')).toEqual(new Set([DEMO_ORG.territoryId]));
  });

  test('asks for nothing where nothing is wanted', async () => {
    expect(await read('Accounts', [])).toMatchObject({ credits: 0, calls: 0 });
    const never = ['', 'x', "1' or id > '0", '-1', '99999999999999999999', '9223372036854775808'];
    const { held, calls } = await read('Accounts', never);
    expect([held.size, calls]).toEqual([0, 0]);
  });

  test('finds an id whatever zeros stand in front of it, and each once', async () => {
    const [one, other] = [dense('Accounts', 3), dense('Accounts', 5000)];
    const { held, calls } = await read('Accounts', [other, `000${one}`, other, one]);
    const known = heldIn('Accounts', [one, other]);
    expect(held).toEqual(new Map([...known, [`000${one}`, known.get(one)]]));
    expect(calls).toBe(1);
  });

  /** Pieces of a file: stretches, every so many of a stretch, far ones, and what is not there. */
  const piece = fc.oneof(
    fc
      .tuple(fc.nat(DENSE - 1), fc.integer({ min: 1, max: 1200 }), fc.constantFrom(1, 1, 2, 5, 30))
      .map(([from, count, step]) => ({ kind: 'dense' as const, from, count, step })),
    fc
      .tuple(fc.nat(SPARSE - 1), fc.integer({ min: 1, max: 400 }), fc.constantFrom(1, 3, 10))
      .map(([from, count, step]) => ({ kind: 'sparse' as const, from, count, step })),
    fc
      .tuple(fc.nat(1000), fc.integer({ min: 1, max: 150 }))
      .map(([from, count]) => ({ kind: 'unknown' as const, from, count, step: 1 })),
  );
  const anyIds = fc.array(piece, { minLength: 1, maxLength: 6 });

  property.prop([fc.constantFrom<ModuleName>('Accounts', 'Deals'), anyIds, fc.boolean()], {
    numRuns: 60,
  })(
    'are those of the record store, for no more than 3 credits above lists',
    async (module, pieces, backwards) => {
      const known = new Set<string>();
      const wanted = new Set<string>();
      for (const { kind, from, count, step } of pieces) {
        const end = { dense: DENSE, sparse: SPARSE, unknown: Number.POSITIVE_INFINITY }[kind];
        const make = { dense, sparse, unknown: (_: ModuleName, i: number) => unknown(i) }[kind];
        for (let i = from; i < Math.min(end, from + count * step); i += step) {
          if (wanted.size === RECORDS_PER_READ) break;
          wanted.add(make(module, i));
          if (kind !== 'unknown') known.add(make(module, i));
        }
      }
      const ids = [...wanted];
      const { held, credits } = await read(module, backwards ? ids.reverse() : ids);
      expect(held).toEqual(heldIn(module, [...known]));
      expect(credits).toBeLessThanOrEqual(listsFor(ids.length) + 3);
    },
  );
});

/** A client of a server that does whatever a test wants. */
async function rig(handler: Handler) {
  const server = await startHostileServer(handler);
  const client = createClient(server.connection(), { ...virtualTime(), retries: 1 });
  return {
    server,
    read: (ids: readonly string[], module = 'Accounts') =>
      readTerritoriesOfRecords(client, module, ids),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Which of the ids 1 to 100,000 a query asks for, in order. */
function asked({ json }: Received): string[] {
  const query: string = json.select_query;
  const list = /in \((.*)\)/.exec(query)?.[1];
  if (list !== undefined) return [...list.matchAll(/\d+/g)].map(([id]) => id);
  const [from = 0, to = 0] = [...query.matchAll(/id [<>]= '(\d+)'/g)].map((match) =>
    Number(match[1]),
  );
  return times(to - from + 1, (i) => String(from + i));
}
const limitOf = ({ json }: Received) => Number(/limit (\d+)/.exec(json.select_query)?.[1]);
const rowsOf = (ids: readonly string[]) =>
  ids.map((id) => ({ id, Territories: [{ id: `T${id}` }] }));
const numbers = (count: number, step = 1) => times(count, (i) => String(1 + i * step));

describe('an org that answers in its own way', () => {
  test('may give fewer rows at once than it was asked for', async () => {
    await using it = await rig((request) => {
      const ids = asked(request);
      const data = rowsOf(ids.slice(0, 70));
      return { body: { data, info: { more_records: ids.length > 70 } } };
    });
    const ids = [...numbers(300), ...numbers(90, 100).slice(10)];
    const { held } = await it.read(ids);
    expect([...held.keys()].toSorted(compareIds)).toEqual(ids);
  });

  test('may say nothing of more', async () => {
    await using it = await rig((request) => ({
      body: { data: rowsOf(asked(request).slice(0, limitOf(request))) },
    }));
    const { held, credits } = await it.read(numbers(500, 4));
    expect([held.size, credits]).toEqual([500, 4]);
  });

  test('may have nothing at all (204)', async () => {
    await using it = await rig(() => ({ status: 204 }));
    expect(await it.read(numbers(900, 5))).toEqual({ held: new Map(), credits: 2 });
  });

  test.for([
    ['a deal in one territory', 'Deals', { Territory: { id: '3' } }, ['3']],
    ['a deal with a list of them', 'Deals', { Territory: [{ id: 3, name: 'East' }] }, ['3']],
    ['a deal in none', 'Deals', { Territory: null }, []],
    ['a lead in two', 'Leads', { Territories: [{ id: '3' }, { id: '4' }] }, ['3', '4']],
    ['a lead in none', 'Leads', {}, []],
  ] as const)('tells the territories of %s', async ([, module, fields, territories]) => {
    await using it = await rig(() => ({ body: { data: [{ id: 7, ...fields }] } }));
    const { held } = await it.read(['7', '8'], module);
    expect(held).toEqual(new Map([['7', new Set(territories)]]));
    expect(it.server.calls[0]?.json.select_query).toBe(
      `select id, ${module === 'Deals' ? 'Territory' : 'Territories'} from ${module} where id in ('7', '8') order by id asc limit 200`,
    );
  });

  test('may give rows in another order, or none that were asked for', async () => {
    await using it = await rig((request) => {
      const ids = asked(request);
      const isList = ids.length <= 50;
      const data = rowsOf(isList ? ids : ids.slice(-20).toReversed());
      return { body: { data, info: { more_records: !isList } } };
    });
    const { held } = await it.read(numbers(400));
    expect(held.size).toBe(400);
  });

  test.for<[string, (request: Received) => string[]]>([
    ['the same rows', () => ['1', '2', '3']],
    ['no rows', () => []],
    ['half of the rows', (request) => asked(request).slice(0, 20)],
  ])('is given up when it says for ever that there is more: %s', async ([, give]) => {
    await using it = await rig((request) => ({
      body: { data: rowsOf(give(request)), info: { more_records: true } },
    }));
    await expect(it.read(numbers(2000))).rejects.toMatchObject({
      name: 'OrgError',
      code: 'UNEXPECTED_RESPONSE',
      message: expect.stringContaining('more records'),
    });
    expect(it.server.calls.length).toBeLessThan(60);
  });

  test('has no more than five queries of one read in flight', async () => {
    await using it = await rig(async (request) => {
      await pause(5);
      const ids = asked(request);
      const isList = ids.length <= 50;
      return { body: { data: isList ? rowsOf(ids) : [], info: { more_records: !isList } } };
    });
    const { held } = await it.read(numbers(1000, 60));
    expect(held.size).toBe(1000);
    expect(it.server.mostInFlight()).toBe(5);
  });

  test('is asked again when an answer is lost, and that is paid for', async () => {
    await using it = await rig((request, count) =>
      count === 1 ? 'reset' : { body: { data: rowsOf(asked(request)) } },
    );
    expect((await it.read(['1'])).credits).toBe(2);
  });

  test.for([
    [
      'a missing scope',
      { status: 401, body: refusal('OAUTH_SCOPE_MISMATCH') },
      'OAUTH_SCOPE_MISMATCH',
    ],
    ['a limit', { status: 400, body: refusal('LIMIT_EXCEEDED') }, 'LIMIT_EXCEEDED'],
    ['500 for ever', { status: 500, body: refusal('INTERNAL_ERROR') }, 'INTERNAL_ERROR'],
    ['rows without an id', { body: { data: [{ Territories: [] }] } }, 'UNEXPECTED_RESPONSE'],
  ] as const)('ends the read when it refuses: %s', async ([, reply, code]) => {
    await using it = await rig(() => reply);
    await expect(it.read(numbers(300))).rejects.toMatchObject({
      name: 'OrgError',
      code,
      message: expect.stringContaining('(POST /coql)'),
    });
  });
});

property.prop([fc.array(fc.bigInt({ min: 0n, max: 2n ** 63n }))])(
  'ids are ordered as numbers',
  (ids) => {
    const sorted = ids.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const asTexts = ids.map((id, i) => '0'.repeat(i % 3) + id).sort(compareIds);
    expect(asTexts.map(BigInt)).toEqual(sorted);
  },
);
