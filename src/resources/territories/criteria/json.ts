import { spellComparator } from './comparators.ts';
import type { Draft, DraftRule } from './draft.ts';
import { isObject, readGroupOperator, readType, readValue, show } from './json-parts.ts';
import { type Refused, refuse } from './problem.ts';
import { MAX_DEPTH } from './shape.ts';

const RULE_KEYS = ['comparator', 'field', 'value', 'type'];
const GROUP_KEYS = ['group_operator', 'group', 'type'];
const RULE_SHAPE =
  '{"comparator":"equal","field":{"api_name":"Industry"},"value":"Banking"} is a complete rule';

/**
 * Reads criteria in the API's JSON.
 *
 * `field.id` is dropped, as ids differ between orgs; so are keys that begin with `$`, which answers of the API add, and
 * the `type` "value", which is the default. Any other unknown key is refused: it is a typing error or the wrong object.
 *
 * @see https://www.zoho.com/crm/developer/docs/api/v7/add-territories.html (S4; read 2026-11-21)
 */
export function readJson(text: string): Draft | Refused {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // What the engine says differs between versions and points at nothing in short texts: jsonHint looks itself.
    return refuse(
      'INVALID_DATA',
      'the criteria are not valid JSON',
      text.trim(),
      `character ${text.search(/\S/) + 1}`,
      jsonHint(text),
    );
  }
  return readNode(parsed, '$', 1);
}

function readNode(node: unknown, path: string, depth: number): Draft | Refused {
  if (!isObject(node)) {
    return refuse(
      'INVALID_DATA',
      'a rule is not a JSON object',
      show(node),
      path,
      `write an object here; ${RULE_SHAPE}`,
    );
  }
  if (depth > MAX_DEPTH) {
    return refuse(
      'LIMIT_EXCEEDED',
      'the criteria are nested too deep',
      show(node),
      path,
      `put groups into one another at most ${MAX_DEPTH} deep`,
    );
  }
  const isGroup = Object.hasOwn(node, 'group') || Object.hasOwn(node, 'group_operator');
  const known = isGroup ? GROUP_KEYS : RULE_KEYS;
  const unknown = Object.keys(node).find((key) => !known.includes(key) && !key.startsWith('$'));
  if (unknown !== undefined) {
    return refuse(
      'INVALID_DATA',
      'the criteria have an unknown key',
      unknown,
      path,
      `${isGroup ? 'a group' : 'a rule'} has only ${known.join(', ')}; remove this key, or what is around the criteria`,
    );
  }
  return isGroup ? readGroup(node, path, depth) : readRule(node, path);
}

function readGroup(node: Record<string, unknown>, path: string, depth: number): Draft | Refused {
  const group = node['group'];
  if (!Array.isArray(group) || group.length === 0) {
    const code = group === undefined ? 'MANDATORY_NOT_FOUND' : 'INVALID_DATA';
    const cause = 'a group has no list of rules';
    return refuse(code, cause, show(group), `${path}.group`, 'list its rules: "group":[…]');
  }
  const operator = readGroupOperator(
    node['group_operator'],
    group.length,
    `${path}.group_operator`,
  );
  if (typeof operator !== 'string') return operator;
  const members: Draft[] = [];
  for (const [position, entry] of group.entries()) {
    const member = readNode(entry, `${path}.group[${position}]`, depth + 1);
    if ('problem' in member) return member;
    members.push(member);
  }
  const only = members.length === 1 ? members[0] : undefined;
  return only ?? { operator, members };
}

function readRule(node: Record<string, unknown>, path: string): DraftRule | Refused {
  const at = {
    field: `${path}.field.api_name`,
    comparator: `${path}.comparator`,
    value: `${path}.value`,
  };
  const field = readField(node['field'], path);
  if (typeof field !== 'string') return field;
  const comparator = node['comparator'];
  if (typeof comparator !== 'string') {
    const isMissing = comparator === undefined || comparator === null;
    const code = isMissing ? 'DEPENDENT_FIELD_MISSING' : 'INVALID_DATA';
    const cause = isMissing ? 'the comparator is missing' : 'the comparator is not a text';
    return refuse(code, cause, isMissing ? field : show(comparator), at.comparator, RULE_SHAPE);
  }
  const value = readValue(node['value'], field, at.value);
  if (typeof value === 'object' && 'problem' in value) return value;
  const type = readType(node['type'], `${path}.type`);
  if (typeof type === 'object') return type;
  return { field, comparator: spellComparator(comparator), value, type, at };
}

function readField(field: unknown, path: string): string | Refused {
  const wanted = 'name the field as {"api_name":"Annual_Revenue"}';
  if (field === undefined || field === null) {
    const cause = 'a rule has no field';
    return refuse('MANDATORY_NOT_FOUND', cause, '', `${path}.field`, wanted);
  }
  if (!isObject(field)) {
    const cause = 'the field is not a JSON object';
    return refuse('INVALID_DATA', cause, show(field), `${path}.field`, wanted);
  }
  const apiName = field['api_name'];
  if (typeof apiName === 'string' && apiName.trim() !== '') return apiName.trim();
  const cause = 'the field has no API name';
  return refuse('MANDATORY_NOT_FOUND', cause, show(field), `${path}.field.api_name`, wanted);
}

/** Names the mistakes that spreadsheets and people make most. */
function jsonHint(text: string): string {
  if (/[“”„‟]/.test(text)) return 'replace the curly quotation marks with straight ones (")';
  if (!text.trimEnd().endsWith('}')) return 'the text stops before the last "}"; paste all of it';
  if (!text.includes('"')) return 'put every key and every text in straight quotation marks (")';
  if (/,\s*[}\]]/.test(text)) return 'remove the comma before a closing "}" or "]"';
  return 'check the quotation marks, commas and brackets, or use (field:comparator:value) instead';
}
