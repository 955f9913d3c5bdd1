import { describe, expect } from 'vitest';
import { openJournal } from '../../../src/journal/open.ts';
import type { RunEvent } from '../../../src/pipeline/events.ts';
import { type IntakeOptions, takeIn } from '../../../src/pipeline/read/intake.ts';
import type { AnyResource } from '../../../src/resources/registry.ts';
import { territories } from '../../../src/resources/territories/index.ts';
import { userTerritories } from '../../../src/resources/user-territories/index.ts';
import { bytesOf, importText, test } from '../../support/sandbox.ts';

const GOOD = 'name,permission_type\nEast,read_only\n';

test.for([
  ['user-territories', 'user,territory\n1,2\n', { mode: 'upsert' }],
  ['territories', 'name,permission_type\nA,read_only\n', { module: 'Leads' }],
] as const)(
  'a setting that means nothing for %s is refused',
  async ([resource, text, settings], { sandbox, workdir }) => {
    const importing = importText(sandbox, workdir, resource, text, { settings });
    await expect(importing).rejects.toMatchObject({ code: 'USAGE', exitCode: 2 });
  },
);

describe('columns', () => {
  test('that nobody knows pass through to the result', async ({ sandbox, workdir }) => {
    const { lines } = await importText(
      sandbox,
      workdir,
      'territories',
      'Note ,name,permission_type\n"  a, b ",East,read_only\n',
    );
    expect(lines[0]).toMatchObject({ 'Note ': '  a, b ', _status: 'created' });
  });

  test('of an earlier result are left behind', async ({ sandbox, workdir }) => {
    const { result } = await importText(
      sandbox,
      workdir,
      'territories',
      'name,_status,permission_type,_mine\nEast,failed,read_only,x\n',
    );
    expect(result.split('\n')[0]).toMatch(/^name,permission_type,_mine,_row,_status,/);
    expect(result).not.toContain('failed');
  });

  test('are found under the headers that the user names', async ({ sandbox, workdir }) => {
    const map = new Map([
      ['name', 'Gebiet'],
      ['permission_type', 'Recht'],
    ]);
    const text = 'Gebiet,Recht\nEast,all\n';
    const { lines } = await importText(sandbox, workdir, 'territories', text, { map });
    expect(lines[0]).toMatchObject({ _status: 'invalid', _field: 'Recht' });
  });

  test('mapped to a header that is not there are told, optional ones too', async ({
    sandbox,
    workdir,
  }) => {
    const importing = importText(sandbox, workdir, 'territories', GOOD, {
      map: new Map([['manager', 'Boss']]),
    });
    await expect(importing).rejects.toMatchObject({
      code: 'COLUMN_MISSING',
      message: expect.stringContaining('"Boss"'),
    });
  });

  test('that there are not cannot be mapped', async ({ sandbox, workdir }) => {
    const importing = importText(sandbox, workdir, 'territories', GOOD, {
      map: new Map([['nmae', 'name']]),
    });
    await expect(importing).rejects.toMatchObject({ code: 'USAGE', exitCode: 2 });
  });

  test('missing are named, with what was found', async ({ sandbox, workdir }) => {
    await expect(importText(sandbox, workdir, 'territories', 'name,Recht\n')).rejects.toMatchObject(
      {
        message: expect.stringContaining('permission_type'),
        hint: expect.stringContaining('name, Recht'),
      },
    );
  });

  test('are not missing when an option gives their value', async ({ sandbox, workdir }) => {
    const text = 'id,territory\n5725767000001000001,Northwind Trading\n';
    const { summary } = await importText(sandbox, workdir, 'record-territories', text, {
      settings: { module: 'Accounts' },
    });
    expect(summary.statuses).toEqual({ assigned: 1 });
  });
});

/** Takes in a file and gives its first event, on its columns. */
async function columnsOf(
  resource: AnyResource,
  content: string,
  options: Omit<IntakeOptions, 'source'> = {},
) {
  using journal = openJournal(':memory:', 'test');
  const events: RunEvent[] = [];
  await takeIn(journal, resource, { source: bytesOf(content), ...options }, (event) =>
    events.push(event),
  );
  return events.find((event) => event.type === 'columnsFound');
}

describe('a header that is nearly a column', () => {
  test.for([
    [
      'Territry',
      'The header "Territry" may be the one that is meant: rename it, or --map "territory=Territry".',
    ],
    ['teritory name', '--map "territory=teritory name"'],
    ['Gebiet', 'Rename the right one, or name it: --map "territory=<Header>".'],
    ['_territory', 'Rename the right one'],
  ] as const)('is named when that column is missing: %s', async ([header, hint]) => {
    await expect(columnsOf(userTerritories, `user,${header}\n`)).rejects.toMatchObject({
      code: 'COLUMN_MISSING',
      message: expect.stringContaining('no column territory'),
      hint: expect.stringContaining(`Found: user, ${header}. `),
    });
    await expect(columnsOf(userTerritories, `user,${header}\n`)).rejects.toMatchObject({
      hint: expect.stringContaining(hint),
    });
  });

  test('is named before those that are less near', async () => {
    await expect(columnsOf(userTerritories, 'user,Terittry,Territry\n')).rejects.toMatchObject({
      hint: expect.stringContaining('--map "territory=Territry"'),
    });
  });

  test.for([
    ['manger', 'manager'],
    ['Descriptn', 'description'],
    ['reporting too', 'reporting_to'],
    ['parent teritory', 'reporting_to'],
    ['accountrulecriteria2', 'account_rule_criteria'],
  ] as const)('is told when that column is missing: %s', async ([header, near]) => {
    const text = `name,permission_type,Note,${header}\n`;
    expect(await columnsOf(territories, text)).toMatchObject({ unused: [{ header, near }] });
  });

  test.for([
    ['is found under another header', 'manager,manger', {}],
    ['is mapped', 'Boss,manger', { map: new Map([['manager', 'Boss']]) }],
    ['is found under an alias', 'parent,reporting_too', {}],
    ['is in a result file', '_manger,_manager,_field', {}],
    ['is nothing near', 'Note,Region,', {}],
  ] as const)('is not told when that column %s', async ([_, headers, options]) => {
    const text = `name,permission_type,${headers}\n`;
    expect(await columnsOf(territories, text, options)).toMatchObject({ unused: [] });
  });
});

describe('a --map that names nothing', () => {
  test.for([
    ['names', expect.stringMatching(/^Did you mean name\? Map one of name, /)],
    ['parent', expect.stringMatching(/^Did you mean reporting_to\? Map one of /)],
    ['Farbe', expect.stringMatching(/^Map one of name, /)],
  ] as const)('tells the column that is near: %s', async ([column, hint]) => {
    const map = new Map([[column, 'name']]);
    await expect(columnsOf(territories, GOOD, { map })).rejects.toMatchObject({
      code: 'USAGE',
      hint,
    });
  });

  test.for([
    ['Rep Emial', 'Found: Rep Email, territory, _rep_emial. Did you mean "Rep Email"? Name'],
    ['Chef', 'Found: Rep Email, territory, _rep_emial. Name one of these.'],
  ] as const)('tells the header that is near: %s', async ([header, hint]) => {
    const map = new Map([['user', header]]);
    const text = 'Rep Email,territory,_rep_emial\n';
    await expect(columnsOf(userTerritories, text, { map })).rejects.toMatchObject({
      code: 'COLUMN_MISSING',
      hint: expect.stringContaining(hint),
    });
  });
});
