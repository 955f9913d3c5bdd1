import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CLI, runChild } from './child.ts';
import { RECORDS, SCATTERED_RECORDS, type Shape, USERS, writeInput } from './input-file.ts';
import type { PassTimes, RunTimes } from './local-child.ts';
import { type Line, medians, repeat, round, type Table } from './report.ts';
import { environmentFor, startServer } from './server-process.ts';

const ORG = { users: 1000, territories: 1000 };
const SHAPES = [RECORDS, SCATTERED_RECORDS, USERS];
const CHILD = new URL('./local-child.ts', import.meta.url);

/** What is measured, how often, and where its files go. */
export interface LocalOptions {
  readonly folder: string;
  readonly rowCounts: readonly number[];
  readonly times: number;
  readonly say: (text: string) => void;
}

/**
 * Measures everything but the calls: a run whose chunks are answered at once, against a bare pass
 * of csv-parse and csv-stringify over the same file; each in a process of its own.
 */
export async function measureLocal(options: LocalOptions): Promise<Table> {
  const lines = await eachFile(options, 'local', async ({ shape, rows, url, source, out }) => {
    const run = medians(
      await repeat(options.times, async () => {
        const args = ['run', url, shape.resource, source, out];
        return timesOf<RunTimes>(await runChild(CHILD, args), out);
      }),
    );
    const pass = medians(
      await repeat(options.times, async () =>
        timesOf<PassTimes>(await runChild(CHILD, ['pass', source, out]), out),
      ),
    );
    return {
      'run s': round(run.totalMs / 1000, 2),
      'rows/s': round(rows / (run.totalMs / 1000)),
      read: round(run.readMs / 1000, 2),
      plan: round(run.planMs / 1000, 2),
      execute: round(run.executeMs / 1000, 2),
      report: round(run.reportMs / 1000, 2),
      'cpu s': round(run.cpuMs / 1000, 2),
      'pass s': round(pass.totalMs / 1000, 2),
      'run / pass': round(run.totalMs / pass.totalMs, 2),
      'peak MiB': mib(run.peakBytes),
      'pass MiB': mib(pass.peakBytes),
    };
  });
  return { title: 'local: calls answered at once in the process; phases in seconds', lines };
}

/** Measures the built command line against a server that answers without delay. */
export async function measureCli(options: LocalOptions): Promise<Table> {
  const lines = await eachFile(options, 'cli', async ({ shape, rows, url, source, out }) => {
    const args = ['import', shape.resource, source, '--out', out, '--json'];
    const { elapsedMs, peakBytes } = medians(
      await repeat(options.times, async () => {
        const result = await runChild(CLI, args, environmentFor(url));
        await rm(out, { recursive: true });
        return { elapsedMs: result.elapsedMs, peakBytes: result.peakBytes };
      }),
    );
    return {
      'wall s': round(elapsedMs / 1000, 2),
      'rows/s': round(rows / (elapsedMs / 1000)),
      'peak MiB': mib(peakBytes),
    };
  });
  const startUp = medians(
    await repeat(options.times * 3, async () => {
      const { elapsedMs, peakBytes } = await runChild(CLI, ['--version']);
      return { elapsedMs, peakBytes };
    }),
  );
  const startUpLine: Line = {
    file: 'start-up (--version)',
    'wall s': round(startUp.elapsedMs / 1000, 2),
    'peak MiB': mib(startUp.peakBytes),
  };
  return {
    title: 'cli: the built command line, whole process, every call answered without delay',
    lines: [...lines, startUpLine],
  };
}

interface InputFile {
  readonly shape: Shape;
  readonly rows: number;
  readonly source: string;
  /** Where the measurement may write; removed by it. */
  readonly out: string;
  readonly url: string;
}

/** Writes each file, measures it, and removes it. */
async function eachFile(
  { folder, rowCounts, say }: LocalOptions,
  part: string,
  measure: (file: InputFile) => Promise<Line>,
): Promise<Line[]> {
  using server = await startServer({ org: ORG, delayMs: 0, maxInFlight: Number.MAX_SAFE_INTEGER });
  const lines: Line[] = [];
  for (const rows of rowCounts) {
    for (const shape of SHAPES) {
      say(`${part}: ${shape.name}, ${rows} rows`);
      const source = join(folder, 'input.csv');
      await writeInput(source, shape, rows, ORG);
      const file = { shape, rows, source, out: join(folder, 'out'), url: server.url };
      lines.push({ file: shape.name, rows, ...(await measure(file)) });
      await rm(source);
    }
  }
  return lines;
}

async function timesOf<T>(
  result: { stdout: string; peakBytes: number },
  out: string,
): Promise<T & { peakBytes: number }> {
  await rm(out, { recursive: true });
  return { ...(JSON.parse(result.stdout) as T), peakBytes: result.peakBytes };
}

function mib(bytes: number): number {
  return round(bytes / 2 ** 20);
}
