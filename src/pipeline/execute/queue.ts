import type { Journal, PendingChunk } from '../../journal/journal.ts';

/** Chunks that are not done, each as soon as those that it waits for have ended. */
export interface ChunkQueue {
  /** Gives the chunks that may start; waits where all that is left waits for chunks at work. */
  ready(): AsyncIterable<PendingChunk>;
  /** Tells that the call of a chunk given before stands in line for its slot, or needs none. */
  started(id: number): void;
  /** Tells that a chunk given before has ended, whatever became of it. */
  end(id: number): void;
}

/** Chunks that are held back at most; more are not read before one of them can start. */
const MOST_HELD = 1000;

/**
 * Reads the plan as it goes on. Since a chunk waits only for chunks of lower ids, the lowest one
 * held back waits for chunks at work alone: it can never come to nothing starting at all.
 *
 * @param reserve waits until a call can start, and keeps the slot for it: of chunks that become
 *   ready in the meantime, those that come first in the plan are not overtaken
 */
export function createQueue(
  journal: Pick<Journal, 'pendingChunks'>,
  mustStop: () => boolean,
  reserve: () => Promise<() => void> = async () => () => {},
): ChunkQueue {
  /** Ids of chunks that were read and have not ended. */
  const open = new Set<number>();
  const held: PendingChunk[] = [];
  /** Gives back the slot of each chunk that has not started. */
  const giveBack = new Map<number, () => void>();
  const unread = journal.pendingChunks();
  /** Whether one of the held may be free: a chunk has ended since they were looked through. */
  let mayBeFree = false;
  let wake = () => {};

  const isFree = ({ chunk: { after } }: PendingChunk) => !after.some((id) => open.has(id));

  function takeHeld(): PendingChunk | undefined {
    if (!mayBeFree) return undefined;
    const free = held.findIndex(isFree);
    if (free >= 0) return held.splice(free, 1)[0];
    mayBeFree = false;
    return undefined;
  }

  function readFree(): PendingChunk | undefined {
    while (held.length < MOST_HELD) {
      const { value: pending } = unread.next();
      if (pending === undefined) return undefined;
      open.add(pending.chunk.id);
      if (isFree(pending)) return pending;
      held.push(pending);
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
        const pending = takeHeld() ?? readFree();
        if (pending !== undefined) {
          giveBack.set(pending.chunk.id, free);
          yield pending;
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
