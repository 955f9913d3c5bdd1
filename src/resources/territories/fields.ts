import { CRITERIA_KEYS, type CriteriaKey, type Territory } from '../../zoho/directory.ts';
import { normaliseName } from '../names.ts';
import {
  type Criteria,
  criteriaFromApi,
  criteriaKey,
  formatCriteria,
  sameCriteria,
} from './criteria/index.ts';

/** What a territory consists of: columns of the file and keys of the API alike. */
export const TERRITORY_FIELDS = [
  'name',
  'reporting_to',
  'permission_type',
  'manager',
  'description',
  ...CRITERIA_KEYS,
] as const;
export type TerritoryField = (typeof TERRITORY_FIELDS)[number];

/** Fields of a territory as the API writes them; null for none. */
export type TerritoryBody = Readonly<Partial<Record<TerritoryField, unknown>>>;

/** How "no value" is written, in cells and in what is told. */
export const NONE = '(none)';

/** What the org holds in a field, as the API writes it. */
export function heldValue(territory: Territory, field: TerritoryField): unknown {
  switch (field) {
    case 'name':
      return territory.name;
    case 'reporting_to':
      return reference(territory.parentId);
    case 'permission_type':
      return territory.permissionType;
    case 'manager':
      return reference(territory.managerId);
    case 'description':
      return territory.description;
    default:
      return territory.criteria[field] ?? null;
  }
}

/** Whether the org has told what a field holds, be it nothing: some answer with few fields. */
export function isTold(territory: Territory, field: TerritoryField): boolean {
  if (isCriteriaKey(field)) return field in territory.criteria;
  if (field === 'permission_type') return territory.permissionType !== '';
  const isEmpty = territory.empty?.some((key) => key === field) === true;
  return isEmpty || heldValue(territory, field) !== null;
}

function reference(id: string | null): { id: string } | null {
  return id === null ? null : { id };
}

/** Whether the org holds what a body says of a field. */
export function isHeld(territory: Territory, field: TerritoryField, value: unknown): boolean {
  const held = heldValue(territory, field);
  return isCriteriaKey(field)
    ? sameCriteria(value as Criteria | null, criteriaFromApi(held))
    : fieldText(field, value) === fieldText(field, held);
}

/** The fields of a body that the org does not hold so. */
export function differingFields(territory: Territory, body: TerritoryBody): TerritoryField[] {
  return TERRITORY_FIELDS.filter(
    (field) => field in body && !isHeld(territory, field, body[field]),
  );
}

/** A field in one spelling: an id, a text, or criteria as JSON. */
export function fieldText(field: TerritoryField, value: unknown): string {
  if (isCriteriaKey(field)) {
    const criteria = criteriaFromApi(value);
    if (criteria === null) return NONE;
    return criteria === undefined ? JSON.stringify(value) : formatCriteria(criteria);
  }
  if (typeof value === 'object' && value !== null && 'id' in value) return String(value.id);
  const text = String(value ?? '').trim();
  return text === '' ? NONE : text;
}

/**
 * A field as one text for all values that mean the same, however they are written: orgs may write
 * names, blanks, line breaks and rules in a way of their own.
 */
export function fieldMeaning(field: TerritoryField, value: unknown): string {
  const criteria = isCriteriaKey(field) ? criteriaFromApi(value) : undefined;
  if (criteria !== undefined) return criteriaKey(criteria);
  const text = fieldText(field, value);
  return field === 'name' ? normaliseName(text) : text.replace(/\s+/g, ' ');
}

export function isCriteriaKey(field: TerritoryField): field is CriteriaKey {
  return CRITERIA_KEYS.some((key) => key === field);
}

/** What stands for the id of a territory that a row has yet to create. */
export function rowKey(row: number): string {
  return `row ${row}`;
}
