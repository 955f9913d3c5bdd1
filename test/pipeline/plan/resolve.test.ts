import { describe, expect, test } from 'vitest';
import { MOST_SUGGESTIONS } from '../../../src/nearest.ts';
import { orgOf, TOP, territory, user } from '../../support/org.ts';

const org = orgOf({
  territories: [
    territory({ id: '1', name: 'East' }),
    territory({ id: '2', name: 'east' }),
    territory({ id: '3', name: 'North  Sea' }),
    territory({ id: '4', name: '1' }),
    territory({ id: '5', name: 'Twin' }),
    territory({ id: '6', name: 'Twin', parentId: '1' }),
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

  test('but not when several have the name: each is told, with where it hangs', () => {
    expect(findingOf(org.territory('twin', 'territory'))).toMatchObject({
      code: 'AMBIGUOUS_NAME',
      value: 'twin (5: Whole Org > Twin; 6: Whole Org > East > Twin)',
      field: 'territory',
    });
  });

  test('but not when many have the name: five are told', () => {
    const many = orgOf({
      territories: [1, 2, 3, 4, 5, 6, 7, 8].map((i) => territory({ id: `${i}`, name: 'Twin' })),
    });
    expect(findingOf(many.territory('Twin', 'territory'))?.value).toBe(
      `Twin (${[1, 2, 3, 4, 5].map((i) => `${i}: Whole Org > Twin`).join('; ')}; … and 3 more)`,
    );
  });
});

describe('the territories of a name', () => {
  const idsOf = (name: string) => org.territoriesNamed(name).map(({ id }) => id);

  test('are those of exactly this name', () => {
    expect(idsOf('east')).toEqual(['2']);
  });

  test('are those of the same name to Zoho where none has it exactly', () => {
    expect(idsOf('EAST')).toEqual(['1', '2']);
  });

  test('are never found by id', () => {
    expect(idsOf('1')).toEqual(['4']);
    expect(idsOf('3')).toEqual([]);
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

test('a user without an e-mail address is not found by a cell that looks blank', () => {
  expect(findingOf(org.user('\u200b', 'user'))?.code).toBe('INVALID_DATA');
});

test('users of one e-mail address are told with their names', () => {
  const twins = orgOf({
    users: [
      user({ id: '1', email: 'Ann@example.com', name: 'Ann Lee' }),
      user({ id: '2', email: 'ANN@example.com', name: '' }),
    ],
  });
  expect(findingOf(twins.user('ann@example.com', 'user'))?.value).toBe(
    'ann@example.com (1: Ann@example.com, Ann Lee; 2: ANN@example.com)',
  );
});

describe('what was probably meant', () => {
  const world = orgOf({
    territories: [
      territory({ id: '1', name: 'EMEA North' }),
      territory({ id: '2', name: 'EMEA West' }),
      territory({ id: '3', name: '1234567' }),
    ],
    users: [
      user({ id: '11', email: 'Anna.Kern@example.com', name: 'Anna Kern' }),
      user({ id: '12', email: 'bo@example.com', name: 'Bo Lund' }),
      user({ id: '13', email: 'bo.lund@example.com', name: 'Bo Lund' }),
      user({ id: '14', email: '', name: 'Eva Roth' }),
    ],
  });

  test.each([
    ['EMEA Nrth', 'EMEA North'],
    ['emea-west', 'EMEA West'],
    ['APAC', undefined],
    // An id is looked up, never guessed.
    ['1234568', undefined],
    ['1,23457E+18', undefined],
  ])('of the territory %j', (text, suggestion) => {
    expect(findingOf(world.territory(text, 'territory'))?.suggestion).toBe(suggestion);
  });

  test.each([
    ['a letter amiss', 'ana.kern@example.com', 'Anna.Kern@example.com'],
    ['a misspelt domain', 'anna.kern@exmaple.com', 'Anna.Kern@example.com'],
    ['no @', 'anna.kern.example.com', 'Anna.Kern@example.com'],
    ['a full name', 'anna  KERN', 'Anna.Kern@example.com'],
    ['a full name that two users have', 'Bo Lund', undefined],
    ['a full name without an e-mail address', 'Eva Roth', undefined],
    ['somebody else of the same domain', 'max@example.com', undefined],
    ['an id', '15', undefined],
  ])('of a user: %s', (_, text, suggestion) => {
    expect(findingOf(world.user(text, 'user'))?.suggestion).toBe(suggestion);
  });

  test('is not part of what causes are counted by', () => {
    const [one, other] = ['EMEA Nrth', 'EMEA Wst'].map((text) =>
      findingOf(world.territory(text, 'territory')),
    );
    expect([one?.cause, one?.resolution]).toEqual([other?.cause, other?.resolution]);
  });

  test('is worked out for a limited number of texts, and stays the same for these', () => {
    const org = orgOf({
      territories: [territory({ name: 'EMEA North' })],
      users: [user({ email: 'anna.kern@example.com' })],
    });
    const near = () => findingOf(org.territory('EMEA Nrth', 'territory'))?.suggestion;
    expect(near()).toBe('EMEA North');
    // So many that the first is looked up anew.
    for (let i = 0; i < 10_001; i++) org.territory(`Nowhere ${i}`, 'territory');
    expect(near()).toBe('EMEA North');
    expect(MOST_SUGGESTIONS).toBeLessThan(10_000);
    expect(findingOf(org.territory('EMEA Norh', 'territory'))).not.toHaveProperty('suggestion');
    expect(findingOf(org.user('ana.kern@example.com', 'user'))).not.toHaveProperty('suggestion');
  });
});

test('more wrong references than are remembered are still told one by one', () => {
  const codes = Array.from({ length: 25_000 }, (_, i) => idOf(`Nowhere ${i}`));
  expect(new Set(codes)).toEqual(new Set(['INVALID_DATA']));
  expect(findingOf(org.territory('Nowhere 3', 'territory'))?.value).toBe('Nowhere 3');
});
