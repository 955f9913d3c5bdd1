import { join } from 'node:path';
import { runImport } from '../src/index.ts';
import { SCATTERED_RECORDS, writeInput } from './input-file.ts';
import { type Line, medians, repeat, round, type Table } from './report.ts';
import { connectionTo, startServer } from './server-process.ts';

const DELAY_MS = 200;
const SECONDS = 10;
const LIMITS = [5, 7, 10, 15, 20, 25];
const ORG = { users: 10, territories: 200 };
const RECORDS_PER_CALL = 10;

/**
 * Measures how soon a run finds out by itself how many calls an org takes at once, with as much to
 * send as that org takes in ten seconds.
 */
export async function measureLimit(
  folder: string,
  times: number,
  say: (text: string) => void,
): Promise<Table> {
  const lines: Line[] = [];
  for (const limit of LIMITS) {
    say(`limit: ${limit} at once`);
    lines.push(lineOf(limit, medians(await repeat(times, (n) => measure(folder, limit, n)))));
  }
  return {
    title: `limit: ${DELAY_MS} ms a call, as many at once as nobody tells; ${SECONDS} s of calls`,
    lines,
  };
}

async function measure(folder: string, limit: number, n: number) {
  const source = join(folder, 'limit.csv');
  const out = join(folder, `limit-${limit}-${n}`);
  const calls = (limit * SECONDS * 1000) / DELAY_MS;
  await writeInput(source, SCATTERED_RECORDS, calls * RECORDS_PER_CALL, ORG);
  using server = await startServer({ org: ORG, delayMs: DELAY_MS, maxInFlight: limit });
  let startedMs = 0;
  let endedMs = 0;
  const summary = await runImport({
    resource: SCATTERED_RECORDS.resource,
    source,
    out,
    connection: connectionTo(server.url),
    precheck: 'never',
    onEvent({ type }) {
      if (type === 'planned') startedMs = performance.now();
      if (type === 'chunkCompleted') endedMs = performance.now();
    },
  });
  if (summary.exitCode !== 0) throw new Error(JSON.stringify(summary));
  return { elapsedMs: endedMs - startedMs, ...(await server.stats()) };
}

function lineOf(limit: number, seen: Awaited<ReturnType<typeof measure>>): Line {
  const idealMs = (seen.writes * DELAY_MS) / limit;
  return {
    'at once': String(limit),
    writes: seen.writes,
    'sending s': round(seen.elapsedMs / 1000, 2),
    'of the ideal %': round((100 * idealMs) / seen.elapsedMs, 1),
    refused: seen.refused,
    'refused %': round((100 * seen.refused) / (seen.writes + seen.refused), 2),
  };
}
