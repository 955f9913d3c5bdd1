import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** What a child process did. */
export interface ChildResult {
  readonly stdout: string;
  /** From before the start of the process to after its end. */
  readonly elapsedMs: number;
  /** Most memory the process ever had resident. */
  readonly peakBytes: number;
}

/** The built command line, as it ships. */
export const CLI: URL = new URL('../dist/cli/main.js', import.meta.url);

/** Plain JavaScript in an address: loading a file of types would need memory of its own. */
const REPORT_PEAK = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));
`)}`;

/**
 * Runs a script in a new process of this node and waits for its end.
 * @throws {Error} when it ends with another exit code than 0
 */
export async function runChild(
  script: URL,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<ChildResult> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ['--import', REPORT_PEAK, script.pathname, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  const [stdout, peakKib, [exitCode]] = await Promise.all([
    text(child.stdio[1] as Readable),
    text(child.stdio[3] as Readable),
    once(child, 'exit'),
  ]);
  if (exitCode !== 0) throw new Error(`${script.pathname} ended with ${exitCode}: ${stdout}`);
  return { stdout, elapsedMs: performance.now() - startedMs, peakBytes: Number(peakKib) * 1024 };
}
