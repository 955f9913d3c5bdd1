import type { Turn } from '../../src/pipeline/execute/executor.ts';
import { createLocalExecutor } from '../../src/pipeline/execute/local-executor.ts';
import { findResource } from '../../src/resources/registry.ts';
import type { Chunk, Entry, Outcome } from '../../src/vocabulary.ts';
import { type ClientOptions, createClient } from '../../src/zoho/client.ts';
import { type Handler, type Received, startHostileServer } from '../support/hostile-server.ts';
import { virtualTime } from '../support/schedule.ts';

/** An executor in front of a hostile server. */
export async function executorRig(resource: string, handler: Handler, options: ClientOptions = {}) {
  const server = await startHostileServer(handler);
  const time = virtualTime();
  const client = createClient(server.connection(), {
    clock: time.clock,
    sleep: time.sleep,
    random: () => 1,
    ...options,
  });
  const found = findResource(resource);
  if (found === undefined) throw new Error(`no resource ${resource}`);
  const executor = createLocalExecutor(found, client, options.signal);
  return {
    server,
    time,
    /** The calls that change something. */
    writes: (): Received[] => server.calls.filter(({ method }) => method !== 'GET'),
    async execute(chunk: Chunk, mayStart = () => true, turn: Partial<Turn> = {}) {
      const first: Turn = { wasSent: false, deferrals: 0, mayStart };
      const result = await executor.execute(chunk, { ...first, ...turn });
      const outcomes = [...result.outcomes].sort((a, b) => a.row - b.row);
      return { ...result, outcomes, stop: result.stop };
    },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Territories to create, from row 2 on. */
export function territoryChunk(...names: string[]): Chunk {
  const entries = names.map(
    (name, i): Entry => ({
      rows: [i + 2],
      label: name,
      body: { name, reporting_to: { id: '1' } },
    }),
  );
  return { id: 1, operation: 'create', target: '', after: [], entries };
}

/** Territories of user 7, from row 2 on. */
export function userChunk(...ids: string[]): Chunk {
  return {
    id: 1,
    operation: 'byUser',
    target: '7',
    after: [],
    entries: ids.map((id, i): Entry => ({ rows: [i + 2], id })),
  };
}

/** Users of territory 9, from row 2 on. */
export function crowdChunk(...ids: string[]): Chunk {
  return { ...userChunk(...ids), operation: 'byTerritory', target: '9' };
}

/** Accounts by id, each with its territories; rows are counted from 2 on. */
export function accountChunk(records: Readonly<Record<string, readonly string[]>>): Chunk {
  let row = 2;
  const entries = Object.entries(records).map(
    ([id, parts]): Entry => ({ id, parts, rows: parts.map(() => row++) }),
  );
  return { id: 1, operation: 'assign', target: 'Accounts', after: [], entries };
}

/** Outcomes in short: "2 created 91", "3 failed INVALID_DATA". */
export function inShort(outcomes: readonly Outcome[]): string[] {
  return outcomes.map(({ row, status, id, finding }) =>
    [row, status, id, finding?.code].filter((part) => part !== undefined).join(' '),
  );
}
