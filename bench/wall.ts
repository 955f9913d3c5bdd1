import { join } from 'node:path';
import { runImport } from '../src/index.ts';
import { CLI, runChild } from './child.ts';
import { SCATTERED_RECORDS, type Shape, USERS, writeInput } from './input-file.ts';
import { type Line, medians, repeat, round, type Table } from './report.ts';
import { connectionTo, environmentFor, startServer } from './server-process.ts';

const DELAY_MS = 200;
const MAX_IN_FLIGHT = 20;
const ORG = { users: 1000, territories: 200 };

interface Case {
  readonly name: string;
  readonly shape: Shape;
  readonly rows: number;
  readonly through: 'library' | 'command line';
  readonly concurrency: number | 'auto';
}

const records = { shape: SCATTERED_RECORDS, through: 'library', concurrency: 20 } as const;

const CASES: readonly Case[] = [
  { ...records, name: '10,000 records', rows: 10_000 },
  { ...records, name: '5,000 records', rows: 5000 },
  { ...records, name: '10,000 records, auto', rows: 10_000, concurrency: 'auto' },
  { ...records, name: '10,000 records, CLI', rows: 10_000, through: 'command line' },
  { ...records, name: '5,000 records, CLI', rows: 5000, through: 'command line' },
  { ...records, name: '1,000 users in 50 territories each', rows: 50_000, shape: USERS },
];

/**
 * Measures how near a run comes to never leaving a slot idle: every call answered after 200 ms, 20
 * in flight.
 */
export async function measureWall(
  folder: string,
  times: number,
  say: (text: string) => void,
): Promise<Table> {
  const lines: Line[] = [];
  for (const one of CASES) {
    say(`wall: ${one.name}`);
    lines.push(lineOf(one, medians(await repeat(times, (n) => measure(folder, one, n)))));
  }
  return {
    title: `wall: ${DELAY_MS} ms a call, ${MAX_IN_FLIGHT} at once; ideal = calls x ${DELAY_MS} / ${MAX_IN_FLIGHT}`,
    lines,
  };
}

async function measure(folder: string, one: Case, n: number) {
  const source = join(folder, 'wall.csv');
  const out = join(folder, `wall-${CASES.indexOf(one)}-${n}`);
  await writeInput(source, one.shape, one.rows, ORG);
  using server = await startServer({ org: ORG, delayMs: DELAY_MS, maxInFlight: MAX_IN_FLIGHT });
  const { resource } = one.shape;
  const startedMs = performance.now();
  if (one.through === 'library') {
    const client = { concurrency: one.concurrency };
    const connection = connectionTo(server.url);
    const summary = await runImport({ resource, source, out, connection, client });
    if (summary.exitCode !== 0) throw new Error(JSON.stringify(summary));
  } else {
    const args = ['import', resource, source, '--out', out, '--json'];
    args.push('--concurrency', String(one.concurrency));
    await runChild(CLI, args, environmentFor(server.url));
  }
  const elapsedMs = performance.now() - startedMs;
  return { elapsedMs, ...(await server.stats()) };
}

function lineOf(one: Case, seen: Awaited<ReturnType<typeof measure>>): Line {
  const ideal = (calls: number) => (calls * DELAY_MS) / MAX_IN_FLIGHT;
  return {
    case: one.name,
    writes: seen.writes,
    reads: seen.reads + seen.tokens,
    'wall s': round(seen.elapsedMs / 1000, 2),
    'ideal s': round(ideal(seen.writes) / 1000, 2),
    'wall / ideal': round(seen.elapsedMs / ideal(seen.writes), 3),
    'with reads': round(seen.elapsedMs / ideal(seen.writes + seen.reads + seen.tokens), 3),
    'in flight': seen.mostInFlight,
    refused: seen.refused,
  };
}
