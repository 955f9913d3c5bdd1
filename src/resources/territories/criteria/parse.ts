import { checkDraft } from './check.ts';
import { readJson } from './json.ts';
import { readNotation } from './notation.ts';
import { type Refused, refuse } from './problem.ts';
import type { Criteria, CriteriaModule } from './shape.ts';

/**
 * Gives the criteria written in a cell, ready to send, or the first problem with them.
 *
 * A cell that begins with `{` is the API's JSON, one that begins with `(` is Zoho's search notation. Groups of one
 * member are unwrapped and group operators written in lower case; everything else is sent as written: values of the
 * notation as strings, those of JSON in their own type. Never throws, whatever the cell holds.
 *
 * @param text - the cell; a blank one means "no rule" and should not get here
 * @param module - whose records the rule is for: the standard fields differ between modules
 */
export function parseCriteria(
  text: string,
  module: CriteriaModule,
): { criteria: Criteria } | Refused {
  const draft = readDraft(text);
  return 'problem' in draft ? draft : checkDraft(draft, module);
}

function readDraft(text: string): ReturnType<typeof readJson> {
  const first = text.search(/\S/);
  if (text[first] === '{') return readJson(text);
  if (text[first] === '(') return readNotation(text);
  return refuse(
    'INVALID_DATA',
    'the criteria are in neither of the two notations',
    text,
    `character ${Math.max(first, 0) + 1}`,
    'write ((Annual_Revenue:greater_than:1000)and(Industry:equal:Banking)), or JSON such as {"comparator":"equal","field":{"api_name":"Industry"},"value":"Banking"}; a blank cell says nothing of rules, (none) takes them away',
  );
}
