import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Connection } from '../../src/zoho/connection.ts';

/** A request as the server read it. */
export interface Received {
  readonly method: string;
  /** Path and query, without `/crm/{version}` for API calls. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape.
  readonly json: any;
}

/** What the server does with a request. */
export type Reply =
  /** An answer of this status; objects are sent as JSON, texts as they are. */
  | {
      readonly status?: number;
      readonly headers?: Record<string, string>;
      readonly body?: unknown;
    }
  /** Ends the connection without a word. */
  | 'reset'
  /** Says that there is more of a body than it sends. */
  | 'half'
  /** Never answers. */
  | 'stall'
  /** Sends headers and a part of a body, and no more. */
  | 'stallBody'
  /** Sends headers, and then a blank now and again, for ever. */
  | 'drip'
  /** Sends a body that does not end. */
  | 'endless';

export type Handler = (request: Received, count: number) => Reply | Promise<Reply>;

/** A server that does to its clients whatever a test wants. */
export interface HostileServer extends AsyncDisposable {
  readonly url: string;
  /** API calls in the order of arrival. */
  readonly calls: Received[];
  /** Requests for tokens in the order of arrival. */
  readonly tokenCalls: Received[];
  /** Most API calls that were at work at once. */
  readonly mostInFlight: () => number;
  /** How to reach the server, with a refresh token unless told otherwise. */
  readonly connection: (differing?: Partial<Connection>) => Connection;
}

export const SECRETS = {
  clientId: '1000.CLIENT',
  clientSecret: 'the-client-secret-73c1',
  refreshToken: '1000.the-refresh-token-9f20',
} as const;

/** Starts a server; tokens are given out as `token-1`, `token-2` … unless `token` says otherwise. */
export async function startHostileServer(
  api: Handler,
  token: Handler = (_request, count) => ({ body: { access_token: `token-${count}` } }),
): Promise<HostileServer> {
  const calls: Received[] = [];
  const tokenCalls: Received[] = [];
  let inFlight = 0;
  let most = 0;

  const server = createServer(async (incoming, outgoing) => {
    incoming.on('error', () => {}); // a client that went away is a client's business
    outgoing.on('error', () => {});
    const request = await read(incoming);
    if (incoming.url?.startsWith('/oauth/')) {
      tokenCalls.push(request);
      reply(await token(request, tokenCalls.length), outgoing);
      return;
    }
    inFlight += 1;
    most = Math.max(most, inFlight);
    calls.push(request);
    const answer = await api(request, calls.length);
    inFlight -= 1;
    reply(answer, outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    calls,
    tokenCalls,
    mostInFlight: () => most,
    connection: (differing = {}) => ({
      name: 'hostile',
      apiDomain: url,
      accountsUrl: url,
      version: 'v8',
      credentials: SECRETS,
      ...differing,
    }),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function read(incoming: IncomingMessage): Promise<Received> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece);
  const text = Buffer.concat(pieces).toString();
  return {
    method: incoming.method ?? '',
    path: (incoming.url ?? '').replace(/^\/crm\/v\d/, ''),
    headers: incoming.headers,
    text,
    json: jsonOf(text),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a form, or nothing
  }
}

function reply(answer: Reply, outgoing: ServerResponse): void {
  switch (answer) {
    case 'reset':
      outgoing.socket?.resetAndDestroy();
      return;
    case 'half':
      outgoing.writeHead(200, { 'content-length': '1000' });
      outgoing.write('{"data":[', () => outgoing.socket?.destroy());
      return;
    case 'stall':
      return;
    case 'stallBody':
      outgoing.writeHead(200, { 'content-length': '1000' });
      outgoing.write('{"data":[');
      return;
    case 'drip': {
      outgoing.writeHead(200);
      const drip = setInterval(() => outgoing.write(' '), 20);
      outgoing.on('close', () => clearInterval(drip));
      return;
    }
    case 'endless':
      outgoing.writeHead(200);
      pour(outgoing);
      return;
  }
  const { status = 200, headers = {}, body } = answer;
  outgoing.writeHead(status, headers);
  outgoing.end(typeof body === 'object' ? JSON.stringify(body) : body);
}

const FLOOD = Buffer.alloc(1024 * 1024, ' ');

function pour(outgoing: ServerResponse): void {
  while (!outgoing.destroyed) {
    if (!outgoing.write(FLOOD)) {
      outgoing.once('drain', () => pour(outgoing));
      return;
    }
  }
}

/** The body of a refusal. */
export function refusal(code: string, details: unknown = {}, message = code.toLowerCase()) {
  return { code, details, message, status: 'error' };
}

/** The body of a success. */
export function success(details: unknown = {}, code = 'SUCCESS') {
  return { code, details, message: 'done', status: 'success' };
}
