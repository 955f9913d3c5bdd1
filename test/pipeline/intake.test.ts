import { describe, expect } from 'vitest';
import { importText, test } from '../support/sandbox.ts';

const GOOD = 'name,permission_type\nEast,read_only\n';

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
