import { describe, expect, test } from 'vitest';
import { createLearnedLimit } from '../../src/zoho/learned-limit.ts';
import { createSlots } from '../../src/zoho/slots.ts';
import { CALL_MS, type Played, play } from './simulated-org.ts';

const TEN_SECONDS = 10_000;

/** How an org refuses the call beyond its limit. */
const REFUSALS = [
  ['at once', 2],
  ['after the time of a call', CALL_MS],
] as const;

/** Answers and refusals in a stretch of the time, and the limits learned in it. */
function between({ refusedAt, limits }: Played, fromMs: number, toMs: number) {
  const within = limits.filter(({ ms }) => ms > fromMs && ms <= toMs).map(({ limit }) => limit);
  return {
    refused: refusedAt.filter((ms) => ms >= fromMs && ms < toMs).length,
    least: Math.min(...within),
    most: Math.max(...within),
    last: within.at(-1),
  };
}

describe.each(REFUSALS)('a limit that is not told, where calls are refused %s', (_, refusalMs) => {
  const org = { refusalMs, jitterMs: 30 };

  const limits = Array.from({ length: 21 }, (_each, i) => i + 5);
  test.for(limits)('of %i is found at little cost in ten seconds', async (limit) => {
    for (const jitterMs of [0, 30]) {
      const fitting = () => limit;
      const { answered, refusedAt } = await play({ fitting, refusalMs, jitterMs }, TEN_SECONDS);
      expect(answered / (limit * (TEN_SECONDS / CALL_MS))).toBeGreaterThanOrEqual(0.9);
      expect(refusedAt.length / (answered + refusedAt.length)).toBeLessThan(0.02);
    }
  });

  test('is tried less and less often while it stays as it is', async () => {
    const played = await play({ ...org, fitting: () => 7 }, 90_000);
    const tried = played.refusedAt.filter((ms) => ms > CALL_MS);
    const apart = tried.slice(1).map((ms, i) => ms - (tried[i] ?? 0));
    expect(apart.at(-1)).toBeGreaterThan(2 * Math.min(...apart));
    expect(between(played, 45_000, 90_000).refused).toBeLessThanOrEqual(8);
  });

  test('costs one call at each try, and no slot beside the one tried', async () => {
    const played = await play({ ...org, fitting: () => 7 }, 60_000);
    expect(between(played, 2000, 60_000)).toMatchObject({ least: 7, most: 8 });
  });

  test('is found again when it rises', async () => {
    const fitting = (ms: number) => (ms < 30_000 ? 7 : 20);
    const played = await play({ ...org, fitting }, 60_000);
    expect(between(played, 20_000, 30_000).last).toBeLessThanOrEqual(8);
    expect(between(played, 45_000, 60_000).least).toBeGreaterThanOrEqual(19);
  });

  test('that falls far is come down to at once, and not overshot', async () => {
    const fitting = (ms: number) => (ms < TEN_SECONDS ? 25 : 7);
    const played = await play({ ...org, fitting }, 20_000);
    expect(between(played, 5000, TEN_SECONDS)).toMatchObject({ least: 25, refused: 0 });
    // A call that does not fit is known of when it is answered: one round, and that of the refusals.
    const settled = TEN_SECONDS + CALL_MS + org.jitterMs + refusalMs;
    expect(between(played, settled, settled + 500).most).toBeLessThanOrEqual(8);
    expect(between(played, TEN_SECONDS, 20_000).least).toBeGreaterThanOrEqual(6);
    expect(between(played, TEN_SECONDS, settled).refused).toBeLessThanOrEqual(25 - 7 + 1);
  });

  test('comes back when calls were refused for another cause', async () => {
    const fitting = (ms: number) => (ms > 20_000 && ms < 20_300 ? 0 : 20);
    const played = await play({ ...org, fitting }, 40_000);
    expect(between(played, 20_000, 20_600).least).toBe(1);
    expect(between(played, 30_000, 40_000).least).toBeGreaterThanOrEqual(19);
  });
});

test('an org that refuses everything is not pestered', async () => {
  const { refusedAt } = await play({ fitting: () => 0, refusalMs: 2 }, 60_000);
  expect(refusedAt.length).toBeLessThan(30);
});

test.for([1, 9, 20])(
  'an org that refuses everything is given up after ten minutes, with %i calls in flight',
  async (concurrency) => {
    const { gaveUpAt } = await play({ fitting: () => 0, refusalMs: 2, concurrency }, 20 * 60_000);
    const minutes = (gaveUpAt[0] ?? Number.POSITIVE_INFINITY) / 60_000;
    expect(minutes).toBeGreaterThan(9);
    expect(minutes).toBeLessThan(11);
  },
);

test('a limit comes back each time when calls are refused for another cause now and then', async () => {
  const fitting = (ms: number) => (ms % TEN_SECONDS > 9700 ? 0 : 20);
  const { answered } = await play({ fitting, refusalMs: 2, jitterMs: 30 }, 60_000);
  expect(answered / (20 * (60_000 / CALL_MS))).toBeGreaterThan(0.8);
});

describe('a learned limit', () => {
  test('is at the top within three rounds when nothing is refused', () => {
    const limit = createLearnedLimit(9, 25);
    const seen: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      seen.push(limit.current);
      limit.started(limit.current);
      for (let calls = limit.current; calls > 0; calls -= 1) limit.accepted();
    }
    expect(seen).toEqual([9, 14, 21, 25]);
  });

  test('does not grow on calls that left most of it unused', () => {
    const limit = createLearnedLimit(10, 25);
    for (let i = 0; i < 1000; i += 1) {
      limit.started(9);
      limit.accepted();
    }
    expect(limit.current).toBe(10);
  });

  test('loses one with every refusal, and keeps one at least', () => {
    const limit = createLearnedLimit(10, 25);
    limit.refused();
    limit.refused();
    limit.refused();
    expect(limit.current).toBe(7);
    for (let i = 0; i < 30; i += 1) limit.refused();
    expect(limit.current).toBe(1);
  });
});

describe('a limit that is given', () => {
  test('is never exceeded', async () => {
    const played = await play({ fitting: () => 25, refusalMs: 2, concurrency: 5 }, 20_000);
    expect(between(played, 0, 20_000)).toEqual({ refused: 0, least: 5, most: 5, last: 5 });
  });

  test('recovers after refusals', async () => {
    const fitting = (ms: number) => (ms < TEN_SECONDS ? 7 : 25);
    const played = await play({ fitting, refusalMs: 2, concurrency: 12 }, 40_000);
    expect(between(played, 1000, TEN_SECONDS).most).toBeLessThanOrEqual(8);
    expect(between(played, 20_000, 40_000)).toMatchObject({ most: 12, last: 12 });
  });
});

describe('what a run is expected to have in flight', () => {
  test('is what the edition allows, until the org has refused a call', () => {
    const slots = createSlots(
      'auto',
      () => 0,
      async () => {},
    );
    expect(slots.expected).toBe(20);
    slots.refused(undefined);
    expect(slots.expected).toBe(8);
  });
});
