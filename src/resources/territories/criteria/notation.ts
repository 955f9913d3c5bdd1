import { shapeOf, spellComparator } from './comparators.ts';
import type { Draft, DraftRule } from './draft.ts';
import { readValueText } from './notation-value.ts';
import { type Refused, refuse } from './problem.ts';
import { type CriterionValue, MAX_DEPTH } from './shape.ts';

/** A place in the cell that moves forward as the cell is read. */
interface Cursor {
  readonly text: string;
  index: number;
}

const RULE_SHAPE = 'a rule is (field:comparator:value), as in (Industry:equal:Banking)';

/**
 * Reads Zoho's search notation, `((Annual_Revenue:greater_than:1000)and(Industry:equal:Banking))`.
 *
 * - One operator per pair of parentheses, `and` or `or` in any case; the outermost parentheses may be left out, extra
 *   ones are ignored.
 * - `between`, `not_between`, `in`, `not_in` and the `include_`/`exclude_` comparators take a list, split at commas.
 *   Every other comma and every colon after the second one belong to the value: `${LAST_N_DAYS:7}`, `10:30`.
 * - Values keep their case and inner blanks, and go out as strings, as the API's samples do. How a backslash protects a
 *   character is said at `readValueText`.
 *
 * Time and memory grow with the length of the cell only; nesting deeper than {@link MAX_DEPTH} is refused.
 *
 * @see https://help.zoho.com/portal/en/community/topic/kaizen-30-parameters-in-zoho-crm-apis-part-2-2 (the notation; read 2026-11-21)
 */
export function readNotation(text: string): Draft | Refused {
  const cursor = { text, index: 0 };
  const draft = readSequence(cursor, 0);
  if ('problem' in draft || cursor.index === text.length) return draft;
  return refuse(
    'INVALID_DATA',
    'a closing parenthesis has no opening one',
    text.slice(cursor.index),
    place(cursor.index),
    'remove this ")", or add the "(" it belongs to; a ")" inside a value is written \\)',
  );
}

/** Reads `rule and rule and …` up to a closing parenthesis or the end. */
function readSequence(cursor: Cursor, depth: number): Draft | Refused {
  const start = cursor.index;
  const members: Draft[] = [];
  let operator: 'and' | 'or' | undefined;
  let operatorIndex = start;
  for (;;) {
    skipBlanks(cursor);
    const memberIndex = cursor.index;
    const member = readParentheses(cursor, depth + 1);
    if ('problem' in member) return member;
    members.push(member);
    skipBlanks(cursor);
    if (cursor.index === cursor.text.length || cursor.text[cursor.index] === ')') break;
    const found = readOperator(cursor);
    if (typeof found !== 'string') return found;
    const foundIndex = cursor.index - found.length;
    if (operator !== undefined && found !== operator) {
      return refuse(
        'INVALID_DATA',
        'the operators and, or are mixed without parentheses',
        cursor.text.slice(operatorIndex, cursor.index),
        place(foundIndex),
        `"${found}" follows the "${operator}" of ${place(operatorIndex)}; say which comes first: put "(" at ${place(start)} and ")" before this "${found}", or "(" at ${place(memberIndex)} and ")" after the last rule joined by "${found}"`,
      );
    }
    operator = found;
    operatorIndex = foundIndex;
  }
  const only = members.length === 1 ? members[0] : undefined;
  return only ?? { operator: operator ?? 'and', members };
}

/** Reads one pair of parentheses: a rule, or a sequence of them. */
function readParentheses(cursor: Cursor, depth: number): Draft | Refused {
  const opening = cursor.index;
  if (cursor.text[opening] !== '(') {
    return refuse(
      'INVALID_DATA',
      'a rule is missing its parentheses',
      cursor.text.slice(opening),
      place(opening),
      `write a rule in parentheses here; ${RULE_SHAPE}`,
    );
  }
  if (depth > MAX_DEPTH) {
    return refuse(
      'LIMIT_EXCEEDED',
      'the criteria are nested too deep',
      cursor.text.slice(opening),
      place(opening),
      `remove parentheses: at most ${MAX_DEPTH} may be open at once`,
    );
  }
  cursor.index += 1;
  skipBlanks(cursor);
  const isNested = cursor.text[cursor.index] === '(';
  const inner = isNested ? readSequence(cursor, depth) : readRule(cursor);
  if ('problem' in inner) return inner;
  if (cursor.text[cursor.index] !== ')') {
    return refuse(
      'INVALID_DATA',
      'an opening parenthesis is not closed',
      cursor.text.slice(opening),
      place(opening),
      `add the ")" that closes this "("; a "(" inside a value is written \\(`,
    );
  }
  cursor.index += 1;
  return inner;
}

function readOperator(cursor: Cursor): 'and' | 'or' | Refused {
  const word = take(cursor, /[^\s()]*/y);
  const operator = word.toLowerCase();
  if (operator === 'and' || operator === 'or') return operator;
  const index = cursor.index - word.length;
  return refuse(
    'INVALID_DATA',
    'two rules have no operator between them',
    cursor.text.slice(index),
    place(index),
    'write "and" or "or" between two rules; a parenthesis inside a value is written \\( or \\)',
  );
}

function readRule(cursor: Cursor): DraftRule | Refused {
  const start = cursor.index;
  const field = take(cursor, /[^:()]*/y);
  const comparatorIndex = cursor.index + 1;
  if (cursor.text[cursor.index] !== ':') return incomplete(cursor, start, field.trim());
  cursor.index += 1;
  const comparator = spellComparator(take(cursor, /[^:()]*/y));
  if (cursor.text[cursor.index] !== ':') return incomplete(cursor, start, field.trim());
  cursor.index += 1;
  const shape = shapeOf(comparator);
  const isList = shape === 'range' || shape === 'list' || shape === 'lookups';
  const valueIndex = cursor.index;
  const found = readValueText(cursor.text, valueIndex, isList);
  if ('problem' in found) return found;
  cursor.index = found.end;
  let value: CriterionValue = found.items;
  if (shape === 'lookups') value = found.items.map((id) => ({ id }));
  // One item stands alone: a date literal, or too few values, which the check tells.
  else if (shape !== 'list') value = found.items.length === 1 ? (found.items[0] ?? '') : value;
  return {
    field: field.trim(),
    comparator,
    value,
    type: undefined,
    at: { field: place(start), comparator: place(comparatorIndex), value: place(valueIndex) },
  };
}

function incomplete(cursor: Cursor, start: number, field: string): Refused {
  const code = field === '' ? 'MANDATORY_NOT_FOUND' : 'DEPENDENT_FIELD_MISSING';
  const written = cursor.text.slice(start, cursor.index + 1);
  return refuse(code, 'a rule does not have its three parts', written, place(start), RULE_SHAPE);
}

function skipBlanks(cursor: Cursor): void {
  take(cursor, /\s*/y);
}

/** Moves over what the sticky pattern matches here, and gives it. */
function take(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.index;
  const taken = pattern.exec(cursor.text)?.[0] ?? '';
  cursor.index += taken.length;
  return taken;
}

function place(index: number): string {
  return `character ${index + 1}`;
}
