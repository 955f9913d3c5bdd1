import fc from 'fast-check';
import pMap from 'p-map';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Kill } from './kills.ts';
import type { Left } from './left.ts';
import { breakOff, openScene, type Scene } from './rig.ts';
import { SCENARIOS, type Scenario, VARIANTS } from './scenarios.ts';

const isLong = process.env['LONG'] === '1';
/** Processes at once. */
const AT_ONCE = 3;
const TIMEOUT_MS = isLong ? 1_800_000 : 120_000;

let killed = 0;

/** Breaks a run off in each of these ways, and compares what is left in the end. */
async function breakEach(
  scene: Scene,
  ways: readonly (readonly Kill[])[],
  seen: (left: Left) => Left = (left) => left,
): Promise<void> {
  const broken = await pMap(
    ways,
    async (kills) => {
      const told = `killed ${kills.map((kill) => JSON.stringify(kill)).join(', then ')}`;
      try {
        return { told, ...(await breakOff(scene, kills)) };
      } catch (cause) {
        throw new Error(told, { cause });
      }
    },
    { concurrency: AT_ONCE, stopOnError: false },
  );
  for (const one of broken) {
    killed += one.killed;
    expect.soft(seen(one.left), one.told).toEqual(scene.unbroken);
  }
}

function everyStep(
  kind: 'journal' | 'files',
  when: 'before' | 'after',
  { steps }: Scene,
): Kill[][] {
  return Array.from({ length: steps[kind] }, (_, i) => [{ in: kind, step: i + 1, when }]);
}

/** While nothing can be sent, the end of a write and the beginning of the next are as one. */
function everyWrite(scene: Scene): Kill[][] {
  const after = everyStep('journal', 'after', scene);
  return [
    ...everyStep('journal', 'before', scene),
    ...after.slice(isLong ? 0 : scene.steps.planning - 1),
  ];
}

function everyCall({ calls }: Scene, moment: Extract<Kill, { call: number }>['moment']): Kill[][] {
  return Array.from({ length: calls }, (_, i) => [{ call: i + 1, moment }]);
}

/** Some way to be killed; the same ones for the same seed. */
function someKills({ steps, calls }: Scene, seed: number, count: number): Kill[] {
  const call = fc.record({
    call: fc.integer({ min: 1, max: calls }),
    moment: fc.constantFrom('lost', 'arrived', 'done', 'answered'),
  });
  const write = fc.record({
    in: fc.constant('journal' as const),
    step: fc.integer({ min: 1, max: steps.journal }),
    when: fc.constantFrom('before', 'after'),
  });
  const instant = fc.record({ ms: fc.integer({ min: 0, max: 40 }) });
  const kill: fc.Arbitrary<Kill> = fc.oneof(
    { weight: 3, arbitrary: call },
    { weight: 2, arbitrary: instant },
    { weight: 1, arbitrary: write },
  );
  return fc.sample(kill, { seed, numRuns: count });
}

function inGroups<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
    all.slice(i * size, (i + 1) * size),
  );
}

/** Gives the scene of a scenario to the tests around it. */
function sceneOf(scenario: Scenario): () => Scene {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene(scenario);
  });
  afterAll(() => scene[Symbol.asyncDispose]());
  return () => scene;
}

const seeds = isLong ? [1, 2, 3] : [1];

describe.each(SCENARIOS)('$name: a run ends as if it had never been killed', (scenario) => {
  const scene = sceneOf(scenario);

  test('before or after any write of its journal', { timeout: TIMEOUT_MS }, async () => {
    await breakEach(scene(), everyWrite(scene()));
  });

  test.each(seeds)('at any instant, seed %i', { timeout: TIMEOUT_MS }, async (seed) => {
    const kills = someKills(scene(), seed, isLong ? 40 : 7);
    await breakEach(scene(), inGroups(kills, 1));
  });

  test.each(seeds)(
    'and again while it was resumed, seed %i',
    { timeout: TIMEOUT_MS },
    async (seed) => {
      const kills = someKills(scene(), -seed, isLong ? 30 : 6);
      await breakEach(scene(), inGroups(kills, 3));
    },
  );

  test.runIf(isLong)('at any call', { timeout: TIMEOUT_MS }, async () => {
    for (const moment of ['lost', 'arrived', 'done', 'answered'] as const) {
      await breakEach(scene(), everyCall(scene(), moment));
    }
  });
});

describe('while the result files are written', () => {
  const scene = sceneOf(SCENARIOS[0] as Scenario);

  test('a run writes them anew', { timeout: TIMEOUT_MS }, async () => {
    await breakEach(scene(), everyStep('files', 'before', scene()));
    await breakEach(scene(), everyStep('files', 'after', scene()));
  });
});

const late = isLong ? SCENARIOS : SCENARIOS.slice(-2);

describe.each(late)('$name: a call that the org carries out when the run goes on', (given) => {
  const scene = sceneOf({ ...given, concurrency: 1 });

  test('is found out, though it is sent once more', { timeout: TIMEOUT_MS }, async () => {
    const ways = everyCall(scene(), 'late');
    // The org refuses what it has done already.
    const bearDuplicates = (left: Left) => ({ ...left, duplicates: 0 });
    await breakEach(scene(), isLong ? ways : ways.slice(-2), bearDuplicates);
  });
});

describe.runIf(isLong)('one call at a time, and other ways to be answered', () => {
  const alone = SCENARIOS.map((one) => ({ ...one, name: `${one.name}, alone`, concurrency: 1 }));

  describe.each([...alone, ...VARIANTS])('$name', (scenario) => {
    const scene = sceneOf(scenario);

    test('before or after any write of its journal', { timeout: TIMEOUT_MS }, async () => {
      await breakEach(scene(), everyWrite(scene()));
    });

    test.each(seeds)('again and again, seed %i', { timeout: TIMEOUT_MS }, async (seed) => {
      await breakEach(scene(), inGroups(someKills(scene(), seed, 20), 2));
    });
  });
});

test('that were 200 kills or more', () => {
  expect(killed).toBeGreaterThanOrEqual(200);
});
