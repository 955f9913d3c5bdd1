import { describe, expect, test } from 'vitest';
import { parseJsonPath, readListAnswer } from '../../src/zoho/answer.ts';
import { refusal, success } from '../support/hostile-server.ts';

const IDS = ['11', '12', '13'];

/** Reads an answer to a call that sent the three ids under `data`. */
function reading(body: unknown, httpStatus = 200, ids: readonly (string | undefined)[] = IDS) {
  return readListAnswer({ httpStatus, body, attempts: 1, repeated: false }, 'data', ids);
}

/** What was said of each item in one word: its code, or `-`. */
function words(...args: Parameters<typeof reading>): string[] | string {
  const list = reading(...args);
  if (list.kind !== 'items') return `${list.kind} ${list.refusal.code}`;
  return list.items.map((item) =>
    item === undefined ? '-' : item.success ? `ok ${item.id}` : item.refusal.code,
  );
}

const at = (path: string, code = 'INVALID_DATA') => refusal(code, { json_path: path });

describe('the items of an answer', () => {
  test.for([200, 201, 202, 207, 400, 403])('are read under HTTP %d', (httpStatus) => {
    const data = [success({ id: '11' }), at('$.data[1].id'), success({ id: '13' })];
    expect(words({ data }, httpStatus)).toEqual(['ok 11', 'INVALID_DATA', 'ok 13']);
  });

  test('are found by their ids when they come in another order', () => {
    const data = [success({ id: '13' }), success({ id: '11' }), success({ id: '12' })];
    expect(words({ data })).toEqual(['ok 11', 'ok 12', 'ok 13']);
  });

  test('are found by their path before their place', () => {
    const data = [at('$.data[2].id', 'A'), at('$.data[0].id', 'C'), at('$.data[1].id', 'B')];
    expect(words({ data }, 400)).toEqual(['C', 'B', 'A']);
  });

  test('belong to nobody when another one shows that they are not in their order', () => {
    // The refusal of the third comes first: what the successes are of cannot be told.
    const territories = [
      at('$.territories[2].name', 'C'),
      success({ id: '91' }),
      success({ id: '92' }),
    ];
    const answer = { httpStatus: 207, body: { territories }, attempts: 1, repeated: false };
    const { kind, ...list } = readListAnswer(answer, 'territories', [
      undefined,
      undefined,
      undefined,
    ]);
    expect(kind).toBe('items');
    expect(list).toMatchObject({ items: [undefined, undefined, { success: false }] });
  });

  test('whose code is no code are not read', () => {
    expect(words({ data: [{ code: '\u001b]0;x\u0007', status: 'error' }] }, 400)).toBe(
      'silent UNEXPECTED_RESPONSE',
    );
  });

  test('are found by a path that starts with a blank', () => {
    expect(words({ data: [at(' $.data[1].Territories[0].id')] }, 400)).toEqual([
      '-',
      'INVALID_DATA',
      '-',
    ]);
  });

  test('are found in a list inside a list', () => {
    expect(words({ data: [[success({ id: '11' }), success({ id: '12' })]] })).toEqual([
      'ok 11',
      'ok 12',
      '-',
    ]);
  });

  test('are found by an id that was written as a number', () => {
    expect(words({ data: [success({ id: 12 })] })).toEqual(['-', 'ok 12', '-']);
  });

  test('without an id are found by their place when all are there', () => {
    const data = [success({ id: '91' }), success({ id: '92' })];
    expect(words({ data }, 201, [undefined, undefined])).toEqual(['ok 91', 'ok 92']);
  });

  test('without an id are not guessed when some are missing', () => {
    expect(words({ data: [success({ id: '91' })] }, 201, [undefined, undefined])).toBe(
      'silent UNEXPECTED_RESPONSE',
    );
  });

  test.for([
    ['missing', { code: 'SUCCESS', status: 'success' }],
    ['null', success(null)],
    ['an empty list', success([])],
    ['a text', success('none')],
    ['without an id', success({ id: null })],
  ] as const)('are read when their details are %s', ([, item]) => {
    expect(words({ data: [item] }, 200, ['11'])).toEqual(['ok undefined']);
  });

  test.for([
    ['with an unknown code', refusal('BRAND_NEW')],
    ['that says success and gives an error code', { ...success({}, 'BRAND_NEW') }],
    ['that says error and gives a success code', refusal('SUCCESS')],
    ['without a message', { code: 'BRAND_NEW', status: 'error', message: null, details: {} }],
    ['without a status', { code: 'BRAND_NEW', message: 'x', details: {} }],
  ])('are no success: one %s', ([, item]) => {
    const list = reading({ data: [item] }, 200, ['11']);
    expect(list).toMatchObject({ kind: 'items', items: [{ success: false }] });
  });

  test('out of range are not taken for others', () => {
    expect(words({ data: [at('$.data[7].id')] }, 207)).toBe('silent UNEXPECTED_RESPONSE');
  });

  test('carry the id of their job', () => {
    const list = reading({ data: [success({ id: '11', job_id: 77 }, 'SCHEDULED')] }, 202, ['11']);
    expect(list).toMatchObject({ items: [{ success: true, jobId: '77' }] });
  });
});

describe('an answer that refuses a call', () => {
  test('names the item at fault by its path', () => {
    const list = reading(at('$.data[2].id'), 400);
    expect(list).toMatchObject({ kind: 'refused', path: { item: 2 } });
  });

  test('names no item when its path leads to none', () => {
    expect(reading(refusal('INVALID_DATA', { json_path: '$.data' }), 400)).toMatchObject({
      kind: 'refused',
      path: undefined,
    });
  });

  test('and lists an item without a place is about the call', () => {
    expect(words({ data: [refusal('PERMISSION_DENIED')] }, 400)).toBe('refused PERMISSION_DENIED');
  });
});

describe('an answer that says nothing', () => {
  test.for([
    ['no body', undefined],
    ['null', null],
    ['a text', 'done'],
    ['another key', { users: [] }],
    ['an empty list', { data: [] }],
    ['no list', { data: {} }],
    ['items of no known shape', { data: [null, 7, {}] }],
    ['a success that names no item', success()],
  ] as const)('is told as such: %s', ([, body]) => {
    expect(words(body)).toBe('silent UNEXPECTED_RESPONSE');
  });
});

describe('a json_path', () => {
  test.for([
    ['$.data[0].Territories[1].id', { item: 0, part: 1 }],
    [' $.data[12].id', { item: 12, part: undefined }],
    ['$.data', undefined],
    ['', undefined],
    [7, undefined],
    [null, undefined],
  ] as const)('%j is read', ([path, expected]) => {
    expect(parseJsonPath(path)).toEqual(expected);
  });
});
