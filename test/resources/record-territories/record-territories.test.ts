import { describe, expect, test } from 'vitest';
import type { OrgReader } from '../../../src/resources/operation.ts';
import type { Lookup } from '../../../src/resources/planner.ts';
import { recordTerritories } from '../../../src/resources/record-territories/index.ts';
import { operationOf } from '../../../src/resources/resource.ts';
import { RowSet } from '../../../src/row-set.ts';
import { orgOf, territory } from '../../support/org.ts';
import { checkRow, planRows, rowsOfChunks, type TestRow } from '../../support/rows.ts';

const MANY = Array.from({ length: 12 }, (_, i) => territory({ id: `${3000 + i}`, name: `T${i}` }));
const org = orgOf({ territories: MANY });

/** Account 501 in territory T0; say only what differs. */
const row = (values: TestRow = {}): TestRow => ({
  record_id: '501',
  territory: 'T0',
  module: 'Accounts',
  ...values,
});
const plan = (...rows: TestRow[]) => planRows(recordTerritories, rows, org);
const planHolding = (held: RowSet, ...rows: TestRow[]) =>
  planRows(recordTerritories, rows, org, {}, held);

function rowSet(...rows: number[]): RowSet {
  const set = new RowSet();
  for (const one of rows) set.add(one);
  return set;
}

describe('a row by itself', () => {
  test.each([
    ['without a record id', { record_id: '' }, 'MANDATORY_NOT_FOUND', 'record_id'],
    ['without a territory', { territory: '' }, 'MANDATORY_NOT_FOUND', 'territory'],
    ['without a module', { module: '' }, 'MANDATORY_NOT_FOUND', 'module'],
    ['with a module that has no territories', { module: 'Vendors' }, 'INVALID_MODULE', 'module'],
    ['with a name for a record id', { record_id: 'Acme' }, 'INVALID_DATA', 'record_id'],
    ['with a record id in scientific form', { record_id: '3.65E+18' }, 'INVALID_DATA', 'record_id'],
    [
      'with a record id that ends in zeros',
      { record_id: '5725767000001950000' },
      'INVALID_DATA',
      'record_id',
    ],
  ])('%s is refused', (_, values, code, field) => {
    expect(checkRow(recordTerritories, row(values)).finding).toMatchObject({ code, field });
  });

  test('may name its module in any case', () => {
    expect(checkRow(recordTerritories, row({ module: 'ACCOUNTS' })).record).toMatchObject({
      module: 'Accounts',
    });
  });

  test('takes the module of the whole file when it names none', () => {
    const { record } = checkRow(recordTerritories, row({ module: '' }), { module: 'leads' });
    expect(record).toMatchObject({ module: 'Leads' });
  });

  test('goes by its own module before that of the file', () => {
    expect(checkRow(recordTerritories, row(), { module: 'Leads' }).record).toMatchObject({
      module: 'Accounts',
    });
  });

  test('may have the prefix of Zoho exports before its id', () => {
    const { record } = checkRow(recordTerritories, row({ record_id: 'zcrm_501' }));
    expect(record).toMatchObject({ recordId: '501' });
  });
});

describe('calls', () => {
  test('hold ten CRM records', () => {
    const rows = Array.from({ length: 25 }, (_, i) => row({ record_id: `${500 + i}` }));
    expect(plan(...rows).chunks.map(({ entries }) => entries.length)).toEqual([10, 10, 5]);
  });

  test('name a CRM record once, with all its territories, however far apart its rows are', () => {
    const others = Array.from({ length: 30 }, (_, i) => row({ record_id: `${600 + i}` }));
    const { chunks } = plan(row(), ...others, row({ territory: 'T1' }));
    const entries = chunks.flatMap((chunk) => chunk.entries.filter(({ id }) => id === '501'));
    expect(entries).toEqual([{ id: '501', rows: [2, 33], parts: ['3000', '3001'] }]);
  });

  test('are of one module', () => {
    const { chunks } = plan(row(), row({ module: 'leads' }), row({ record_id: '502' }));
    expect(chunks.map(({ target, entries }) => [target, entries.length])).toEqual([
      ['Accounts', 2],
      ['Leads', 1],
    ]);
  });

  test('are made as the API wants them, for deals too', () => {
    const [chunk] = plan(row({ module: 'Deals' })).chunks;
    expect(chunk && operationOf(recordTerritories, chunk).request(chunk)).toEqual({
      method: 'POST',
      path: '/Deals/actions/assign_territories',
      body: { data: [{ id: '501', Territories: [{ id: '3000' }] }] },
    });
  });

  test('wait for no other', () => {
    const rows = Array.from({ length: 25 }, (_, i) => row({ record_id: `${500 + i}` }));
    expect(plan(...rows).chunks.map(({ after }) => after)).toEqual([[], [], []]);
  });

  test('do for each row what it asks for', () => {
    const [chunk] = plan(row(), row({ territory: 'T1' })).chunks;
    if (chunk === undefined) throw new Error('no call was planned');
    const { effect } = operationOf(recordTerritories, chunk);
    const [entry = { rows: [] }] = chunk.entries;
    expect([0, 1].map((index) => effect(chunk, entry, index))).toEqual([
      { module: 'Accounts', record_id: '501', territory: '3000' },
      { module: 'Accounts', record_id: '501', territory: '3001' },
    ]);
  });

  test('do not name a CRM record of which no row is good', () => {
    const { chunks } = plan(row({ territory: 'Nowhere' }), row({ record_id: '502' }));
    expect(chunks[0]?.entries.map(({ id }) => id)).toEqual(['502']);
  });
});

describe('more territories than a CRM record can have', () => {
  const filler = Array.from({ length: 40 }, (_, i) => row({ record_id: `${600 + i}` }));

  test('the eleventh is refused, rows far apart', () => {
    const ten = MANY.slice(0, 10).map(({ name }) => row({ territory: name }));
    const { outcomes } = plan(
      ...ten,
      ...filler,
      row({ territory: 'T10' }),
      row({ territory: 'T11' }),
    );
    expect(outcomes.map((one) => [one.row, one.finding?.code])).toEqual([
      [52, 'LIMIT_EXCEEDED'],
      [53, 'LIMIT_EXCEEDED'],
    ]);
  });

  test('the second of a deal is refused, and the first row told', () => {
    const deal = (values: TestRow = {}) => row({ module: 'Deals', ...values });
    expect(plan(deal(), ...filler, deal({ territory: 'T1' })).outcome(43)).toMatchObject({
      finding: {
        code: 'LIMIT_EXCEEDED',
        cause: 'a deal can have only one territory',
        value: 'given by row 2',
      },
    });
  });

  test('rows that were refused are not counted', () => {
    const twice = row({ module: 'Deals' });
    const { outcomes } = plan(row({ module: 'Deals', territory: 'Nowhere' }), twice);
    expect(outcomes.map((one) => one.row)).toEqual([2]);
  });

  test('a deal and an account of the same id are two CRM records', () => {
    expect(plan(row(), row({ module: 'Deals', territory: 'T1' })).outcomes).toEqual([]);
  });
});

describe('the same pair again', () => {
  test('points at the first row', () => {
    const { outcome, chunks } = plan(row(), row({ record_id: '502' }), row({ territory: '3000' }));
    expect(outcome(4)).toMatchObject({
      status: 'invalid',
      finding: { code: 'ALREADY_USED', value: 'row 2', field: 'territory' },
    });
    expect(rowsOfChunks(chunks)).toEqual([[2, 3]]);
  });

  test('is not counted as one territory more', () => {
    const { outcomes } = plan(row({ module: 'Deals' }), row({ module: 'Deals' }));
    expect(outcomes.map((one) => one.finding?.code)).toEqual(['ALREADY_USED']);
  });

  test('is seen when the module is written otherwise', () => {
    expect(plan(row(), row({ module: 'accounts' })).outcome(3)?.finding?.code).toBe('ALREADY_USED');
  });
});

describe('rows that the org holds', () => {
  test('are left out of the item of their CRM record', () => {
    const rows = ['T0', 'T1', 'T2'].map((name) => row({ territory: name }));
    const { chunks, outcomes } = planHolding(rowSet(3), ...rows);
    expect(chunks.map(({ entries }) => entries)).toEqual([
      [{ id: '501', rows: [2, 4], parts: ['3000', '3002'] }],
    ]);
    expect(outcomes).toEqual([
      {
        row: 3,
        status: 'unchanged',
        finding: {
          code: 'DUPLICATE_DATA',
          cause: 'the record is in the territory already',
          resolution: '',
        },
        attempts: 0,
      },
    ]);
  });

  test('leave no item behind when they are all of a CRM record', () => {
    const rows = [row(), row({ territory: 'T1' }), row({ record_id: '502' })];
    const { chunks, outcomes } = planHolding(rowSet(2, 3), ...rows);
    expect(rowsOfChunks(chunks)).toEqual([[4]]);
    expect(outcomes.map((one) => [one.row, one.status])).toEqual([
      [2, 'unchanged'],
      [3, 'unchanged'],
    ]);
  });

  test('leave no call behind when they are all there are', () => {
    expect(planHolding(rowSet(2, 3), row(), row({ module: 'Leads' })).chunks).toEqual([]);
  });

  test('make room in their call for others', () => {
    const rows = Array.from({ length: 11 }, (_, i) => row({ record_id: `${500 + i}` }));
    expect(rowsOfChunks(planHolding(rowSet(5), ...rows).chunks)).toEqual([
      [2, 3, 4, 6, 7, 8, 9, 10, 11, 12],
    ]);
  });

  test('count as territories of their CRM record', () => {
    const deal = (name: string) => row({ module: 'Deals', territory: name });
    const { outcome } = planHolding(rowSet(2), deal('T0'), deal('T1'));
    expect(outcome(2)?.status).toBe('unchanged');
    expect(outcome(3)).toMatchObject({ status: 'invalid', finding: { code: 'LIMIT_EXCEEDED' } });
  });
});

/** An org that answers these questions only. */
function readerThat(answers: Partial<OrgReader>): OrgReader {
  const never = () => Promise.reject(new Error('this is not to be read'));
  return {
    territories: never,
    territoriesOfUser: never,
    usersOfTerritory: never,
    territoriesOfRecord: never,
    pendingJobs: never,
    territoriesOfRecords: never,
    ...answers,
  };
}

describe('lookups', () => {
  /** The lookups of these rows, which stand record by record. */
  function lookupsOf(rows: readonly TestRow[], wanted?: RowSet): Lookup[] {
    const candidates = rows.map((values, i) => {
      const { record } = checkRow(recordTerritories, values);
      return { row: i + 2, subject: '', record: record ?? null };
    });
    const planner = recordTerritories.planner(() => candidates, org, {
      settings: {},
      callsAtOnce: 20,
    });
    expect([...planner.sift()]).toEqual([]);
    return [...planner.lookups(wanted)];
  }

  /** What a lookup asks of an org that holds these territories of records, and what it finds. */
  async function find(lookup: Lookup, held: Readonly<Record<string, readonly string[]>> = {}) {
    const asked: [module: string, ids: readonly string[]][] = [];
    const found = await lookup.find(
      readerThat({
        async territoriesOfRecords(module, ids) {
          asked.push([module, ids]);
          const known = ids.flatMap((id): [string, Set<string>][] =>
            held[id] === undefined ? [] : [[id, new Set(held[id])]],
          );
          return { held: new Map(known), credits: 3 };
        },
      }),
    );
    return { asked, found };
  }

  const records = (count: number, module = 'Accounts') =>
    Array.from({ length: count }, (_, i) => row({ record_id: `${100_000 + i}`, module }));
  const sizes = (lookups: readonly Lookup[]) => lookups.map(({ rows }) => [...rows].length);

  test('are of one module', async () => {
    const lookups = lookupsOf([...records(3), ...records(2, 'Leads')]);
    const asked = await Promise.all(lookups.map(async (one) => (await find(one)).asked));
    expect(asked).toEqual([
      [['Accounts', ['100000', '100001', '100002']]],
      [['Leads', ['100000', '100001']]],
    ]);
  });

  test('are of 2,000 CRM records, but for the first few', () => {
    expect(sizes(lookupsOf(records(5000)))).toEqual([50, 50, 2000, 2000, 900]);
  });

  test('are reckoned at a credit for 50 CRM records', () => {
    expect(lookupsOf(records(2200)).map(({ credits }) => credits)).toEqual([1, 1, 40, 2]);
  });

  test('leave no empty one behind', () => {
    expect(sizes(lookupsOf(records(50)))).toEqual([50]);
    expect(sizes(lookupsOf(records(2100)))).toEqual([50, 50, 2000]);
    expect(lookupsOf([])).toEqual([]);
  });

  test('ask for a CRM record once, whatever the number of its rows', async () => {
    const [lookup] = lookupsOf([row(), row({ territory: 'T1' }), row({ record_id: '502' })]);
    if (lookup === undefined) throw new Error('nothing is looked up');
    expect([...lookup.rows]).toEqual([2, 3, 4]);
    expect((await find(lookup)).asked).toEqual([['Accounts', ['501', '502']]]);
  });

  test('tell which rows the org holds, and what share of a call that saves', async () => {
    const rows = [
      row(),
      row({ territory: 'T1' }),
      row({ record_id: '502' }),
      row({ record_id: '503' }),
    ];
    const [lookup] = lookupsOf(rows);
    if (lookup === undefined) throw new Error('nothing is looked up');
    const { found } = await find(lookup, { '501': ['3001', '3009'], '502': ['3000'] });
    expect(found).toEqual({ held: [3, 4], credits: 3, savedCalls: 0.1 });
  });

  test('leave out rows that are not sent anyway', () => {
    const rows = [row({ territory: 'Nowhere' }), row(), row(), row({ record_id: '502' })];
    expect(lookupsOf(rows).map((one) => [...one.rows])).toEqual([[3, 5]]);
  });

  test('are restricted to CRM records with a row that is asked for', async () => {
    const rows = [row(), row({ territory: 'T1' }), ...records(3), row({ record_id: '900000' })];
    const lookups = lookupsOf(rows, rowSet(3, 5));
    const asked = await Promise.all(lookups.map(async (one) => (await find(one)).asked));
    expect(asked).toEqual([[['Accounts', ['501', '100001']]]]);
    expect(lookupsOf(rows, new RowSet())).toEqual([]);
  });
});

describe('an unanswered call', () => {
  /** What an org makes of the first call for these rows. */
  async function settle(rows: readonly TestRow[], answers: Partial<OrgReader>) {
    const [chunk] = plan(...rows).chunks;
    if (chunk === undefined) throw new Error('no call was planned');
    const { settle: settleRows } = operationOf(recordTerritories, chunk);
    return Object.fromEntries(await settleRows(chunk, chunk.entries, readerThat(answers)));
  }

  const holding =
    (held: Readonly<Record<string, readonly string[]>>): OrgReader['territoriesOfRecord'] =>
    async (module, id) =>
      new Set(module === 'Accounts' ? held[id] : []);
  const running =
    (jobs: Readonly<Record<string, string>>): OrgReader['pendingJobs'] =>
    async (module, ids) =>
      new Map(Object.entries(jobs).filter(([id]) => module === 'Accounts' && ids.includes(id)));

  test('is settled pair by pair', async () => {
    const rows = [row(), row({ territory: 'T1' }), row({ record_id: '502' })];
    const settled = await settle(rows, {
      pendingJobs: running({}),
      territoriesOfRecord: holding({ '501': ['3001'] }),
    });
    expect(settled).toEqual({ 3: {} });
  });

  test('waits for the job of its CRM record, but for what that holds already', async () => {
    const rows = [
      row(),
      row({ territory: 'T1' }),
      row({ record_id: '502' }),
      row({ record_id: '503' }),
    ];
    const settled = await settle(rows, {
      pendingJobs: running({ '501': '71', '502': '72' }),
      territoriesOfRecord: holding({ '501': ['3001'], '503': ['3000'] }),
    });
    expect(settled).toEqual({
      2: { pendingJob: '71' },
      3: {},
      4: { pendingJob: '72' },
      5: {},
    });
  });

  test('asks for all jobs at once, and each CRM record only then', async () => {
    const asked: unknown[] = [];
    await settle([row(), row({ territory: 'T1' }), row({ record_id: '502' })], {
      async pendingJobs(_, ids) {
        await Promise.resolve();
        asked.push(ids);
        return new Map();
      },
      async territoriesOfRecord(_, id) {
        asked.push(id);
        return new Set();
      },
    });
    expect(asked).toEqual([['501', '502'], '501', '502']);
  });

  test('sees what a job has done that ends between the two reads', async () => {
    let hasEnded = false;
    const settled = await settle([row()], {
      async pendingJobs() {
        hasEnded = true;
        return new Map([['501', '71']]);
      },
      territoriesOfRecord: async () => new Set(hasEnded ? ['3000'] : []),
    });
    expect(settled).toEqual({ 2: {} });
  });

  test('reads five CRM records at a time', async () => {
    let underWay = 0;
    let most = 0;
    const rows = Array.from({ length: 10 }, (_, i) => row({ record_id: `${500 + i}` }));
    await settle(rows, {
      pendingJobs: running({}),
      async territoriesOfRecord() {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay -= 1;
        return new Set();
      },
    });
    expect(most).toBe(5);
  });
});
