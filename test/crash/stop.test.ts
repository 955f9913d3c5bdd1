import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, readdir, writeFile } from 'node:fs/promises';
import pMap from 'p-map';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isWhole } from '../../src/journal/open.ts';
import type { CliResult } from '../support/cli.ts';
import { leftInFolder, likened } from './left.ts';
import { openScene, type Play, type Scene } from './rig.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { start } from './started.ts';

const [ADDED, , USERS] = SCENARIOS as [Scenario, Scenario, Scenario, Scenario];

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ ...USERS, concurrency: 1 });
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Resumes a run by the command, and compares all that is left with an unbroken run. */
async function endsAsUnbroken(play: Play, given: Scene = scene, ...flags: string[]): Promise<void> {
  const { exitCode, stderr } = await play.cli(['resume', 'run', ...flags]);
  await play.tap.quiet();
  expect(stderr).not.toMatch(/Stopped|bug/);
  expect(exitCode).toBe(given.unbroken.exitCode);
  expect(likened(await play.left(), given.unbroken)).toEqual(given.unbroken);
}

/** Runs the import, and does something to it when one of its calls has arrived. */
async function importUntil(
  play: Play,
  call: number,
  act: (child: ChildProcess) => Promise<void> | undefined,
): Promise<CliResult> {
  let child: ChildProcess | undefined;
  play.tap.watch = ({ number, moment }) =>
    child !== undefined && number === call && moment === 'arrived' ? act(child) : undefined;
  return await play.cli(undefined, {
    onStart: (started) => {
      child = started;
    },
  });
}

describe('a command that is told to stop', () => {
  // The first calls read the org; then come ten that change it, one after the other.
  const cases = [
    { signal: 'SIGINT', call: 1 },
    { signal: 'SIGTERM', call: 3 },
    { signal: 'SIGTERM', call: 15 },
    { signal: 'SIGINT', call: 18 },
  ] as const;
  test.for(cases)('by $signal at call $call can be resumed', async ({ signal, call }) => {
    await using play = await scene.play();
    const { exitCode, stdout } = await importUntil(play, call, (child) => {
      child.kill(signal);
      return undefined;
    });
    expect(exitCode).toBe(130);
    expect(stdout).toContain('territory-loader resume run');
    const { lines } = await leftInFolder(play.path('run'));
    expect(lines).toHaveLength(USERS.csv.length - 1);
    await endsAsUnbroken(play);
  });

  test('and told once more ends at once, and can be resumed', async () => {
    await using play = await scene.play();
    const ended = Promise.withResolvers<void>();
    const { exitCode, stderr } = await importUntil(play, 16, (child) => {
      // The call is under way until the end.
      child.kill('SIGINT');
      child.kill('SIGTERM');
      return ended.promise;
    });
    ended.resolve();
    expect(exitCode).toBe(130);
    expect(stderr).toContain('Stopped at once: no result files were written.');
    expect(stderr).toContain('To go on: territory-loader resume run');
    expect(existsSync(play.path('run', 'result.csv'))).toBe(false);
    await play.tap.quiet();
    await endsAsUnbroken(play);
  });
});

test.for(['3', '5%'])('--max-errors %s stops a run, which can be resumed', async (most) => {
  await using play = await scene.play();
  const { resource } = USERS;
  const args = ['import', resource, 'in.csv', '--out', 'run', '--concurrency', '1'];
  const { exitCode, stdout } = await play.cli([...args, '--max-errors', most]);
  expect(exitCode).toBe(3);
  expect(stdout).toContain('territory-loader resume run');
  const { lines } = await leftInFolder(play.path('run'));
  expect(lines).toHaveLength(USERS.csv.length - 1);
  expect(lines.map((line) => line['_code'])).toContain('NOT_SENT');
  await endsAsUnbroken(play);
});

describe('a journal that cannot grow', () => {
  let added: Scene;
  beforeAll(async () => {
    added = await openScene(ADDED);
  });
  afterAll(() => added[Symbol.asyncDispose]());

  test('ends the run, which goes on when there is room', async () => {
    // Some are too small for the rows, some for the plan, some for what becomes of the calls.
    const ended = await pMap(
      [36, 48, 60, 72, 84, 96],
      async (mostKiB) => {
        await using play = await added.play();
        const { exitCode, stderr } = await play.cli(undefined, {
          mostKiB,
          env: { NODE_DISABLE_COMPILE_CACHE: '1' },
        });
        await play.tap.quiet();
        if (exitCode === added.unbroken.exitCode) return undefined;
        const { changes } = play.tap;
        expect(stderr).toContain('journal.sqlite cannot be used');
        expect(stderr).toContain('To go on: territory-loader resume run');
        expect(exitCode).toBe(3);
        expect(isWhole(play.path('run', 'journal.sqlite'))).toBe(true);
        await endsAsUnbroken(play, added);
        return changes;
      },
      { concurrency: 2 },
    );
    const changes = ended.filter((one) => one !== undefined);
    expect(changes).toContain(0);
    expect(Math.max(...changes)).toBeGreaterThan(0);
  });
});

describe('a run folder that cannot be made', () => {
  test.for([
    { what: 'below a file', args: ['--out', 'in.csv/run'] },
    { what: 'in the place of the folder of runs', args: [] },
  ])('is told as such: $what', async ({ args }) => {
    await using play = await scene.play();
    await writeFile(play.path('runs'), '');
    const { exitCode, stderr } = await play.cli(['import', USERS.resource, 'in.csv', ...args]);
    expect(stderr).toMatch(/^The folder \S+ cannot be made/m);
    expect(stderr).toContain('--out');
    expect(exitCode).toBe(2);
    expect(play.tap.calls).toBe(0);
  });
});

describe('a file that is written to', () => {
  test('while it is read is refused before anything is sent', async () => {
    await using play = await scene.play();
    // The last rows are in the journal: all that was there by then was read.
    const importing = start(play, undefined, { in: 'journal', step: 5, when: 'after' });
    await importing.frozen();
    await appendFile(play.path('in.csv'), `\n${USERS.csv[1]}`);
    importing.wake();
    const { exitCode, stderr } = await importing.ended;
    expect(stderr).toContain('in.csv was changed while it was read. Nothing was sent.');
    expect(exitCode).toBe(2);
    expect(play.tap.calls).toBe(0);
    expect(await readdir(play.path())).not.toContain('run');
  });

  test('before its run is resumed is refused, unless the rows as read are wanted', async () => {
    await using play = await scene.play();
    await play.import({ call: 16, moment: 'done' });
    const { calls } = play.tap;
    await appendFile(play.path('in.csv'), `\n${USERS.csv[1]}`);
    const { exitCode, stderr } = await play.cli(['resume', 'run']);
    expect(stderr).toContain('in.csv has changed since run');
    expect(stderr).toContain('--as-read');
    expect(exitCode).toBe(2);
    expect(play.tap.calls).toBe(calls);
    await endsAsUnbroken(play, scene, '--as-read');
  });

  test('before its run is resumed is read anew where reading had not come to its end', async () => {
    await using play = await scene.play();
    await play.import({ in: 'journal', step: 5, when: 'before' });
    await writeFile(play.path('in.csv'), USERS.csv.slice(0, 5).join('\n'));
    const { exitCode, stdout } = await play.cli(['resume', 'run', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).rows).toBe(4);
  });
});
