import type { Journal } from '../../journal/journal.ts';
import type { Chunk } from '../../vocabulary.ts';

/** Chunks that are not done, each as soon as those that it waits for have ended. */
export interface ChunkQueue {
  /** Gives the chunks that may start; waits where all that is left waits for chunks at work. */
  ready(): AsyncIterable<Chunk>;
  /** Tells that the call of a chunk given before stands in line for its slot, or needs none. */
  started(id: number): void;
  /** Tells that a chunk given before has ended, whatever became of it. */
  end(id: number): void;
}

const PAGE = 100;
/** Chunks that are held back at most; more are not read before one of them can start. */
const MOST_HELD = 1000;

/**
 * Reads the plan a page at a time. Since a chunk waits only for chunks of lower ids, the lowest one
 * held back waits for chunks at work alone: it can never come to nothing starting at all.
 *
 * @param reserve waits until a call can start, and keeps the slot for it: of chunks that become
 *   ready in the meantime, those that come first in the plan are not overtaken
 */
export function createQueue(
  journal: Journal,
  mustStop: () => boolean,
  reserve: () => Promise<() => void> = async () => () => {},
): ChunkQueue {
  /** Ids of chunks that were read and have not ended. */
  const open = new Set<number>();
  const held: Chunk[] = [];
  /** Gives back the slot of each chunk that has not started. */
  const giveBack = new Map<number, () => void>();
  const unread = readChunks(journal);
  /** Whether one of the held may be free: a chunk has ended since they were looked through. */
  let mayBeFree = false;
  let wake = () => {};

  const isFree = ({ after }: Chunk) => !after.some((id) => open.has(id));

  function takeHeld(): Chunk | undefined {
    if (!mayBeFree) return undefined;
    const free = held.findIndex(isFree);
    if (free >= 0) return held.splice(free, 1)[0];
    mayBeFree = false;
    return undefined;
  }

  function readFree(): Chunk | undefined {
    while (held.length < MOST_HELD) {
      const { value: chunk } = unread.next();
      if (chunk === undefined) return undefined;
      open.add(chunk.id);
      if (isFree(chunk)) return chunk;
      held.push(chunk);
    }
    return undefined;
  }

  function started(id: number): void {
    giveBack.get(id)?.();
    giveBack.delete(id);
  }

  return {
    async *ready() {
      while (!mustStop()) {
        const free = await reserve();
        const chunk = takeHeld() ?? readFree();
        if (chunk !== undefined) {
          giveBack.set(chunk.id, free);
          yield chunk;
          continue;
        }
        free();
        if (held.length === 0) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    started,
    end(id) {
      started(id);
      open.delete(id);
      mayBeFree = true;
      wake();
    },
  };
}

function* readChunks(journal: Journal): Generator<Chunk, undefined> {
  for (let last = 0; ; ) {
    const page = journal.pendingChunks(last, PAGE);
    if (page.length === 0) return undefined;
    yield* page;
    last = page.at(-1)?.id ?? last;
  }
}
