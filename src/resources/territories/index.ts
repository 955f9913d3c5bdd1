import { CRITERIA_KEYS } from '../../zoho/directory.ts';
import { LIMITS } from '../../zoho/limits.ts';
import type { Resource } from '../resource.ts';
import { treeChangesOf } from './changes.ts';
import { CRITERIA_MODULES, checkTerritory, FORBIDDEN_IN_NAME, PERMISSION_TYPES } from './check.ts';
import { NONE } from './fields.ts';
import { createTerritories, updateTerritories } from './operations.ts';
import { planTerritories } from './plan.ts';
import type { TerritoryRecord } from './record.ts';
import { verifyTerritories } from './verify.ts';

/** Territories: created parents first, and updated where the whole file is to be as asked. */
export const territories: Resource<TerritoryRecord> = {
  name: 'territories',
  singular: 'territory',
  columns: [
    {
      name: 'name',
      aliases: ['territory_name'],
      required: true,
      content: `at most ${LIMITS.nameLength} characters, none of \`${FORBIDDEN_IN_NAME.replace('`', '\\`')}\``,
    },
    {
      name: 'reporting_to',
      aliases: ['parent', 'parent_territory'],
      required: false,
      content:
        "parent: an id, or the name of a territory in the org or anywhere in the same file; blank = the org's top territory, or for a territory that exists the parent it has",
    },
    {
      name: 'permission_type',
      aliases: ['permission'],
      required: true,
      unless: ({ mode }) => mode === 'upsert',
      content: `${PERMISSION_TYPES.map((type) => `\`${type}\``).join(' or ')}; needed, with \`--mode upsert\` only for territories to be created`,
    },
    {
      name: 'manager',
      aliases: [],
      required: false,
      content: `a user id or e-mail address; \`${NONE}\` takes the manager away`,
    },
    {
      name: 'description',
      aliases: [],
      required: false,
      content: `at most ${LIMITS.descriptionLength} characters; \`${NONE}\` empties it`,
    },
    ...CRITERIA_KEYS.map((name) => ({
      name,
      aliases: [],
      required: false,
      content: `rules for ${CRITERIA_MODULES[name]}: the API's JSON, or \`((Industry:equal:Banking)and(…))\`; at most 25 rules; \`${NONE}\` takes them away`,
    })),
    {
      name: 'territory_id',
      aliases: [],
      required: false,
      content: 'id of a territory that exists, so that its name can change with `--mode upsert`',
    },
  ],
  settings: ['mode'],
  needs: { users: true, currentUser: false },
  check: checkTerritory,

  // A territory's name is kept for invalid rows too: rows below them are then blocked, not orphans.
  subject: (cell) => cell('name'),
  // The whole file is one tree, planned in the order of its rows.
  canonical: () => '',
  planner: planTerritories,
  verifier: verifyTerritories,
  operations: { create: createTerritories, update: updateTerritories },
  treeOf: treeChangesOf,
};
