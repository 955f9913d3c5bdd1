import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Sandbox } from '../../src/sandbox/index.ts';

const PROGRAM = join(import.meta.dirname, '../../dist/cli/main.js');

/** What a command left behind. */
export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to call the command, where it differs from a bare call. */
export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Arguments for Node itself. */
  readonly nodeArgs?: readonly string[];
  /** No file that it writes can grow beyond this. */
  readonly mostKiB?: number;
  /** Is given the process as soon as it runs. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs the built command in a process of its own, without the org of this machine's user. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('ZOHO_') && !name.startsWith('npm_') && name !== 'FORCE_COLOR',
  );
  const { nodeArgs = [], mostKiB } = options;
  const line = [process.execPath, ...nodeArgs, PROGRAM, ...args];
  const limit = ['-c', `ulimit -f ${mostKiB}; exec "$@"`, 'bash'];
  const [program = '', ...rest] = mostKiB === undefined ? line : ['bash', ...limit, ...line];
  const child = spawn(program, rest, {
    cwd: options.cwd,
    env: {
      ...Object.fromEntries(inherited),
      NO_COLOR: '1',
      // Tests leave the home folder alone.
      XDG_STATE_HOME: resolve(options.cwd, '.state'),
      ...options.env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {
    // The command may end without reading its input.
  });
  child.stdin.end(options.input ?? '');
  options.onStart?.(child);
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    closed,
  ]);
  return { exitCode, stdout, stderr };
}

/** The environment that leads a command to a sandbox. */
export function envOf(sandbox: Sandbox): Record<string, string> {
  return {
    ZOHO_API_DOMAIN: sandbox.url,
    ZOHO_ACCOUNTS_URL: sandbox.url,
    ZOHO_CLIENT_ID: sandbox.credentials.clientId,
    ZOHO_CLIENT_SECRET: sandbox.credentials.clientSecret,
    ZOHO_REFRESH_TOKEN: sandbox.credentials.refreshToken,
  };
}

/** A folder that is gone when its owner goes out of scope. */
export async function tempFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'territory-loader-test-'));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
