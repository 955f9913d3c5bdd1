import type { FieldKind } from './fields.ts';

/**
 * What a comparator can be given:
 * - `any`: one value, or a list of at most 500
 * - `text`: one text, or a list of at most 500
 * - `one`: exactly one text or number
 * - `range`: a lower and an upper bound, or one date literal
 * - `list`: 1 to 500 texts or numbers
 * - `lookups`: 1 to 5 CRM records
 */
export type ValueShape = 'any' | 'text' | 'one' | 'range' | 'list' | 'lookups';

/**
 * Every comparator of the API and what it can be given.
 *
 * @see https://www.zoho.com/crm/developer/docs/api/v7/add-territories.html (S4: text comparators; read 2026-11-21)
 * @see https://github.com/zoho/crm-oas `v8.0/territories/territories.yaml`, SimpleFilterCriterionRequest (O26b: the rest; read 2026-11-21)
 */
const SHAPES: ReadonlyMap<string, ValueShape> = new Map([
  ['equal', 'any'],
  ['not_equal', 'any'],
  ['contains', 'text'],
  ['not_contains', 'text'],
  ['starts_with', 'text'],
  ['ends_with', 'text'],
  ['like', 'text'],
  ['not_like', 'text'],
  ['greater_than', 'one'],
  ['greater_equal', 'one'],
  ['less_than', 'one'],
  ['less_equal', 'one'],
  ['between', 'range'],
  ['not_between', 'range'],
  ['in', 'list'],
  ['not_in', 'list'],
  ['include_all', 'lookups'],
  ['include_any', 'lookups'],
  ['exclude_all', 'lookups'],
  ['exclude_any', 'lookups'],
]);

/** Longest lists by shape. Source: O26b, `maxItems` of the criterion schemas. */
export const MAX_LIST: Readonly<Record<ValueShape, number>> = {
  any: 500,
  text: 500,
  one: 1,
  range: 2,
  list: 500,
  lookups: 5,
};

const SHAPES_OF_KIND: Readonly<Record<FieldKind, readonly ValueShape[]>> = {
  text: ['any', 'text', 'list'],
  picklist: ['any', 'text', 'list'],
  lookup: ['any', 'text', 'list'],
  integer: ['any', 'one', 'range', 'list'],
  currency: ['any', 'one', 'range', 'list'],
  date: ['any', 'one', 'range', 'list'],
  datetime: ['any', 'one', 'range', 'list'],
  boolean: ['any'],
  file: [],
};

/**
 * Spells a comparator the API's way: lower case, and `equal` for the search call's `equals`.
 *
 * @see https://help.zoho.com/portal/en/community/topic/kaizen-30-parameters-in-zoho-crm-apis-part-2-2 (`equals`; read 2026-11-21)
 */
export function spellComparator(text: string): string {
  const spelled = text.trim().toLowerCase();
  return spelled === 'equals' ? 'equal' : spelled;
}

/** What the comparator can be given; undefined when the API has no such comparator. */
export function shapeOf(comparator: string): ValueShape | undefined {
  return SHAPES.get(comparator);
}

/**
 * The comparators a field of this kind understands, or all of them when the kind is not known.
 *
 * Sources: S4 for text, picklist and lookup; O26b, by the data types each criterion schema names, for the others.
 */
export function comparatorsOf(kind: FieldKind | undefined): string[] {
  const all = [...SHAPES.entries()];
  const known = kind === undefined ? all : all.filter(([, s]) => SHAPES_OF_KIND[kind].includes(s));
  return known.map(([comparator]) => comparator);
}
