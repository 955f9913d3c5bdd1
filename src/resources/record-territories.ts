import type { Entry, Finding } from '../vocabulary.ts';
import { LIMITS } from '../zoho/limits.ts';
import { bareId, checkId } from './ids.ts';
import type { Candidate, Org, Planned, Resource } from './resource.ts';

/** One CRM record in one territory; the territory as the file names it. */
interface RecordTerritory {
  readonly module: string;
  readonly recordId: string;
  readonly territory: string;
}

/** Modules whose records can have territories (assign reference, read 2026-11-21). */
export const RECORD_MODULES = ['Leads', 'Accounts', 'Contacts', 'Deals'] as const;

/**
 * Record to territory assignments: one call assigns up to 10 CRM records, each with all of its
 * territories.
 * @see https://www.zoho.com/crm/developer/docs/api/v7/assign-territories-to-records.html
 */
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
      givenBy: 'module',
      content: `${RECORD_MODULES.join(', ')}; needed unless \`--module\` is given`,
    },
  ],
  needs: { users: false, currentUser: false },
  listKey: 'data',
  endpoint: 'record-territories.assign',

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

  plan: planByRecord,

  request: (chunk) => ({
    method: 'POST',
    path: `/${chunk.target}/actions/assign_territories`,
    body: {
      data: chunk.entries.map(({ id, parts = [] }) => ({
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

  async settle(chunk, entries, org) {
    const settled = new Map<number, { id?: string }>();
    for (const { id, rows, parts = [] } of entries) {
      const held = await org.territoriesOfRecord(chunk.target, id ?? '');
      rows.forEach((row, i) => {
        if (held.has(parts[i] ?? '')) settled.set(row, {});
      });
    }
    return settled;
  },
};

/** Packs ten CRM records of one module into a call, and all territories of a record into one item. */
function* planByRecord(
  candidates: Iterable<Candidate<RecordTerritory>>,
  org: Org,
): Iterable<Planned> {
  let module = '';
  let entries: { id: string; rows: number[]; parts: string[] }[] = [];

  for (const { row, record } of candidates) {
    if (record === null) continue;
    const territory = org.territory(record.territory, 'territory');
    if ('finding' in territory) {
      yield { row, status: 'invalid', finding: territory.finding };
      continue;
    }
    let entry = entries.at(-1);
    if (entry?.id !== record.recordId || module !== record.module) {
      if (
        entries.length > 0 &&
        (module !== record.module || entries.length === LIMITS.recordsPerAssign)
      ) {
        yield { wave: 0, target: module, entries };
        entries = [];
      }
      module = record.module;
      entry = { id: record.recordId, rows: [], parts: [] };
      entries.push(entry);
    }
    const finding = refusePart(entry, territory.found.id, module);
    if (finding !== undefined) {
      yield { row, status: 'invalid', finding };
      continue;
    }
    entry.rows.push(row);
    entry.parts.push(territory.found.id);
  }
  if (entries.length > 0) yield { wave: 0, target: module, entries };
}

/** What speaks against one more territory for a CRM record, counted over the whole file. */
function refusePart(
  entry: Required<Pick<Entry, 'rows' | 'parts'>>,
  id: string,
  module: string,
): Finding | undefined {
  const same = entry.parts.indexOf(id);
  if (same >= 0) {
    return {
      code: 'ALREADY_USED',
      cause: 'an earlier row says the same',
      value: `row ${entry.rows[same]}`,
      field: 'territory',
      resolution: 'Delete this row: the earlier one asks for the same.',
    };
  }
  const most = module === 'Deals' ? LIMITS.territoriesPerDeal : LIMITS.territoriesPerRecord;
  if (entry.parts.length < most) return undefined;
  return {
    code: 'LIMIT_EXCEEDED',
    cause:
      module === 'Deals'
        ? 'a deal can have only one territory'
        : `a record can have only ${most} territories`,
    value: `given by row${entry.rows.length === 1 ? '' : 's'} ${entry.rows.join(', ')}`,
    field: 'territory',
    resolution: 'Decide which territories the record shall have, and take the other rows out.',
  };
}

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
