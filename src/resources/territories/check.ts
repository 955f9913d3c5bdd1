import type { Finding, Settings } from '../../vocabulary.ts';
import { CRITERIA_KEYS, type CriteriaKey } from '../../zoho/directory.ts';
import { LIMITS } from '../../zoho/limits.ts';
import { bareId, checkId, looksLikeId } from '../ids.ts';
import type { Cell, Checked } from '../resource.ts';
import { type Criteria, parseCriteria } from './criteria/index.ts';
import { NONE } from './fields.ts';
import type { TerritoryRecord } from './record.ts';

/** @see https://www.zoho.com/crm/developer/docs/api/v7/add-territories.html (read 2026-11-21) */
export const PERMISSION_TYPES = ['read_only', 'read_write_delete'] as const;
export const FORBIDDEN_IN_NAME = '^~`#%&+=[]{}|\\;"\'<>,';

/** The module whose records each criteria selects. */
export const CRITERIA_MODULES = {
  account_rule_criteria: 'Accounts',
  lead_rule_criteria: 'Leads',
  deal_rule_criteria: 'Deals',
} as const;

/** Checks one row of a territories file by itself. */
export function checkTerritory(cell: Cell, settings: Settings): Checked<TerritoryRecord> {
  // Where nothing is updated, what is no id may be that of another system.
  const text = bareId(cell('territory_id'));
  const id = settings.mode === 'upsert' || looksLikeId(text) ? text : '';
  const name = cell('name');
  const reportingTo = cell('reporting_to');
  const permissionType = cell('permission_type');
  const description = cell('description');
  const finding =
    checkName(name) ??
    (id === '' || settings.mode !== 'upsert'
      ? undefined
      : checkId(id, 'territory_id', 'territory id')) ??
    checkPermissionType(permissionType, settings) ??
    (isNone(reportingTo) ? orphan(reportingTo) : undefined) ??
    checkLength(description, LIMITS.descriptionLength, 'description');
  if (finding !== undefined) return { finding };

  const criteria: Partial<Record<CriteriaKey, Criteria | null>> = {};
  for (const key of CRITERIA_KEYS) {
    const text = orNull(cell(key));
    if (text === undefined) continue;
    const parsed = text === null ? { criteria: null } : parseCriteria(text, CRITERIA_MODULES[key]);
    if ('problem' in parsed) return { finding: { ...parsed.problem, field: key } };
    criteria[key] = parsed.criteria;
  }
  return {
    record: {
      id: orNothing(id),
      name,
      reportingTo: orNothing(reportingTo),
      permissionType: orNothing(permissionType),
      manager: orNull(managerIn(cell('manager'))),
      description: orNull(description),
      criteria,
    },
  };
}

/** Nobody's address is a number: what may be an id is one. */
function managerIn(text: string): string {
  const id = bareId(text);
  return looksLikeId(id) ? id : text;
}

/** A cell that says so clears its field; a blank one says nothing of it. */
function isNone(text: string): boolean {
  return text.trim().toLowerCase() === NONE;
}

function orNothing(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function orNull(text: string): string | null | undefined {
  return isNone(text) ? null : orNothing(text);
}

function checkName(name: string): Finding | undefined {
  if (name === '') return checkId('', 'name', 'territory name');
  if (isNone(name)) return nameless(name);
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

/** Where territories are updated, only the org tells which rows need a permission type. */
function checkPermissionType(text: string, { mode }: Settings): Finding | undefined {
  if (PERMISSION_TYPES.some((type) => type === text)) return undefined;
  if (text === '' && mode === 'upsert') return undefined;
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

function nameless(text: string): Finding {
  return {
    code: 'INVALID_DATA',
    cause: 'a territory must have a name',
    value: text,
    field: 'name',
    resolution: 'Write its name.',
  };
}

function orphan(text: string): Finding {
  return {
    code: 'INVALID_DATA',
    cause: 'a territory other than the top one must have a parent',
    value: text,
    field: 'reporting_to',
    resolution:
      'Name a parent, or empty the cell: a territory that exists then stays where it is, a new one comes below the top one.',
  };
}
