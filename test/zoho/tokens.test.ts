import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { type ApiRequest, createClient } from '../../src/zoho/client.ts';
import type { Connection } from '../../src/zoho/connection.ts';
import {
  type Handler,
  type Reply,
  refusal,
  SECRETS,
  startHostileServer,
} from '../support/hostile-server.ts';
import { connectionTo, SMALL_ORG } from '../support/sandbox.ts';
import { virtualTime } from '../support/schedule.ts';

const READ: ApiRequest = { method: 'GET', path: '/users', reads: true };
const INVALID: Reply = { status: 401, body: refusal('INVALID_TOKEN') };

async function rig(api: Handler, token?: Handler, differing: Partial<Connection> = {}) {
  const server = await startHostileServer(api, token);
  const time = virtualTime();
  const client = createClient(server.connection(differing), time);
  return {
    server,
    client,
    time,
    failures: async (calls: number) => {
      const ends = await Promise.allSettled(Array.from({ length: calls }, () => client.send(READ)));
      return ends.map((end) => (end.status === 'rejected' ? end.reason : undefined));
    },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Accepts these tokens and no others. */
const accepting =
  (...tokens: string[]): Handler =>
  ({ headers }) =>
    tokens.some((token) => headers.authorization === `Zoho-oauthtoken ${token}`)
      ? { body: {} }
      : INVALID;

describe('an access token from a refresh token', () => {
  test('is asked for once, however many calls need it', async () => {
    await using it = await rig(accepting('token-1'));
    await Promise.all(Array.from({ length: 30 }, () => it.client.send(READ)));
    expect(it.server.tokenCalls).toHaveLength(1);
  });

  test('is asked for with the whole grant, in the body', async () => {
    await using it = await rig(accepting('token-1'));
    await it.client.send(READ);
    expect(it.server.tokenCalls[0]?.path).toBe('/oauth/v2/token');
    expect(Object.fromEntries(new URLSearchParams(it.server.tokenCalls[0]?.text))).toEqual({
      grant_type: 'refresh_token',
      client_id: SECRETS.clientId,
      client_secret: SECRETS.clientSecret,
      refresh_token: SECRETS.refreshToken,
    });
  });

  test('is renewed once when many calls find it refused', async () => {
    await using it = await rig(accepting('token-2'));
    await Promise.all(Array.from({ length: 30 }, () => it.client.send(READ)));
    expect(it.server.tokenCalls).toHaveLength(2);
  });

  test('is renewed each time it ends, for as long as calls are accepted', async () => {
    let accepted = 'token-1';
    await using it = await rig((request, count) => {
      const reply = accepting(accepted)(request, count);
      // Every accepted call ends its token.
      if (reply !== INVALID) accepted = `token-${Number(accepted.slice(6)) + 1}`;
      return reply;
    });
    for (let n = 0; n < 8; n += 1) await it.client.send(READ);
    expect(it.server.tokenCalls).toHaveLength(8);
  });

  test('that is refused for ever ends the run after four tokens', async () => {
    await using it = await rig(accepting());
    const failures = await it.failures(40);
    for (const failure of failures) {
      expect(failure).toMatchObject({ name: 'OrgError', code: 'INVALID_TOKEN', exitCode: 3 });
    }
    expect(it.server.tokenCalls.length).toBeLessThanOrEqual(4);
  });
});

describe('one call that is refused whatever its token', () => {
  const coql: ApiRequest = { method: 'POST', path: '/coql', body: {}, reads: true };
  const onlyCoqlRefused: Handler = ({ path }) => (path === '/coql' ? INVALID : { body: {} });

  test('has it renewed twice, and then ends', async () => {
    await using it = await rig(onlyCoqlRefused);
    await expect(it.client.send(coql)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
    expect(it.server.calls).toHaveLength(3);
    expect(it.server.tokenCalls).toHaveLength(3);
    // The last token was refused for this call alone: others go on with it.
    expect((await it.client.send(READ)).attempts).toBe(1);
    expect(it.server.tokenCalls).toHaveLength(3);
  });

  test('is not forgiven for calls that were accepted with the token before', async () => {
    const late = Promise.withResolvers<void>();
    await using it = await rig(async (request, count) => {
      if (count === 1) await late.promise;
      return onlyCoqlRefused(request, count);
    });
    const accepted = it.client.send(READ);
    while (it.server.calls.length === 0) await setImmediate();
    await expect(it.client.send(coql)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
    late.resolve();
    await accepted;
    await expect(it.client.send(coql)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
    expect(it.server.tokenCalls).toHaveLength(4);
  });
});

describe('an access token that tells how long it lives', () => {
  const MINUTE = 60_000;

  /** The tokens of calls made after so long each, of an org that accepts every token. */
  async function tokensUsed(life: unknown, minutes: readonly number[]) {
    await using it = await rig(
      () => ({ body: {} }),
      (_request, count) => ({ body: { access_token: `token-${count}`, expires_in: life } }),
    );
    const start = it.time.clock();
    for (const at of minutes) {
      await it.time.sleep(start + at * MINUTE - it.time.clock());
      await it.client.send(READ);
    }
    return it.server.calls.map(({ headers }) => headers.authorization?.at(-1)).join('');
  }

  test('is renewed a minute before its end', async () => {
    expect(await tokensUsed(3600, [0, 58, 59, 100, 117, 118])).toBe('112223');
  });

  test('is renewed a tenth of its life before its end when that is short', async () => {
    expect(await tokensUsed(60, [0, 0.89, 0.9])).toBe('112');
  });

  test.for([undefined, null, 'soon', '', 0, -1, true, {}, 3_600_000])(
    'is good for an hour when that is odd: %j',
    async (life) => {
      expect(await tokensUsed(life, [0, 58, 59])).toBe('112');
    },
  );

  test('may tell it as a text', async () => {
    expect(await tokensUsed('1800', [0, 28, 29])).toBe('112');
  });

  test('is renewed once, however many calls need it', async () => {
    await using it = await rig(accepting('token-1', 'token-2'));
    await it.client.send(READ);
    await it.time.sleep(59 * MINUTE);
    await Promise.all(Array.from({ length: 30 }, () => it.client.send(READ)));
    expect(it.server.tokenCalls).toHaveLength(2);
    expect(it.server.calls).toHaveLength(31);
  });
});

describe('calls in flight whose token ends', () => {
  const CALLS = 20;

  test.for([0, 10])('are refused once each, and one token is asked for: %i late', async (late) => {
    const allArrived = Promise.withResolvers<void>();
    const renewed = Promise.withResolvers<void>();
    await using it = await rig(async (request, count) => {
      const reply = accepting('token-2')(request, count);
      if (reply !== INVALID) {
        renewed.resolve();
        return reply;
      }
      if (it.server.calls.length === CALLS) allArrived.resolve();
      await allArrived.promise;
      // Some hear that their token is refused when others have used the next one already.
      if (count > CALLS - late) await renewed.promise;
      return reply;
    });
    await using client = createClient(it.server.connection(), { ...it.time, concurrency: CALLS });
    const answers = await Promise.all(Array.from({ length: CALLS }, () => client.send(READ)));
    expect(answers.map(({ attempts }) => attempts)).toEqual(new Array(CALLS).fill(2));
    expect(it.server.calls).toHaveLength(2 * CALLS);
    expect(it.server.tokenCalls).toHaveLength(2);
  });

  test('are all answered by the sandbox, for one more token', async () => {
    const time = virtualTime();
    await using sandbox = await startSandbox({ ...SMALL_ORG, clock: time.clock });
    // A clock that stands still, so that nothing is renewed beforehand.
    const clock = () => 0;
    await using client = createClient(connectionTo(sandbox), {
      ...time,
      clock,
      concurrency: CALLS,
    });
    await client.send(READ);
    await time.sleep(2 * 3_600_000);
    const answers = await Promise.all(Array.from({ length: CALLS }, () => client.send(READ)));
    expect(answers.map(({ httpStatus }) => httpStatus)).toEqual(new Array(CALLS).fill(200));
    expect(Math.max(...answers.map(({ attempts }) => attempts))).toBe(2);
    expect(sandbox.stats()).toMatchObject({ tokens: 2, refusals: { INVALID_TOKEN: CALLS } });
  });
});

describe('an accounts server that gives no token', () => {
  const cases: [string, Reply, string][] = [
    ['an unknown client', { body: { error: 'invalid_client' } }, 'invalid_client'],
    ['a dead refresh token', { body: { error: 'invalid_code' } }, 'invalid_code'],
    [
      'a throttled client',
      { status: 400, body: { error: 'Access Denied', status: 'failure' } },
      'Access Denied',
    ],
    ['a code that nobody knows', { body: { error: 'strange' } }, 'strange'],
    ['a page of a proxy', { body: '<html>Sign in</html>' }, 'UNEXPECTED_RESPONSE'],
    ['an empty token', { body: { access_token: '' } }, 'UNEXPECTED_RESPONSE'],
    [
      'a redirect',
      { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      'UNEXPECTED_RESPONSE',
    ],
  ];
  test.for(cases)('is told once for all calls: %s', async ([, reply, code]) => {
    await using it = await rig(
      () => ({ body: {} }),
      () => reply,
    );
    for (const failure of await it.failures(30)) {
      expect(failure).toMatchObject({ name: 'OrgError', code });
      expect(failure.hint).not.toBe('');
    }
    expect(it.server.tokenCalls).toHaveLength(1);
    expect(it.server.calls).toHaveLength(0);
  });

  test('is tried six times when it is down, and told by its own address', async () => {
    await using it = await rig(() => ({ body: {} }), undefined, {
      accountsUrl: 'http://127.0.0.1:1',
    });
    for (const failure of await it.failures(30)) {
      expect(failure).toMatchObject({ code: 'ORG_UNREACHABLE' });
      expect(failure.message).toContain('http://127.0.0.1:1');
      expect(failure.hint).toContain('ZOHO_ACCOUNTS_URL');
    }
    expect(it.time.waits).toHaveLength(5);
  });

  test('is tried six times when it is broken, whatever the number of calls', async () => {
    await using it = await rig(
      () => ({ body: {} }),
      () => ({ status: 503, body: '<html>' }),
    );
    await it.failures(30);
    expect(it.server.tokenCalls).toHaveLength(6);
  });

  test('is forgiven when it is broken for a moment', async () => {
    await using it = await rig(accepting('token-3'), (_request, count) =>
      count < 3 ? 'reset' : { body: { access_token: `token-${count}` } },
    );
    expect((await it.client.send(READ)).httpStatus).toBe(200);
  });
});

describe('an access token from the environment', () => {
  const given = (accessToken: string) => ({ credentials: { accessToken } });

  test('is used as it is, and no other is asked for', async () => {
    await using it = await rig(accepting('mine'), undefined, given('mine'));
    await it.client.send(READ);
    expect(it.server.tokenCalls).toEqual([]);
  });

  test('that is refused ends the run with what to set', async () => {
    await using it = await rig(accepting(), undefined, given('mine'));
    const [failure] = await it.failures(10);
    expect(failure).toMatchObject({ name: 'OrgError', code: 'INVALID_TOKEN' });
    expect(failure.hint).toContain('ZOHO_REFRESH_TOKEN');
  });

  test('may end in a line break, as files do', async () => {
    await using it = await rig(accepting('mine'), undefined, given('mine\r\n'));
    expect((await it.client.send(READ)).httpStatus).toBe(200);
  });

  test('that cannot stand in a header is told at once', async () => {
    await using it = await rig(accepting(), undefined, given('one\ntwo'));
    const [failure] = await it.failures(1);
    expect(failure).toMatchObject({ name: 'OrgError', code: 'INVALID_TOKEN' });
    expect(it.server.calls).toEqual([]);
  });
});

describe('secrets', () => {
  const echo: Handler = ({ text, headers }) => ({
    status: 400,
    body: { error: `${text} ${decodeURIComponent(text)} ${headers.authorization}` },
  });
  const cases: [string, Handler, Handler | undefined][] = [
    ['when tokens are refused for ever', accepting(), undefined],
    ['when the accounts server gives back what it was sent', accepting(), echo],
    ['when the connection breaks', () => 'reset', undefined],
    ['when the accounts server is broken', accepting(), () => 'reset'],
  ];
  test.for(cases)('are in no error, its causes included: %s', async ([, api, token]) => {
    await using it = await rig(api, token);
    const [failure] = await it.failures(1);
    const told = `${inspect(failure, { depth: 20, showHidden: true })} ${JSON.stringify(failure)}`;
    for (const secret of [SECRETS.clientSecret, SECRETS.refreshToken, 'token-1']) {
      expect(told).not.toContain(secret);
    }
  });
});
