import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { CarryOutOptions } from '../../src/pipeline/carry-out.ts';
import { type Resumed, resumeRun } from '../../src/pipeline/resume.ts';
import { SANDBOX_ACCESS_TOKEN, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { type CliOptions, type CliResult, runCli } from '../support/cli.ts';
import { envOfKill, type Kill, type Steps, watchToKill } from './kills.ts';
import { type Left, leftInFolder, leftInOrg, likened } from './left.ts';
import { prepareOrg, type Scenario, sandboxOf } from './scenarios.ts';
import { startTap, type Tap } from './tap.ts';

const PRELOAD = fileURLToPath(import.meta.resolve('./kill-preload.ts'));
/** A killed process loses nothing that it has written, on whichever disk: one of memory is fast. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
/** The command's waits, half a second and more, need not be sat out. */
const WAITS_PER_MS = 100;

/** A scenario whose org is at hand to be copied, and what an unbroken run leaves behind. */
export interface Scene extends AsyncDisposable {
  readonly unbroken: Left;
  /** What the unbroken run took. */
  readonly steps: Steps;
  readonly calls: number;
  /** Gives an org of its own to run the scenario on. */
  play(): Promise<Play>;
}

/** Makes the scene of a scenario. */
export async function openScene(scenario: Scenario): Promise<Scene> {
  const folder = await mkdtemp(join(MEMORY, 'territory-loader-test-'));
  const template = join(folder, 'template.sqlite');
  {
    await using sandbox = await startSandbox({ ...sandboxOf(scenario), state: template });
    await prepareOrg(sandbox.url);
  }
  let plays = 0;
  const play = () => {
    plays += 1;
    return startPlay(scenario, template, join(folder, String(plays)));
  };
  await using first = await play();
  const before = first.tap.calls;
  const { exitCode, stderr } = await first.import();
  if (exitCode !== 0 && exitCode !== 1) throw new Error(stderr);
  return {
    unbroken: await first.left(),
    steps: JSON.parse(stderr.trim().split('\n').at(-1) ?? ''),
    calls: first.tap.calls - before,
    play,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

/** What is left of a run that was broken off, and how many processes were killed in fact. */
export interface Broken {
  readonly left: Left;
  readonly killed: number;
}

/**
 * Runs the import in a process that is killed; for every further kill resumes it in a process that
 * is killed; then brings it to its end.
 */
export async function breakOff(scene: Scene, kills: readonly Kill[]): Promise<Broken> {
  await using play = await scene.play();
  let killed = 0;
  for (const kill of kills) {
    const { exitCode } = killed === 0 ? await play.import(kill) : await play.resume(kill);
    if (exitCode !== null) break;
    killed += 1;
  }
  await play.bringToEnd();
  return { left: likened(await play.left(), scene.unbroken), killed };
}

/** One run of a scenario on an org of its own; its folder is `run`. */
export interface Play extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly tap: Tap;
  /** Path of a file in the folder that commands are called in. */
  readonly path: (...names: string[]) => string;
  /** Calls the command; with the arguments of the scenario where there are none. */
  readonly cli: (args?: readonly string[], more?: Partial<CliOptions>) => Promise<CliResult>;
  /** Imports in a process of its own, and waits until the org has done what it was asked to. */
  readonly import: (kill?: Kill) => Promise<CliResult>;
  readonly resume: (kill?: Kill) => Promise<CliResult>;
  /** Resumes the run in this process, by a clock that is ahead by so much. */
  readonly resumeHere: (aheadMs?: number) => Promise<Resumed>;
  /** As that; a run that was killed before it had noted what was ordered is begun anew. */
  readonly bringToEnd: () => Promise<void>;
  readonly left: () => Promise<Left>;
}

async function startPlay(scenario: Scenario, template: string, folder: string): Promise<Play> {
  const { settings = {}, resource, isPlanned, wait = false, concurrency = 'auto' } = scenario;
  let pastMs = 0;
  const clock = () => Date.now() + pastMs;
  const sleep = async (ms: number) => {
    pastMs += ms;
    await setImmediate();
  };
  await mkdir(folder);
  await writeFile(join(folder, 'in.csv'), scenario.csv.join('\n'));
  const state = join(folder, 'org.sqlite');
  await copyFile(template, state);
  const sandbox = await startSandbox({ ...sandboxOf(scenario), state, clock });
  const tap = await startTap(sandbox.url);
  const options: CarryOutOptions = {
    connection: {
      name: new URL(tap.url).host,
      apiDomain: tap.url,
      accountsUrl: tap.url,
      version: 'v8',
      credentials: { accessToken: SANDBOX_ACCESS_TOKEN },
    },
    client: { clock, sleep, concurrency },
    wait,
  };
  const env = {
    ZOHO_API_DOMAIN: tap.url,
    ZOHO_ACCOUNTS_URL: tap.url,
    ZOHO_ACCESS_TOKEN: SANDBOX_ACCESS_TOKEN,
    NODE_COMPILE_CACHE: join(folder, '../compiled'),
    WAITS_PER_MS: String(WAITS_PER_MS),
  };
  const nodeArgs = ['--import', PRELOAD];
  const flags = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);
  const more = ['--concurrency', String(concurrency), ...(wait ? ['--wait'] : [])];
  const given = [resource, 'in.csv', ...flags];
  const order = [...(isPlanned ? ['apply', 'in.plan'] : ['import', ...given]), '--out', 'run'];
  let out = join(folder, 'run');

  async function run(args: readonly string[], kill: Kill | undefined): Promise<CliResult> {
    const result = await play.cli([...args, ...more], {
      env: kill === undefined ? {} : envOfKill(kill),
      onStart: (child) => {
        if (kill !== undefined) watchToKill(kill, tap, () => child.kill('SIGKILL'));
      },
    });
    const isOneLate = kill !== undefined && 'call' in kill && kill.moment === 'late';
    await tap.quiet(isOneLate ? 1 : 0);
    if (!isOneLate) tap.watch = () => undefined;
    return result;
  }

  const children = new Map<ChildProcess, Promise<CliResult>>();
  const play: Play = {
    sandbox,
    tap,
    path: (...names) => join(folder, ...names),
    async cli(args = [...order, ...more], how = {}) {
      let child: ChildProcess | undefined;
      const running = runCli(args, {
        cwd: folder,
        nodeArgs,
        ...how,
        env: { ...env, ...how.env },
        onStart(started) {
          child = started;
          how.onStart?.(started);
        },
      });
      if (child !== undefined) children.set(child, running);
      return await running;
    },
    import: (kill) => run(order, kill),
    resume: (kill) => run(['resume', 'run'], kill),

    async resumeHere(aheadMs = 0) {
      pastMs += aheadMs;
      return await resumeRun({ ...options, run: out });
    },

    async bringToEnd() {
      try {
        await play.resumeHere();
      } catch (error) {
        const isNone = error instanceof Error && 'code' in error && error.code === 'RUN_NOT_FOUND';
        if (!isNone || tap.changes > 0) throw error;
        out = join(folder, 'anew');
        await run([...order, '--out', 'anew'], undefined);
      }
    },

    async left() {
      // Whatever was scheduled is done by then.
      await sleep(60_000);
      return { ...(await leftInFolder(out)), ...leftInOrg(sandbox) };
    },

    async [Symbol.asyncDispose]() {
      // Where a test has failed, somebody may still be at work, or asleep.
      for (const child of children.keys()) child.kill('SIGKILL');
      await Promise.allSettled(children.values());
      await tap[Symbol.asyncDispose]();
      await sandbox.close();
      await rm(folder, { recursive: true });
    },
  };
  if (isPlanned) await play.cli(['plan', ...given, '--output', 'in.plan']);
  return play;
}
