import type { AnyResource } from '../resources/registry.ts';
import type { OrgReader } from '../resources/resource.ts';
import type { Chunk, Entry } from '../vocabulary.ts';
import { type Answer, type ItemAnswer, readListAnswer } from '../zoho/answer.ts';
import { lookup, type Refusal } from '../zoho/catalogue/index.ts';
import type { ZohoClient } from '../zoho/client.ts';
import {
  readTerritories,
  readTerritoriesOfRecord,
  readTerritoriesOfUser,
} from '../zoho/directory.ts';
import { NotStartedError, TransientError, UnansweredError } from '../zoho/errors.ts';
import type { Executor } from './executor.ts';
import {
  columnOf,
  conclude,
  countAttempts,
  createLedger,
  fail,
  findingOf,
  type Ledger,
  partOf,
  rowsOf,
  stopOf,
} from './ledger.ts';
import { stopFor } from './stop.ts';

/**
 * How often entries wait before they fail: a job ends by itself in seconds, a lock when somebody
 * opens it. The waits double: half a second, one, two, four, eight.
 */
const MOST_WAITS = { never: 0, token: 0, wait: 2, unlock: 2, job: 5 } as const;
const FIRST_WAIT_MS = 500;
/** How often a chunk is sent again after an answer got lost. */
const MOST_LOST_ANSWERS = 4;

/**
 * Executes chunks through a client: sends, reads the answer item by item, sends again what was
 * refused because of a neighbour, and settles what was never answered.
 */
export function createLocalExecutor(
  resource: AnyResource,
  client: ZohoClient,
  signal?: AbortSignal,
): Executor {
  const reader: OrgReader = {
    territories: () => readTerritories(client),
    territoriesOfUser: (userId) => readTerritoriesOfUser(client, userId),
    territoriesOfRecord: (module, recordId) => readTerritoriesOfRecord(client, module, recordId),
  };

  return {
    async execute(chunk, mayStart) {
      const ledger = createLedger(mayStart);
      try {
        await deliver(chunk, ledger);
      } catch (error) {
        const stop = stopFor(error, signal);
        if (stop === undefined && !(error instanceof NotStartedError)) throw error;
        ledger.stop ??= stop;
        leaveUnanswered(chunk, ledger);
      }
      const outcomes = [...ledger.outcomes.values()];
      return ledger.stop === undefined ? { outcomes } : { outcomes, stop: ledger.stop };
    },
  };

  /** Sends entries until each has an outcome; waits for those that another job holds up. */
  async function deliver(chunk: Chunk, ledger: Ledger): Promise<void> {
    let { entries } = chunk;
    for (let waits = 0; entries.length > 0 && ledger.stop === undefined; waits += 1) {
      if (waits > 0) await client.sleep(FIRST_WAIT_MS * 2 ** (waits - 1));
      entries = await send({ ...chunk, entries }, ledger, waits);
    }
  }

  /** Sends a chunk; gives the entries that are worth another try later. */
  async function send(chunk: Chunk, ledger: Ledger, waits: number): Promise<Entry[]> {
    if (chunk.entries.length === 0 || ledger.stop !== undefined) return [];
    const answer = await transmit(chunk, ledger);
    if (answer === undefined) return [];
    const list = readListAnswer(
      answer,
      resource.listKey,
      chunk.entries.map(({ id }) => id),
    );
    if (list.kind === 'refused') {
      const culprit = list.path === undefined ? undefined : chunk.entries[list.path.item];
      return culprit === undefined
        ? refuseWhole(chunk, list.refusal, ledger, waits)
        : takeItems(chunk, answer, placed(chunk, culprit, list.refusal), ledger, waits);
    }
    return list.items.every((item) => item === undefined)
      ? refuseWhole(chunk, silent(answer), ledger, waits)
      : takeItems(chunk, answer, list.items, ledger, waits);
  }

  /** Makes the call; settles and repeats it while its answer gets lost. */
  async function transmit(chunk: Chunk, ledger: Ledger): Promise<Answer | undefined> {
    let { entries } = chunk;
    for (let lost = 0; ; lost += 1) {
      try {
        const answer = await client.send(resource.request({ ...chunk, entries }), ledger.mayStart);
        countAttempts(ledger, entries, answer.attempts);
        if (answer.repeated) for (const row of rowsOf(entries)) ledger.uncertain.add(row);
        return answer;
      } catch (error) {
        if (error instanceof TransientError && error.refusal !== undefined) {
          countAttempts(ledger, entries, error.attempts);
          fail(ledger, rowsOf(entries), resource, error.refusal);
          return undefined;
        }
        if (!(error instanceof UnansweredError)) throw error;
        countAttempts(ledger, entries, error.attempts);
        for (const row of rowsOf(entries)) ledger.uncertain.add(row);
        entries = await settle(chunk, entries, ledger);
        if (entries.length === 0) return undefined;
        if (lost === MOST_LOST_ANSWERS) {
          leaveUnanswered({ ...chunk, entries }, ledger);
          return undefined;
        }
      }
    }
  }

  /** Concludes the entries that the org holds as asked; gives the others. */
  async function settle(chunk: Chunk, entries: readonly Entry[], ledger: Ledger): Promise<Entry[]> {
    const held = await resource.settle(chunk, entries, reader);
    for (const [row, { id }] of held) {
      conclude(ledger, {
        row,
        status: resource.succeeded(false),
        ...(id === undefined ? {} : { id }),
      });
    }
    return entries.flatMap((entry) => without(entry, (row) => held.has(row)));
  }

  /** Takes the answers of single items; gives what is worth another try later. */
  async function takeItems(
    chunk: Chunk,
    answer: Answer,
    items: readonly (ItemAnswer | undefined)[],
    ledger: Ledger,
    waits: number,
  ): Promise<Entry[]> {
    const again: Entry[] = [];
    const later: Entry[] = [];
    const doubtful: Entry[] = [];
    const unspoken: Entry[] = [];
    chunk.entries.forEach((entry, i) => {
      const item = items[i];
      if (item === undefined) unspoken.push(entry);
      else if (item.success) succeed(entry, item, answer, ledger);
      else {
        const next = refuseItem(chunk, entry, item.refusal, ledger, waits);
        if (next === 'later') later.push(entry);
        else if (next === 'settle') doubtful.push(entry);
        else again.push(...next);
      }
    });
    // A success that does not speak of an item says nothing; a refusal left it undone.
    if (answer.httpStatus < 400) doubtful.push(...unspoken);
    else again.push(...unspoken);
    const undone = doubtful.length > 0 ? await settleDoubtful(chunk, doubtful, ledger) : [];
    // Entries that were split name the same thing, and must not be in one call.
    for (const part of distinctCalls([...again, ...undone])) {
      later.push(...(await send({ ...chunk, entries: part }, ledger, waits)));
    }
    return later;
  }

  async function settleDoubtful(chunk: Chunk, entries: Entry[], ledger: Ledger): Promise<Entry[]> {
    const rest = await settle(chunk, entries, ledger);
    // What was answered as taken, and yet is not ours in the org, is somebody else's.
    const taken = rest.filter(({ rows }) => rows.some((row) => ledger.uncertain.has(row)));
    for (const { rows } of taken) {
      fail(ledger, rows, resource, {
        code: 'DUPLICATE_DATA',
        httpStatus: 400,
        message: '',
        details: {},
      });
    }
    return rest.filter((entry) => !taken.includes(entry));
  }

  /** Concludes a refused entry, or says what to do with it. */
  function refuseItem(
    chunk: Chunk,
    entry: Entry,
    refusal: Refusal,
    ledger: Ledger,
    waits: number,
  ): Entry[] | 'later' | 'settle' {
    const known = lookup(resource.endpoint, refusal);
    ledger.stop ??= stopOf(known, refusal, chunk.target);
    if (waits < MOST_WAITS[known.retry]) return 'later';
    const part = partOf(entry, refusal);
    const rows = part === undefined ? entry.rows : entry.rows.slice(part, part + 1);
    if (part === undefined && rows.length > 1 && columnOf(resource, refusal) === 'territory') {
      return splitParts(entry);
    }
    const uncertain = rows.some((row) => ledger.uncertain.has(row));
    if (known.satisfied) {
      // Found done after an answer got lost: it was this run that did it.
      const status = uncertain ? resource.succeeded(false) : 'unchanged';
      const finding = uncertain
        ? {}
        : { finding: { ...findingOf(resource, refusal), resolution: '' } };
      for (const row of rows) {
        conclude(ledger, { row, status, ...finding, httpStatus: refusal.httpStatus });
      }
    } else if (uncertain && refusal.code === 'DUPLICATE_DATA') {
      return 'settle';
    } else {
      fail(ledger, rows, resource, refusal);
    }
    return without(entry, (row) => rows.includes(row));
  }

  /** Handles a call that was refused without naming an item. */
  async function refuseWhole(
    chunk: Chunk,
    refusal: Refusal,
    ledger: Ledger,
    waits: number,
  ): Promise<Entry[]> {
    const { entries } = chunk;
    const known = lookup(resource.endpoint, refusal);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined) {
      return takeItems(
        chunk,
        { httpStatus: refusal.httpStatus, body: undefined, attempts: 0, repeated: false },
        placed(chunk, only, refusal),
        ledger,
        waits,
      );
    }
    const tooMany = Number(refusal.details['maximum_length'] ?? Number.POSITIVE_INFINITY);
    if (known.concerns !== 'row' && entries.length <= tooMany) {
      ledger.stop ??= stopOf(known, refusal, chunk.target);
      fail(ledger, rowsOf(entries), resource, refusal);
      return [];
    }
    // Nobody says who is at fault: halve until the culprit stands alone.
    const middle = Math.ceil(entries.length / 2);
    const later = await send({ ...chunk, entries: entries.slice(0, middle) }, ledger, waits);
    return [...later, ...(await send({ ...chunk, entries: entries.slice(middle) }, ledger, waits))];
  }

  function succeed(
    entry: Entry,
    item: ItemAnswer & { success: true },
    answer: Answer,
    ledger: Ledger,
  ) {
    const scheduled = answer.httpStatus === 202 || item.jobId !== undefined;
    for (const row of entry.rows) {
      conclude(ledger, {
        row,
        status: resource.succeeded(scheduled),
        ...(entry.id === undefined && item.id !== undefined ? { id: item.id } : {}),
        ...(item.jobId === undefined ? {} : { jobId: item.jobId }),
        httpStatus: answer.httpStatus,
      });
    }
  }

  /** Rows that were sent and could not be settled must not look as if they were never sent. */
  function leaveUnanswered(chunk: Chunk, ledger: Ledger): void {
    const rows = rowsOf(chunk.entries).filter(
      (row) => ledger.uncertain.has(row) && !ledger.outcomes.has(row),
    );
    fail(ledger, rows, resource, { code: 'UNANSWERED', httpStatus: 0, message: '', details: {} });
  }
}

function placed(chunk: Chunk, culprit: Entry, refusal: Refusal): (ItemAnswer | undefined)[] {
  return chunk.entries.map((entry) =>
    entry === culprit ? { success: false, refusal, path: undefined } : undefined,
  );
}

function silent(answer: Answer): Refusal {
  return { code: 'UNEXPECTED_RESPONSE', httpStatus: answer.httpStatus, message: '', details: {} };
}

/** The entry without the rows that are settled; nothing when none is left. */
function without(entry: Entry, isSettled: (row: number) => boolean): Entry[] {
  const kept = entry.rows.map((row) => !isSettled(row));
  if (kept.every(Boolean)) return [entry];
  const rows = entry.rows.filter((_, i) => kept[i]);
  if (rows.length === 0) return [];
  const parts = entry.parts?.filter((_, i) => kept[i]);
  return [parts === undefined ? { ...entry, rows } : { ...entry, rows, parts }];
}

function splitParts(entry: Entry): Entry[] {
  const { parts = [] } = entry;
  return parts.map((part, i) => ({ ...entry, rows: entry.rows.slice(i, i + 1), parts: [part] }));
}

/** Groups entries into calls in which no two name the same thing. */
function distinctCalls(entries: readonly Entry[]): Entry[][] {
  const calls: Entry[][] = [];
  for (const entry of entries) {
    const free = calls.find(
      (call) => entry.id === undefined || call.every(({ id }) => id !== entry.id),
    );
    if (free === undefined) calls.push([entry]);
    else free.push(entry);
  }
  return calls;
}
