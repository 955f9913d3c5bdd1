/**
 * One local measurement in a process of its own: `run <url> <resource> <file> <out>` imports a file
 * with every call answered at once, `pass <file> <out>` only parses and writes it. Prints the
 * milliseconds as JSON. Both use the built library: it is what ships.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { stringify } from 'csv-stringify';
import type { Chunk, Executor, RunEvent } from '../src/index.ts';
import type { AnyResource } from '../src/resources/registry.ts';
import { connectionTo } from './server-process.ts';

/** Milliseconds of a bare pass. */
export interface PassTimes {
  readonly totalMs: number;
  /** Processor time of the whole process, all threads: hardly moved by what else is running. */
  readonly cpuMs: number;
}

/** Milliseconds of a run, whole and by phase. */
export interface RunTimes extends PassTimes {
  readonly readMs: number;
  readonly planMs: number;
  readonly executeMs: number;
  readonly reportMs: number;
}

const [mode, ...args] = process.argv.slice(2);
const times =
  mode === 'run'
    ? await timeRun(...(args as Parameters<typeof timeRun>))
    : await timePass(...(args as Parameters<typeof timePass>));
process.stdout.write(JSON.stringify(times));

async function timeRun(
  url: string,
  resource: string,
  source: string,
  out: string,
): Promise<RunTimes> {
  const library = new URL('../dist/index.js', import.meta.url).href;
  const { runImport }: typeof import('../src/index.ts') = await import(library);
  // As the command line does it: speed and memory are measured together.
  const heap = new URL('../dist/cli/small-heap.js', import.meta.url).href;
  (await import(heap)).keepHeapSmall();
  const at = new Map<RunEvent['type'], number>();
  const startedMs = performance.now();
  const summary = await runImport({
    resource,
    source,
    out,
    connection: connectionTo(url),
    executor: answerAtOnce,
    // The last event of each type counts.
    onEvent: ({ type }) => at.set(type, performance.now()),
  });
  const endedMs = performance.now();
  if (summary.exitCode !== 0) throw new Error(JSON.stringify(summary));
  const since = (from: RunEvent['type'], to: number | undefined) =>
    (to ?? Number.NaN) - (at.get(from) ?? Number.NaN);
  return {
    totalMs: endedMs - startedMs,
    cpuMs: cpuMs(),
    readMs: since('started', at.get('rowsRead')),
    planMs: since('orgRead', at.get('planned')),
    executeMs: since('planned', at.get('reporting')),
    reportMs: since('reporting', endedMs),
  };
}

/** Carries out every chunk without a call. */
function answerAtOnce(resource: AnyResource): Executor {
  const execute = async (chunk: Chunk) => ({
    outcomes: chunk.entries.flatMap(({ rows }) =>
      rows.map((row) => ({
        row,
        status: resource.operations[chunk.operation]?.succeeded(false) ?? 'failed',
        httpStatus: 200,
        attempts: 1,
      })),
    ),
  });
  return { execute };
}

async function timePass(source: string, out: string): Promise<PassTimes> {
  const startedMs = performance.now();
  await pipeline(createReadStream(source), parse(), stringify(), createWriteStream(out));
  return { totalMs: performance.now() - startedMs, cpuMs: cpuMs() };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
