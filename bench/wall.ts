import { join } from 'node:path';
import { runImport } from '../src/index.ts';
import { CLI, runChild } from './child.ts';
import { SPREAD_USERS, writeInput } from './input-file.ts';
import { type Line, medians, repeat, round, type Table } from './report.ts';
import { connectionTo, environmentFor, startServer } from './server-process.ts';

const DELAY_MS = 200;
const MAX_IN_FLIGHT = 20;
const ROWS = 10_000;
/** As many territories for each user keep a call of a territory from being the better one. */
const TERRITORIES_PER_USER = 1.25;

interface Case {
  readonly name: string;
  readonly users: number;
  readonly through: 'library' | 'command line';
  readonly concurrency: number | 'auto';
}

const CASES: readonly Case[] = [
  { name: '1,000 users x 10', users: 1000, through: 'library', concurrency: 20 },
  { name: '500 users x 20', users: 500, through: 'library', concurrency: 20 },
  { name: '1,000 users x 10, auto', users: 1000, through: 'library', concurrency: 'auto' },
  { name: '1,000 users x 10, CLI', users: 1000, through: 'command line', concurrency: 20 },
  { name: '500 users x 20, CLI', users: 500, through: 'command line', concurrency: 20 },
];

/**
 * Measures how near a run comes to never leaving a slot idle: 10,000 user to territory rows, every
 * call answered after 200 ms, 20 in flight.
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
    title: `wall: ${ROWS} rows, ${DELAY_MS} ms a call, ${MAX_IN_FLIGHT} at once; ideal = calls x ${DELAY_MS} / ${MAX_IN_FLIGHT}`,
    lines,
  };
}

async function measure(folder: string, one: Case, n: number) {
  const org = { users: one.users, territories: one.users * TERRITORIES_PER_USER };
  const source = join(folder, 'wall.csv');
  const out = join(folder, `wall-${CASES.indexOf(one)}-${n}`);
  await writeInput(source, SPREAD_USERS, ROWS, org);
  using server = await startServer({ org, delayMs: DELAY_MS, maxInFlight: MAX_IN_FLIGHT });
  const { resource } = SPREAD_USERS;
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
