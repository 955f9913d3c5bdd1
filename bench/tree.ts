import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunEvent, runImport } from '../src/index.ts';
import { type Line, medians, repeat, round, type Table } from './report.ts';
import { connectionTo, startServer } from './server-process.ts';

const DELAY_MS = 100;
const IN_FLIGHT = 10;

/** Territories on each level, the top one of the org left out. */
const TREES: readonly { readonly name: string; readonly levels: readonly number[] }[] = [
  { name: 'six levels, broad', levels: [120, 160, 180, 200, 180, 160] },
  { name: 'six levels, broad from the second on', levels: [40, 140, 200, 240, 220, 160] },
  { name: 'six levels, nearly all on the first', levels: [940, 12, 12, 12, 12, 12] },
  { name: 'six levels, narrow at first', levels: [5, 25, 90, 200, 330, 350] },
];

/**
 * Measures how near a tree comes to never leaving a slot idle: 1,000 territories in random order of
 * rows, every call answered after 100 ms, ten in flight.
 */
export async function measureTree(
  folder: string,
  times: number,
  say: (text: string) => void,
): Promise<Table> {
  const lines: Line[] = [];
  for (const tree of TREES) {
    say(`tree: ${tree.name}`);
    const source = join(folder, 'tree.csv');
    await writeFile(source, fileOf(tree.levels));
    const seen = medians(
      await repeat(times, (n) => measure(source, join(folder, `tree-${TREES.indexOf(tree)}-${n}`))),
    );
    const levels = tree.levels.length;
    const boundMs = Math.max(levels * DELAY_MS, (seen.writes * DELAY_MS) / IN_FLIGHT);
    lines.push({
      tree: tree.name,
      territories: tree.levels.reduce((sum, one) => sum + one),
      calls: seen.writes,
      'sending s': round(seen.sendingMs / 1000, 2),
      'bound s': round(boundMs / 1000, 2),
      'sending / bound': round(seen.sendingMs / boundMs, 3),
      'rounds at least': roundsOf(tree.levels),
      'whole s': round(seen.wholeMs / 1000, 2),
    });
  }
  return {
    title: `tree: ${DELAY_MS} ms a call, ${IN_FLIGHT} at once; bound = the larger of levels x ${DELAY_MS} ms and calls x ${DELAY_MS} ms / ${IN_FLIGHT}`,
    lines,
  };
}

async function measure(source: string, out: string) {
  const org = { users: 1, territories: 1 };
  using server = await startServer({ org, delayMs: DELAY_MS, maxInFlight: IN_FLIGHT });
  const at = new Map<RunEvent['type'], number>();
  const startedMs = performance.now();
  const summary = await runImport({
    resource: 'territories',
    source,
    out,
    connection: connectionTo(server.url),
    client: { concurrency: IN_FLIGHT },
    onEvent: ({ type }) => at.set(type, performance.now()),
  });
  if (summary.exitCode !== 0) throw new Error(JSON.stringify(summary));
  return {
    ...(await server.stats()),
    sendingMs: (at.get('reporting') ?? Number.NaN) - (at.get('planned') ?? Number.NaN),
    wholeMs: performance.now() - startedMs,
  };
}

/** Rounds of calls without which no order of them makes this tree. */
function roundsOf(levels: readonly number[]): number {
  const perRound = IN_FLIGHT * 10;
  const below = levels.map((_, i) => levels.slice(i).reduce((sum, one) => sum + one, 0));
  return Math.max(...below.map((left, depth) => depth + Math.ceil(left / perRound)));
}

/** A file of the tree, its rows in no order. */
function fileOf(levels: readonly number[]): string {
  const rows: string[] = [];
  levels.forEach((count, level) => {
    const above = levels[level - 1] ?? 1;
    for (let n = 0; n < count; n += 1) {
      const parent = level === 0 ? '' : `L${level} ${(n * 7) % above}`;
      rows.push(`L${level + 1} ${n},${parent},read_only`);
    }
  });
  const shuffled = rows.map((row, i) => ({ row, key: (i * 618_033_989) % 1_000_003 }));
  shuffled.sort((a, b) => a.key - b.key);
  return ['name,reporting_to,permission_type', ...shuffled.map(({ row }) => row), ''].join('\n');
}
