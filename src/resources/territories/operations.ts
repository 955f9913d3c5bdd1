import type { Entry } from '../../vocabulary.ts';
import type { Effect, Operation, Pointer } from '../operation.ts';
import { fieldText, rowKey, TERRITORY_FIELDS, type TerritoryField } from './fields.ts';
import { settleCreated, settleUpdated } from './settle.ts';

/**
 * Creates up to ten territories whose parents exist.
 * @see https://www.zoho.com/crm/developer/docs/api/v7/add-territories.html
 */
export const createTerritories: Operation = {
  name: 'POST /settings/territories',
  endpoint: 'territories.create',
  listKey: 'territories',
  request: ({ entries }) => ({
    method: 'POST',
    path: '/settings/territories',
    body: { territories: entries.map(({ body }) => body) },
  }),
  succeeded: () => 'created',
  column,
  settle: async (_chunk, entries, org) => settleCreated(entries, await org.territories()),
  effect(_chunk, entry) {
    const values = TERRITORY_FIELDS.map((field) => [field, textAfter(entry, field)]);
    const given = values.filter(([, text]) => text !== undefined);
    return { ...Object.fromEntries(given), ...orderOf(entry) };
  },
};

/**
 * Updates up to ten territories, each in the fields that its row changes.
 * @see https://www.zoho.com/crm/developer/docs/api/v7/update-territories.html
 */
export const updateTerritories: Operation = {
  name: 'PUT /settings/territories',
  endpoint: 'territories.update',
  listKey: 'territories',
  request: ({ entries }) => ({
    method: 'PUT',
    path: '/settings/territories',
    body: { territories: entries.map(({ id, body }) => ({ id, ...body })) },
  }),
  succeeded: () => 'updated',
  column,
  settle: async (_chunk, entries, org) => settleUpdated(entries, await org.territories()),
  // The value before is part of it: who changes the same field meanwhile wanted something else.
  effect(_chunk, entry) {
    const { id = '', before = {} } = entry;
    const effect: Record<string, string> = { id };
    for (const field of TERRITORY_FIELDS) {
      const after = textAfter(entry, field);
      if (after !== undefined) effect[field] = after;
      const held = field in before ? fieldText(field, before[field]) : after;
      if (held !== undefined && held !== after) effect[`before ${field}`] = held;
    }
    return { ...effect, ...orderOf(entry) } satisfies Effect;
  },
};

/** What a row waits for is part of what becomes of it: too early, the org refuses it. */
function orderOf({ afterRow }: Entry): Effect {
  return afterRow === undefined ? {} : { after: rowKey(afterRow) };
}

/** What a field will hold; undefined where the entry says nothing of it. */
function textAfter({ body = {}, parentRow }: Entry, field: TerritoryField): string | undefined {
  if (field in body) return fieldText(field, body[field]);
  return field === 'reporting_to' && parentRow !== undefined ? rowKey(parentRow) : undefined;
}

function column({ apiName, jsonPath }: Pointer): string {
  const [, key = apiName] = /^\$\.territories\[\d+\]\.(\w+)/.exec(jsonPath) ?? [];
  if (key === 'id') return 'territory_id';
  return TERRITORY_FIELDS.find((field) => field === key) ?? 'name';
}
