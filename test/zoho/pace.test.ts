import { describe, expect, test } from 'vitest';
import { createPace } from '../../src/zoho/pace.ts';

/** Sends and answers calls, named by letters; an answer may tell how many credits are left. */
function play(...events: (string | [call: string, left?: number])[]): number | undefined {
  const pace = createPace();
  const sent = new Map<string, number>();
  for (const event of events) {
    if (typeof event === 'string') {
      sent.set(event, pace.sent());
    } else {
      const [call, left] = event;
      pace.received(left, sent.get(call) ?? 0);
    }
  }
  return pace.creditsLeft;
}

describe('the credits left', () => {
  test('are unknown until they are told', () => {
    expect(play('a', ['a'])).toBeUndefined();
  });

  test('are the last told, where one call follows the other', () => {
    expect(play('a', ['a', 5], 'b', ['b', 4])).toBe(4);
    expect(play('a', ['a', 5], 'b', ['b', 900])).toBe(900);
    expect(play('a', ['a', 5], 'b', ['b'])).toBe(5);
  });

  test('are the least told by calls in flight together', () => {
    expect(play('a', 'b', 'c', ['b', 4], ['c', 3], ['a', 5])).toBe(3);
    expect(play('a', 'b', 'c', ['a', 5], ['c', 3], ['b', 4])).toBe(3);
  });

  test('are more again as soon as a call tells so that was sent after the least was told', () => {
    expect(play('a', 'b', ['a', 0], 'c', ['b', 1], ['c', 50])).toBe(50);
  });

  test('are not made more by a late answer', () => {
    expect(play('a', 'b', ['b', 9], 'c', ['c', 2], ['a', 700])).toBe(2);
  });
});
