import type { Finding } from '../../vocabulary.ts';
import { bareId, checkId } from '../ids.ts';
import type { Operation, Settled } from '../operation.ts';
import type { Resource } from '../resource.ts';
import { planAssignments, type RecordTerritory } from './plan.ts';

/** Modules whose records can have territories (assign reference, read 2026-11-21). */
export const RECORD_MODULES = ['Leads', 'Accounts', 'Contacts', 'Deals'] as const;

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
  async settle({ target }, entries, org) {
    const settled = new Map<number, Settled>();
    for (const { id, rows, parts = [] } of entries) {
      const held = await org.territoriesOfRecord(target, id ?? '');
      rows.forEach((row, i) => {
        if (held.has(parts[i] ?? '')) settled.set(row, {});
      });
    }
    return settled;
  },
  effect: ({ target }, { id = '', parts = [] }, index) => ({
    module: target,
    record_id: id,
    territory: parts[index] ?? '',
  }),
};

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
