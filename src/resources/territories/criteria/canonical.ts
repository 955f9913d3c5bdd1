import {
  type Criteria,
  type CriterionValue,
  isGroup,
  type SimpleCriterion,
  type SingleValue,
} from './shape.ts';

/**
 * Writes criteria as JSON in one fixed spelling, for an exported file.
 *
 * Left out is what an answer of the API adds or what belongs to one org: `field.id`, `$disrupted` and the default
 * `type`, "value". Every other `type` stays, because without it the value would mean something else. Group operators are
 * in lower case, a group of one is written as its only member, and keys have one order; members keep theirs. Reading the
 * text with `parseCriteria` and writing it again gives the same text.
 */
export function formatCriteria(criteria: Criteria): string {
  return JSON.stringify(spell(criteria, (rule) => rule));
}

/**
 * Whether two criteria ask for the same thing: equal in the spelling of {@link formatCriteria}, when numbers and
 * booleans may be written as texts, a list of one as its item, and a CRM record by its id alone, and rules that one
 * operator joins may stand in any order and nested in any way.
 *
 * Null is "no rule" and the same as null only; undefined, criteria that could not be read, is the same as nothing.
 */
export function sameCriteria(
  a: Criteria | null | undefined,
  b: Criteria | null | undefined,
): boolean {
  if (a === undefined || b === undefined) return false;
  return criteriaKey(a) === criteriaKey(b);
}

/** Gives one text for all criteria that ask for the same thing, as {@link sameCriteria} has it. */
export function criteriaKey(criteria: Criteria | null): string {
  return criteria === null ? 'null' : keyOf(spell(criteria, loosen));
}

function keyOf(criteria: Criteria): string {
  if (!isGroup(criteria)) return JSON.stringify(criteria);
  const { group_operator } = criteria;
  return `${group_operator}(${joinedBy(group_operator, criteria).map(keyOf).sort()})`;
}

/** What an operator joins, in groups within groups as well. */
function joinedBy(operator: string, criteria: Criteria): Criteria[] {
  return isGroup(criteria) && criteria.group_operator === operator
    ? criteria.group.flatMap((member) => joinedBy(operator, member))
    : [criteria];
}

function spell(criteria: Criteria, last: (rule: SimpleCriterion) => SimpleCriterion): Criteria {
  if (isGroup(criteria)) {
    const group = criteria.group.map((member) => spell(member, last));
    const only = group.length === 1 ? group[0] : undefined;
    return only ?? { group_operator: isAnd(criteria.group_operator) ? 'and' : 'or', group };
  }
  const { comparator, field, value, type } = criteria;
  const rule = { comparator, field: { api_name: field.api_name }, value: spellValue(value) };
  return last(type === undefined || type === 'value' ? rule : { ...rule, type });
}

function isAnd(operator: string): boolean {
  return operator.toLowerCase() === 'and';
}

function spellValue(value: CriterionValue | null): CriterionValue | null {
  const one = (single: SingleValue): SingleValue =>
    typeof single === 'object' ? { id: single.id, name: single.name } : single;
  if (value === null) return null;
  return Array.isArray(value) ? value.map(one) : one(value);
}

/** Removes the differences that do not change what a rule asks for. */
function loosen(rule: SimpleCriterion): SimpleCriterion {
  const { type, value, ...rest } = rule;
  const one = (single: SingleValue): SingleValue => {
    if (typeof single !== 'object') return String(single);
    return single.id === undefined ? single : { id: single.id };
  };
  const values = Array.isArray(value) ? value.map(one) : value === null ? null : one(value);
  const only = Array.isArray(values) && values.length === 1 ? values[0] : undefined;
  const loose = { ...rest, value: only ?? values };
  // `${…}` says by itself that the value is pre-defined.
  return type === undefined || type === 'pre_defined' ? loose : { ...loose, type };
}
