import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Agent, request } from 'undici';

/**
 * How far a call has come: the tap has it, and the org not yet; the org has carried it out, and
 * nobody was told; its answer was sent.
 */
export type Moment = 'arrived' | 'done' | 'answered';

/** A call that comes by. */
export interface TappedCall {
  /** Counted from 1. */
  readonly number: number;
  readonly moment: Moment;
  /** Whether it is to change the org. */
  readonly changes: boolean;
}

/** Sees each call come by, and is waited for; `drop`: the call goes no further. */
export type Watch = (call: TappedCall) => Promise<void> | 'drop' | undefined;

/** A place on the wire between a client and its org. */
export interface Tap extends AsyncDisposable {
  readonly url: string;
  /** Calls seen so far, and those of them that were to change the org. */
  readonly calls: number;
  readonly changes: number;
  watch: Watch;
  /** Waits until nobody is connected, and all calls but so many were carried out. */
  quiet(underWay?: number): Promise<void>;
}

/** Puts a tap before the org at `url`. */
export async function startTap(url: string): Promise<Tap> {
  const agent = new Agent();
  const sockets = new Set<Socket>();
  const underWay = new Set<Promise<unknown>>();
  let calls = 0;
  let changing = 0;

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url: path = '' } = incoming;
    const body = await buffer(incoming);
    calls += 1;
    const number = calls;
    const changes = method !== 'GET' && !/oauth|coql/.test(path);
    if (changes) changing += 1;
    const come = (moment: Moment) => tap.watch({ number, moment, changes });
    if ((await come('arrived')) === 'drop') {
      outgoing.destroy();
      return;
    }
    const { authorization = '', 'content-type': type = '' } = incoming.headers;
    const answer = await request(url + path, {
      dispatcher: agent,
      method: method as 'GET',
      headers: { authorization, 'content-type': type },
      body: body.length === 0 ? null : body,
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    await come('done');
    if (outgoing.destroyed) return;
    const { 'transfer-encoding': _, ...headers } = answer.headers;
    outgoing.writeHead(answer.statusCode, headers as Record<string, string>);
    outgoing.end(bytes);
    await Promise.race([once(outgoing, 'finish'), once(outgoing, 'close')]);
    await come('answered');
  }

  const server = createServer((incoming, outgoing) => {
    const passing = pass(incoming, outgoing)
      // A client that is killed while it speaks has said nothing.
      .catch(() => outgoing.destroy())
      .finally(() => underWay.delete(passing));
    underWay.add(passing);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const tap: Tap = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get calls() {
      return calls;
    },
    get changes() {
      return changing;
    },
    watch: () => undefined,
    async quiet(left = 0) {
      while (sockets.size > 0) await Promise.all([...sockets].map(closed));
      while (underWay.size > left) await Promise.race(underWay);
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await agent.destroy();
    },
  };
  return tap;
}

/** Waits until a socket is closed, be it by an error. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}
