import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Connection } from '../src/zoho/connection.ts';
import type { ServerOptions, ServerStats } from './fixed-delay-server.ts';

/** A fixed-delay server in a process of its own. */
export interface ServerProcess extends Disposable {
  readonly url: string;
  /** Asks the server what it has seen so far. */
  stats(): Promise<ServerStats>;
}

/** Starts a server and waits until it listens. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const path = new URL('./fixed-delay-server.ts', import.meta.url);
  // No arguments of this node: a profile of the benchmark is none of the server.
  const child = fork(path, [JSON.stringify(options)], { execArgv: [] });
  const [{ url }] = await once(child, 'message');
  return {
    url,
    async stats() {
      child.send('stats');
      const [message] = await once(child, 'message');
      return message.stats;
    },
    [Symbol.dispose]() {
      child.disconnect();
    },
  };
}

/** Gives the connection to a server, as a user with a refresh token has it. */
export function connectionTo(url: string): Connection {
  const credentials = { clientId: 'bench', clientSecret: 'bench', refreshToken: 'bench' };
  return { name: 'bench', apiDomain: url, accountsUrl: url, version: 'v8', credentials };
}

/** Gives the environment that makes the command line talk to a server. */
export function environmentFor(url: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ZOHO_API_DOMAIN: url,
    ZOHO_ACCOUNTS_URL: url,
    ZOHO_CLIENT_ID: 'bench',
    ZOHO_CLIENT_SECRET: 'bench',
    ZOHO_REFRESH_TOKEN: 'bench',
  };
}
