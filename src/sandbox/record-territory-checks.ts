import { invalidData, mandatory, Refusal, wrongType } from './answers.ts';
import { idOf, objectAt } from './body.ts';
import type { Call } from './call.ts';
import type { CrmRecord } from './record-store.ts';

/** Territories per CRM record, and per deal (S3). */
const MAX_TERRITORIES = 10;
const MAX_FOR_DEALS = 1;

/** The ids under `Territories`, each once (S3 MANDATORY_NOT_FOUND, ALREADY_USED). */
export function territoryIds(given: unknown, path: string): string[] {
  if (given === undefined) throw mandatory('Territories', path);
  if (!Array.isArray(given)) throw wrongType('Territories', path, 'jsonarray');
  if (given.length === 0) throw mandatory('Territories', path);
  const ids: string[] = [];
  given.forEach((one: unknown, index) => {
    const place = `${path}[${index}]`;
    const id = idOf(objectAt(one, 'Territories', place), place);
    const first = ids.indexOf(id);
    if (first >= 0) {
      throw new Refusal('ALREADY_USED', 'duplicate territory id found', {
        api_name: 'id',
        json_path: `${place}.id`,
        exists_in: { json_path: `${path}[${first}].id` },
      });
    }
    ids.push(id);
  });
  return ids;
}

/** Refuses territories that a CRM record cannot get, or has already. */
export function checkAssignable(
  call: Call,
  record: CrmRecord,
  ids: readonly string[],
  path: string,
): void {
  const { records, territories } = call.org;
  const held = new Set(records.territoriesOf(record.id).map((one) => one.territoryId));
  ids.forEach((id, index) => {
    const place = { api_name: 'id', json_path: `${path}[${index}].id` };
    if (territories.get(id) === undefined) {
      throw invalidData('the id given seems to be invalid', place);
    }
    if (held.has(id)) {
      throw new Refusal('DUPLICATE_DATA', 'Given Territory already exists for that record', place);
    }
  });
  const limit = record.module === 'Deals' ? MAX_FOR_DEALS : MAX_TERRITORIES;
  if (held.size + ids.length > limit) {
    const message = 'Maximum limit of territories for that record exceeds';
    const details = { api_name: 'Territories', json_path: path, limit };
    throw new Refusal('LIMIT_EXCEEDED', message, details);
  }
}

/** Refuses territories that a CRM record does not hold, or that a rule gave it. */
export function checkRemovable(
  call: Call,
  record: CrmRecord,
  ids: readonly string[],
  path: string,
): void {
  const held = new Map(
    call.org.records.territoriesOf(record.id).map((one) => [one.territoryId, one]),
  );
  ids.forEach((id, index) => {
    const place = { api_name: 'id', json_path: `${path}[${index}].id` };
    const assignment = held.get(id);
    if (assignment === undefined) throw invalidData('the id given seems to be invalid', place);
    if (assignment.assigned === 'automatically') {
      const message = 'The territory assigned by the system cannot be removed';
      throw new Refusal('NOT_ALLOWED', message, place, 403);
    }
  });
}
