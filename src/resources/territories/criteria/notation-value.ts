import { type Refused, refuse } from './problem.ts';

/** What a backslash protects; before anything else it is a character of the value, as in `C:\Temp`. */
const PROTECTED = /[\\(),:"\s]/;

/** The values of a rule, and the place of the parenthesis (or the end of the cell) they stop at. */
interface ValueText {
  items: string[];
  end: number;
}

/**
 * Reads the value of a rule in the search notation, up to its closing parenthesis.
 *
 * A backslash protects `\ ( ) , : "` and a blank at the ends of a value: `Acme \(UK\)`, `Burns\, B`. The vendor asks
 * for it before parentheses and commas; a comma needs it in lists only here. An open "(" without one is refused, since
 * nobody can tell where the value ends.
 *
 * Quotation marks have no meaning in the notation and would be compared with the field, which never matches. A value
 * wrapped in them is refused; `\"` says that they are meant.
 *
 * @see https://help.zoho.com/portal/en/community/topic/kaizen-30-parameters-in-zoho-crm-apis-part-2-2 (the backslash; read 2026-11-21)
 */
export function readValueText(text: string, start: number, isList: boolean): ValueText | Refused {
  const items: string[] = [];
  let end = start;
  for (;;) {
    const item = readItem(text, end, isList);
    if ('problem' in item) return item;
    items.push(item.value);
    end = item.end;
    if (text[end] !== ',') return { items, end };
    end += 1;
  }
}

function readItem(
  text: string,
  start: number,
  isList: boolean,
): { value: string; end: number } | Refused {
  let value = '';
  // Length up to the last character that is not a bare blank: blanks around a value do not belong to it.
  let kept = 0;
  let index = start;
  for (; index < text.length; index += 1) {
    let char = text.charAt(index);
    if (char === ')' || (isList && char === ',')) break;
    if (char === '(') return openParenthesis(text, index);
    const next = text.charAt(index + 1);
    const isProtected = char === '\\' && PROTECTED.test(next);
    if (isProtected) {
      char = next;
      index += 1;
    }
    const isBlank = !isProtected && /\s/.test(char);
    if (isBlank && value === '') continue;
    value += char;
    if (!isBlank) kept = value.length;
  }
  const written = text.slice(start, index).trim();
  if (/^"(?:.*[^\\])?"$/s.test(written)) return quoted(written, start);
  return { value: value.slice(0, kept), end: index };
}

function openParenthesis(text: string, index: number): Refused {
  return refuse(
    'INVALID_DATA',
    'a value has a parenthesis without a backslash',
    text.slice(index),
    `character ${index + 1}`,
    'write \\( and \\) for parentheses inside a value; if the value ends here, close its rule with ")" first',
  );
}

function quoted(written: string, start: number): Refused {
  return refuse(
    'INVALID_DATA',
    'a value is in quotation marks',
    written,
    `character ${start + 1}`,
    'remove the quotation marks; if they are part of the value, write \\" for each',
  );
}
