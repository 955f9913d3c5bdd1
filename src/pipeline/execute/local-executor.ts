import type { AnyResource } from '../../resources/registry.ts';
import { operationOf } from '../../resources/resource.ts';
import type { Chunk, Entry } from '../../vocabulary.ts';
import type { ItemAnswer } from '../../zoho/answer.ts';
import { lookup, type Refusal } from '../../zoho/catalogue/index.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import { NotStartedError } from '../../zoho/errors.ts';
import { readerOf } from '../plan/org-reader.ts';
import { stopFor } from '../stop.ts';
import { backOffMs } from './back-off.ts';
import { distinctCalls, rowsOf } from './entries.ts';
import type { Executor } from './executor.ts';
import { isMadeWithoutId, isWorthWaiting, refuse, succeed } from './items.ts';
import {
  createLedger,
  fail,
  giveUp,
  type Ledger,
  leftOf,
  MOST_LOST_ANSWERS,
  stopOf,
} from './ledger.ts';
import { halve, type Sending } from './repair.ts';
import { createSettling } from './settling.ts';
import { createTransmit, type Sent } from './transmit.ts';

/**
 * Executes chunks through a client: sends, reads the answer item by item, sends again what was
 * refused because of a neighbour, and settles what was never answered.
 */
export function createLocalExecutor(
  resource: AnyResource,
  client: ZohoClient,
  signal?: AbortSignal,
): Executor {
  const settling = createSettling(client, readerOf(client));
  const transmit = createTransmit(client, settling);
  /** How many calls rows that went to the end of the line were in. */
  const attemptsBefore = new Map<number, number>();

  return {
    async execute(chunk, turn) {
      const ledger = createLedger(operationOf(resource, chunk), turn, chunk, attemptsBefore);
      try {
        await deliver(chunk, ledger);
      } catch (error) {
        const stop = stopFor(error, signal);
        if (stop === undefined && !(error instanceof NotStartedError)) throw error;
        ledger.stop ??= stop;
      }
      const { stop } = ledger;
      const outcomes = [...ledger.outcomes.values()];
      const left = leftOf(ledger, chunk.entries);
      for (const row of ledger.deferred) attemptsBefore.set(row, ledger.attempts.get(row) ?? 0);
      return { outcomes, ...left, ...(stop === undefined ? {} : { stop }) };
    },
  };

  /** Sends entries until each has an outcome; waits for those that a job holds up. */
  async function deliver(chunk: Chunk, ledger: Ledger): Promise<void> {
    const { turn, jobs } = ledger;
    let entries: readonly Entry[] = turn.wasSent
      ? await settling.settleLost(chunk, chunk.entries, ledger)
      : chunk.entries;
    for (let waits = 0; entries.length > 0 && ledger.stop === undefined; ) {
      if (!turn.mayStart()) return;
      if (waits > 0) await client.sleep(backOffMs(waits - 1));
      if (jobs.size > 0) await settling.jobsEnded(chunk.target, jobs, ledger);
      jobs.clear();
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
      later.push(...(await send({ ...chunk, entries: free }, ledger, waits)).later);
    }
    return later;
  }

  async function send(chunk: Chunk, ledger: Ledger, waits: number): Promise<Sending> {
    const nothing = { later: [], passed: false };
    if (chunk.entries.length === 0 || ledger.stop !== undefined) return nothing;
    const sent = await transmit(chunk, ledger);
    if (sent === undefined) return nothing;
    const { list } = sent;
    if (list.kind === 'items') return takeItems(sent, list.items, ledger, waits);
    const culprit = list.kind === 'refused' ? list.path?.item : undefined;
    return culprit === undefined || sent.chunk.entries[culprit] === undefined
      ? { later: await refuseWhole(sent, list.refusal, ledger, waits), passed: false }
      : takeItems(sent, onlyAt(culprit, list.refusal), ledger, waits);
  }

  /** Takes the answers of single items. */
  async function takeItems(
    { chunk, answer }: Sent,
    items: readonly (ItemAnswer | undefined)[],
    ledger: Ledger,
    waits: number,
  ): Promise<Sending> {
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
    const wasDone = answer.httpStatus < 400 || items.some((item) => item?.success);
    // A success that does not speak of an item says nothing; a refusal left it undone.
    const doubt = wasDone ? ledger.lost : ledger.suspect;
    for (const row of rowsOf(unspoken)) doubt.add(row);
    if (taken.size > 0) await settling.settleTaken(chunk, taken, ledger);
    const undone = wasDone
      ? await settleUnspoken(chunk, unspoken, ledger, ledger.outcomes.size > concluded)
      : unspoken;
    return {
      later: [...later, ...(await sendAll(chunk, [...again, ...undone], ledger, waits))],
      passed: items.every((item) => item?.success === true),
    };
  }

  /** Settles what the answer to a call that was carried out says nothing of; gives the undone. */
  async function settleUnspoken(
    chunk: Chunk,
    entries: Entry[],
    ledger: Ledger,
    movesOn: boolean,
  ): Promise<Entry[]> {
    if (entries.length === 0) return [];
    const rest = await settling.settleLost(chunk, entries, ledger);
    if (!movesOn) ledger.silences += 1;
    if (ledger.silences <= MOST_LOST_ANSWERS) return rest;
    giveUp(ledger, rest);
    return [];
  }

  /** Handles a call that was refused without naming an item. */
  async function refuseWhole(
    sent: Sent,
    refusal: Refusal,
    ledger: Ledger,
    waits: number,
  ): Promise<readonly Entry[]> {
    const { chunk } = sent;
    const { entries } = chunk;
    if (entries.length === 1) {
      return (await takeItems(sent, onlyAt(0, refusal), ledger, waits)).later;
    }
    const sendPart = (part: readonly Entry[]) => send({ ...chunk, entries: part }, ledger, waits);
    const known = lookup(ledger.operation.endpoint, refusal);
    const tooMany = Number(refusal.details['maximum_length'] ?? Number.POSITIVE_INFINITY);
    if (entries.length > tooMany) {
      const middle = Math.ceil(entries.length / 2);
      const first = await sendPart(entries.slice(0, middle));
      return [...first.later, ...(await sendPart(entries.slice(middle))).later];
    }
    if (known.concerns === 'row' || mayBeOfOneItem(ledger, refusal)) {
      return halve(entries, sendPart);
    }
    ledger.stop ??= stopOf(known, refusal, chunk.target);
    if (isWorthWaiting(known, waits)) return entries;
    fail(ledger, rowsOf(entries), refusal);
    return [];
  }
}

/**
 * Whether these words would be about one item alone if they named it: then an item by itself must
 * tell, and where it is the whole call, the first one that stands alone says so.
 */
function mayBeOfOneItem({ operation }: Ledger, refusal: Refusal): boolean {
  const details = { ...refusal.details, json_path: `$.${operation.listKey}[0].id` };
  return lookup(operation.endpoint, { ...refusal, details }).concerns === 'row';
}

/** A refusal of one item, as an answer that speaks of no other. */
function onlyAt(index: number, refusal: Refusal): (ItemAnswer | undefined)[] {
  return [...new Array<undefined>(index), { success: false, refusal, path: undefined }];
}
