import type { Entry } from '../../vocabulary.ts';
import type { Territory } from '../../zoho/directory.ts';
import { normaliseName } from '../names.ts';
import type { Settled } from '../operation.ts';
import { criteriaFromApi } from './criteria/index.ts';
import { tellBeside } from './differences.ts';
import {
  differingFields,
  fieldMeaning,
  fieldText,
  heldValue,
  isCriteriaKey,
  isTold,
  type TerritoryBody,
  type TerritoryField,
} from './fields.ts';

/**
 * Finds the rows that were to create a territory whose name the org has by now. Another value in a
 * field that the row fills is somebody else's.
 */
export function settleCreated(
  entries: readonly Entry[],
  territories: readonly Territory[],
): Map<number, Settled> {
  const held = Map.groupBy(territories, ({ name }) => normaliseName(name));
  const conflictIn = createConflict(territories);
  const settled = new Map<number, Settled>();
  for (const { rows, body = {} } of entries) {
    const namesakes = held.get(normaliseName(String(body['name']))) ?? [];
    const territory = namesakes.find(({ name }) => name === body['name']) ?? namesakes[0];
    if (territory === undefined) continue;
    const differing = differingFields(territory, body).filter((field) => field !== 'name');
    const conflict = conflictIn(territory, differing, body);
    const one = {
      id: territory.id,
      ...(differing.length > 0 && { differs: true }),
      ...(conflict !== undefined && { conflict }),
    };
    for (const row of rows) settled.set(row, one);
  }
  return settled;
}

/**
 * Finds the rows that were to change a territory which is as asked by now, or of which somebody
 * else has changed the same fields. Rows that are not carried out, or in part, are absent, as are
 * those of territories that are gone.
 */
export function settleUpdated(
  entries: readonly Entry[],
  territories: readonly Territory[],
): Map<number, Settled> {
  const held = new Map(territories.map((one) => [one.id, one]));
  const conflictIn = createConflict(territories);
  const settled = new Map<number, Settled>();
  for (const { id = '', rows, body = {}, before = {} } of entries) {
    const territory = held.get(id);
    if (territory === undefined) continue;
    // A field without a value before it is sent because it must be: the row asks nothing of it.
    const differing = differingFields(territory, body).filter((field) => field in before);
    const foreign = differing.filter(
      (field) => fieldText(field, before[field]) !== fieldText(field, heldValue(territory, field)),
    );
    const conflict = conflictIn(territory, foreign, body);
    if (differing.length > 0 && conflict === undefined) continue;
    const one = { id, ...(conflict !== undefined && { differs: true, conflict }) };
    for (const row of rows) settled.set(row, one);
  }
  return settled;
}

/**
 * Makes a function that tells what a territory holds in some fields instead of what was asked,
 * parents by their names; undefined for nothing. Left out is what may well be as asked: a value in
 * another spelling, rules that cannot be read, and what the org does not tell.
 */
function createConflict(territories: readonly Territory[]) {
  const names = new Map(territories.map(({ id, name }) => [id, name]));
  return (
    territory: Territory,
    fields: readonly TerritoryField[],
    asked: TerritoryBody,
  ): string | undefined => {
    const told = fields.flatMap((field) => {
      const value = heldValue(territory, field);
      if (!isTold(territory, field)) return [];
      if (isCriteriaKey(field) && criteriaFromApi(value) === undefined) return [];
      if (fieldMeaning(field, value) === fieldMeaning(field, asked[field])) return [];
      const parent = field === 'reporting_to' ? names.get(territory.parentId ?? '') : undefined;
      return `${field}: ${tellBeside(field, parent ?? value, asked[field])}`;
    });
    return told.length === 0 ? undefined : told.join('; ');
  };
}
