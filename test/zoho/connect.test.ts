import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { connect } from '../../src/cli/connect.ts';
import { test } from '../support/workdir.ts';

const ORG = {
  ZOHO_CLIENT_ID: 'id',
  ZOHO_CLIENT_SECRET: 'secret',
  ZOHO_REFRESH_TOKEN: 'refresh',
};

describe.skipIf(process.platform === 'win32')('the file in which processes share a token', () => {
  const cases: [string, string | undefined, string][] = [
    ['is in the folder for state', '/var/state', '/var/state'],
    ['is below the home folder by default', undefined, join(homedir(), '.local/state')],
    ['is there as well when the setting is empty', '', join(homedir(), '.local/state')],
    [
      'is there as well when the setting is a relative path',
      'state',
      join(homedir(), '.local/state'),
    ],
  ];
  test.for(cases)('%s', async ([, set, folder]) => {
    await using open = await connect(undefined, { ...ORG, XDG_STATE_HOME: set });
    expect(open.tokenFile).toBe(resolve(folder, 'territory-loader/tokens.sqlite'));
  });

  test('is not in the working folder of a user without a home', async () => {
    vi.stubEnv('HOME', '');
    try {
      await using open = await connect(undefined, ORG);
      expect(open.tokenFile).toBeUndefined();
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

test('the built-in sandbox needs no file for tokens', async ({ workdir }) => {
  const before = process.cwd();
  process.chdir(workdir);
  try {
    await using open = await connect('sandbox', {});
    expect(open.tokenFile).toBeUndefined();
  } finally {
    process.chdir(before);
  }
});
