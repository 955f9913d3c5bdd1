import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { type ApiRequest, type ClientOptions, createClient } from '../../src/zoho/client.ts';
import type { Connection } from '../../src/zoho/connection.ts';
import { usableFile } from '../../src/zoho/usable-file.ts';
import {
  type Handler,
  type HostileServer,
  refusal,
  SECRETS,
  startHostileServer,
} from '../support/hostile-server.ts';
import { virtualTime } from '../support/schedule.ts';
import { test } from '../support/workdir.ts';
import type { ChildTask } from './token-child.ts';

const READ: ApiRequest = { method: 'GET', path: '/users', reads: true };
const TEN_MINUTES = 600_000;

/** Where the tests below have their file: in a folder that is not there yet. */
const fileIn = (workdir: string) => join(workdir, 'state', 'tokens.sqlite');

const tokenOf: (request: Parameters<Handler>[0]) => string = ({ headers }) =>
  String(headers.authorization?.split(' ')[1]);

/** Accepts each token for so many calls. */
function acceptingEach(calls: number): Handler {
  const used = new Map<string, number>();
  return (request) => {
    const token = tokenOf(request);
    const times = (used.get(token) ?? 0) + 1;
    used.set(token, times);
    return times > calls ? { status: 401, body: refusal('INVALID_TOKEN') } : { body: {} };
  };
}

/** Clients of one org that share a file, in one time. */
function clientsOf(
  server: HostileServer,
  tokenFile: string,
  options: ClientOptions = virtualTime(),
) {
  return (differing: Partial<Connection> = {}) =>
    createClient(server.connection(differing), { ...options, tokenFile });
}

describe('a token file', () => {
  test('gives its token to every client that comes later', async ({ workdir }) => {
    await using server = await startHostileServer(acceptingEach(Number.POSITIVE_INFINITY));
    const another = clientsOf(server, fileIn(workdir));
    for (let n = 0; n < 3; n += 1) {
      await using client = another();
      await client.send(READ);
    }
    expect(server.tokenCalls).toHaveLength(1);
  });

  test('lets one of many clients ask, while the others wait a little at a time', async ({
    workdir,
  }) => {
    await using server = await startHostileServer(
      () => ({ body: {} }),
      async () => {
        await pause(20);
        return { body: { access_token: 'the-one' } };
      },
    );
    const time = virtualTime();
    const clients = Array.from({ length: 6 }, clientsOf(server, fileIn(workdir), time));
    const calls = clients.flatMap((client) => [1, 2, 3].map(() => client.send(READ)));
    await Promise.all(calls);
    expect(server.tokenCalls).toHaveLength(1);
    expect(time.waits.length).toBeGreaterThan(0);
    expect(Math.max(...time.waits)).toBeLessThanOrEqual(100);
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  });

  test('has a refused token replaced once for all', async ({ workdir }) => {
    let accepted = 'token-1';
    await using server = await startHostileServer((request) =>
      tokenOf(request) === accepted
        ? { body: {} }
        : { status: 401, body: refusal('INVALID_TOKEN') },
    );
    const clients = Array.from({ length: 5 }, clientsOf(server, fileIn(workdir)));
    const all = () => Promise.all(clients.map((client) => client.send(READ)));
    await all();
    accepted = 'token-2';
    expect((await all()).map(({ attempts }) => attempts)).toEqual([2, 2, 2, 2, 2]);
    expect(server.tokenCalls).toHaveLength(2);
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  });

  test('does not give a token that is about to end', async ({ workdir }) => {
    await using server = await startHostileServer(
      () => ({ body: {} }),
      (_request, count) => ({ body: { access_token: `token-${count}`, expires_in: 600 } }),
    );
    const time = virtualTime();
    const another = clientsOf(server, fileIn(workdir), time);
    for (const minutes of [0, 8, 2]) {
      await time.sleep(minutes * 60_000);
      await using client = another();
      await client.send(READ);
    }
    expect(server.calls.map(tokenOf)).toEqual(['token-1', 'token-1', 'token-2']);
  });

  test('keeps the tokens of different grants apart', async ({ workdir }) => {
    await using server = await startHostileServer(() => ({ body: {} }));
    const another = clientsOf(server, fileIn(workdir));
    for (const differing of [{ clientId: 'other' }, { refreshToken: 'other' }, {}, {}]) {
      await using client = another({ credentials: { ...SECRETS, ...differing } });
      await client.send(READ);
    }
    expect(server.tokenCalls).toHaveLength(3);
  });

  test('is for its owner alone, and holds no secret but the token', async ({ workdir }) => {
    await using server = await startHostileServer(acceptingEach(1));
    const path = fileIn(workdir);
    await using client = clientsOf(server, path)();
    await client.send(READ);
    await client.send(READ);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    const held = readFileSync(path, 'latin1');
    expect(held).toContain('token-2');
    for (const secret of [SECRETS.clientSecret, SECRETS.refreshToken, SECRETS.clientId]) {
      expect(held).not.toContain(secret);
    }
  });

  test('is closed to others when they could read it', async ({ workdir }) => {
    await using server = await startHostileServer(() => ({ body: {} }));
    const path = join(workdir, 'tokens.sqlite');
    writeFileSync(path, '', { mode: 0o644 });
    await using client = clientsOf(server, path)();
    await client.send(READ);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('is not touched for an access token from the environment', async ({ workdir }) => {
    await using server = await startHostileServer(() => ({ body: {} }));
    const path = fileIn(workdir);
    await using client = clientsOf(server, path)({ credentials: { accessToken: 'mine' } });
    await client.send(READ);
    expect(existsSync(dirname(path))).toBe(false);
  });
});

describe('ten tokens in ten minutes', () => {
  test('are waited for where there is the patience', async ({ workdir }) => {
    const once = acceptingEach(1);
    await using server = await startHostileServer((request, count) =>
      tokenOf(request) === 'token-11' ? { body: {} } : once(request, count),
    );
    const time = virtualTime();
    const start = time.clock();
    const clients = Array.from({ length: 2 }, clientsOf(server, fileIn(workdir), time));
    const [one, other] = clients;
    for (let n = 0; n < 10; n += 1) await one?.send(READ);
    await time.sleep(60_000);
    // One of them asks, however long it waits for that, and the other takes the same token.
    const ends = await Promise.all([one?.send(READ), other?.send(READ)]);
    expect(ends.map((end) => end?.httpStatus)).toEqual([200, 200]);
    expect(time.clock() - start).toBeGreaterThanOrEqual(TEN_MINUTES);
    expect(server.tokenCalls).toHaveLength(11);
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  });

  test('are asked for, and the eleventh not before its time', async ({ workdir }) => {
    await using server = await startHostileServer(acceptingEach(1));
    const time = virtualTime();
    const start = time.clock();
    const another = clientsOf(server, fileIn(workdir), { ...time, rateLimitPatienceMs: 0 });
    for (let n = 0; n < 10; n += 1) {
      await using client = another();
      await client.send(READ);
      await time.sleep(1000);
    }
    await using late = another();
    const next = new Date(start + TEN_MINUTES).toISOString().replace('.000', '');
    await expect(late.send(READ)).rejects.toMatchObject({
      name: 'OrgError',
      code: 'Access Denied',
      exitCode: 3,
      message: expect.stringContaining(next),
      hint: expect.stringContaining('resume the run'),
    });
    expect(server.tokenCalls).toHaveLength(10);
    // Every call of that client is told the same, and so is the next client until it is time.
    await time.sleep(start + TEN_MINUTES - 1 - time.clock());
    await using tooSoon = another();
    await expect(tooSoon.send(READ)).rejects.toMatchObject({ code: 'Access Denied' });
    await time.sleep(1);
    await using inTime = another();
    expect((await inTime.send(READ)).httpStatus).toBe(200);
    expect(server.tokenCalls).toHaveLength(11);
  });

  test('are counted from when they were answered', async ({ workdir }) => {
    const time = virtualTime();
    await using server = await startHostileServer(acceptingEach(1), async (_request, count) => {
      await time.sleep(30_000);
      return { body: { access_token: `token-${count}` } };
    });
    const start = time.clock();
    const options = { ...time, rateLimitPatienceMs: 0 };
    await using client = clientsOf(server, fileIn(workdir), options)();
    for (let n = 0; n < 10; n += 1) await client.send(READ);
    const next = new Date(start + 30_000 + TEN_MINUTES).toISOString().slice(0, 19);
    await expect(client.send(READ)).rejects.toMatchObject({
      message: expect.stringContaining(next),
    });
  });

  test('are each try of a server that is busy', async ({ workdir }) => {
    await using server = await startHostileServer(
      () => ({ body: {} }),
      () => ({ status: 503 }),
    );
    const impatient = { ...virtualTime(), rateLimitPatienceMs: 0 };
    const another = clientsOf(server, fileIn(workdir), impatient);
    const codes: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      await using client = another();
      codes.push(await client.send(READ).then(String, ({ code }) => code));
    }
    expect(codes).toEqual(['ORG_UNREACHABLE', 'Access Denied', 'Access Denied']);
    expect(server.tokenCalls).toHaveLength(10);
  });

  test('are not used up by tries that never leave the machine', async ({ workdir }) => {
    await using server = await startHostileServer(() => ({ body: {} }));
    const another = clientsOf(server, fileIn(workdir));
    const accountsUrl = 'http://127.0.0.1:1';
    for (let n = 0; n < 3; n += 1) {
      await using client = another({ accountsUrl });
      await expect(client.send(READ)).rejects.toMatchObject({ code: 'ORG_UNREACHABLE' });
    }
    expect(requestsIn(fileIn(workdir))).toBe(0);
  });

  test('are forgotten when a clock was wrong', async ({ workdir }) => {
    await using server = await startHostileServer(acceptingEach(1));
    const time = virtualTime();
    const path = fileIn(workdir);
    const nextYear = { ...time, clock: () => time.clock() + 365 * 24 * 3_600_000 };
    await using wrong = createClient(server.connection(), { ...nextYear, tokenFile: path });
    for (let n = 0; n < 10; n += 1) await wrong.send(READ);
    await using client = clientsOf(server, path, time)();
    expect((await client.send(READ)).attempts).toBe(1);
  });
});

describe('the turn of another process', () => {
  /** Notes in the file that a process asks for a token until then. */
  async function setAsker(path: string, asker: string, until: number): Promise<void> {
    using db = new DatabaseSync(path);
    db.prepare("UPDATE tokens SET token = '', asker = ?, asks_until = ?").run(asker, until);
  }

  const cases: [string, string, boolean][] = [
    ['is over when the process is gone', `${hostname()} 999999999 x`, false],
    ['is respected while the process is there', `${hostname()} ${process.ppid} x`, true],
    ['is over when another process has its number', `${hostname()} ${process.pid} x`, false],
    ['is respected on another machine', `another-host.example 1 x`, true],
  ];
  test.for(cases)('%s', async ([, asker, waits], { workdir }) => {
    const path = fileIn(workdir);
    await using server = await startHostileServer(acceptingEach(1));
    const time = virtualTime();
    await using client = clientsOf(server, path, time)();
    await client.send(READ);
    await setAsker(path, asker, time.clock() + 5000);
    await client.send(READ);
    expect(time.waits.length > 0).toBe(waits);
    expect(time.waits.reduce((sum, ms) => sum + ms, 0)).toBe(waits ? 5000 : 0);
    expect(server.tokenCalls).toHaveLength(2);
  });

  test('comes when the one before got no token', async ({ workdir }) => {
    await using server = await startHostileServer(
      () => ({ body: {} }),
      async (_request, count) => {
        await pause(10);
        return { body: count === 1 ? { error: 'invalid_code' } : { access_token: 'good' } };
      },
    );
    const clients = Array.from({ length: 3 }, clientsOf(server, fileIn(workdir)));
    const ends = await Promise.allSettled(clients.map((client) => client.send(READ)));
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(server.tokenCalls).toHaveLength(2);
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  });
});

describe('without a file that can be used, a client has a token of its own', () => {
  const cases: [string, (path: string) => void][] = [
    ['its folder is a file', (path) => writeFileSync(dirname(path), '')],
    ['it is a folder', (path) => mkdirSync(path, { recursive: true })],
    ['it is of another program', (path) => openIn(path).exec('CREATE TABLE theirs (a)')],
  ];
  test.for(cases)('%s', async ([, spoil], { workdir }) => {
    const path = fileIn(workdir);
    spoil(path);
    await using server = await startHostileServer(acceptingEach(2));
    const another = clientsOf(server, path);
    for (let n = 0; n < 2; n += 1) {
      await using client = another();
      for (let i = 0; i < 4; i += 1) expect((await client.send(READ)).httpStatus).toBe(200);
    }
    expect(server.tokenCalls).toHaveLength(4);
  });
});

describe('a damaged file', () => {
  const cases: [string, (path: string) => void][] = [
    ['no SQLite at all', (path) => writeFileSync(path, 'not SQLite at all '.repeat(100))],
    ['cut off', (path) => writeFileSync(path, readFileSync(path).subarray(0, 5000))],
  ];
  test.for(cases)('is put beside a new one that is shared: %s', async ([, spoil], { workdir }) => {
    await using server = await startHostileServer(acceptingEach(Number.POSITIVE_INFINITY));
    const path = fileIn(workdir);
    const another = clientsOf(server, path);
    for (let n = 0; n < 4; n += 1) {
      await using client = another();
      expect((await client.send(READ)).httpStatus).toBe(200);
      if (n === 0) spoil(path);
    }
    expect(server.tokenCalls).toHaveLength(2);
    expect(existsSync(`${path}.damaged`)).toBe(true);
  });

  test('is put aside between two tokens as well', async ({ workdir }) => {
    await using server = await startHostileServer(acceptingEach(1));
    const path = fileIn(workdir);
    await using client = clientsOf(server, path)();
    await client.send(READ);
    writeFileSync(path, 'gone');
    expect((await client.send(READ)).httpStatus).toBe(200);
    expect(requestsIn(path)).toBe(1);
  });
});

describe('a file that another process holds', () => {
  test('is waited for', async ({ workdir }) => {
    await using server = await startHostileServer(acceptingEach(Number.POSITIVE_INFINITY));
    const path = fileIn(workdir);
    const time = virtualTime();
    await using one = clientsOf(server, path, time)();
    await one.send(READ);
    using db = new DatabaseSync(path);
    db.exec('BEGIN IMMEDIATE');
    const sleep = async (ms: number) => {
      if (db.isTransaction) db.exec('COMMIT');
      await time.sleep(ms);
    };
    await using other = clientsOf(server, path, { ...time, sleep })();
    await other.send(READ);
    expect(time.waits).toEqual([50]);
    expect(server.tokenCalls).toHaveLength(1);
  });

  test('for ever is done without', async ({ workdir }) => {
    let busy = 0;
    const time = virtualTime();
    const error = Object.assign(new Error('locked'), { code: 'ERR_SQLITE_ERROR', errcode: 261 });
    const open = () => {
      busy += 1;
      throw error;
    };
    using file = usableFile(fileIn(workdir), open, { ...time, patienceMs: 1000 });
    expect(await file.use(() => 'used')).toBeUndefined();
    expect(await file.use(() => 'used')).toBeUndefined();
    expect(busy).toBe(21);
  });
});

test('an error that is none of the file is thrown', async ({ workdir }) => {
  const bug = new TypeError('bug');
  const open = () => {
    throw bug;
  };
  using file = usableFile(fileIn(workdir), open, { ...virtualTime(), patienceMs: 1000 });
  await expect(file.use(() => 'used')).rejects.toBe(bug);
});

describe('processes', () => {
  const CHILD = join(import.meta.dirname, 'token-child.ts');

  function start(task: ChildTask) {
    return spawn(process.execPath, [CHILD, JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  async function run(task: ChildTask): Promise<(string | number)[]> {
    return JSON.parse(await text(start(task).stdout));
  }

  test('that start at once share one token', async ({ workdir }) => {
    await using server = await startHostileServer(
      () => ({ body: {} }),
      async (_request, count) => {
        await pause(50);
        return { body: { access_token: `token-${count}` } };
      },
    );
    const task = { connection: server.connection(), tokenFile: fileIn(workdir), calls: 3 };
    const ends = await Promise.all(Array.from({ length: 4 }, () => run(task)));
    expect(ends).toEqual(new Array(4).fill([200, 200, 200]));
    expect(server.tokenCalls).toHaveLength(1);
  });

  test('ask for ten tokens in ten minutes together', async ({ workdir }) => {
    await using server = await startHostileServer(acceptingEach(1));
    const task = { connection: server.connection(), tokenFile: fileIn(workdir), calls: 4 };
    expect(await run(task)).toEqual([200, 200, 200, 200]);
    expect(await run(task)).toEqual([200, 200, 200, 200]);
    const denied = 'Access Denied';
    expect(await run(task)).toEqual([200, 200, denied, denied]);
    const ends = await Promise.all([run(task), run(task)]);
    expect(ends.flat()).toEqual(new Array(8).fill(denied));
    expect(server.tokenCalls).toHaveLength(10);
  });

  test('do not wait for one that was killed while it asked', async ({ workdir }) => {
    const asked = Promise.withResolvers<void>();
    await using server = await startHostileServer(
      () => ({ body: {} }),
      (_request, count) => {
        asked.resolve();
        return count === 1 ? 'stall' : { body: { access_token: `token-${count}` } };
      },
    );
    const tokenFile = fileIn(workdir);
    const child = start({ connection: server.connection(), tokenFile, calls: 1 });
    await asked.promise;
    const ended = new Promise((resolve) => child.on('close', resolve));
    child.kill('SIGKILL');
    await ended;
    const time = virtualTime();
    await using client = createClient(server.connection(), { sleep: time.sleep, tokenFile });
    expect((await client.send(READ)).httpStatus).toBe(200);
    expect(time.waits).toEqual([]);
  });
});

function openIn(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true });
  return new DatabaseSync(path);
}

function requestsIn(path: string): number {
  using db = new DatabaseSync(path);
  return Number(db.prepare('SELECT COUNT(*) AS requests FROM requests').get()?.['requests']);
}
