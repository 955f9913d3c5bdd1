import { checkValue } from './check-value.ts';
import { comparatorsOf, shapeOf } from './comparators.ts';
import { type Draft, type DraftRule, rulesOf } from './draft.ts';
import { type FieldKind, kindOf } from './fields.ts';
import { type Refused, refuse } from './problem.ts';
import { type Criteria, type CriteriaModule, MAX_RULES } from './shape.ts';

/**
 * Holds the parts of every rule against each other, as far as they can be known without the org, and gives the criteria
 * to send.
 *
 * Known offline: the comparators, the values each can take, the date literals, and the kinds of standard fields. A
 * custom field takes any comparator here; the org has the last word on it.
 */
export function checkDraft(draft: Draft, module: CriteriaModule): { criteria: Criteria } | Refused {
  const rules = rulesOf(draft);
  const surplus = rules[MAX_RULES];
  if (surplus !== undefined) {
    return refuse(
      'LIMIT_EXCEEDED',
      'the criteria have too many rules',
      `${rules.length} rules`,
      surplus.at.field,
      `keep ${MAX_RULES} rules and remove those from here on, or split the territory; several values of one field fit into one rule with in, as in (Industry:in:Banking,Insurance)`,
    );
  }
  for (const rule of rules) {
    const refused = checkRule(rule, kindOf(module, rule.field));
    if (refused !== undefined) return refused;
  }
  return { criteria: build(draft) };
}

function checkRule(rule: DraftRule, kind: FieldKind | undefined): Refused | undefined {
  if (!/^[\w$.]+$/.test(rule.field)) {
    return refuse(
      'INVALID_DATA',
      'the field is not an API name',
      rule.field,
      rule.at.field,
      'use the API name of the field, as in Annual_Revenue; Zoho CRM lists them in its setup under API Names',
    );
  }
  const shape = shapeOf(rule.comparator);
  if (shape === undefined) {
    return refuse(
      'INVALID_DATA',
      'the comparator is not known',
      rule.comparator,
      rule.at.comparator,
      `use one of ${comparatorsOf(kind).join(', ')}`,
    );
  }
  if (kind === 'file') {
    return refuse(
      'NOT_SUPPORTED',
      'the field cannot be used in criteria',
      rule.field,
      rule.at.field,
      'remove the rule; files and images cannot be compared',
    );
  }
  const comparators = comparatorsOf(kind);
  if (!comparators.includes(rule.comparator)) {
    return refuse(
      'DEPENDENT_MISMATCH',
      'the comparator is not compatible with the field',
      `${rule.field} ${rule.comparator}`,
      rule.at.comparator,
      `${rule.field} is a ${kind} field; use one of ${comparators.join(', ')}`,
    );
  }
  return checkValue(rule, shape, kind);
}

function build(draft: Draft): Criteria {
  if ('members' in draft) {
    return { group_operator: draft.operator, group: draft.members.map(build) };
  }
  const { comparator, field, value, type } = draft;
  const criterion = { comparator, field: { api_name: field }, value };
  return type === undefined ? criterion : { ...criterion, type };
}
