import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import type { FaultName } from '../../src/sandbox/index.ts';

/** A clock that only waiting moves. */
export interface VirtualTime {
  readonly clock: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Every wait so far, in milliseconds. */
  readonly waits: number[];
}

export function virtualTime(): VirtualTime {
  let now = Date.UTC(2026, 10, 21);
  const waits: number[] = [];
  return {
    clock: () => now,
    waits,
    sleep: async (ms, signal) => {
      waits.push(ms);
      now += ms;
      // Whatever is on the wire moves on in the meantime.
      await setImmediate();
      signal?.throwIfAborted();
    },
  };
}

/** Faults that leave the client in the dark about what was done. */
const LOST: readonly FaultName[] = [
  'resetBefore',
  'resetAfter',
  'halfBody',
  'badBody',
  'badGateway',
];
const HARMLESS: readonly FaultName[] = ['rateLimited', 'rateLimitedRetryAfter', 'serverError'];

/** Answers that get lost, or now and then never come: waiting for those takes real time. */
const lostAnswer: fc.Arbitrary<FaultName> = fc.oneof(
  { weight: 15, arbitrary: fc.constantFrom(...LOST) },
  { weight: 1, arbitrary: fc.constant<FaultName>('stall') },
);

/** Timeouts for a schedule: short where it has calls that are never answered. */
export function patienceFor(schedule: readonly FaultName[]) {
  return schedule.includes('stall')
    ? { timeouts: { connectMs: 100, headersMs: 100, bodyMs: 100 } }
    : {};
}

/** Schedules that a client must get through: few answers are lost, few tokens end. */
export const bearableFaults: fc.Arbitrary<FaultName[]> = fc
  .tuple(
    fc.array(fc.constantFrom<FaultName>('ok', 'ok', ...HARMLESS), { maxLength: 40 }),
    fc.array(fc.tuple(fc.nat(), lostAnswer), { maxLength: 4 }),
    fc.array(fc.nat(), { maxLength: 3 }),
  )
  .map(([faults, lost, ended]) => {
    const schedule = [...faults];
    for (const [place, fault] of lost) schedule.splice(place % (schedule.length + 1), 0, fault);
    for (const place of ended) schedule.splice(place % (schedule.length + 1), 0, 'expireToken');
    return schedule;
  });

/** Any schedule at all, runs of one fault included; only stalls come one by one. */
export const anyFaults: fc.Arbitrary<FaultName[]> = fc
  .tuple(
    fc.array(
      fc.tuple(
        fc.constantFrom<FaultName>('ok', ...LOST, ...HARMLESS, 'expireToken'),
        fc.integer({ min: 1, max: 8 }),
      ),
      { maxLength: 20 },
    ),
    fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat() }),
  )
  .map(([stretches, stalled]) => {
    const schedule = stretches.flatMap(([fault, times]) => new Array<FaultName>(times).fill(fault));
    if (stalled !== undefined) schedule.splice(stalled % (schedule.length + 1), 0, 'stall');
    return schedule;
  });

/** The faults of 500 calls, one in five disturbed so that nothing is done. */
export function oneInFive(seed: number): FaultName[] {
  const [schedule = []] = fc.sample(
    fc.array(
      fc.oneof(
        { weight: 8, arbitrary: fc.constant<FaultName>('ok') },
        { weight: 2, arbitrary: fc.constantFrom<FaultName>(...HARMLESS, 'resetBefore') },
      ),
      { minLength: 500, maxLength: 500 },
    ),
    { seed, numRuns: 1 },
  );
  return schedule;
}
