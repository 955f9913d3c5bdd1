import { readFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import pMap from 'p-map';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { thisProcess } from '../../src/pipeline/runs/hold.ts';
import { likened } from './left.ts';
import { openScene, type Play, type Scene } from './rig.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { type Started, start } from './started.ts';

const isLong = process.env['LONG'] === '1';
const [TERRITORIES, , , RECORDS] = SCENARIOS as [Scenario, Scenario, Scenario, Scenario];
/** A process that is silent for so long may be taken over. */
const SILENCE_MS = 61_000;

let scene: Scene;
beforeAll(async () => {
  scene = await openScene(TERRITORIES);
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Keeps the calls that come by until they are let go, and tells when the first is there. */
function holdCalls({ tap }: Play) {
  const arrived = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  tap.watch = ({ moment }) => {
    if (moment !== 'arrived') return undefined;
    arrived.resolve();
    return go.promise;
  };
  return {
    arrived: arrived.promise,
    letGo() {
      tap.watch = () => undefined;
      go.resolve();
    },
  };
}

/** Who has the run, as the one who is refused is told. */
const lockedBy = ({ pid }: Started) =>
  `Process ${pid} on ${thisProcess().host} is at work on this run`;

describe('a run that somebody is at work on', () => {
  test.for(isLong ? Array.from({ length: 20 }, (_, i) => i + 1) : [1, 2, 3])(
    'is resumed by one of two that try at once, round %i',
    async () => {
      await using play = await scene.play();
      await play.import({ call: scene.calls - 2, moment: 'done' });
      const held = holdCalls(play);
      const both = [start(play, ['resume', 'run']), start(play, ['resume', 'run'])] as const;
      // Whoever has the run waits for its first answer until the other has given up.
      const loser = await Promise.race(
        both.map(async (one) => {
          await one.ended;
          return one;
        }),
      );
      const winner = both.find((one) => one !== loser) as Started;
      const { exitCode, stderr } = await loser.ended;
      expect(stderr).toContain(lockedBy(winner));
      expect(exitCode).toBe(2);
      held.letGo();
      expect((await winner.ended).exitCode).toBe(scene.unbroken.exitCode);
      await play.tap.quiet();
      expect(await play.left()).toEqual(scene.unbroken);
    },
  );

  test('is not resumed by another', async () => {
    await using play = await scene.play();
    const held = holdCalls(play);
    const importing = start(play);
    await held.arrived;
    const { exitCode, stderr } = await play.cli(['resume', 'run']);
    expect(stderr).toContain(lockedBy(importing));
    expect(exitCode).toBe(2);
    held.letGo();
    expect((await importing.ended).exitCode).toBe(scene.unbroken.exitCode);
    expect(await play.left()).toEqual(scene.unbroken);
  });

  test('is resumed at once when that process is dead', async () => {
    await using play = await scene.play();
    await play.import({ call: 4, moment: 'done' });
    const { exitCode, stderr } = await play.resume();
    expect(stderr).not.toContain('at work on this run');
    expect(exitCode).toBe(scene.unbroken.exitCode);
    expect(await play.left()).toEqual(scene.unbroken);
  });
});

/** All that a run has written down, but for who has worked on it. */
async function written(play: Play) {
  using db = new DatabaseSync(play.path('run', 'journal.sqlite'), { readOnly: true });
  const texts = ['result.csv', 'failed.csv', 'summary.json'].map((name) =>
    readFile(play.path('run', name), 'utf8'),
  );
  return {
    tables: ['run', 'rows', 'chunks', 'outcomes'].map((name) =>
      db.prepare(`SELECT * FROM ${name}`).all(),
    ),
    texts: await Promise.all(texts),
  };
}

/** Freezes an import after a write of its journal, resumes the run, and thaws the import. */
async function takeOver(given: Scene, step: number) {
  await using play = await given.play();
  const importing = start(play, undefined, { in: 'journal', step, when: 'after' });
  await importing.frozen();
  await play.resumeHere(SILENCE_MS);
  const before = await written(play);
  const calls = play.tap.calls;
  importing.wake();
  const { exitCode, stderr } = await importing.ended;
  await play.tap.quiet();
  return {
    exitCode,
    stderr,
    before,
    after: await written(play),
    changes: play.tap.calls - calls,
    left: likened(await play.left(), given.unbroken),
  };
}

describe('a process that slept while its run was taken over', () => {
  test.for(isLong ? SCENARIOS : [RECORDS])('writes nothing more: $name', async (scenario) => {
    // One call at a time: when something is written down, none is on its way.
    await using slept = await openScene({ ...scenario, concurrency: 1 });
    // Up to the last write before the end of the run: nobody takes over what is finished.
    const steps = Array.from({ length: slept.steps.journal - 3 }, (_, i) => i + 1);
    const taken = await pMap(
      steps.slice(3).filter((step) => isLong || step % 3 === 0),
      async (step) => ({ step, ...(await takeOver(slept, step)) }),
      { concurrency: 2 },
    );
    for (const { step, exitCode, stderr, before, after, left } of taken) {
      const told = `asleep after write ${step}`;
      expect.soft(stderr, told).toContain('Another process has taken this run over.');
      expect.soft(exitCode, told).toBe(3);
      expect.soft(after, told).toEqual(before);
      expect.soft({ ...left, files: [] }, told).toEqual({ ...slept.unbroken, files: [] });
    }
  });
});
