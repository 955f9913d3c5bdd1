import pMap from 'p-map';
import type { Chunk, Entry, Finding } from '../../vocabulary.ts';
import { bareId, checkId } from '../ids.ts';
import type { Operation, OrgReader, Settled } from '../operation.ts';
import type { Resource } from '../resource.ts';
import { planAssignments, type RecordTerritory } from './plan.ts';

/** Modules whose records can have territories (assign reference, read 2026-11-21). */
export const RECORD_MODULES = ['Leads', 'Accounts', 'Contacts', 'Deals'] as const;

/** CRM records that are read at once when an answer got lost: half of a call's. */
const READS_AT_ONCE = 5;

/**
 * Assigns up to ten CRM records of one module, each with all of its territories.
 * @see https://www.zoho.com/crm/developer/docs/api/v7/assign-territories-to-records.html
 */
const assignTerritories: Operation = {
  name: 'POST /{module}/actions/assign_territories',
  endpoint: 'record-territories.assign',
  listKey: 'data',
  request: ({ target, entries }) => ({
    method: 'POST',
    path: `/${target}/actions/assign_territories`,
    body: {
      data: entries.map(({ id, parts = [] }) => ({
        id,
        Territories: parts.map((territory) => ({ id: territory })),
      })),
    },
  }),
  succeeded: (scheduled) => (scheduled ? 'scheduled' : 'assigned'),
  column: ({ jsonPath, resourcePathIndex }) => {
    if (resourcePathIndex === 0) return 'module';
    return jsonPath.includes('Territories') ? 'territory' : 'record_id';
  },
  settle: async (chunk, entries, org) => (await readEach(chunk, entries, org)).settled,
  async follow(chunk, entries, org) {
    const ids = idsOf(entries);
    const jobs = await org.pendingJobs(chunk.target, ids);
    // Where queries are refused, the records are read one by one below.
    const query = await org.territoriesOfRecords(chunk.target, ids).catch(() => undefined);
    const settled = settledBy(entries, jobs, query?.held);
    const open = entries.filter(({ rows }) => !rows.every((row) => settled.has(row)));
    if (open.length === 0) return settled;
    // What a query does not show yet may be there: only the record itself tells that it is not.
    // Where jobs are not told, nothing is ever concluded from that, and a query is as good.
    const sure =
      jobs === undefined && query !== undefined
        ? { settled, isTold: false }
        : await readEach(chunk, open, org);
    const found = new Map([...settled, ...sure.settled]);
    if (jobs !== undefined && sure.isTold) return found;
    for (const row of open.flatMap(({ rows }) => rows)) {
      if (!found.has(row)) found.set(row, { isUntold: true });
    }
    return found;
  },
  effect: ({ target }, { id = '', parts = [] }, index) => ({
    module: target,
    record_id: id,
    territory: parts[index] ?? '',
  }),
};

/** Reads the CRM records one by one, after their jobs. */
async function readEach(
  { target }: Chunk,
  entries: readonly Entry[],
  org: OrgReader,
): Promise<{ readonly settled: Map<number, Settled>; readonly isTold: boolean }> {
  const ids = idsOf(entries);
  // The jobs first: one that ends between the two reads then shows in the territories. The other
  // way round it would be in neither, and its rows would look as if they had never been sent.
  const jobs = await org.pendingJobs(target, ids);
  const read = async (id: string) => [id, await org.territoriesOfRecord(target, id)] as const;
  const held = new Map(await pMap(ids, read, { concurrency: READS_AT_ONCE }));
  return { settled: settledBy(entries, jobs, held), isTold: jobs !== undefined };
}

function idsOf(entries: readonly Entry[]): string[] {
  return [...new Set(entries.flatMap(({ id }) => id ?? []))];
}

/** Which rows the org holds, and which a job may yet bring. */
function settledBy(
  entries: readonly Entry[],
  jobs: ReadonlyMap<string, string> = new Map(),
  held: ReadonlyMap<string, ReadonlySet<string>> = new Map(),
): Map<number, Settled> {
  const settled = new Map<number, Settled>();
  for (const { id = '', rows, parts = [] } of entries) {
    const pendingJob = jobs.get(id);
    rows.forEach((row, i) => {
      if (held.get(id)?.has(parts[i] ?? '')) settled.set(row, {});
      else if (pendingJob !== undefined) settled.set(row, { pendingJob });
    });
  }
  return settled;
}

/** Record to territory assignments, one row per pair. */
export const recordTerritories: Resource<RecordTerritory> = {
  name: 'record-territories',
  singular: 'record to territory assignment',
  columns: [
    { name: 'record_id', aliases: ['id'], required: true, content: 'id of the CRM record' },
    {
      name: 'territory',
      aliases: ['territory_id', 'territory_name'],
      required: true,
      content: 'id or name of the territory; one row per pair',
    },
    {
      name: 'module',
      aliases: ['module_name'],
      required: true,
      unless: ({ module }) => module !== undefined,
      content: `${RECORD_MODULES.join(', ')}; needed unless \`--module\` is given`,
    },
  ],
  settings: ['module'],
  needs: { users: false, currentUser: false },
  check(cell, settings) {
    const recordId = bareId(cell('record_id'));
    const territory = cell('territory');
    const text = cell('module') || (settings.module ?? '');
    const module = RECORD_MODULES.find((name) => name.toLowerCase() === text.toLowerCase());
    const finding =
      checkId(recordId, 'record_id', 'record id') ??
      (territory === '' ? checkId(territory, 'territory', 'territory') : undefined);
    if (finding !== undefined) return { finding };
    return module === undefined
      ? { finding: unknownModule(text) }
      : { record: { module, recordId, territory } };
  },

  subject: (cell, settings) =>
    `${(cell('module') || (settings.module ?? '')).toLowerCase()}:${bareId(cell('record_id'))}`,

  planner: planAssignments,
  operations: { assign: assignTerritories },
};

function unknownModule(text: string): Finding {
  return text === ''
    ? {
        code: 'MANDATORY_NOT_FOUND',
        cause: 'the module is missing',
        field: 'module',
        resolution: 'Fill in the module column, or give --module for the whole file.',
      }
    : {
        code: 'INVALID_MODULE',
        cause: 'records of this module have no territories, or it is misspelt',
        value: text,
        field: 'module',
        resolution: `Use one of ${RECORD_MODULES.join(', ')}.`,
      };
}
