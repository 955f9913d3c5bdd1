/**
 * Makes calls one after the other, as a process of its own, and prints what became of each. Started
 * by the tests of tokens that processes share.
 */
import { type ApiRequest, createClient } from '../../src/zoho/client.ts';
import type { Connection } from '../../src/zoho/connection.ts';

/** What the process is to do. */
export interface ChildTask {
  readonly connection: Connection;
  readonly tokenFile: string;
  readonly calls: number;
}

const { connection, tokenFile, calls }: ChildTask = JSON.parse(process.argv[2] ?? '');
const READ: ApiRequest = { method: 'GET', path: '/users', reads: true };

await using client = createClient(connection, { tokenFile, rateLimitPatienceMs: 0 });
const ends: (string | number)[] = [];
for (let i = 0; i < calls; i += 1) {
  try {
    ends.push((await client.send(READ)).httpStatus);
  } catch (error) {
    ends.push(error instanceof Error && 'code' in error ? String(error.code) : String(error));
  }
}
process.stdout.write(JSON.stringify(ends));
