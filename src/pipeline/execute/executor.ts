import type { Chunk, Outcome } from '../../vocabulary.ts';
import type { Stop } from '../stop.ts';

/** What is known of a chunk when its turn has come. */
export interface Turn {
  /** It may have been sent by a process that is gone: the org is read before anything is sent. */
  readonly wasSent: boolean;
  /** How often it went to the end of the line. */
  readonly deferrals: number;
  /**
   * Whether calls may still be started; once false, rows not sent stay without an outcome, and
   * calls in flight are finished.
   */
  readonly mayStart: () => boolean;
}

/** What became of a chunk. */
export interface ChunkResult {
  readonly outcomes: readonly Outcome[];
  /** Why the run, or its part for a CRM module, goes no further. */
  readonly stop?: Stop;
  /**
   * What is with the rows that have no outcome: not sent because of a stop, or held up by something
   * that may pass while others are sent.
   * @default 'unsent'
   */
  readonly left?: 'unsent' | 'deferred';
  /** Whether one of them was sent before without anybody knowing what came of it. @default false */
  readonly isUnsettled?: boolean;
}

/**
 * Carries out chunks. In-process today; since a chunk and its result are plain data, an executor
 * may as well put them on a queue for workers on other machines.
 */
export interface Executor {
  /** Never rejects for what the org answers: that is an outcome or a stop. */
  execute(chunk: Chunk, turn: Turn): Promise<ChunkResult>;
}
