import { setImmediate } from 'node:timers/promises';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { Journal, PendingChunk } from '../../../src/journal/journal.ts';
import { openJournal } from '../../../src/journal/open.ts';
import { type ChunkQueue, createQueue } from '../../../src/pipeline/execute/queue.ts';

/** For each chunk, from 1 on, the chunks that it waits for. */
type Plan = readonly (readonly number[])[];

function journalOf(plan: Plan): Journal {
  const journal = openJournal(':memory:', 'test');
  journal.transaction(() => {
    plan.forEach((after, i) => {
      const entries = [{ rows: [i + 2], id: '1' }];
      journal.addChunk({ id: i + 1, operation: 'o', target: '', after, entries });
    });
  });
  return journal;
}

/** Takes chunks from a queue by hand. */
function taker(queue: ChunkQueue) {
  const chunks = queue.ready()[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<PendingChunk>> | undefined;
  return {
    /** The id of the next chunk; `waiting` when none may start now, `over` at the end. */
    async take(): Promise<number | 'waiting' | 'over'> {
      next ??= chunks.next();
      const result = await Promise.race([next, setImmediate(undefined)]);
      if (result === undefined) return 'waiting';
      next = undefined;
      return result.done ? 'over' : result.value.chunk.id;
    },
  };
}

/** Takes chunks until none may start now. */
async function takeAll({ take }: ReturnType<typeof taker>): Promise<(number | 'over')[]> {
  const taken: (number | 'over')[] = [];
  for (;;) {
    const one = await take();
    if (one === 'waiting') return taken;
    taken.push(one);
    if (one === 'over') return taken;
  }
}

const never = () => false;
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('a queue', () => {
  test('gives at once all that wait for nothing', async () => {
    using journal = journalOf([[], [], []]);
    expect(await takeAll(taker(createQueue(journal, never)))).toEqual([1, 2, 3, 'over']);
  });

  test('of nothing is over', async () => {
    using journal = journalOf([]);
    expect(await takeAll(taker(createQueue(journal, never)))).toEqual(['over']);
  });

  test('gives a chunk once all it waits for have ended, past others that wait', async () => {
    using journal = journalOf([[], [], [1, 2], [], [2]]);
    const queue = createQueue(journal, never);
    const all = taker(queue);
    expect(await takeAll(all)).toEqual([1, 2, 4]);
    queue.end(2);
    expect(await takeAll(all)).toEqual([5]);
    queue.end(4);
    expect(await takeAll(all)).toEqual([]);
    queue.end(1);
    expect(await takeAll(all)).toEqual([3, 'over']);
  });

  test('gives what has waited before what has not', async () => {
    using journal = journalOf([[], [1], [], []]);
    const queue = createQueue(journal, never);
    const { take } = taker(queue);
    expect([await take(), await take()]).toEqual([1, 3]);
    queue.end(1);
    expect([await take(), await take(), await take()]).toEqual([2, 4, 'over']);
  });

  test('does not wait for chunks that were done before', async () => {
    using journal = journalOf([[], [1], [2]]);
    await journal.completeChunk(1, []);
    const queue = createQueue(journal, never);
    const all = taker(queue);
    expect(await takeAll(all)).toEqual([2]);
    queue.end(2);
    expect(await takeAll(all)).toEqual([3, 'over']);
  });

  test('gives a chunk that was sent back no second time', async () => {
    using journal = journalOf([[], []]);
    const queue = createQueue(journal, never);
    const { take } = taker(queue);
    expect(await take()).toBe(1);
    await journal.returnChunk(1, []);
    queue.end(1);
    expect([await take(), await take()]).toEqual([2, 'over']);
  });

  test('reads on over pages of which no chunk is free', async () => {
    using journal = journalOf([[], ...range(2, 400).map(() => [1]), []]);
    const queue = createQueue(journal, never);
    const all = taker(queue);
    expect(await takeAll(all)).toEqual([1, 401]);
    queue.end(1);
    expect(await takeAll(all)).toEqual([...range(2, 400), 'over']);
  });
});

describe('more than a thousand chunks that wait', () => {
  test('are read when others have started, and none is lost', async () => {
    using journal = journalOf([[], ...range(2, 2500).map(() => [1]), []]);
    const queue = createQueue(journal, never);
    const all = taker(queue);
    expect(await takeAll(all)).toEqual([1]);
    queue.end(1);
    expect(await takeAll(all)).toEqual([...range(2, 2501), 'over']);
  });

  test('for different ones come one by one', async () => {
    const pairs = range(1, 1200);
    using journal = journalOf([...pairs.map(() => []), ...pairs.map((id) => [id])]);
    const queue = createQueue(journal, never);
    const all = taker(queue);
    expect(await takeAll(all)).toEqual(pairs);
    for (const id of pairs.toReversed()) queue.end(id);
    const rest = await takeAll(all);
    expect(rest.at(-1)).toBe('over');
    expect(rest.slice(0, -1).toSorted((a, b) => Number(a) - Number(b))).toEqual(range(1201, 2400));
  });

  test('in one long line come in its order', async () => {
    using journal = journalOf(range(1, 1500).map((id) => (id === 1 ? [] : [id - 1])));
    const queue = createQueue(journal, never);
    const { take } = taker(queue);
    for (const id of range(1, 1500)) {
      expect(await take()).toBe(id);
      expect(await take()).toBe(id === 1500 ? 'over' : 'waiting');
      queue.end(id);
    }
  });
});

describe('a stop', () => {
  test('ends the queue while chunks are held back', async () => {
    using journal = journalOf([[], [1], []]);
    let stopped = false;
    const queue = createQueue(journal, () => stopped);
    const all = taker(queue);
    expect(await takeAll(all)).toEqual([1, 3]);
    stopped = true;
    queue.end(1);
    expect(await takeAll(all)).toEqual(['over']);
  });

  test('ends the queue while chunks are free', async () => {
    using journal = journalOf([[], [], []]);
    let stopped = false;
    const { take } = taker(createQueue(journal, () => stopped));
    expect(await take()).toBe(1);
    stopped = true;
    expect(await take()).toBe('over');
  });

  test('before the start lets none begin', async () => {
    using journal = journalOf([[]]);
    expect(await takeAll(taker(createQueue(journal, () => true)))).toEqual(['over']);
  });
});

/** Plans in which chunks wait for lower ids, near ones as well as any. */
const plans: fc.Arbitrary<Plan> = fc
  .array(fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 3 }), { maxLength: 250 })
  .map((waits) =>
    waits.map((some, i) => {
      const back = some.map(([n, isNear]) => (isNear ? n % Math.min(i, 4) : n % i));
      return i === 0 ? [] : [...new Set(back.map((n) => i - n))];
    }),
  );

test.prop([plans, fc.infiniteStream(fc.nat())])(
  'every chunk of any plan comes once, as soon as those it waits for have ended and no sooner',
  async (plan, choices) => {
    using journal = journalOf(plan);
    const queue = createQueue(journal, never);
    const { take } = taker(queue);
    const atWork: number[] = [];
    const given = new Set<number>();
    const ended = new Set<number>();
    const choose = (below: number) => (choices.next().value ?? 0) % below;
    const isFree = (id: number) => plan[id - 1]?.every((one) => ended.has(one)) ?? false;
    const endOne = () => {
      for (const id of atWork.splice(choose(atWork.length), 1)) {
        ended.add(id);
        queue.end(id);
      }
    };

    for (;;) {
      if (atWork.length > 0 && choose(3) === 0) endOne();
      const id = await take();
      if (id === 'over') break;
      if (id === 'waiting') {
        const late = plan.map((_, i) => i + 1).filter((one) => !given.has(one) && isFree(one));
        expect(late).toEqual([]);
        expect(atWork).not.toEqual([]);
        endOne();
        continue;
      }
      expect(given.has(id)).toBe(false);
      expect(isFree(id)).toBe(true);
      given.add(id);
      atWork.push(id);
    }
    expect(given.size).toBe(plan.length);
  },
);
