import { type Answer, type Item, invalidData, Refusal, success } from './answers.ts';
import { idOf, type JsonObject, listOf, objectAt } from './body.ts';
import { type Call, moduleOf, settleItems } from './call.ts';
import type { ModuleName } from './demo-org.ts';
import type { CrmRecord, JobAction } from './record-store.ts';
import { checkAssignable, checkRemovable, territoryIds } from './record-territory-checks.ts';

/** CRM records per call (O26b). */
const MAX_RECORDS = 10;
const KEY = 'data';

const NO_RECORD = 'The record Id given seems to be invalid';
const DONE: Record<JobAction, string> = {
  assign: 'the territories data updated successfully',
  remove: 'the territories data removed successfully',
};
const SCHEDULED: Record<JobAction, string> = {
  assign: 'Territory assignment process scheduled successfully',
  remove: 'Territory removal process scheduled successfully',
};

/** POST /{module}/actions/assign_territories. */
export function assignTerritories(call: Call): Answer {
  return changeMany(call, 'assign');
}

/** POST /{module}/actions/remove_territories. */
export function removeTerritories(call: Call): Answer {
  return changeMany(call, 'remove');
}

/** POST /{module}/{record_id}/actions/assign_territories. */
export function assignTerritoriesOfOne(call: Call): Answer {
  return changeOne(call, 'assign');
}

/** POST /{module}/{record_id}/actions/remove_territories. */
export function removeTerritoriesOfOne(call: Call): Answer {
  return changeOne(call, 'remove');
}

function changeMany(call: Call, action: JobAction): Answer {
  const module = checkedModule(call, action);
  const items = listOf(call.body(), KEY, MAX_RECORDS);
  return settleItems(call, KEY, items, okStatus(call), (given, index) => {
    const path = itemPath(call, index);
    const item = objectAt(given, KEY, path);
    const place = { api_name: 'id', json_path: `${path}.id` };
    if (item['id'] === undefined) {
      throw new Refusal('MANDATORY_NOT_FOUND', 'One of the expected parameter is missing', place);
    }
    const record = recordOf(call, module, idOf(item, path));
    if (record === undefined) throw invalidData(NO_RECORD, place);
    if (isDenied(call, record)) throw noUpdate(place);
    return change(call, action, record, item, path);
  });
}

function changeOne(call: Call, action: JobAction): Answer {
  const module = checkedModule(call, action);
  const record = recordOf(call, module, call.param('recordid'));
  const inPath = { resource_path_index: 1 };
  if (record === undefined) throw invalidData(NO_RECORD, inPath);
  if (isDenied(call, record)) throw noUpdate(inPath);
  const items = listOf(call.body(), KEY, 1);
  return settleItems(call, KEY, items, okStatus(call), (given, index) => {
    const path = itemPath(call, index);
    return change(call, action, record, objectAt(given, KEY, path), path);
  });
}

/** v8 samples print a blank before `$` in this call's paths (O26b). */
function itemPath(call: Call, index: number): string {
  return `${call.version === 8 ? ' ' : ''}$.data[${index}]`;
}

/** v6 still says 200 SUCCESS for what v7 and v8 call 202 SCHEDULED (COMM). */
function okStatus(call: Call): number {
  return call.version > 6 && call.org.settings.assign === 'scheduled' ? 202 : 200;
}

function checkedModule(call: Call, action: JobAction): ModuleName {
  const module = moduleOf(call);
  const { denied, disabledModules } = call.org.settings;
  if (disabledModules.includes(module)) {
    const message = `the territory feature is not enabled for ${module} Module`;
    throw new Refusal('TERRITORY_NOT_ENABLED', message, {}, 403);
  }
  if (denied.updateRecords) {
    const message = 'User does not have sufficient privilege to update records';
    // S3 answers 400, D7's remove page 401.
    const status = action === 'remove' && call.version < 8 ? 401 : 400;
    throw new Refusal('AUTHORIZATION_FAILED', message, {}, status);
  }
  return module;
}

function recordOf(call: Call, module: ModuleName, id: string): CrmRecord | undefined {
  const record = call.org.records.get(id);
  return record?.module === module ? record : undefined;
}

function isDenied(call: Call, record: CrmRecord): boolean {
  return call.org.settings.denied.records?.includes(record.id) ?? false;
}

function noUpdate(place: Record<string, unknown>): Refusal {
  return new Refusal('NO_PERMISSION', 'User has no permission to update the record', place, 403);
}

/** Checks one CRM record's change, then does or schedules it. */
function change(
  call: Call,
  action: JobAction,
  record: CrmRecord,
  item: JsonObject,
  path: string,
): Item {
  const { records, settings } = call.org;
  const listPath = `${path}.Territories`;
  if (settings.denied.assignTerritories) {
    const verb = action === 'assign' ? 'add' : 'remove';
    const details = { api_name: 'id', json_path: listPath };
    throw new Refusal(
      'NO_PERMISSION',
      `User has no permission to ${verb} the Territories`,
      details,
      401,
    );
  }
  const ids = territoryIds(item['Territories'], listPath);
  if (record.isLocked) {
    const message = 'Sorry, you cannot perform this operation as the record is locked.';
    throw new Refusal('RECORD_LOCKED', message, { id: record.id, action: 'record_locking' });
  }
  const pending = records.pendingJob(record.id);
  if (pending !== undefined) {
    // No source prints this body; the job's id is what a client needs (INF).
    const message = 'Territory assignment process already scheduled';
    const details = { id: record.id, job_id: pending.id };
    throw new Refusal('ALREADY_SCHEDULED', message, details);
  }
  if (action === 'assign') checkAssignable(call, record, ids, listPath);
  else checkRemovable(call, record, ids, listPath);
  return carryOut(call, action, record.id, ids);
}

function carryOut(call: Call, action: JobAction, id: string, ids: readonly string[]): Item {
  const { records, settings } = call.org;
  if (settings.assign === 'immediate') {
    records.apply(id, action, ids, call.now);
    return success(DONE[action], { id });
  }
  const job_id = records.schedule(id, action, ids, call.now + settings.jobMs);
  return success(SCHEDULED[action], { job_id, id }, call.version === 6 ? 'SUCCESS' : 'SCHEDULED');
}
