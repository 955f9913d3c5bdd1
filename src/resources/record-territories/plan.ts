import type { RowSet } from '../../row-set.ts';
import type { Entry, Finding } from '../../vocabulary.ts';
import { IDS_PER_LIST } from '../../zoho/coql-queries.ts';
import { LIMITS } from '../../zoho/limits.ts';
import { RECORDS_PER_READ } from '../../zoho/record-reads.ts';
import type { Candidate, Ended, Lookup, Planner } from '../planner.ts';
import type { Org } from '../resource.ts';

/** One CRM record in one territory; the territory as the file names it. */
export interface RecordTerritory {
  readonly module: string;
  readonly recordId: string;
  readonly territory: string;
}

/** A CRM record with the rows that ask for its territories; `rows[i]` asks for `parts[i]`. */
interface Assignment {
  readonly module: string;
  readonly id: string;
  readonly rows: number[];
  readonly parts: string[];
}

/** A read is up to five queries at once, of which the org takes ten (API limits page). */
const READS_AT_ONCE = 2;
/** The first reads are small, so that it costs little to learn that looking up saves nothing. */
const FIRST_READS = 2;

/**
 * Plans a file of assignments: ten CRM records of one module in a call, all territories of a record
 * in one item. Memory: the rows of one call, or of one read.
 */
export function planAssignments(
  candidates: () => Iterable<Candidate<RecordTerritory>>,
  org: Org,
): Planner {
  return {
    sift: () => [],
    lookupsAtOnce: READS_AT_ONCE,

    *lookups(rows) {
      let batch: Assignment[] = [];
      let reads = 0;
      for (const one of assignmentsOf(candidates(), org)) {
        if (!('parts' in one) || !one.rows.some((row) => rows?.has(row) ?? true)) continue;
        const isFull = batch.length === (reads < FIRST_READS ? IDS_PER_LIST : RECORDS_PER_READ);
        if (isFull || (batch[0] !== undefined && batch[0].module !== one.module)) {
          yield lookupOf(batch);
          reads += 1;
          batch = [];
        }
        batch.push(one);
      }
      if (batch.length > 0) yield lookupOf(batch);
    },

    *calls(held) {
      let module = '';
      let entries: Entry[] = [];
      const call = () => ({ operation: 'assign', target: module, after: [], entries });
      for (const one of assignmentsOf(candidates(), org)) {
        if (!('parts' in one)) {
          yield one;
          continue;
        }
        const { entry, ended } = entryOf(one, held);
        yield* ended;
        if (entry === undefined) continue;
        const isFull = entries.length === LIMITS.recordsPerAssign;
        if (isFull || (entries.length > 0 && module !== one.module)) {
          yield call();
          entries = [];
        }
        module = one.module;
        entries.push(entry);
      }
      if (entries.length > 0) yield call();
    },
  };
}

/** Groups rows by CRM record, and gives the rows that ask for nothing that can be. */
function* assignmentsOf(
  candidates: Iterable<Candidate<RecordTerritory>>,
  org: Org,
): Iterable<Assignment | Ended> {
  let one: Assignment | undefined;
  for (const { row, record } of candidates) {
    if (record === null) continue;
    const territory = org.territory(record.territory, 'territory');
    if ('finding' in territory) {
      yield { row, status: 'invalid', finding: territory.finding };
      continue;
    }
    if (one?.id !== record.recordId || one.module !== record.module) {
      if (one !== undefined) yield one;
      one = { module: record.module, id: record.recordId, rows: [], parts: [] };
    }
    const finding = refusePart(one, territory.found.id);
    if (finding !== undefined) {
      yield { row, status: 'invalid', finding };
      continue;
    }
    one.rows.push(row);
    one.parts.push(territory.found.id);
  }
  if (one !== undefined) yield one;
}

/** The item of a CRM record for what the org does not hold yet. */
function entryOf(
  { id, rows, parts }: Assignment,
  held: RowSet,
): { entry: Entry | undefined; ended: Ended[] } {
  const kept = rows.map((row) => !held.has(row));
  if (kept.every(Boolean)) return { entry: { id, rows, parts }, ended: [] };
  const left = rows.filter((_, i) => kept[i]);
  return {
    entry:
      left.length === 0 ? undefined : { id, rows: left, parts: parts.filter((_, i) => kept[i]) },
    ended: rows
      .filter((_, i) => !kept[i])
      .map((row) => ({ row, status: 'unchanged', finding: alreadySo() })),
  };
}

function lookupOf(batch: readonly Assignment[]): Lookup {
  const module = batch[0]?.module ?? '';
  return {
    credits: Math.ceil(batch.length / IDS_PER_LIST),
    rows: batch.flatMap(({ rows }) => rows),
    async find(org) {
      const ids = batch.map(({ id }) => id);
      const { held, credits } = await org.territoriesOfRecords(module, ids);
      let whole = 0;
      const found: number[] = [];
      for (const { id, rows, parts } of batch) {
        const territories = held.get(id);
        const so = rows.filter((_, i) => territories?.has(parts[i] ?? ''));
        found.push(...so);
        if (so.length === rows.length) whole += 1;
      }
      return { held: found, credits, savedCalls: whole / LIMITS.recordsPerAssign };
    },
  };
}

/** What speaks against one more territory for a CRM record, counted over the whole file. */
function refusePart({ module, rows, parts }: Assignment, id: string): Finding | undefined {
  const same = parts.indexOf(id);
  if (same >= 0) {
    return {
      code: 'ALREADY_USED',
      cause: 'an earlier row says the same',
      value: `row ${rows[same]}`,
      field: 'territory',
      resolution: 'Delete this row: the earlier one asks for the same.',
    };
  }
  const most = module === 'Deals' ? LIMITS.territoriesPerDeal : LIMITS.territoriesPerRecord;
  if (parts.length < most) return undefined;
  return {
    code: 'LIMIT_EXCEEDED',
    cause:
      module === 'Deals'
        ? 'a deal can have only one territory'
        : `a record can have only ${most} territories`,
    value: `given by row${rows.length === 1 ? '' : 's'} ${rows.join(', ')}`,
    field: 'territory',
    resolution: 'Decide which territories the record shall have, and take the other rows out.',
  };
}

function alreadySo(): Finding {
  return {
    code: 'DUPLICATE_DATA',
    cause: 'the record is in the territory already',
    resolution: '',
  };
}
