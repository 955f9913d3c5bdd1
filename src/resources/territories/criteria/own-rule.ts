import { criteriaKey } from './canonical.ts';
import {
  type Criteria,
  type CriterionValue,
  isGroup,
  type SimpleCriterion,
  type SingleValue,
} from './shape.ts';

/**
 * Tells what sets criteria apart from others, in a few words: their first rule that the others have
 * not, as `Industry:equal:Banking`; how many rules they have where the others have them all.
 */
export function tellOwnRule(criteria: Criteria, other: Criteria | null): string {
  const others = new Set(other === null ? [] : rulesIn(other).map(criteriaKey));
  const rules = rulesIn(criteria);
  const own = rules.find((rule) => !others.has(criteriaKey(rule)));
  if (own !== undefined) return tellRule(own);
  return isGroup(criteria)
    ? `${rules.length} rules, joined by ${criteria.group_operator.toLowerCase()}`
    : `${tellRule(criteria)} alone`;
}

function rulesIn(criteria: Criteria): SimpleCriterion[] {
  return isGroup(criteria) ? criteria.group.flatMap(rulesIn) : [criteria];
}

function tellRule({ field, comparator, value, type }: SimpleCriterion): string {
  const rule = `${field.api_name}:${comparator}:${tellValue(value)}`;
  return type === undefined || type === 'value' ? rule : `${rule} (${type})`;
}

function tellValue(value: CriterionValue | null): string {
  const one = (single: SingleValue): string =>
    typeof single === 'object' ? (single.id ?? single.name ?? '') : String(single);
  if (value === null) return '';
  return Array.isArray(value) ? value.map(one).join(',') : one(value);
}
