import { Agent, request } from 'undici';
import {
  DEMO_ORG,
  SANDBOX_ACCESS_TOKEN,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '../../src/sandbox/index.ts';

/** An answer of the API, its body parsed when it is JSON. */
export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  readonly body: any;
  readonly text: string;
}

type Send = (method: string, path: string, body?: unknown) => Promise<Reply>;

/** A sandbox, a client for it, and a clock that moves only when told. */
export interface Rig extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** Sends to `/crm/v8` unless the path names a version itself. */
  readonly send: Send;
  readonly sendAs: (token: string | undefined, ...call: Parameters<Send>) => Promise<Reply>;
  readonly advance: (ms: number) => void;
  /** Creates territories below the org territory; gives their ids. */
  readonly territories: (...names: string[]) => Promise<string[]>;
}

export const ROOT = DEMO_ORG.territoryId;

/** A new territory as the API wants it; say only what differs. */
export function territory(values: Record<string, unknown> = {}): Record<string, unknown> {
  return { name: 'East', reporting_to: { id: ROOT }, permission_type: 'read_only', ...values };
}

export async function startRig(options: SandboxOptions = {}): Promise<Rig> {
  let now = Date.UTC(2026, 10, 21);
  const sandbox = await startSandbox({ clock: () => now, ...options });
  const agent = new Agent({ pipelining: 1 });

  const sendAs: Rig['sendAs'] = async (token, method, path, body) => {
    const url = sandbox.url + (path.startsWith('/crm/') ? path : `/crm/v8${path}`);
    const answer = await request(url, {
      dispatcher: agent,
      method: method as 'GET',
      headers: token === undefined ? {} : { authorization: `Zoho-oauthtoken ${token}` },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.body.text();
    const isJson = String(answer.headers['content-type']).startsWith('application/json');
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text,
      body: isJson ? tryJson(text) : undefined,
    };
  };
  const send: Send = (...call) => sendAs(SANDBOX_ACCESS_TOKEN, ...call);

  return {
    sandbox,
    send,
    sendAs,
    advance: (ms) => {
      now += ms;
    },
    territories: async (...names) => {
      const items = names.map((name) => territory({ name }));
      const { body } = await send('POST', '/settings/territories', { territories: items });
      return body.territories.map((item: { details: { id: string } }) => item.details.id);
    },
    [Symbol.asyncDispose]: async () => {
      await agent.destroy();
      await sandbox.close();
    },
  };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a disturbed body
  }
}
