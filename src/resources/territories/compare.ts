import type { Finding } from '../../vocabulary.ts';
import type { Territory } from '../../zoho/directory.ts';
import type { Ended } from '../planner.ts';
import type { Org } from '../resource.ts';
import {
  differingFields,
  TERRITORY_FIELDS,
  type TerritoryBody,
  type TerritoryField,
} from './fields.ts';
import type { TerritoryRow } from './match.ts';
import { parentInOrg } from './parent-in-org.ts';

/** A row whose territory the org has. */
export type ExistingRow = TerritoryRow & { readonly territory: Territory };

export function isExisting(row: TerritoryRow): row is ExistingRow {
  return row.territory !== undefined;
}

/**
 * What the filled cells of a row ask for, but for the parent, which may not exist yet. A name by
 * which the territory was found is what it is called already, in whatever case.
 */
export function bodyOf({ record, managerId, territory }: TerritoryRow): TerritoryBody {
  const { id, name, permissionType, description, criteria } = record;
  return {
    ...((territory === undefined || id !== undefined) && { name }),
    ...(permissionType !== undefined && { permission_type: permissionType }),
    ...(managerId !== undefined && { manager: managerId === null ? null : { id: managerId } }),
    ...(description !== undefined && { description }),
    ...criteria,
  };
}

/** What becomes of a row whose territory exists while nothing may be updated. */
export function endExisting(row: ExistingRow, org: Org): Ended {
  const differing = differingFields(row.territory, bodyOf(row));
  if (isElsewhere(row, org)) differing.push('reporting_to');
  return differing.length === 0
    ? unchanged(row)
    : {
        row: row.row,
        status: 'invalid',
        id: row.territory.id,
        finding: refuseTopChange(row) ?? differs(row, differing),
      };
}

/** A parent that is not in the org is another one than it has, whoever it is. */
function isElsewhere({ record: { reportingTo }, territory }: ExistingRow, org: Org): boolean {
  if (reportingTo === undefined) return false;
  const parent = parentInOrg(reportingTo, org);
  return parent === undefined || !('found' in parent) || parent.found.id !== territory.parentId;
}

/** Says what speaks against a row about the top territory, of which only the name can change. */
export function refuseTopChange(row: ExistingRow): Finding | undefined {
  if (row.territory.parentId !== null) return undefined;
  const differing = differingFields(row.territory, bodyOf(row)).filter((field) => field !== 'name');
  if (row.record.reportingTo !== undefined) differing.push('reporting_to');
  const [first] = inOrder(differing);
  if (first === undefined) return undefined;
  return {
    code: 'NOT_ALLOWED',
    cause: 'only the name of the top territory can be changed',
    value: `${row.record.name} (${listed(differing)})`,
    field: first,
    resolution: 'Empty these cells, or write into them what the org holds.',
  };
}

/** The end of a row that the org holds as it is. */
export function unchanged({ row, record, territory }: ExistingRow): Ended {
  return {
    row,
    status: 'unchanged',
    id: territory.id,
    finding: {
      code: 'DUPLICATE_DATA',
      cause: 'the territory exists already, just as the row says',
      value: record.name,
      resolution: '',
    },
  };
}

function differs({ record }: ExistingRow, differing: readonly TerritoryField[]): Finding {
  const [field] = inOrder(differing);
  return {
    code: 'DUPLICATE_DATA',
    cause: `the territory exists already, with another ${listed(differing)}`,
    value: record.name,
    ...(field === undefined ? {} : { field }),
    resolution: 'Import the file with --mode upsert to update it, or take the row out.',
  };
}

function inOrder(fields: readonly TerritoryField[]): TerritoryField[] {
  return TERRITORY_FIELDS.filter((field) => fields.includes(field));
}

function listed(fields: readonly TerritoryField[]): string {
  return inOrder(fields).join(', ');
}
