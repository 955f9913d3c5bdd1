import { describe, expect, test } from 'vitest';
import { validateRows } from '../../../src/pipeline/read/validate.ts';
import { layoutOf } from '../../../src/resources/columns.ts';
import { userTerritories } from '../../../src/resources/user-territories/index.ts';

/** Checks one row under a header of user, territory and whatever more is given. */
async function checked(cells: readonly string[], more: readonly string[] = []) {
  const header = ['user', 'territory', ...more];
  async function* rows() {
    yield { row: 7, cells };
  }
  const layout = layoutOf(header, userTerritories.columns);
  const [one] = await Array.fromAsync(validateRows(rows(), header, userTerritories, layout, {}));
  if (one === undefined) throw new Error('a row got lost');
  return one;
}

describe('the number of cells', () => {
  test('a row with a cell too many is refused with what was left over', async () => {
    const { record, finding } = await checked(['ann@example.com', 'East', ' and West']);
    expect(record).toBeNull();
    expect(finding).toMatchObject({
      code: 'ROW_SHAPE',
      value: '3 instead of 2; left over: and West',
    });
  });

  test('a row with a cell too few is refused', async () => {
    const { finding } = await checked(['ann@example.com', 'East'], ['note']);
    expect(finding).toMatchObject({ code: 'ROW_SHAPE', value: '2 instead of 3' });
  });

  test('delimiters at the end of a row do no harm', async () => {
    expect((await checked(['ann@example.com', 'East', '', ' '])).finding).toBeUndefined();
  });

  test('a delimiter at the end of the header asks for no cell', async () => {
    expect((await checked(['ann@example.com', 'East'], ['', ''])).finding).toBeUndefined();
  });

  test('every row has as many cells afterwards as the header', async () => {
    expect((await checked(['ann@example.com'])).cells).toEqual(['ann@example.com', '']);
  });

  test('a row refused for its shape stays refused in failed.csv', async () => {
    const { finding } = await checked(['ann@example.com', 'East', 'ROW_SHAPE'], ['_code']);
    expect(finding?.code).toBe('ROW_SHAPE');
  });

  test('a row refused for anything else is checked anew', async () => {
    expect((await checked(['ann@example.com', 'East', 'X'], ['_code'])).finding).toBeUndefined();
  });
});

test('a checked row keeps its number, its cells and what it is about', async () => {
  expect(await checked([' ann@example.com ', 'East'])).toEqual({
    row: 7,
    cells: [' ann@example.com ', 'East'],
    subject: 'ann@example.com',
    record: { user: 'ann@example.com', territory: 'East' },
    finding: undefined,
  });
});
