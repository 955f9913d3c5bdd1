import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import {
  type ApiRequest,
  type ClientOptions,
  createClient,
  type ZohoClient,
} from '../../src/zoho/client.ts';
import {
  NotStartedError,
  OrgError,
  TransientError,
  UnansweredError,
} from '../../src/zoho/errors.ts';
import {
  type Handler,
  type Reply,
  refusal,
  startHostileServer,
  success,
} from '../support/hostile-server.ts';
import { connectionTo, SMALL_ORG } from '../support/sandbox.ts';
import { virtualTime } from '../support/schedule.ts';

const READ: ApiRequest = { method: 'GET', path: '/settings/territories', reads: true };
const WRITE: ApiRequest = { method: 'POST', path: '/settings/territories', body: { a: 1 } };
const DONE = { territories: [success({ id: '1' })] };
const TOO_MANY = refusal('TOO_MANY_REQUESTS');

/** A server that gives these replies one after the other, the last one for ever. */
const inTurn =
  (...replies: Reply[]): Handler =>
  (_request, count) =>
    replies[Math.min(count, replies.length) - 1] ?? {};

async function rig(handler: Handler, options: ClientOptions = {}) {
  const server = await startHostileServer(handler);
  const time = virtualTime();
  const client = createClient(server.connection(), {
    clock: time.clock,
    sleep: time.sleep,
    random: () => 1,
    timeouts: { connectMs: 1000, headersMs: 2000, bodyMs: 2000 },
    ...options,
  });
  return {
    server,
    client,
    time,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

const sum = (waits: readonly number[]) => waits.reduce((total, ms) => total + ms, 0);

/** What a call is rejected with. */
async function failureOf(client: ZohoClient, request: ApiRequest) {
  return client.send(request).then(
    () => expect.fail('the call was answered'),
    (error: unknown) => error,
  );
}

describe('a call refused as one too many (429)', () => {
  const cases: [string, Reply, number][] = [
    ['as long as Retry-After says', { status: 429, headers: { 'retry-after': '7' } }, 7000],
    [
      'as long as retry_after in the details says',
      { status: 429, body: refusal('TOO_MANY_REQUESTS', { retry_after: 9 }) },
      9000,
    ],
    [
      'until the date in Retry-After',
      { status: 429, headers: { 'retry-after': 'Sat, 21 Nov 2026 00:00:05 GMT' } },
      5000,
    ],
    ['a little, where the org does not say how long', { status: 429, body: TOO_MANY }, 250],
    [
      'a little, where Retry-After is no time',
      { status: 429, headers: { 'retry-after': 'soon' } },
      250,
    ],
    ['a little, where Retry-After is zero', { status: 429, headers: { 'retry-after': '0' } }, 250],
  ];
  test.for(cases)('waits %s', async ([, reply, waitMs]) => {
    await using it = await rig(inTurn(reply, { status: 201, body: DONE }));
    await it.client.send(WRITE);
    expect(sum(it.time.waits)).toBe(waitMs);
  });

  test('is sent again however often, without using up the retries', async () => {
    const refused: Reply = { status: 429, headers: { 'retry-after': '1' }, body: TOO_MANY };
    const broken: Reply = { status: 500, body: refusal('INTERNAL_ERROR') };
    await using it = await rig(
      inTurn(...new Array<Reply>(12).fill(refused), broken, broken, { body: DONE }),
      { retries: 2 },
    );
    expect((await it.client.send(WRITE)).attempts).toBe(15);
  });

  test('does not end a call whose retries are used up', async () => {
    const broken: Reply = { status: 500, body: refusal('INTERNAL_ERROR') };
    await using it = await rig(
      inTurn(broken, { status: 429, headers: { 'retry-after': '1' } }, { body: DONE }),
      { retries: 1 },
    );
    expect((await it.client.send(WRITE)).httpStatus).toBe(200);
  });

  test('ends the run when the org never has room', async () => {
    await using it = await rig(inTurn({ status: 429, headers: { 'retry-after': '0' } }));
    const error = await failureOf(it.client, WRITE);
    expect(error).toMatchObject({ name: 'OrgError', code: 'TOO_MANY_REQUESTS', exitCode: 3 });
  });

  test('ends the run at once when the wait asked for is longer than the patience', async () => {
    await using it = await rig(inTurn({ status: 429, headers: { 'retry-after': '86400' } }));
    await failureOf(it.client, WRITE);
    expect(it.time.waits).toEqual([]);
  });

  test('does not make others wait longer than the patience', async () => {
    const tooLong: Reply = { status: 429, headers: { 'retry-after': '86400' } };
    await using it = await rig(inTurn(tooLong, { body: DONE }), { concurrency: 1 });
    const ends = await Promise.allSettled([1, 2].map(() => it.client.send(WRITE)));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(it.time.waits).toEqual([]);
  });

  test('ends the run at once when the credits are used up', async () => {
    await using it = await rig(
      inTurn({ status: 429, headers: { 'x-api-credits-remaining': '0' }, body: TOO_MANY }),
    );
    const error = await failureOf(it.client, WRITE);
    expect(error).toMatchObject({ name: 'OrgError', message: expect.stringContaining('credits') });
    expect(it.server.calls).toHaveLength(1);
  });

  const told = (left: number): Reply => ({
    body: DONE,
    headers: { 'x-api-credits-remaining': String(left) },
  });
  const bare: Reply = { status: 429, body: TOO_MANY };

  test('ends the run at once when fewer credits were left than the call costs', async () => {
    await using it = await rig(inTurn(told(2), bare));
    await it.client.send(READ);
    const error = await failureOf(it.client, { ...READ, credits: 3 });
    expect(error).toMatchObject({
      name: 'OrgError',
      code: 'TOO_MANY_REQUESTS',
      exitCode: 3,
      message: expect.stringContaining('credits'),
      hint: expect.stringMatching(/then resume the run\.$/),
    });
    expect(it.time.waits).toEqual([]);
  });

  test('waits where the credits left are enough', async () => {
    await using it = await rig(inTurn(told(3), bare, { body: DONE }));
    await it.client.send(READ);
    expect((await it.client.send({ ...READ, credits: 3 })).attempts).toBe(2);
  });

  test('waits where the refusal itself tells of enough', async () => {
    const enough: Reply = { ...bare, headers: { 'x-api-credits-remaining': '40' } };
    await using it = await rig(inTurn(told(0), enough, { body: DONE }));
    await it.client.send(READ);
    expect((await it.client.send(READ)).attempts).toBe(2);
  });

  test('waits where credits have come free again since', async () => {
    await using it = await rig(inTurn(told(0), told(90), bare, { body: DONE }));
    await it.client.send(READ);
    await it.client.send(READ);
    expect((await it.client.send(READ)).attempts).toBe(2);
  });

  test('heeds the least that calls in flight together told, whichever came last', async () => {
    const answers = [told(0), told(1)].map((reply) => ({
      reply,
      ...Promise.withResolvers<void>(),
    }));
    await using it = await rig(async (_request, count) => {
      const held = answers[count - 1];
      await held?.promise;
      return held?.reply ?? bare;
    });
    const [one, other] = [it.client.send(READ), it.client.send(READ)];
    while (it.server.calls.length < 2) await setImmediate();
    answers[0]?.resolve();
    await Promise.race([one, other]);
    answers[1]?.resolve();
    await Promise.all([one, other]);
    expect(await failureOf(it.client, READ)).toMatchObject({
      message: expect.stringContaining('credits'),
    });
    expect(it.server.calls).toHaveLength(3);
  });

  test('ends the run at once when the sandbox has no credits left', async () => {
    await using sandbox = await startSandbox({ ...SMALL_ORG, credits: 30 });
    const time = virtualTime();
    await using client = createClient(connectionTo(sandbox), time);
    const users: ApiRequest = { ...READ, path: '/users' };
    const ends = await Promise.allSettled(Array.from({ length: 60 }, () => client.send(users)));
    const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    expect(failures).toHaveLength(30);
    for (const failure of failures) {
      expect(failure).toMatchObject({ message: expect.stringContaining('credits') });
    }
    expect(sum(time.waits)).toBeLessThan(5000);
  });

  test('holds back the calls that wait for their turn, too', async () => {
    const arrivals: number[] = [];
    const time = virtualTime();
    const start = time.clock();
    await using it = await rig(
      (_request, count) => {
        arrivals.push(time.clock() - start);
        return count === 1 ? { status: 429, headers: { 'retry-after': '30' } } : { body: DONE };
      },
      { concurrency: 1, clock: time.clock, sleep: time.sleep },
    );
    await Promise.all([1, 2, 3, 4].map(() => it.client.send(WRITE)));
    expect(arrivals.slice(1).every((ms) => ms >= 30_000)).toBe(true);
  });
});

describe('a call that the org answers with 5xx and a body', () => {
  const broken: Reply = { status: 500, body: refusal('INTERNAL_SERVER_ERROR', {}, '') };

  test('is sent again after waits that double', async () => {
    await using it = await rig(inTurn(broken, broken, broken, { body: DONE }));
    await it.client.send(WRITE);
    expect(it.time.waits).toEqual([250, 500, 1000]);
  });

  test('says that it may have been done by an earlier try', async () => {
    await using it = await rig(inTurn(broken, { body: DONE }));
    expect(await it.client.send(WRITE)).toMatchObject({ repeated: true, attempts: 2 });
  });

  test('ends as a failure of its own, with what the org said', async () => {
    await using it = await rig(inTurn(broken));
    const error = await failureOf(it.client, WRITE);
    expect(error).toBeInstanceOf(TransientError);
    expect(error).toMatchObject({ attempts: 6, refusal: { code: 'INTERNAL_SERVER_ERROR' } });
  });
});

describe('an org that cannot be reached', () => {
  test('is tried six times and then told by its address', async () => {
    await using it = await rig(inTurn({}));
    const { url } = it.server;
    await using client = createClient(
      it.server.connection({ apiDomain: 'http://127.0.0.1:1' }),
      it.time,
    );
    const error = await failureOf(client, WRITE);
    expect(error).toMatchObject({ name: 'OrgError', code: 'ORG_UNREACHABLE' });
    expect((error as Error).message).toContain('http://127.0.0.1:1');
    expect((error as Error).message).not.toContain(url);
    expect(it.time.waits).toHaveLength(5);
  });
});

describe('a call that was sent and not answered', () => {
  const cases: [string, Reply][] = [
    ['the connection is reset', 'reset'],
    ['the body ends in the middle', 'half'],
    ['no answer comes', 'stall'],
    ['the body comes to a halt', 'stallBody'],
    ['the body drips for ever', 'drip'],
    ['a proxy answers 502 with a page', { status: 502, body: '<html>502</html>' }],
    ['a proxy answers 504 with nothing', { status: 504 }],
    ['the answer is no JSON', { status: 200, body: '{"territories":[{"co' }],
    ['the answer is empty', { status: 201, body: '' }],
  ];
  // Concurrent, since undici looks at these timeouts only once in half a second.
  const timeouts = { connectMs: 1000, headersMs: 60, bodyMs: 60 };

  test.concurrent.for(cases)('is not repeated when it changes something: %s', async ([, reply]) => {
    await using it = await rig(inTurn(reply), { timeouts });
    const error = await failureOf(it.client, WRITE);
    expect(error).toBeInstanceOf(UnansweredError);
    expect(error).toMatchObject({ attempts: 1 });
    expect(it.server.calls).toHaveLength(1);
  });

  test.concurrent.for(cases)('is repeated when it only reads: %s', async ([, reply]) => {
    await using it = await rig(inTurn(reply, { body: DONE }), { timeouts });
    expect((await it.client.send(READ)).attempts).toBe(2);
  });

  test('is told as such after tries that were answered 5xx', async () => {
    await using it = await rig(
      inTurn({ status: 500, body: refusal('INTERNAL_ERROR') }, { status: 502, body: '<html>' }),
    );
    expect(await failureOf(it.client, WRITE)).toMatchObject({
      name: 'UnansweredError',
      attempts: 2,
    });
  });
});

describe('answers that are more than a client asked for', () => {
  test('a redirect is not followed, and the token goes nowhere else', async () => {
    await using other = await startHostileServer(() => ({ body: DONE }));
    await using it = await rig(
      inTurn({ status: 307, headers: { location: `${other.url}/crm/v8/settings/territories` } }),
    );
    const error = await failureOf(it.client, WRITE);
    expect(error).toMatchObject({ name: 'OrgError', code: 'UNEXPECTED_RESPONSE' });
    expect(other.calls).toEqual([]);
  });

  test('a body without end is refused when it is read, once', async () => {
    await using it = await rig(inTurn('endless'));
    const error = await failureOf(it.client, READ);
    expect(error).toMatchObject({ name: 'OrgError', code: 'UNEXPECTED_RESPONSE' });
    expect(it.server.calls).toHaveLength(1);
  });

  test('a body without end leaves a write unanswered', async () => {
    await using it = await rig(inTurn('endless'));
    expect(await failureOf(it.client, WRITE)).toBeInstanceOf(UnansweredError);
  });

  test('an id written as a number keeps all its digits', async () => {
    await using it = await rig(inTurn({ body: '{"id": 5725767000000400001, "small": 12}' }));
    const { body } = await it.client.send(READ);
    expect(body).toEqual({ id: '5725767000000400001', small: 12 });
  });

  test('a token that a proxy gives back in its page is not passed on', async () => {
    await using it = await rig(({ headers }) => ({
      status: 403,
      body: refusal('BLOCKED', {}, `blocked: ${headers.authorization}`),
    }));
    expect(JSON.stringify(await it.client.send(WRITE))).not.toContain('token-1');
  });
});

describe('the limit on calls in flight', () => {
  const slow: Handler = async () => {
    await pause(2);
    return { body: DONE };
  };

  test.for([1, 3, 7])('is never exceeded: %d', async (concurrency) => {
    await using it = await rig(slow, { concurrency });
    await Promise.all(Array.from({ length: 40 }, () => it.client.send(WRITE)));
    expect(it.server.mostInFlight()).toBe(concurrency);
  });

  test('by itself rises above ten and never above 25', async () => {
    await using it = await rig(slow);
    await Promise.all(Array.from({ length: 500 }, () => it.client.send(WRITE)));
    expect(it.server.mostInFlight()).toBeGreaterThan(10);
    expect(it.server.mostInFlight()).toBeLessThanOrEqual(25);
  });

  test('falls when the org refuses a call as one too many', async () => {
    await using it = await rig(inTurn({ status: 429 }, { body: DONE }), { concurrency: 20 });
    await it.client.send(WRITE);
    expect(it.client.slots.limit).toBe(19);
  });

  test('holds while tokens are renewed and calls repeated', async () => {
    await using it = await rig(
      async (_request, count) => {
        await setImmediate();
        if (count % 5 === 0) return { status: 500, body: refusal('INTERNAL_ERROR') };
        if (count % 7 === 0) return { status: 429, body: TOO_MANY };
        return { body: DONE };
      },
      { concurrency: 4, retries: 50 },
    );
    await Promise.all(Array.from({ length: 60 }, () => it.client.send(WRITE)));
    expect(it.server.mostInFlight()).toBeLessThanOrEqual(4);
  });
});

describe('a run that stops', () => {
  test('does not start the calls that wait for their turn', async () => {
    const stopping = new AbortController();
    await using it = await rig(
      () => {
        stopping.abort();
        return { body: DONE };
      },
      { concurrency: 1, signal: stopping.signal },
    );
    const ends = await Promise.allSettled([1, 2, 3].map(() => it.client.send(WRITE)));
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(it.server.calls).toHaveLength(1);
  });

  test('makes no call that has waited for its token meanwhile', async () => {
    let mayStart = true;
    await using server = await startHostileServer(
      () => ({ body: DONE }),
      () => {
        mayStart = false;
        return { body: { access_token: 'late' } };
      },
    );
    await using client = createClient(server.connection(), virtualTime());
    const ends = await Promise.allSettled(
      Array.from({ length: 20 }, () => client.send(WRITE, () => mayStart)),
    );
    for (const end of ends) expect(end).toMatchObject({ reason: { name: 'NotStartedError' } });
    expect(server.calls).toEqual([]);
    expect(client.usage).toEqual({ calls: 0, credits: 0, retries: 0 });
  });

  test('asks before every try whether it may still be made', async () => {
    await using it = await rig(inTurn({ status: 429, body: TOO_MANY }));
    let asked = 0;
    const sending = it.client.send(WRITE, () => {
      asked += 1;
      return asked < 5;
    });
    await expect(sending).rejects.toBeInstanceOf(NotStartedError);
    expect(it.server.calls).toHaveLength(2);
  });

  test('tells a call that was answered 5xx as that, and not as never sent', async () => {
    const stopping = new AbortController();
    await using it = await rig(
      () => {
        stopping.abort();
        return { status: 500, body: refusal('INTERNAL_ERROR') };
      },
      { signal: stopping.signal },
    );
    expect(await failureOf(it.client, WRITE)).toMatchObject({
      name: 'TransientError',
      attempts: 1,
    });
  });

  test('does not sit out the wait that the org asked for', async () => {
    let mayStart = true;
    await using it = await rig(
      () => {
        globalThis.setImmediate(() => {
          mayStart = false;
        });
        return { status: 429, headers: { 'retry-after': '300' } };
      },
      { concurrency: 1 },
    );
    const sending = [1, 2, 3].map(() => it.client.send(WRITE, () => mayStart));
    for (const end of await Promise.allSettled(sending)) {
      expect(end).toMatchObject({ reason: { name: 'NotStartedError' } });
    }
    expect(sum(it.time.waits)).toBeLessThan(10_000);
  });

  test('wakes the calls that wait when its client is closed', async () => {
    await using server = await startHostileServer(() => ({
      status: 429,
      headers: { 'retry-after': '300' },
    }));
    const client = createClient(server.connection());
    const sending = client.send(WRITE);
    const ended = expect(sending).rejects.toBeInstanceOf(NotStartedError);
    while (server.calls.length === 0) await setImmediate();
    await pause(5);
    await client[Symbol.asyncDispose]();
    await ended;
  });

  test('wakes the calls that wait for the org to have room', async () => {
    const stopping = new AbortController();
    await using server = await startHostileServer(() => {
      globalThis.setImmediate(() => stopping.abort());
      return { status: 429, headers: { 'retry-after': '300' } };
    });
    await using client = createClient(server.connection(), { signal: stopping.signal });
    await expect(client.send(WRITE)).rejects.toBeInstanceOf(NotStartedError);
  });
});

describe('what goes over the wire', () => {
  test.for(['v6', 'v7', 'v8'] as const)('names the API version %s', async (version) => {
    const urls: string[] = [];
    await using server = await startHostileServer(({ path, headers }) => {
      urls.push(`${path} ${headers.authorization}`);
      return { body: DONE };
    });
    await using client = createClient(server.connection({ version }));
    await client.send(READ);
    expect(client.connection.version).toBe(version);
    expect(urls).toEqual(['/settings/territories Zoho-oauthtoken token-1']);
  });

  test('is counted: calls, credits and retries', async () => {
    await using it = await rig(
      inTurn({ status: 500, body: refusal('INTERNAL_ERROR') }, { body: DONE }),
    );
    await it.client.send({ ...READ, credits: 3 });
    expect(it.client.usage).toEqual({ calls: 2, credits: 6, retries: 1 });
  });
});

describe('what the client tells of its pace', () => {
  test('is nothing before the first answer', async () => {
    await using it = await rig(inTurn({ body: DONE }));
    expect(it.client.pace).toMatchObject({ latencyMs: undefined, creditsLeft: undefined });
  });

  test('is the mean time of the last twenty answered calls', async () => {
    const time = virtualTime();
    await using it = await rig(
      async (_request, count) => {
        await time.sleep(count <= 5 ? 1000 : count);
        return { body: DONE };
      },
      { clock: time.clock, sleep: time.sleep },
    );
    for (let i = 0; i < 3; i += 1) await it.client.send(READ);
    expect(it.client.pace.latencyMs).toBe(1000);
    for (let i = 3; i < 25; i += 1) await it.client.send(READ);
    expect(it.client.pace.latencyMs).toBe((6 + 25) / 2);
  });

  test('leaves out the tries that were refused, and waiting', async () => {
    const time = virtualTime();
    await using it = await rig(
      async (_request, count) => {
        await time.sleep(30);
        if (count === 1) return { status: 429, headers: { 'retry-after': '60' } };
        return count === 2 ? { status: 500, body: refusal('INTERNAL_ERROR') } : { body: DONE };
      },
      { clock: time.clock, sleep: time.sleep },
    );
    await it.client.send(READ);
    expect(it.client.pace.latencyMs).toBe(30);
  });

  test('leaves out the exchange for a token', async () => {
    const time = virtualTime();
    await using server = await startHostileServer(
      () => ({ body: DONE }),
      async () => {
        await time.sleep(5000);
        return { body: { access_token: 'token' }, headers: { 'x-api-credits-remaining': '7' } };
      },
    );
    await using client = createClient(server.connection(), time);
    await client.send(READ);
    expect(client.pace).toMatchObject({ latencyMs: 0, creditsLeft: undefined });
  });

  test('is the last number of credits that the org told', async () => {
    const told = ['2500', undefined, '', '-1', '12.5', 'many', '2400', '1e3'];
    await using it = await rig((_request, count) => {
      const left = told[count - 1];
      return { body: DONE, ...(left && { headers: { 'x-api-credits-remaining': left } }) };
    });
    const seen: (number | undefined)[] = [];
    for (const _ of told) {
      await it.client.send(READ);
      seen.push(it.client.pace.creditsLeft);
    }
    expect(seen).toEqual([2500, 2500, 2500, 2500, 2500, 2500, 2400, 2400]);
  });

  test('heeds a number that comes with a refusal', async () => {
    await using it = await rig(
      inTurn({ status: 429, headers: { 'x-api-credits-remaining': '0' }, body: TOO_MANY }),
    );
    await failureOf(it.client, READ);
    expect(it.client.pace.creditsLeft).toBe(0);
  });

  test('is what the sandbox counts once half is used', async () => {
    await using sandbox = await startSandbox({ ...SMALL_ORG, credits: 6 });
    await using client = createClient(connectionTo(sandbox));
    const seen: (number | undefined)[] = [];
    for (let i = 0; i < 4; i += 1) {
      await client.send({ ...READ, path: '/users' });
      seen.push(client.pace.creditsLeft);
    }
    expect(seen).toEqual([undefined, undefined, 3, 2]);
  });
});

describe('a limit on credits', () => {
  const beyond = {
    name: 'OrgError',
    code: 'MAX_CREDITS',
    exitCode: 3,
    message: 'The next call would exceed the limit of 3 API credits (--max-credits).',
    hint: expect.stringContaining('--max-credits'),
  };

  test('lets as many calls start as it covers, however many are in flight', async () => {
    await using it = await rig(
      async () => {
        await setImmediate();
        return { body: DONE };
      },
      { concurrency: 20, maxCredits: 17 },
    );
    const ends = await Promise.allSettled(Array.from({ length: 60 }, () => it.client.send(WRITE)));
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(17);
    expect(it.server.calls).toHaveLength(17);
    expect(it.client.usage).toEqual({ calls: 17, credits: 17, retries: 0 });
  });

  test('refuses what costs more than is left, and lets smaller calls through', async () => {
    await using it = await rig(inTurn({ body: DONE }), { maxCredits: 3 });
    await it.client.send({ ...READ, credits: 2 });
    expect(await failureOf(it.client, { ...READ, credits: 2 })).toMatchObject(beyond);
    await it.client.send(READ);
    expect(await failureOf(it.client, READ)).toMatchObject(beyond);
    expect(it.client.usage.credits).toBe(3);
  });

  test('counts the tries that are refused', async () => {
    const replies: Reply[] = [
      { status: 429, headers: { 'retry-after': '1' }, body: TOO_MANY },
      { status: 401, body: refusal('INVALID_TOKEN') },
      { body: DONE },
    ];
    await using it = await rig(inTurn(...replies), { maxCredits: 3 });
    expect((await it.client.send(WRITE)).attempts).toBe(3);
    expect(await failureOf(it.client, WRITE)).toMatchObject(beyond);
    expect(it.client.usage).toEqual({ calls: 3, credits: 3, retries: 2 });
  });

  test('ends a call that is refused for ever, without another wait', async () => {
    await using it = await rig(inTurn({ status: 429, headers: { 'retry-after': '1' } }), {
      maxCredits: 3,
    });
    expect(await failureOf(it.client, WRITE)).toMatchObject(beyond);
    expect(it.server.calls).toHaveLength(3);
    expect(it.client.usage.retries).toBe(2);
    expect(sum(it.time.waits)).toBe(3000);
  });

  test('tells a write that was answered 5xx as that, and a read as too costly', async () => {
    const broken: Reply = { status: 500, body: refusal('INTERNAL_ERROR') };
    await using one = await rig(inTurn(broken), { maxCredits: 3 });
    expect(await failureOf(one.client, WRITE)).toMatchObject({
      name: 'TransientError',
      attempts: 3,
    });
    await using other = await rig(inTurn(broken), { maxCredits: 3 });
    expect(await failureOf(other.client, READ)).toMatchObject(beyond);
  });

  test('gives back what a call was to cost that never left', async () => {
    await using it = await rig(inTurn({ body: DONE }));
    const nowhere = it.server.connection({ apiDomain: 'http://127.0.0.1:1' });
    await using client = createClient(nowhere, { ...it.time, maxCredits: 3 });
    for (let i = 0; i < 3; i += 1) {
      expect(await failureOf(client, WRITE)).toMatchObject({ code: 'ORG_UNREACHABLE' });
    }
    expect(client.usage.credits).toBe(0);
  });

  test('counts a call that was sent and not answered', async () => {
    await using it = await rig(inTurn('reset'), { maxCredits: 3 });
    for (let i = 0; i < 3; i += 1) {
      expect(await failureOf(it.client, WRITE)).toBeInstanceOf(UnansweredError);
    }
    expect(await failureOf(it.client, WRITE)).toMatchObject(beyond);
  });

  test('counts a call that was answered with a body without end', async () => {
    await using it = await rig(inTurn('endless'), { maxCredits: 1 });
    expect(await failureOf(it.client, READ)).toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
    expect(await failureOf(it.client, READ)).toMatchObject({ code: 'MAX_CREDITS' });
    expect(it.client.usage.credits).toBe(1);
  });

  test('of nothing lets nothing start', async () => {
    await using it = await rig(inTurn({ body: DONE }), { maxCredits: 0 });
    expect(await failureOf(it.client, READ)).toMatchObject({ code: 'MAX_CREDITS' });
    expect(it.server.calls).toEqual([]);
  });

  test('is never exceeded, whatever the org does', async () => {
    const replies: Reply[] = [
      { body: DONE },
      { status: 500, body: refusal('INTERNAL_ERROR') },
      { status: 429, body: TOO_MANY },
      'reset',
      { status: 401, body: refusal('INVALID_TOKEN') },
      { body: DONE },
    ];
    await using it = await rig((_request, count) => replies[count % replies.length] ?? {}, {
      concurrency: 20,
      maxCredits: 50,
    });
    const sending = Array.from({ length: 80 }, (_, i) =>
      it.client.send({ ...(i % 2 === 0 ? READ : WRITE), credits: 1 + (i % 3) }),
    );
    const ends = await Promise.allSettled(sending);
    expect(it.client.usage.credits).toBeLessThanOrEqual(50);
    expect(it.client.usage.credits).toBeGreaterThanOrEqual(48);
    expect(it.server.calls).toHaveLength(it.client.usage.calls);
    expect(ends).toContainEqual(expect.objectContaining({ reason: expect.any(OrgError) }));
  });
});

test('errors of an org say what to do next', async () => {
  await using it = await rig(inTurn({ status: 429, headers: { 'x-api-credits-remaining': '0' } }));
  const error = await failureOf(it.client, READ);
  expect(error).toBeInstanceOf(OrgError);
  expect((error as OrgError).hint).not.toBe('');
});
