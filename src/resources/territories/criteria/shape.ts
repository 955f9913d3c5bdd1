import { z } from 'zod';

/** A CRM record as a value: `{ id }`, `{ name }` or both. */
export interface LookupValue {
  id?: string | undefined;
  name?: string | undefined;
}

/** One value of a rule that is not a list. */
export type SingleValue = string | number | boolean | LookupValue;

/** What a rule compares its field with. */
export type CriterionValue = SingleValue | SingleValue[];

/** How the API reads the value; `value` is the default. Source: O26b. */
export const CRITERION_TYPES = ['value', 'merge_field', 'pre_defined', 'field'] as const;

/** How the API reads the value of a rule: as it stands, or as a reference to something else. */
export type CriterionType = (typeof CRITERION_TYPES)[number];

/**
 * One rule: a field, a comparator and a value, as the API writes it.
 *
 * @see https://www.zoho.com/crm/developer/docs/api/v7/add-territories.html (S4; read 2026-11-21)
 */
export interface SimpleCriterion {
  comparator: string;
  /** `id` differs between orgs and is optional (O26b): answers carry it, we never send it. */
  field: { api_name: string; id?: string | undefined };
  /** Null only in answers, for a rule the org can no longer evaluate. */
  value: CriterionValue | null;
  type?: CriterionType | undefined;
}

/**
 * Rules and groups joined by one operator; two to {@link MAX_RULES} members.
 *
 * @see https://github.com/zoho/crm-oas `v8.0/territories/territories.yaml`, GroupedFilterCriterionRequest (O26b; read 2026-11-21)
 */
export interface CriteriaGroup {
  group_operator: 'and' | 'or' | 'AND' | 'OR';
  group: Criteria[];
}

/** Which records a territory takes: the API's JSON shape. */
export type Criteria = SimpleCriterion | CriteriaGroup;

/** A module whose records can be assigned by rules; contacts follow their account. */
export type CriteriaModule = 'Accounts' | 'Leads' | 'Deals';

/**
 * The most rules in one criteria, counted over all its groups.
 *
 * @see https://www.zoho.com/crm/developer/docs/api/v7/add-territories.html (S4; read 2026-11-21)
 */
export const MAX_RULES = 25;

/** The deepest nesting read. Groups of two or more cannot go deeper without breaking {@link MAX_RULES}. */
export const MAX_DEPTH = 25;

/** The longest text value, in characters. Source: O26b, SimpleFilterCriterionValueString. */
export const MAX_VALUE_LENGTH = 255;

const lookupValue = z.object({ id: z.string().optional(), name: z.string().optional() });
const singleValue = z.union([z.string(), z.number(), z.boolean(), lookupValue]);

const simpleCriterion = z.object({
  comparator: z.string(),
  field: z.object({ api_name: z.string(), id: z.string().optional() }),
  value: z.union([singleValue, z.array(singleValue), z.null()]),
  type: z.enum(CRITERION_TYPES).optional(),
});

const criteriaGroup = z.object({
  group_operator: z.enum(['and', 'or', 'AND', 'OR']),
  get group(): z.ZodType<Criteria[]> {
    return z.array(criteriaSchema);
  },
});

const criteriaSchema: z.ZodType<Criteria> = z.lazy(() => z.union([simpleCriterion, criteriaGroup]));

/**
 * Reads criteria out of an answer of the API: null when the territory has no rule, undefined when the answer has a
 * shape that no source describes.
 *
 * What the API adds beside the rule (`$disrupted`) is dropped. For a cell of a CSV file use `parseCriteria`, which
 * explains what is wrong.
 */
export function criteriaFromApi(answer: unknown): Criteria | null | undefined {
  if (answer === null || answer === undefined) return null;
  return criteriaSchema.safeParse(answer).data;
}

/** Tells a group from a rule. */
export function isGroup(criteria: Criteria): criteria is CriteriaGroup {
  return 'group' in criteria;
}
