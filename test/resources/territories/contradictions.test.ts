import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { territories } from '../../../src/resources/territories/index.ts';
import { ownEntry } from '../../../src/zoho/catalogue/index.ts';
import { orgOf, TOP, territory, user } from '../../support/org.ts';
import { filesOf, planRows, rowsOfChunks, type TestRow } from '../../support/rows.ts';

const WEST = territory({ id: '5001', name: 'West', managerId: '2001' });
const EAST = territory({ id: '5002', name: 'East  Side' });
const TWO = [territory({ id: '5003', name: 'Two' }), territory({ id: '5004', name: 'two' })];
const org = orgOf({
  territories: [WEST, EAST, ...TWO],
  users: [
    user({ id: '2001', email: 'ann@example.com' }),
    user({ id: '2002', email: 'bob@example.com' }),
    user({ id: '2003', email: 'gone@example.com', active: false }),
  ],
});
const RULE = '(Industry:equal:Banking)';

const planAs = (mode: 'add' | 'upsert', ...rows: TestRow[]) =>
  planRows(territories, rows, org, { mode });
const plan = (...rows: TestRow[]) => planAs('upsert', ...rows);
/** Rows about EMEA, which is to be created; say only what differs. */
const emea = (values: TestRow = {}): TestRow => ({
  name: 'EMEA',
  permission_type: 'read_only',
  reporting_to: 'West',
  ...values,
});
/** What is said of each row that ends without a call. */
const codes = (...rows: TestRow[]) =>
  Object.fromEntries(plan(...rows).outcomes.map(({ row, finding }) => [row, finding?.code]));

const BOTH = { 2: 'CONTRADICTION', 3: 'CONTRADICTION' };
const TWIN = { 3: 'DUPLICATE_DATA' };

describe('two rows that contradict each other', () => {
  test('are both told, each with both, and neither is sent', () => {
    const { chunks, outcomes } = plan(emea(), emea({ name: 'emea ', reporting_to: '5002' }));
    expect(chunks).toEqual([]);
    const finding = {
      code: 'CONTRADICTION',
      cause: 'two rows say different things of the same territory',
      value: 'EMEA (row 2: reporting_to West; row 3: reporting_to 5002)',
      field: 'reporting_to',
      resolution: ownEntry('CONTRADICTION').resolution,
    };
    expect(outcomes).toEqual([
      { row: 2, status: 'invalid', finding, attempts: 0 },
      {
        row: 3,
        status: 'invalid',
        finding: { ...finding, value: finding.value.replace('EMEA', 'emea ') },
        attempts: 0,
      },
    ]);
  });

  test.each(['add', 'upsert'] as const)('are told with --mode %s', (mode) => {
    const ofNew = [emea({ description: 'a' }), emea({ description: 'b' })];
    const ofOld = ['a', 'b'].map((description) => emea({ name: 'West', description }));
    const { chunks, outcomes } = planAs(mode, ...ofNew, ...ofOld);
    expect(chunks).toEqual([]);
    expect(outcomes.map(({ row, finding }) => [row, finding?.code])).toEqual(
      [2, 3, 4, 5].map((row) => [row, 'CONTRADICTION']),
    );
  });

  test.each<[string, TestRow, TestRow]>([
    ['permission_type', { permission_type: 'read_only' }, { permission_type: 'read_write_delete' }],
    ['manager', { manager: '2002' }, { manager: 'ann@example.com' }],
    ['manager', { manager: '2002' }, { manager: '(none)' }],
    ['description', { description: 'a' }, { description: 'A' }],
    ['description', { description: 'a' }, { description: '(none)' }],
    ['account_rule_criteria', { account_rule_criteria: RULE }, { account_rule_criteria: '(none)' }],
    [
      'lead_rule_criteria',
      { lead_rule_criteria: RULE },
      { lead_rule_criteria: '(Industry:equal:Retail)' },
    ],
    ['reporting_to', { reporting_to: 'West' }, { reporting_to: 'Nowhere' }],
  ])('do so in their %s', (field, one, other) => {
    const { outcome } = plan(emea(one), emea(other));
    expect(outcome(2)?.finding).toMatchObject({ code: 'CONTRADICTION', field });
    expect(outcome(3)?.finding).toMatchObject({ code: 'CONTRADICTION', field });
  });

  test('are told by the first field at fault, and by all of a few', () => {
    const rows = [
      emea({ description: 'a' }),
      emea({ description: 'b', reporting_to: 'East Side', manager: '2002' }),
    ];
    expect(plan(...rows).outcome(2)?.finding).toMatchObject({
      field: 'reporting_to',
      value:
        'EMEA (row 2: reporting_to West, description a; row 3: reporting_to East Side, description b)',
    });
  });

  test('are told before others that contradict each other in another field', () => {
    const rows = ['a', 'b', 'c', 'd', 'e', 'f'].map((description) => emea({ description }));
    const { field, value } =
      plan(...rows, emea({ reporting_to: 'East Side' })).outcome(2)?.finding ?? {};
    expect(field).toBe('reporting_to');
    expect(value).toContain('row 8: reporting_to East Side');
  });

  test('are told at no great length', () => {
    const rows = Array.from({ length: 500 }, (_, i) =>
      emea({
        reporting_to: `${i} ${'x'.repeat(1000)}`,
        permission_type: i % 2 === 0 ? 'read_only' : 'read_write_delete',
        description: `${i} ${'y'.repeat(200)}`,
        deal_rule_criteria: `(Stage:equal:${i})`,
      }),
    );
    const { outcomes } = plan(...rows);
    expect(outcomes).toHaveLength(500);
    const value = outcomes.at(-1)?.finding?.value ?? '';
    expect(value.length).toBeLessThan(1000);
    expect(value).toMatch(/; … and 495 more\)$/);
    expect(value).toContain(', … and 1 more; row 3: ');
  });
});

describe('two rows that say the same in two ways', () => {
  test.each<[string, TestRow, TestRow]>([
    ['a parent by id and by name', { reporting_to: '5002' }, { reporting_to: 'EAST side' }],
    ['a parent that a row creates', { reporting_to: 'New  one' }, { reporting_to: 'new ONE' }],
    ['the top territory by name and by nothing', { reporting_to: TOP.name }, { reporting_to: '' }],
    ['a manager by id and by address', { manager: '2001' }, { manager: 'Ann@example.com' }],
    [
      'rules in two notations',
      { account_rule_criteria: RULE },
      {
        account_rule_criteria:
          '{"field":{"api_name":"Industry","id":"9"},"comparator":"equal","value":["Banking"]}',
      },
    ],
    ['a parent by id, with zeros in front', { reporting_to: '5002' }, { reporting_to: '005002' }],
    ['a manager by id, with zeros in front', { manager: '02001' }, { manager: '2001' }],
    ['a description in other blanks', { description: 'a\r\nb' }, { description: 'a\n b' }],
    [
      'rules in another order',
      { account_rule_criteria: `(${RULE}and(City:equal:Wien))` },
      { account_rule_criteria: `((City:equal:Wien)and${RULE})` },
    ],
    ['nothing of a description', { description: 'a' }, { description: '' }],
    ['nothing of a permission type', {}, { name: 'emea' }],
  ])('are twins: %s', (_, one, other) => {
    const parent = { name: 'New one', permission_type: 'read_only' };
    expect(codes(emea(one), emea(other), parent)).toEqual(TWIN);
  });

  test('are twins when one is named before and one after a rename', () => {
    const rename = { territory_id: '5001', name: 'Far West' };
    const rows = [emea({ reporting_to: 'West' }), emea({ reporting_to: 'FAR west' }), rename];
    expect(codes(...rows)).toEqual(TWIN);
  });
});

test('a parent that may be any of several contradicts none', () => {
  const ambiguous = emea({ reporting_to: 'TWO' });
  expect(codes(emea({ reporting_to: '5003' }), ambiguous)).toEqual(TWIN);
  expect(codes(ambiguous)).toEqual({ 2: 'AMBIGUOUS_NAME' });
});

describe('what rows say is told from where they differ', () => {
  const told = (...rows: TestRow[]) => plan(...rows).outcome(2)?.finding?.value;
  const long = `${'Valleys and peaks, '.repeat(4)}and passes between them`;

  test.each<[string, TestRow, TestRow, string, string]>([
    [
      'long texts',
      { description: `${long}; lakes below` },
      { description: `${long}; huts` },
      'description …tween them; lakes below',
      'description …tween them; huts',
    ],
    [
      'a text and how it goes on',
      { description: long },
      { description: `${long} and much else that is worth a journey of some days` },
      'description …between them',
      'description …between them and much else that is worth a journ…',
    ],
    [
      'one rule of two',
      { account_rule_criteria: `(${RULE}and(City:equal:Wien))` },
      { account_rule_criteria: `(${RULE}and(City:equal:Graz))` },
      'account_rule_criteria City:equal:Wien',
      'account_rule_criteria City:equal:Graz',
    ],
    [
      'one rule more',
      { account_rule_criteria: RULE },
      { account_rule_criteria: `(${RULE}and(City:equal:Graz))` },
      'account_rule_criteria Industry:equal:Banking alone',
      'account_rule_criteria City:equal:Graz',
    ],
    [
      'the same rules, otherwise joined',
      { account_rule_criteria: `(${RULE}or(City:equal:Graz))` },
      { account_rule_criteria: `(${RULE}and(City:equal:Graz))` },
      'account_rule_criteria 2 rules, joined by or',
      'account_rule_criteria 2 rules, joined by and',
    ],
    [
      'rules and none',
      { account_rule_criteria: RULE },
      { account_rule_criteria: '(none)' },
      'account_rule_criteria Industry:equal:Banking',
      'account_rule_criteria (none)',
    ],
  ])('%s', (_, one, other, ofOne, ofOther) => {
    expect(told(emea(one), emea(other))).toBe(`EMEA (row 2: ${ofOne}; row 3: ${ofOther})`);
  });
});

describe('a blank parent', () => {
  test('is the top territory for one that is to be created', () => {
    const { outcome } = plan(emea({ reporting_to: '' }), emea());
    expect(outcome(3)?.finding).toMatchObject({
      code: 'CONTRADICTION',
      value: 'EMEA (row 2: reporting_to (blank: the top territory); row 3: reporting_to West)',
    });
  });

  test('says nothing of one that exists', () => {
    expect(codes({ name: 'West', reporting_to: 'East Side' }, { name: 'West' })).toEqual(TWIN);
  });
});

describe('rows about a territory that exists', () => {
  test.each<[string, TestRow, TestRow]>([
    ['by name', { name: 'West' }, { name: 'WEST' }],
    ['by id', { name: 'West', territory_id: '5001' }, { name: 'west', territory_id: '5001' }],
    ['by id and by name', { name: 'Other', territory_id: '5001' }, { name: 'West' }],
  ])('contradict each other, named %s', (_, one, other) => {
    const rows = [
      { ...one, description: 'a' },
      { ...other, description: 'b' },
    ];
    expect(codes(...rows)).toEqual(BOTH);
    expect(codes({ ...one, description: 'a' }, { ...other, description: 'a' })).toEqual(TWIN);
  });

  test('contradict each other when they give it two names', () => {
    const rows = [
      { territory_id: '5001', name: 'Far West' },
      { territory_id: '5001', name: 'Wild West' },
    ];
    expect(plan(...rows).outcome(2)?.finding).toMatchObject({
      code: 'CONTRADICTION',
      field: 'name',
      value: 'Far West (row 2: name Far West; row 3: name Wild West)',
    });
  });

  test('do not where a name is but the one it has, to tell which is meant', () => {
    expect(codes({ territory_id: '5001', name: 'Far West' }, { name: 'West' })).toEqual(TWIN);
  });
});

describe('three rows', () => {
  test('are all told when two of them contradict each other', () => {
    const rows = [emea({ description: 'a' }), emea(), emea({ description: 'b' })];
    const { outcomes, chunks } = plan(...rows);
    expect(chunks).toEqual([]);
    expect(outcomes.map(({ finding }) => finding?.value)).toEqual(
      Array(3).fill('EMEA (row 2: description a; row 4: description b)'),
    );
  });

  test('are told with each thing that is said once, however often', () => {
    const rows = ['a', 'a', 'b', 'a', 'c', 'b'].map((description) => emea({ description }));
    expect(plan(...rows).outcome(3)?.finding?.value).toBe(
      'EMEA (row 2: description a; row 4: description b; row 6: description c)',
    );
  });

  test('that say the same leave the first to be sent', () => {
    const { outcomes, chunks } = plan(emea(), emea(), emea());
    expect(rowsOfChunks(chunks)).toEqual([[2]]);
    expect(outcomes.map(({ finding }) => finding?.value)).toEqual(['EMEA (row 2)', 'EMEA (row 2)']);
  });
});

describe('a row that is wrong by itself', () => {
  test.each<[string, TestRow, string]>([
    ['an unknown manager', { manager: 'eve@example.com' }, 'INVALID_DATA'],
    ['an inactive manager', { manager: 'gone@example.com' }, 'INVALID_DATA'],
    ['no permission type', { permission_type: '' }, 'MANDATORY_NOT_FOUND'],
  ])('keeps another from being sent that it contradicts: %s', (_, values, code) => {
    const rows = [emea({ ...values, description: 'a' }), emea({ description: 'b' })];
    expect(plan(...rows).chunks).toEqual([]);
    expect(codes(...rows)).toEqual({ 2: code, 3: 'CONTRADICTION' });
  });

  test('stands in the way of no other', () => {
    const rows = [emea({ permission_type: '' }), emea(), emea()];
    expect(rowsOfChunks(plan(...rows).chunks)).toEqual([[3]]);
    expect(plan(...rows).outcome(4)?.finding?.value).toBe('EMEA (row 3)');
  });
});

describe('rows below', () => {
  const pairOf = (name: string) => ['a', 'b'].map((description) => emea({ name, description }));

  test('a territory that is not created are blocked, by its first row', () => {
    const below = [
      emea({ name: 'Iberia', reporting_to: 'emea' }),
      emea({ name: 'Porto', reporting_to: 'Iberia' }),
    ];
    const { chunks, outcome } = plan(...below, ...pairOf('EMEA'));
    expect(chunks).toEqual([]);
    expect(outcome(2)).toMatchObject({
      status: 'blocked',
      finding: { code: 'PARENT_FAILED', value: 'emea (row 4)' },
    });
    expect(outcome(3)).toMatchObject({
      status: 'blocked',
      finding: { value: 'Iberia > emea (row 4)' },
    });
  });

  test('a territory that exists are carried out', () => {
    const { chunks } = plan(...pairOf('West'), emea());
    expect(rowsOfChunks(chunks)).toEqual([[4]]);
  });

  test('are blocked by the first row of that name, whatever is wrong with which', () => {
    const rows = [
      ...pairOf('EMEA'),
      emea({ permission_type: 'all' }),
      emea({ name: 'Iberia', reporting_to: 'EMEA' }),
    ];
    expect(plan(...rows).outcome(5)?.finding?.value).toBe('EMEA (row 2)');
  });
});

test('other territories of the file are created and updated as ever', () => {
  const rows = [
    emea({ description: 'a' }),
    { name: 'West', description: 'new' },
    emea({ description: 'b' }),
    emea({ name: 'APAC' }),
  ];
  expect(
    rowsOfChunks(plan(...rows).chunks)
      .flat()
      .sort(),
  ).toEqual([3, 5]);
});

describe('a file of rows that meet often', () => {
  const pick = (...texts: string[]) => fc.constantFrom(...texts);
  const files = filesOf(
    {
      territory_id: pick('', '', '', '5001'),
      name: pick('West', 'EMEA', 'emea', 'Far West'),
      reporting_to: pick('', '5002', 'East Side', 'EMEA', TOP.name),
      permission_type: pick('read_only', 'read_only', ''),
      manager: pick('', '2001', 'ann@example.com', 'gone@example.com'),
      description: pick('', '', 'd', '(none)'),
    },
    6,
  );
  /** What becomes of each row, by the row's place in the file as it was first. */
  const endsOf = (rows: readonly TestRow[], order: readonly number[]) => {
    const { outcomes } = plan(...order.map((i) => rows[i] ?? {}));
    const codeAt = new Map(outcomes.map(({ row, finding }) => [order[row - 2], finding?.code]));
    return rows.map((_, i) => codeAt.get(i));
  };

  test.prop([files, fc.infiniteStream(fc.nat())])(
    'has the same contradictions in whatever order its rows stand',
    (rows, pickNext) => {
      const places = rows.map((_, i) => i);
      const left = [...places];
      const order = places.flatMap(() =>
        left.splice(Number(pickNext.next().value) % left.length, 1),
      );
      const contradicting = (codes: readonly unknown[]) =>
        codes.map((code) => code === 'CONTRADICTION');
      expect(contradicting(endsOf(rows, order))).toEqual(contradicting(endsOf(rows, places)));
    },
  );
});
