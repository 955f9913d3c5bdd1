import { describe, expect, test } from 'vitest';
import { cellsOf, layoutOf } from '../../src/resources/columns.ts';
import { userTerritories } from '../../src/resources/user-territories/index.ts';

const layout = (header: string[], map?: Map<string, string>) =>
  layoutOf(header, userTerritories.columns, map);

describe('headers are matched', () => {
  test.each(['user_id', 'User ID', 'USERID', ' user-id ', 'E Mail', '\ufeffuser'])(
    '%j',
    (header) => {
      expect(layout([header, 'territory']).headers.get('user')).toBe(header);
    },
  );

  test('but not when they are of a result file', () => {
    expect(layout(['_user', 'territory']).headers.has('user')).toBe(false);
  });

  test('but not when they only begin alike', () => {
    expect(layout(['username', 'territory']).headers.has('user')).toBe(false);
  });

  test('as the user says', () => {
    const { places } = layout(
      ['user', 'Rep E-Mail', 'territory'],
      new Map([['user', 'rep email']]),
    );
    expect(places.get('user')).toEqual([1]);
  });
});

describe('several headers for one column', () => {
  const { places, headers } = layout(['email', 'territory', 'user_id']);

  test('stand in the order of the column, not of the file', () => {
    expect(places.get('user')).toEqual([2, 0]);
    expect(headers.get('user')).toBe('user_id');
  });

  test('give the first cell that is not blank, trimmed', () => {
    const cell = cellsOf(layout(['email', 'territory', 'user_id']), [
      ' ann@example.com ',
      'x',
      ' ',
    ]);
    expect(cell('user')).toBe('ann@example.com');
  });
});

describe('a header that stands twice', () => {
  test('for a column that we know is told', () => {
    expect(layout(['user', 'Territory', 'territory ']).repeated).toEqual(['Territory']);
  });

  test('for anything else does no harm', () => {
    expect(layout(['user', 'territory', 'note', 'note', 'email']).repeated).toEqual([]);
  });
});

test('a column that the file has not is blank', () => {
  expect(cellsOf(layout(['territory']), ['East'])('user')).toBe('');
});
