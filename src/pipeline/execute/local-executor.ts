import type { Settled } from '../../resources/operation.ts';
import type { AnyResource } from '../../resources/registry.ts';
import { operationOf } from '../../resources/resource.ts';
import type { Chunk, Entry } from '../../vocabulary.ts';
import {
  type Answer,
  type ItemAnswer,
  type ListAnswer,
  readListAnswer,
} from '../../zoho/answer.ts';
import { lookup, type Refusal } from '../../zoho/catalogue/index.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import { NotStartedError, TransientError, UnansweredError } from '../../zoho/errors.ts';
import { readerOf } from '../plan/org-reader.ts';
import { stopFor } from '../stop.ts';
import { distinctCalls, rowsOf, without } from './entries.ts';
import type { Executor } from './executor.ts';
import { concludeTaken, isMadeWithoutId, isWorthWaiting, refuse, succeed } from './items.ts';
import {
  conclude,
  countAttempts,
  createLedger,
  fail,
  type Ledger,
  leaveUnanswered,
  stopOf,
} from './ledger.ts';

/** Waits double: half a second, one, two, four, eight. */
const FIRST_WAIT_MS = 500;
/** How often rows are sent again after an answer got lost, or did not speak of them. */
const MOST_LOST_ANSWERS = 4;

/** A call that was answered, and what was said of its entries. */
interface Sent {
  readonly chunk: Chunk;
  readonly answer: Pick<Answer, 'httpStatus'>;
  readonly list: ListAnswer;
}

/**
 * Executes chunks through a client: sends, reads the answer item by item, sends again what was
 * refused because of a neighbour, and settles what was never answered.
 */
export function createLocalExecutor(
  resource: AnyResource,
  client: ZohoClient,
  signal?: AbortSignal,
): Executor {
  const reader = readerOf(client);

  return {
    async execute(chunk, mayStart) {
      const ledger = createLedger(operationOf(resource, chunk), mayStart);
      try {
        await deliver(chunk, ledger);
      } catch (error) {
        const stop = stopFor(error, signal);
        if (stop === undefined && !(error instanceof NotStartedError)) throw error;
        ledger.stop ??= stop;
      }
      leaveUnanswered(ledger, chunk.entries);
      const outcomes = [...ledger.outcomes.values()];
      return ledger.stop === undefined ? { outcomes } : { outcomes, stop: ledger.stop };
    },
  };

  /** Sends entries until each has an outcome; waits for those that a job or a lock holds up. */
  async function deliver(chunk: Chunk, ledger: Ledger): Promise<void> {
    let entries: readonly Entry[] = chunk.entries;
    for (let waits = 0; entries.length > 0 && ledger.stop === undefined; ) {
      if (!ledger.mayStart()) return;
      if (waits > 0) await client.sleep(FIRST_WAIT_MS * 2 ** (waits - 1));
      const concluded = ledger.outcomes.size;
      entries = await sendAll(chunk, entries, ledger, waits);
      // Parts of one CRM record wait for one another's jobs: patience is for where nothing moves.
      waits = ledger.outcomes.size > concluded ? 1 : waits + 1;
    }
  }

  /** Sends entries that may name the same thing, which must not be twice in one call. */
  async function sendAll(
    chunk: Chunk,
    entries: readonly Entry[],
    ledger: Ledger,
    waits: number,
  ): Promise<Entry[]> {
    const later: Entry[] = [];
    for (const call of distinctCalls(entries)) {
      // Parts of a thing that is held up keep their order: none overtakes another.
      const held = new Set(later.map(({ id }) => id).filter((id) => id !== undefined));
      const free = call.filter(({ id }) => id === undefined || !held.has(id));
      later.push(...call.filter((entry) => !free.includes(entry)));
      later.push(...(await send({ ...chunk, entries: free }, ledger, waits)));
    }
    return later;
  }

  /** Sends a chunk; gives the entries that are worth another try later. */
  async function send(chunk: Chunk, ledger: Ledger, waits: number): Promise<Entry[]> {
    if (chunk.entries.length === 0 || ledger.stop !== undefined) return [];
    const sent = await transmit(chunk, ledger);
    if (sent === undefined) return [];
    const { list } = sent;
    if (list.kind === 'items') return takeItems(sent, list.items, ledger, waits);
    const culprit = list.kind === 'refused' ? list.path?.item : undefined;
    return culprit === undefined || sent.chunk.entries[culprit] === undefined
      ? refuseWhole(sent, list.refusal, ledger, waits)
      : takeItems(sent, onlyAt(culprit, list.refusal), ledger, waits);
  }

  /** Makes the call; settles and repeats it while its answer gets lost. */
  async function transmit(chunk: Chunk, ledger: Ledger): Promise<Sent | undefined> {
    let open = chunk;
    for (let lost = 0; ; lost += 1) {
      // The first answer may be lost with a connection; where more are, something needs time.
      if (lost > 1) await client.sleep(FIRST_WAIT_MS * 2 ** (lost - 2));
      const sent = await call(open, ledger);
      if (sent !== 'lost') return sent;
      for (const row of rowsOf(open.entries)) ledger.lost.add(row);
      open = { ...open, entries: await settle(open, open.entries, ledger) };
      if (open.entries.length === 0) return undefined;
      if (lost === MOST_LOST_ANSWERS) {
        leaveUnanswered(ledger, open.entries);
        return undefined;
      }
    }
  }

  /** Makes the call once; nothing is left to do with it where the answer is undefined. */
  async function call(chunk: Chunk, ledger: Ledger): Promise<Sent | 'lost' | undefined> {
    const { entries } = chunk;
    const { operation } = ledger;
    try {
      const answer = await client.send(operation.request(chunk), ledger.mayStart);
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
      fail(ledger, rowsOf(entries), error.refusal);
      ledger.stop ??= stopFor(error.forbidden, signal);
      return undefined;
    }
  }

  /** Concludes the entries that the org holds by now; gives the others. */
  async function settle(chunk: Chunk, entries: readonly Entry[], ledger: Ledger): Promise<Entry[]> {
    const { operation } = ledger;
    const held = await operation.settle(chunk, entries, reader);
    for (const [row, { id }] of held) {
      conclude(ledger, {
        row,
        status: operation.succeeded(false),
        ...(id === undefined ? {} : { id }),
      });
    }
    return entries.flatMap((entry) => without(entry, (row) => held.has(row)));
  }

  /** Takes the answers of single items; gives what is worth another try later. */
  async function takeItems(
    { chunk, answer }: Sent,
    items: readonly (ItemAnswer | undefined)[],
    ledger: Ledger,
    waits: number,
  ): Promise<Entry[]> {
    const concluded = ledger.outcomes.size;
    const again: Entry[] = [];
    const later: Entry[] = [];
    const taken = new Map<Entry, Refusal>();
    const unspoken: Entry[] = [];
    chunk.entries.forEach((entry, i) => {
      const item = items[i];
      if (item === undefined || isMadeWithoutId(entry, item)) unspoken.push(entry);
      else if (item.success) succeed(ledger, entry, item, answer.httpStatus);
      else {
        const next = refuse(ledger, chunk.target, entry, item.refusal, waits);
        if (next === 'later') later.push(entry);
        else if (next === 'settle') taken.set(entry, item.refusal);
        else again.push(...next);
      }
    });
    if (taken.size > 0) await settleTaken(chunk, taken, ledger);
    const wasDone = answer.httpStatus < 400 || items.some((item) => item?.success);
    // A success that does not speak of an item says nothing; a refusal left it undone.
    if (!wasDone) for (const row of rowsOf(unspoken)) ledger.suspect.add(row);
    const undone = wasDone
      ? await settleUnspoken(chunk, unspoken, ledger, ledger.outcomes.size > concluded)
      : unspoken;
    return [...later, ...(await sendAll(chunk, [...again, ...undone], ledger, waits))];
  }

  /**
   * Concludes entries that the org says it has already: made by this run, if an answer got lost
   * before; else there as asked, made by somebody else; else refused.
   */
  async function settleTaken(
    chunk: Chunk,
    taken: ReadonlyMap<Entry, Refusal>,
    ledger: Ledger,
  ): Promise<void> {
    let held = new Map<number, Settled>();
    try {
      held = await ledger.operation.settle(chunk, [...taken.keys()], reader);
    } finally {
      // Where the org does not let itself be read, they stay refused.
      for (const [entry, refusal] of taken) {
        for (const row of entry.rows) concludeTaken(ledger, row, refusal, held.get(row));
      }
    }
  }

  /** Settles what the answer to a call that was carried out says nothing of; gives the undone. */
  async function settleUnspoken(
    chunk: Chunk,
    entries: Entry[],
    ledger: Ledger,
    movesOn: boolean,
  ): Promise<Entry[]> {
    if (entries.length === 0) return [];
    for (const row of rowsOf(entries)) ledger.lost.add(row);
    const rest = await settle(chunk, entries, ledger);
    if (!movesOn) ledger.silences += 1;
    if (ledger.silences <= MOST_LOST_ANSWERS) return rest;
    leaveUnanswered(ledger, rest);
    return [];
  }

  /** Handles a call that was refused without naming an item. */
  async function refuseWhole(
    sent: Sent,
    refusal: Refusal,
    ledger: Ledger,
    waits: number,
  ): Promise<Entry[]> {
    const { chunk } = sent;
    const { entries } = chunk;
    if (entries.length === 1) return takeItems(sent, onlyAt(0, refusal), ledger, waits);
    const known = lookup(ledger.operation.endpoint, refusal);
    const tooMany = Number(refusal.details['maximum_length'] ?? Number.POSITIVE_INFINITY);
    if (known.concerns !== 'row' && entries.length <= tooMany) {
      ledger.stop ??= stopOf(known, refusal, chunk.target);
      if (isWorthWaiting(known, waits)) return [...entries];
      fail(ledger, rowsOf(entries), refusal);
      return [];
    }
    // Nobody says who is at fault: halve until the culprit stands alone.
    const middle = Math.ceil(entries.length / 2);
    const later = await send({ ...chunk, entries: entries.slice(0, middle) }, ledger, waits);
    return [...later, ...(await send({ ...chunk, entries: entries.slice(middle) }, ledger, waits))];
  }
}

/** A refusal of one item, as an answer that speaks of no other. */
function onlyAt(index: number, refusal: Refusal): (ItemAnswer | undefined)[] {
  return [...new Array<undefined>(index), { success: false, refusal, path: undefined }];
}
