import type { Org } from './call.ts';
import { FIELDS, territoryField } from './demo-fields.ts';
import { DEMO_ORG } from './demo-org.ts';
import type { CrmRecord } from './record-store.ts';
import { personJson } from './territory-json.ts';

/** The value of a field that is no territory field; a field without value is null. */
export function fieldValue(org: Org, record: CrmRecord, apiName: string): unknown {
  if (apiName === 'id') return record.id;
  if (apiName === 'Created_By' || apiName === 'Modified_By') {
    return personJson(org, DEMO_ORG.currentUserId);
  }
  return record.fields[apiName] ?? null;
}

/** A CRM record as the record calls give it; the territories tell how they came (D7). */
export function recordJson(org: Org, record: CrmRecord, only?: readonly string[]): object {
  const isWanted = (name: string) => only === undefined || only.includes(name);
  const territories = territoryField(record.module);
  const names = [...FIELDS[record.module].keys()].filter(
    (name) => name !== territories && name !== 'id' && isWanted(name),
  );
  const values = names.map((name) => [name, fieldValue(org, record, name)]);
  return {
    ...Object.fromEntries(values),
    ...(isWanted(territories) ? { [territories]: recordTerritories(org, record.id) } : {}),
    id: record.id,
  };
}

function recordTerritories(org: Org, recordId: string): object[] {
  return org.records.territoriesOf(recordId).map((one) => ({
    Name: one.territoryName,
    id: one.territoryId,
    $assigned_by: personJson(org, DEMO_ORG.currentUserId),
    $assigned_time: one.assignedTime,
    $assigned: one.assigned,
  }));
}
