import { describe, expect, test } from 'vitest';
import { bareId, checkId, excelDamage, looksLikeId } from '../../src/resources/ids.ts';

describe('an id that a spreadsheet has ruined', () => {
  test.each([
    '3.65E+18',
    '3,65E+18',
    '5.72577e18',
    '4E+17',
    '5725767000000100000',
    '5725767000000990',
  ])('%s is told as such', (text) => {
    expect(excelDamage(text, 'record_id')).toMatchObject({
      code: 'INVALID_DATA',
      cause: expect.stringContaining('spreadsheet has rounded'),
      value: text,
      field: 'record_id',
    });
  });

  test.each(['5725767000000100001', '572576700000010', '1000', '7E1', 'E+18', '3.65', 'East'])(
    '%s is not suspected',
    (text) => {
      expect(excelDamage(text, 'record_id')).toBeUndefined();
    },
  );
});

describe('a cell that must hold an id', () => {
  test('may hold up to 19 digits', () => {
    expect(checkId('9223372036854775807', 'record_id', 'record id')).toBeUndefined();
  });

  test.each(['92233720368547758071', '12a', '-5', '١٢٣', '1 2'])('may not hold %s', (text) => {
    expect(checkId(text, 'record_id', 'record id')).toMatchObject({
      code: 'INVALID_DATA',
      value: text,
    });
  });

  test('may not be blank', () => {
    expect(checkId('', 'record_id', 'record id')).toMatchObject({
      code: 'MANDATORY_NOT_FOUND',
      field: 'record_id',
    });
  });
});

test('the prefix of Zoho exports is no part of an id', () => {
  expect([bareId('zcrm_123'), bareId('ZCRM_123'), bareId('123')]).toEqual(['123', '123', '123']);
});

test('a name of digits looks like an id, a longer number does not', () => {
  expect([looksLikeId('2024'), looksLikeId('1'.repeat(20)), looksLikeId('')]).toEqual([
    true,
    false,
    false,
  ]);
});
