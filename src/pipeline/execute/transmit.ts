import type { Chunk, Entry } from '../../vocabulary.ts';
import { type Answer, type ListAnswer, readListAnswer } from '../../zoho/answer.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import { TransientError, UnansweredError } from '../../zoho/errors.ts';
import { backOffMs } from './back-off.ts';
import { rowsOf } from './entries.ts';
import { countAttempts, fail, giveUp, type Ledger, MOST_LOST_ANSWERS } from './ledger.ts';
import type { Settling } from './settling.ts';

/** A call that was answered, and what was said of its entries. */
export interface Sent {
  readonly chunk: Chunk;
  readonly answer: Pick<Answer, 'httpStatus'>;
  readonly list: ListAnswer;
}

/**
 * Makes the call of a chunk; settles and repeats it while its answer gets lost. Gives nothing when
 * every row has its outcome by then.
 */
export type Transmit = (chunk: Chunk, ledger: Ledger) => Promise<Sent | undefined>;

export function createTransmit(client: ZohoClient, settling: Settling): Transmit {
  /** Makes the call once; nothing is left to do with it where the answer is undefined. */
  async function call(chunk: Chunk, ledger: Ledger): Promise<Sent | 'lost' | undefined> {
    const { entries } = chunk;
    const { operation } = ledger;
    try {
      const answer = await client.send(operation.request(chunk), ledger.turn.mayStart);
      countAttempts(ledger, entries, answer.attempts);
      if (answer.repeated) for (const row of rowsOf(entries)) ledger.suspect.add(row);
      const ids = entries.map(({ id }) => id);
      const list = readListAnswer(answer, operation.listKey, ids);
      return list.kind === 'silent' && answer.httpStatus < 300 ? 'lost' : { chunk, answer, list };
    } catch (error) {
      if (!(error instanceof UnansweredError || error instanceof TransientError)) throw error;
      countAttempts(ledger, entries, error.attempts);
      if (error instanceof UnansweredError) return 'lost';
      if (error.refusal === undefined) throw error;
      if (error.forbidden !== undefined) {
        // A 5xx may come after the work was done: the org is read before it is sent again.
        for (const row of rowsOf(entries)) ledger.lost.add(row);
        throw error.forbidden;
      }
      fail(ledger, rowsOf(entries), error.refusal);
      return undefined;
    }
  }

  return async (chunk, ledger) => {
    let open: readonly Entry[] = chunk.entries;
    for (let lost = 0; open.length > 0; lost += 1) {
      // The first answer may be lost with a connection; where more are, something needs time.
      if (lost > 1) await client.sleep(backOffMs(lost - 2));
      const sent = await call({ ...chunk, entries: open }, ledger);
      if (sent !== 'lost') return sent;
      for (const row of rowsOf(open)) ledger.lost.add(row);
      open = await settling.settleLost(chunk, open, ledger);
      if (lost === MOST_LOST_ANSWERS) {
        giveUp(ledger, open);
        return undefined;
      }
    }
    return undefined;
  };
}
