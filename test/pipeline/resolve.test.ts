import { describe, expect, test } from 'vitest';
import { orgOf, TOP, territory, user } from '../support/org.ts';

const org = orgOf({
  territories: [
    territory({ id: '1', name: 'East' }),
    territory({ id: '2', name: 'east' }),
    territory({ id: '3', name: 'North  Sea' }),
    territory({ id: '4', name: '1' }),
    territory({ id: '5', name: 'Twin' }),
    territory({ id: '6', name: 'Twin' }),
    territory({ id: '7', name: 'Île-de-France' }),
  ],
  users: [user({ id: '8', email: 'Ann@Example.com' }), user({ id: '9', email: '' })],
});

const idOf = (text: string) => {
  const place = org.territory(text, 'territory');
  return 'found' in place ? place.found.id : place.finding.code;
};
const findingOf = (found: ReturnType<typeof org.user | typeof org.territory>) =>
  'finding' in found ? found.finding : undefined;

describe('a territory is found', () => {
  test.each([
    ['by its id before a name of the same digits', '1', '1'],
    ['by its exact name before another case', 'east', '2'],
    ['without case and repeated blanks', 'NORTH SEA', '3'],
    ['however its accents are written', 'I\u0302le-de-France', '7'],
    ['when it is the top one', 'whole org', TOP.id],
  ])('%s', (_, text, id) => {
    expect(idOf(text)).toBe(id);
  });

  test('but not when several have the name: their ids are told', () => {
    expect(findingOf(org.territory('twin', 'territory'))).toMatchObject({
      code: 'AMBIGUOUS_NAME',
      value: 'twin (5, 6)',
      field: 'territory',
    });
  });
});

describe('a cell that names nothing', () => {
  test('as a territory says so, with the cell', () => {
    expect(findingOf(org.territory('Eest', 'territory'))).toMatchObject({
      code: 'INVALID_DATA',
      cause: 'the territory does not exist',
      value: 'Eest',
      field: 'territory',
    });
  });

  test.each([
    ['an unknown id', '99', 'no territory has this id'],
    ['an id that Excel has rounded', '3.65E+18', 'a spreadsheet has rounded this id'],
    ['an id that Excel has filled with zeros', '5725767000000100000', 'a spreadsheet has rounded'],
  ])('as a territory: %s', (_, text, cause) => {
    expect(findingOf(org.territory(text, 'territory'))?.cause).toContain(cause);
  });

  test.each([
    ['an unknown address', 'bob@example.com', 'no user has this e-mail address'],
    ['an unknown id', '99', 'no user has this id'],
    ['a name', 'Ann Lee', 'this is neither a user id nor an e-mail address'],
    ['an id that Excel has rounded', '5,72577E+18', 'a spreadsheet has rounded this id'],
  ])('as a user: %s', (_, text, cause) => {
    expect(findingOf(org.user(text, 'user'))?.cause).toContain(cause);
  });
});

test('a user is found by e-mail address without case', () => {
  expect(org.user('ann@example.COM', 'user')).toMatchObject({ found: { id: '8' } });
});

test('more wrong references than are remembered are still told one by one', () => {
  const codes = Array.from({ length: 25_000 }, (_, i) => idOf(`Nowhere ${i}`));
  expect(new Set(codes)).toEqual(new Set(['INVALID_DATA']));
  expect(findingOf(org.territory('Nowhere 3', 'territory'))?.value).toBe('Nowhere 3');
});
