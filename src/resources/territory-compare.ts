import { CRITERIA_KEYS, type Territory } from '../zoho/directory.ts';
import { criteriaFromApi, sameCriteria } from './criteria/index.ts';
import type { Org, Planned } from './resource.ts';
import type { TerritoryRecord } from './territory-record.ts';

/**
 * Says what becomes of a row whose territory the org already has: `unchanged` when every filled
 * cell is as the org holds it, else `invalid`, with the columns that differ.
 */
export function compareTerritory(
  row: number,
  record: TerritoryRecord,
  managerId: string | null,
  territory: Territory,
  org: Org,
): Planned {
  const differing = differingColumns(record, managerId, territory, org);
  const same = differing.length === 0;
  return {
    row,
    status: same ? 'unchanged' : 'invalid',
    id: territory.id,
    finding: {
      code: 'DUPLICATE_DATA',
      cause: same
        ? 'the territory exists already, just as the row says'
        : `the territory exists already, with another ${differing.join(', ')}`,
      value: record.name,
      ...(differing[0] === undefined ? {} : { field: differing[0] }),
      resolution:
        'To update it, change it in Zoho CRM under Setup > Security Control > Territory Management (its id is in the _id column): an import only adds.',
    },
  };
}

function differingColumns(
  record: TerritoryRecord,
  managerId: string | null,
  territory: Territory,
  org: Org,
): string[] {
  const columns: string[] = [];
  if (record.reportingTo !== '') {
    const parent = org.territory(record.reportingTo, 'reporting_to');
    if (!('found' in parent) || parent.found.id !== territory.parentId)
      columns.push('reporting_to');
  }
  if (record.permissionType !== territory.permissionType) columns.push('permission_type');
  if (managerId !== null && managerId !== territory.managerId) columns.push('manager');
  if (record.description !== '' && record.description !== territory.description) {
    columns.push('description');
  }
  for (const key of CRITERIA_KEYS) {
    const wanted = record.criteria[key];
    if (wanted === undefined) continue;
    if (!sameCriteria(wanted, criteriaFromApi(territory.criteria[key]))) columns.push(key);
  }
  return columns;
}
