import { describe, expect, test } from 'vitest';
import { createSlots } from '../../src/zoho/slots.ts';

const never = async () => {};

/** Plays an org that takes `orgLimit` calls at once, for so many rounds of calls. */
function play(orgLimit: number, rounds: number): { limit: number; refusedShare: number } {
  const slots = createSlots('auto', () => 0, never);
  let calls = 0;
  let refused = 0;
  for (let round = 0; round < rounds; round += 1) {
    const atOnce = slots.limit;
    for (let i = 0; i < atOnce; i += 1) {
      calls += 1;
      if (i < orgLimit) slots.accepted();
      else {
        refused += 1;
        slots.refused(undefined);
      }
    }
  }
  return { limit: slots.limit, refusedShare: refused / calls };
}

describe('a limit that is learned', () => {
  test.for([7, 10, 15, 20])('settles just under what an org of %i allows', (orgLimit) => {
    const { limit, refusedShare } = play(orgLimit, 300);
    expect(limit).toBeGreaterThanOrEqual(orgLimit - 1);
    expect(limit).toBeLessThanOrEqual(orgLimit + 1);
    expect(refusedShare).toBeLessThan(0.025);
  });

  test('is at the top within two rounds when nothing is refused', () => {
    expect(play(25, 2)).toEqual({ limit: 25, refusedShare: 0 });
  });

  test('comes back after refusals that had another cause', () => {
    const slots = createSlots('auto', () => 0, never);
    for (let i = 0; i < 30; i += 1) slots.refused(undefined);
    expect(slots.limit).toBe(1);
    for (let i = 0; i < 2000; i += 1) slots.accepted();
    expect(slots.limit).toBeGreaterThanOrEqual(15);
  });
});

describe('a limit that is given', () => {
  test('is never exceeded', () => {
    const slots = createSlots(5, () => 0, never);
    for (let i = 0; i < 1000; i += 1) slots.accepted();
    expect(slots.limit).toBe(5);
  });
});
