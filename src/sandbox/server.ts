import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { invalidUrl, Refusal } from './answers.ts';
import type { Call, Org } from './call.ts';
import { openCreditStore } from './credit-store.ts';
import { openDatabase } from './database.ts';
import { type Arrival, type Departure, internalError, openGate } from './gate.ts';
import { answerTokenRequest } from './oauth.ts';
import { resolveSettings, type SandboxOptions } from './options.ts';
import { type OrgFace, orgFace } from './org-face.ts';
import { openRecordStore } from './record-store.ts';
import { ROUTES, type Route } from './routes.ts';
import { seedOrg } from './seed.ts';
import { type SandboxStats, StatsCounter } from './stats.ts';
import { openTerritoryStore } from './territory-store.ts';
import { openTokenStore, SANDBOX_CREDENTIALS, type SandboxCredentials } from './token-store.ts';
import { openUserStore } from './user-store.ts';

/** A running stand-in for the Zoho CRM API. */
export interface Sandbox extends AsyncDisposable {
  /** API domain and accounts URL in one, without a slash at the end. */
  readonly url: string;
  readonly credentials: SandboxCredentials;
  /** Direct reading of the org, around the wire. */
  readonly org: OrgFace;
  readonly stats: () => SandboxStats;
  /** Answers the calls in flight, ends the stalled ones, closes the state file. */
  readonly close: () => Promise<void>;
}

export type { OrgFace } from './org-face.ts';
export type { SandboxStats } from './stats.ts';

type Env = { Bindings: HttpBindings };
type Respond = (c: Context<Env>) => Promise<Response>;

const JSON_TYPE = 'application/json;charset=UTF-8';
const VERSION = '/crm/:version{v[2-8]}';

/**
 * Starts a sandbox on 127.0.0.1; `await using` closes it.
 *
 * @throws {Error} when the port is taken or the state file is none of ours.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const db = openDatabase(options.state ?? ':memory:');
  const now = (options.clock ?? Date.now)();
  const recordsPerModule = options.recordsPerModule ?? 2_000;
  seedOrg(db, { kind: options.seed ?? 'demo', recordsPerModule, now });
  const users = openUserStore(db);
  const licences = users.all().filter((user) => user.status === 'active').length;
  const settings = resolveSettings(options, licences);
  const territories = openTerritoryStore(db);
  const org: Org = { users, territories, records: openRecordStore(db), settings };
  const stats = new StatsCounter();
  const tokens = openTokenStore(db, settings);
  const credits = openCreditStore(db);
  const pass = openGate({ db, org, tokens, credits, stats });
  const open = new Set<ServerResponse>();
  const stalled = new Set<ServerResponse>();
  let url = '';
  let closing: Promise<void> | undefined;

  const app = new Hono<Env>();
  app.post('/oauth/v2/token', async (c) => {
    const params = new Map(Object.entries(c.req.query()));
    for (const [key, value] of Object.entries(await c.req.parseBody())) {
      if (typeof value === 'string') params.set(key, value);
    }
    const context = { tokens, apiDomain: url, tokenMs: settings.tokenMs, now: settings.clock() };
    const { status, body } = answerTokenRequest(params, context);
    if (body['access_token'] !== undefined) stats.countToken();
    return c.body(JSON.stringify(body), status, { 'Content-Type': JSON_TYPE });
  });
  for (const route of ROUTES) {
    app.on(route.method, VERSION + honoPath(route), respond(route));
  }
  for (const path of new Set(ROUTES.map(honoPath))) {
    app.all(VERSION + path, () => refusal(invalidMethod()));
  }
  app.notFound(() => refusal(invalidUrl()));
  app.onError((error, c) => {
    // A client that leaves while sending its body is no trouble of ours.
    if (!c.env.outgoing.destroyed) process.emitWarning(error);
    return refusal(internalError(versionOf(c.req.path)));
  });

  function respond(route: Route): Respond {
    return async (c) => {
      const { outgoing } = c.env;
      if (closing !== undefined) {
        outgoing.socket?.destroy();
        return RESPONSE_ALREADY_SENT;
      }
      stats.countCall(`${route.method} ${route.path}`);
      open.add(outgoing);
      outgoing.once('close', () => open.delete(outgoing));
      const arrival: Arrival = {
        route,
        version: versionOf(c.req.path),
        param: (name) => c.req.param(name) ?? '',
        query: new URL(c.req.url).searchParams,
        authorization: c.req.header('Authorization'),
        readBody: () => c.req.text(),
        gone: async () => {
          stalled.add(outgoing);
          if (!outgoing.destroyed) await once(outgoing, 'close');
          stalled.delete(outgoing);
        },
      };
      return send(await pass(arrival), outgoing);
    };
  }

  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  try {
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    db.close();
    throw error;
  }
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const close = (): Promise<void> => {
    closing ??= (async () => {
      const closed = once(server, 'close');
      server.close();
      for (const outgoing of stalled) outgoing.destroy();
      while (open.size > 0) await Promise.all([...open].map((one) => once(one, 'close')));
      server.closeAllConnections();
      await closed;
      db.close();
    })();
    return closing;
  };

  return {
    url,
    credentials: SANDBOX_CREDENTIALS,
    org: orgFace(org),
    stats: () => stats.read(credits.used(settings.clock())),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Sends an answer, disturbed as its fault says. */
function send({ status, body, headers, fault }: Departure, outgoing: ServerResponse): Response {
  const isCut = fault === 'halfBody' && body === null; // nothing to halve
  if (isCut || fault === 'resetBefore' || fault === 'resetAfter' || fault === 'stall') {
    outgoing.socket?.resetAndDestroy();
    return RESPONSE_ALREADY_SENT;
  }
  if (fault === 'badGateway') {
    const html = '<html><head><title>502 Bad Gateway</title></head><body>502</body></html>';
    return new Response(html, { status: 502, headers: { 'Content-Type': 'text/html' } });
  }
  const type = { 'Content-Type': JSON_TYPE };
  const text = body === null ? '' : JSON.stringify(body);
  const half = text.slice(0, text.length / 2);
  if (fault === 'halfBody') {
    const length = String(Buffer.byteLength(text));
    outgoing.writeHead(status, { ...headers, ...type, 'Content-Length': length });
    outgoing.write(half, () => outgoing.socket?.destroy());
    return RESPONSE_ALREADY_SENT;
  }
  if (fault === 'badBody')
    return new Response(half, { status: 200, headers: { ...headers, ...type } });
  if (body === null) return new Response(null, { status, headers });
  return new Response(text, { status, headers: { ...headers, ...type } });
}

/** `{id}` as the router writes it: `:id`. */
function honoPath(route: Route): string {
  return route.path.replace(/\{(\w+)\}/g, ':$1');
}

/** Everything before v7 behaves like v6 (COMM). */
function versionOf(path: string): Call['version'] {
  const number = Number(/^\/crm\/v(\d)/.exec(path)?.[1] ?? 8);
  return number >= 8 ? 8 : number === 7 ? 7 : 6;
}

function invalidMethod(): Refusal {
  const message = 'The http request method type is not a valid one';
  return new Refusal('INVALID_REQUEST_METHOD', message);
}

function refusal({ status, item }: Refusal): Response {
  return new Response(JSON.stringify(item), { status, headers: { 'Content-Type': JSON_TYPE } });
}
