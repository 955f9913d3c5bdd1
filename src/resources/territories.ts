import type { Finding } from '../vocabulary.ts';
import { CRITERIA_KEYS, type CriteriaKey } from '../zoho/directory.ts';
import { LIMITS } from '../zoho/limits.ts';
import { type Criteria, parseCriteria } from './criteria/index.ts';
import { checkId } from './ids.ts';
import { normaliseName } from './names.ts';
import type { Cell, Checked, Resource } from './resource.ts';
import type { TerritoryRecord } from './territory-record.ts';
import { planTree } from './territory-tree.ts';

/** @see https://www.zoho.com/crm/developer/docs/api/v7/add-territories.html (read 2026-11-21) */
const PERMISSION_TYPES = ['read_only', 'read_write_delete'] as const;
const FORBIDDEN_IN_NAME = '^~`#%&+=[]{}|\\;"\'<>,';

/** The module whose records each criteria selects. */
const CRITERIA_MODULES = {
  account_rule_criteria: 'Accounts',
  lead_rule_criteria: 'Leads',
  deal_rule_criteria: 'Deals',
} as const;

/**
 * Territories, created parents first, ten a call.
 * @see https://www.zoho.com/crm/developer/docs/api/v7/add-territories.html
 */
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
        "parent: an id, or the name of a territory in the org or anywhere in the same file; blank = the org's top territory",
    },
    {
      name: 'permission_type',
      aliases: ['permission'],
      required: true,
      content: PERMISSION_TYPES.map((type) => `\`${type}\``).join(' or '),
    },
    {
      name: 'manager',
      aliases: [],
      required: false,
      content: 'a user id or e-mail address; blank = none',
    },
    {
      name: 'description',
      aliases: [],
      required: false,
      content: `at most ${LIMITS.descriptionLength} characters`,
    },
    ...CRITERIA_KEYS.map((name) => ({
      name,
      aliases: [],
      required: false,
      content: `rules for ${CRITERIA_MODULES[name]}: the API's JSON, or \`((Industry:equal:Banking)and(…))\`; at most 25 rules`,
    })),
  ],
  needs: { users: true, currentUser: false },
  listKey: 'territories',
  endpoint: 'territories.create',
  check,

  // A territory's name is kept for invalid rows too: rows below them are then blocked, not orphans.
  subject: (cell) => cell('name'),
  // The whole file is one tree, planned in the order of its rows.
  canonical: () => '',
  plan: planTree,

  request: (chunk) => ({
    method: 'POST',
    path: '/settings/territories',
    body: { territories: chunk.entries.map(({ body }) => body) },
  }),

  succeeded: () => 'created',

  column({ apiName, jsonPath }) {
    const keys = [
      'name',
      'reporting_to',
      'permission_type',
      'manager',
      'description',
      ...CRITERIA_KEYS,
    ];
    return (
      keys.find((key) => jsonPath.includes(`.${key}`)) ??
      keys.find((key) => key === apiName) ??
      'name'
    );
  },

  async settle(_chunk, entries, org) {
    const held = new Map(
      (await org.territories()).map(({ id, name }) => [normaliseName(name), id]),
    );
    const settled = new Map<number, { id?: string }>();
    for (const { rows, body } of entries) {
      const id = held.get(normaliseName(String(body?.['name'])));
      if (id !== undefined) for (const row of rows) settled.set(row, { id });
    }
    return settled;
  },
};

function check(cell: Cell): Checked<TerritoryRecord> {
  const record = {
    name: cell('name'),
    reportingTo: cell('reporting_to'),
    permissionType: cell('permission_type'),
    manager: cell('manager'),
    description: cell('description'),
  };
  const finding =
    checkName(record.name) ??
    checkPermissionType(record.permissionType) ??
    checkLength(record.description, LIMITS.descriptionLength, 'description');
  if (finding !== undefined) return { finding };

  const criteria: Partial<Record<CriteriaKey, Criteria>> = {};
  for (const key of CRITERIA_KEYS) {
    const text = cell(key);
    if (text === '') continue;
    const parsed = parseCriteria(text, CRITERIA_MODULES[key]);
    if ('problem' in parsed) return { finding: { ...parsed.problem, field: key } };
    criteria[key] = parsed.criteria;
  }
  return { record: { ...record, criteria } };
}

function checkName(name: string): Finding | undefined {
  if (name === '') return checkId('', 'name', 'territory name');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(name)) {
    return {
      code: 'INVALID_DATA',
      cause: 'the territory name contains a line break or another control character',
      value: name,
      field: 'name',
      resolution: 'Write the name on one line.',
    };
  }
  const forbidden = [...name].find((character) => FORBIDDEN_IN_NAME.includes(character));
  if (forbidden !== undefined) {
    return {
      code: 'INVALID_DATA',
      cause: `the territory name contains "${forbidden}", which is not allowed`,
      value: name,
      field: 'name',
      resolution: `Take it out. Not allowed are ${[...FORBIDDEN_IN_NAME].join(' ')}`,
    };
  }
  return checkLength(name, LIMITS.nameLength, 'name');
}

function checkLength(text: string, most: number, field: string): Finding | undefined {
  const length = [...text].length;
  if (length <= most) return undefined;
  return {
    code: 'INVALID_DATA',
    cause: `the ${field} is longer than ${most} characters`,
    value: text,
    field,
    resolution: `Shorten it by ${length - most} ${length - most === 1 ? 'character' : 'characters'}.`,
  };
}

function checkPermissionType(text: string): Finding | undefined {
  if (PERMISSION_TYPES.some((type) => type === text)) return undefined;
  const resolution = `Write ${PERMISSION_TYPES.join(' or ')}.`;
  return text === ''
    ? {
        code: 'MANDATORY_NOT_FOUND',
        cause: 'the permission type is missing',
        field: 'permission_type',
        resolution,
      }
    : {
        code: 'INVALID_DATA',
        cause: 'the permission type is unknown',
        value: text,
        field: 'permission_type',
        resolution,
      };
}
