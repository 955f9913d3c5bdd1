import type { Chunk, Outcome } from '../../vocabulary.ts';
import type { Stop } from '../stop.ts';

/** What became of a chunk. Rows without an outcome were not sent, because of `stop`. */
export interface ChunkResult {
  readonly outcomes: readonly Outcome[];
  readonly stop?: Stop;
}

/**
 * Carries out chunks. In-process today; since a chunk and its result are plain data, an executor
 * may as well put them on a queue for workers on other machines.
 */
export interface Executor {
  /**
   * Never rejects for what the org answers: that is an outcome or a stop.
   *
   * @param mayStart whether calls may still be started; once false, rows not sent stay without
   *   an outcome, and calls in flight are finished
   */
  execute(chunk: Chunk, mayStart: () => boolean): Promise<ChunkResult>;
}
