import { all, any, CRITERIA, endsWith, has, not, pointsTo } from './details.ts';
import type { CatalogueEntry, Refusal } from './entry.ts';
import { O26A, O26B, S4 } from './sources.ts';
import { invalid } from './territories-fields.ts';

const COLUMNS = 'the account_rule_criteria, lead_rule_criteria or deal_rule_criteria column';

const inCriteria = pointsTo(...CRITERIA);

/** True if the limit that is reached belongs to one of the criteria. */
function isCriteriaLimit(refusal: Refusal): boolean {
  const dueTo = refusal.details['limit_due_to'];
  const places: unknown[] = Array.isArray(dueTo) ? dueTo : [dueTo];
  return (
    inCriteria(refusal) ||
    places.some(
      (place) =>
        typeof place === 'object' &&
        place !== null &&
        inCriteria({ ...refusal, details: place as Record<string, unknown> }),
    )
  );
}

/** What can be wrong with the rule criteria of a territory. */
export const TERRITORY_CRITERIA_ENTRIES = [
  {
    ...invalid,
    cause: 'the rule criteria use an unknown comparator',
    resolution: `Use a comparator that suits the kind of field in ${COLUMNS}, for example equal, contains or greater_than.`,
    source: O26B,
    when: all(inCriteria, endsWith('comparator')),
  },
  {
    ...invalid,
    cause: 'the rule criteria hold a value that is not accepted',
    resolution: `Write a value in ${COLUMNS} that suits the kind of field: one of its picklist values, a number, or a date word such as TODAY.`,
    source: O26B,
    when: all(inCriteria, endsWith('value')),
  },
  {
    ...invalid,
    cause: 'the rule criteria name a field that is not there',
    resolution: `Use the API name of a field of that CRM module in ${COLUMNS}, such as Annual_Revenue, and leave out field ids, which differ between orgs.`,
    source: O26B,
    when: all(
      inCriteria,
      any(
        endsWith('api_name'),
        // Without a type complaint a bare `field` means the field, not the shape of its JSON.
        all(endsWith('field'), not(has('expected_data_type'))),
        endsWith('field', 'id'),
      ),
    ),
  },
  {
    ...invalid,
    cause: 'the rule criteria are not in the form the API reads',
    resolution: `Check the brackets in ${COLUMNS}: it takes the JSON of the API, or ((Field:comparator:value)and(Field:comparator:value)).`,
    source: [...S4, ...O26B],
    when: inCriteria,
  },
  {
    ...invalid,
    code: 'DEPENDENT_MISMATCH',
    cause: 'the comparator does not suit the field of the rule',
    resolution: `Choose a comparator in ${COLUMNS} that the kind of field allows; the _message column of result.csv lists them when the API does.`,
    source: O26B,
    when: pointsTo('comparator'),
  },
  {
    ...invalid,
    code: 'DEPENDENT_MISMATCH',
    cause: 'the value does not suit the field of the rule',
    resolution: `Write a value in ${COLUMNS} of the type of the field, for example a whole number for a number field.`,
    source: O26B,
  },
  {
    ...invalid,
    code: 'DEPENDENT_FIELD_MISSING',
    cause: 'a rule of the criteria lacks a part',
    resolution: `Give every rule in ${COLUMNS} a field, a comparator and a value.`,
    source: O26B,
  },
  {
    ...invalid,
    code: 'NOT_SUPPORTED',
    cause: 'the rule criteria use a field that rules cannot use',
    resolution: `Take the rule of that field out of ${COLUMNS}, or build it on another field.`,
    source: [...O26B, ...O26A],
  },
  {
    ...invalid,
    code: 'LIMIT_EXCEEDED',
    cause: 'the rule criteria have too many rules',
    resolution: `Keep at most 25 rules in ${COLUMNS}; spread the rest over territories below this one.`,
    source: [...S4, ...O26A],
    when: isCriteriaLimit,
  },
  {
    ...invalid,
    code: 'LOOKUP_LIMIT_EXCEEDED',
    cause: 'the rule criteria use too many lookup fields',
    resolution: `Use fewer lookup fields in ${COLUMNS}.`,
    source: O26B,
  },
  {
    ...invalid,
    code: 'NOT_ALLOWED',
    cause: 'lead rules are switched off in the org',
    resolution:
      'Empty the lead_rule_criteria column, or have an administrator switch on territory rules for leads.',
    source: [...O26A, ...O26B],
    when: pointsTo('lead_rule_criteria'),
  },
  {
    ...invalid,
    code: 'NOT_ALLOWED',
    cause: 'deal rules are switched off in the org',
    resolution:
      'Empty the deal_rule_criteria column, or have an administrator switch on territory rules for deals.',
    source: [...O26A, ...O26B],
    when: pointsTo('deal_rule_criteria'),
  },
  {
    ...invalid,
    code: 'NOT_ALLOWED',
    cause: 'account rules are switched off in the org',
    resolution:
      'Empty the account_rule_criteria column, or have an administrator switch on territory rules for accounts.',
    source: [...O26A, ...O26B],
    when: pointsTo('account_rule_criteria'),
  },
] as const satisfies readonly CatalogueEntry[];
