import { expect, test } from 'vitest';
import { demoRecordId, demoUserId, SANDBOX_CREDENTIALS } from '../../src/sandbox/index.ts';
import { ROOT, startRig } from './client.ts';
import { refresh, refreshParams } from './tokens.ts';

function formOf(params: URLSearchParams): FormData {
  const form = new FormData();
  for (const [key, value] of params) form.set(key, value);
  return form;
}

test('a token is given for parameters in the query, urlencoded or multipart', async () => {
  await using rig = await startRig({ seed: 'empty' });
  const url = `${rig.sandbox.url}/oauth/v2/token`;
  const params = refreshParams();
  for (const call of [
    fetch(`${url}?${params}`, { method: 'POST' }),
    fetch(url, { method: 'POST', body: params }),
    fetch(url, { method: 'POST', body: formOf(params) }),
  ]) {
    const answer = await call;
    const body = (await answer.json()) as { access_token: string };
    expect(answer.status).toBe(200);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^1000\.[\da-f]{32}\.[\da-f]{32}$/),
      scope: expect.stringContaining('ZohoCRM.modules.ALL'),
      api_domain: rig.sandbox.url,
      token_type: 'Bearer',
      expires_in: 3_600,
    });
    expect((await rig.sendAs(body.access_token, 'GET', '/users')).status).toBe(200);
  }
});

test('a grant code gives a refresh token too', async () => {
  await using rig = await startRig({ seed: 'empty' });
  const { code } = SANDBOX_CREDENTIALS;
  const reply = await refresh(rig, { grant_type: 'authorization_code', code });
  expect(reply['refresh_token']).toBe(SANDBOX_CREDENTIALS.refreshToken);
});

test.each([
  [{ client_id: 'x' }, 'invalid_client'],
  [{ client_secret: 'x' }, 'invalid_client_secret'],
  [{ refresh_token: 'x' }, 'invalid_code'],
  [{ grant_type: 'authorization_code' }, 'invalid_code'],
  [{ grant_type: 'password' }, 'unsupported_grant_type'],
  [{ scope: 'ZohoMail.messages.READ' }, 'invalid_scope'],
])('%j is answered 200 with the error %s', async (values, error) => {
  await using rig = await startRig({ seed: 'empty' });
  const url = `${rig.sandbox.url}/oauth/v2/token?${refreshParams(values)}`;
  const answer = await fetch(url, { method: 'POST' });
  expect([answer.status, await answer.json()]).toEqual([200, { error }]);
});

test('ten tokens in ten minutes are all, for every token that is not called off', async () => {
  await using rig = await startRig({ seed: 'empty' });
  const tokens: string[] = [];
  for (let n = 0; n < 10; n++) tokens.push((await refresh(rig)).access_token);
  expect(new Set(tokens).size).toBe(10);
  const url = `${rig.sandbox.url}/oauth/v2/token?${refreshParams()}`;
  const throttled = await fetch(url, { method: 'POST' });
  expect([throttled.status, await throttled.json()]).toEqual([
    400,
    {
      error: 'Access Denied',
      error_description:
        'You have made too many requests continuously. Please try again after some time.',
      status: 'failure',
    },
  ]);
  rig.advance(600_001);
  for (let n = 0; n < 6; n++) await refresh(rig);
  const [oldest, second] = tokens as [string, string];
  expect((await rig.sendAs(oldest, 'GET', '/users')).status).toBe(401);
  expect((await rig.sendAs(second, 'GET', '/users')).status).toBe(200);
});

test('a token ends after its life', async () => {
  await using rig = await startRig({ seed: 'empty', tokenMs: 5_000 });
  const { access_token, expires_in } = await refresh(rig);
  expect(expires_in).toBe(5);
  expect((await rig.sendAs(access_token, 'GET', '/users')).status).toBe(200);
  rig.advance(5_000);
  const late = await rig.sendAs(access_token, 'GET', '/users');
  expect([late.status, late.body]).toEqual([
    401,
    { code: 'INVALID_TOKEN', details: {}, message: 'invalid oauth token', status: 'error' },
  ]);
  const none = await rig.sendAs(undefined, 'GET', '/users');
  expect([none.status, none.body.code]).toEqual([401, 'AUTHENTICATION_FAILURE']);
});

test.each([
  ['settings.territories.READ', 'GET', '/settings/territories', true],
  ['settings.territories.READ', 'POST', '/settings/territories', false],
  ['settings.territories.CREATE', 'POST', '/settings/territories', true],
  ['settings.territories.UPDATE', 'PUT', '/settings/territories', true],
  ['settings.territories.UPDATE', 'DELETE', '/settings/territories', false],
  ['settings.ALL', 'DELETE', '/settings/territories', true],
  ['settings.territories.All', 'PUT', `/settings/territories/${ROOT}/users`, false],
  [
    'settings.territories.All,ZohoCRM.users.All',
    'PUT',
    `/settings/territories/${ROOT}/users`,
    true,
  ],
  ['users.UPDATE', 'PUT', `/users/${demoUserId(2)}/territories`, true],
  ['settings.territories.UPDATE', 'PUT', `/users/${demoUserId(2)}/territories`, true],
  ['users.READ', 'PUT', `/users/${demoUserId(2)}/territories`, false],
  ['users.DELETE', 'DELETE', `/users/${demoUserId(2)}/territories`, false],
  [
    'users.DELETE ZohoCRM.settings.territories.DELETE',
    'DELETE',
    `/users/${demoUserId(2)}/territories`,
    true,
  ],
  ['modules.accounts.UPDATE', 'POST', '/Accounts/actions/assign_territories', true],
  ['modules.accounts.ALL', 'POST', '/Accounts/actions/assign_territories', true],
  ['modules.leads.ALL', 'POST', '/Accounts/actions/assign_territories', false],
  ['modules.ALL', 'GET', `/Accounts/${demoRecordId('Accounts', 1)}`, true],
  ['coql.READ', 'POST', '/coql', false],
  ['coql.READ,ZohoCRM.modules.READ', 'POST', '/coql', true],
  ['users.READ', 'GET', '/org', false],
])('with the scope %s, %s %s is allowed: %s', async (scope, method, path, isAllowed) => {
  await using rig = await startRig({ recordsPerModule: 1 });
  const { access_token } = await refresh(rig, { scope: `ZohoCRM.${scope}` });
  const reply = await rig.sendAs(access_token, method, path, method === 'GET' ? undefined : {});
  if (isAllowed) expect(reply.status).not.toBe(401);
  else expect([reply.status, reply.body.code]).toEqual([401, 'OAUTH_SCOPE_MISMATCH']);
});
