/**
 * A fake API that answers every call with success after a fixed delay. It runs as a process of its
 * own, so that it takes no time from what is measured. Started by `server-process.ts`.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type FakeOrg, territoryId, territoryName, userEmail, userId } from './fake-org.ts';

/** How the server answers. */
export interface ServerOptions {
  readonly org: FakeOrg;
  readonly delayMs: number;
  /** Calls beyond this many at once are answered 429. */
  readonly maxInFlight: number;
}

/** What the server has seen. */
export interface ServerStats {
  readonly reads: number;
  readonly writes: number;
  readonly tokens: number;
  readonly refused: number;
  readonly mostInFlight: number;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

const { org, delayMs, maxInFlight }: ServerOptions = JSON.parse(process.argv[2] ?? '');
const stats = { reads: 0, writes: 0, tokens: 0, refused: 0, mostInFlight: 0 };
let inFlight = 0;
let created = 0;

const server = createServer(async (request, response) => {
  inFlight += 1;
  const { status, body } =
    inFlight > maxInFlight ? refuse() : await answer(request, await bodyOf(request));
  inFlight -= 1;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(status === 204 ? undefined : JSON.stringify(body));
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}` });
});
process.on('message', () => process.send?.({ stats }));
// Whoever started it has ended.
process.on('disconnect', () => process.exit());

function refuse(): Reply {
  stats.refused += 1;
  const refusal = { code: 'TOO_MANY_REQUESTS', status: 'error', message: 'too many', details: {} };
  return { status: 429, body: refusal };
}

async function answer({ method, url = '' }: IncomingMessage, sent: string): Promise<Reply> {
  stats.mostInFlight = Math.max(stats.mostInFlight, inFlight);
  if (delayMs > 0) await wait(delayMs);
  if (url === '/oauth/v2/token') {
    stats.tokens += 1;
    return { status: 200, body: { access_token: 'bench', expires_in: 3600 } };
  }
  const { pathname, searchParams: query } = new URL(url, 'http://bench');
  const isQuery = pathname.endsWith('/coql');
  if (method !== 'GET' && !isQuery) return written(JSON.parse(sent));
  stats.reads += 1;
  // Nobody is in a territory yet.
  const isMembers = /\/(users\/\d+\/territories|territories\/\d+\/users)$/.test(pathname);
  if (isQuery || isMembers) return { status: 204, body: undefined };
  if (pathname.endsWith('/settings/territories')) {
    return page('territories', org.territories, query, territory);
  }
  // The logged-in user is none of those in the files.
  if (query.get('type') === 'CurrentUser') return page('users', 1, query, () => user(0));
  return page('users', org.users, query, user);
}

/** One success for each item of whatever list was sent. */
function written(body: Record<string, { id?: string }[]>): Reply {
  stats.writes += 1;
  const done = Object.entries(body).map(([key, items]) => [key, items.map(success)]);
  return { status: 200, body: Object.fromEntries(done) };
}

function success({ id }: { id?: string }) {
  if (id === undefined) created += 1;
  const details = { id: id ?? territoryId(org.territories + created) };
  return { code: 'SUCCESS', status: 'success', message: 'done', details };
}

function page(
  key: string,
  count: number,
  query: URLSearchParams,
  make: (n: number) => unknown,
): Reply {
  const size = Number(query.get('per_page'));
  const first = (Number(query.get('page')) - 1) * size + 1;
  if (first > count) return { status: 204, body: undefined };
  const length = Math.min(size, count - first + 1);
  const more = first + length <= count;
  const list = Array.from({ length }, (_, i) => make(first + i));
  return { status: 200, body: { [key]: list, info: { more_records: more } } };
}

function territory(n: number) {
  const reporting_to = n === 1 ? null : { id: territoryId(1), name: territoryName(1) };
  return { id: territoryId(n), name: territoryName(n), reporting_to, permission_type: 'read_only' };
}

function user(n: number) {
  return { id: userId(n), email: userEmail(n), full_name: `User ${n}`, status: 'active' };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) text += piece;
  return text;
}
