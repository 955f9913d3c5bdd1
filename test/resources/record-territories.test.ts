import { describe, expect, test } from 'vitest';
import { recordTerritories } from '../../src/resources/record-territories.ts';
import { orgOf, territory } from '../support/org.ts';
import { checkRow, planRows, rowsOfChunks, type TestRow } from '../support/rows.ts';

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
    expect(chunk && recordTerritories.request(chunk)).toEqual({
      method: 'POST',
      path: '/Deals/actions/assign_territories',
      body: { data: [{ id: '501', Territories: [{ id: '3000' }] }] },
    });
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

test('an unanswered call is settled pair by pair', async () => {
  const [chunk] = plan(row(), row({ territory: 'T1' }), row({ record_id: '502' })).chunks;
  if (chunk === undefined) throw new Error('no call was planned');
  const settled = await recordTerritories.settle(chunk, chunk.entries, {
    territories: async () => [],
    territoriesOfUser: async () => new Set(),
    territoriesOfRecord: async (module, id) =>
      new Set(module === 'Accounts' && id === '501' ? ['3001'] : []),
  });
  expect([...settled.keys()]).toEqual([3]);
});
