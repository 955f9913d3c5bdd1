import { type Answer, mandatory, NOTHING, ok, Refusal, wrongType } from './answers.ts';
import type { Call } from './call.ts';
import { type Condition, invalidQuery, parseCoql } from './coql-parser.ts';
import { FIELDS, type Field, territoryField } from './demo-fields.ts';
import { MODULES, type ModuleName } from './demo-org.ts';
import { fieldValue } from './record-json.ts';
import type { CrmRecord } from './record-store.ts';

/** Rows per call, rows that an offset reaches, fields per query (API notes 6.1). */
const MAX_ROWS = 2_000;
const MAX_OFFSET = 100_000;
const MAX_FIELDS = 50;

/** POST /coql. */
export function runCoql(call: Call): Answer {
  const text = call.body()['select_query'];
  if (text === undefined) throw mandatory('select_query', '$.select_query');
  if (typeof text !== 'string') throw wrongType('select_query', '$.select_query', 'string');
  const query = parseCoql(text);
  const module = MODULES.find((name) => name.toLowerCase() === query.module.toLowerCase());
  if (module === undefined) {
    throw invalidQuery('the module name given seems to be invalid', { module: query.module });
  }
  if (query.fields.length > MAX_FIELDS) throw limitExceeded('SELECT', MAX_FIELDS);
  const isWhole = Number.isInteger(query.limit) && Number.isInteger(query.offset);
  if (!isWhole || query.limit < 1 || query.offset < 0) {
    throw invalidQuery('value given seems to be invalid for the clause', { clause: 'LIMIT' });
  }
  if (query.limit > MAX_ROWS) throw limitExceeded('LIMIT', MAX_ROWS);
  if (query.offset + query.limit > MAX_OFFSET) throw limitExceeded('OFFSET', MAX_OFFSET);
  const fields = query.fields.map((name) => fieldOf(module, name, 'SELECT').apiName);
  const values: (string | number)[] = [];
  const where = conditionSql(query.where, module, values);
  const orderBy = query.orderBy.map(
    ({ field, direction }) => `${columnOf(module, field, 'ORDER BY').sql} ${direction}`,
  );
  const found = call.org.records.list({
    module,
    where,
    values,
    orderBy: [...orderBy, 'r.id'].join(', '),
    limit: query.limit + 1,
    offset: query.offset,
  });
  const credits = query.limit <= 200 ? 1 : query.limit <= 1_000 ? 2 : 3;
  const shown = found.slice(0, query.limit);
  if (shown.length === 0) return { ...NOTHING, credits };
  const data = shown.map((record) => rowOf(call, record, fields));
  const info = { count: shown.length, more_records: found.length > query.limit };
  return ok({ data, info }, credits);
}

function rowOf(call: Call, record: CrmRecord, fields: readonly string[]): object {
  const territories = territoryField(record.module);
  const values = fields.map((name) => [
    name,
    name === territories
      ? call.org.records
          .territoriesOf(record.id)
          .map((one) => ({ name: one.territoryName, id: one.territoryId }))
      : fieldValue(call.org, record, name),
  ]);
  return { ...Object.fromEntries(values), id: record.id };
}

function limitExceeded(clause: string, limit: number): Refusal {
  return new Refusal('LIMIT_EXCEEDED', 'the limit of the clause is exceeded', { clause, limit });
}

function fieldOf(module: ModuleName, name: string, clause: string): Field {
  const field = FIELDS[module].get(name);
  if (field !== undefined) return field;
  const details = { column_name: name, clause };
  throw invalidQuery('column given seems to be invalid', details);
}

/** A field as SQL; lookups are compared by id, or by the part after the dot. */
function columnOf(module: ModuleName, name: string, clause: string): { sql: string; field: Field } {
  const [head = '', part] = name.split('.');
  const field = fieldOf(module, head, clause);
  const isLookup = field.dataType.endsWith('lookup');
  const isPart = part === undefined || (isLookup && (part === 'id' || part === 'name'));
  if (field.dataType === 'multiselectlookup' || !isPart) {
    throw invalidQuery('column given seems to be invalid', { column_name: name, clause });
  }
  if (head === 'id') return { sql: 'r.id', field };
  const path = isLookup ? `${head}.${part ?? 'id'}` : head;
  return { sql: `json_extract(r.fields, '$.${path}')`, field };
}

const NUMBERS = new Set(['integer', 'currency', 'double']);

/** A condition as SQL; its values are added to `values` in the order of their marks. */
function conditionSql(
  condition: Condition,
  module: ModuleName,
  values: (string | number)[],
): string {
  if (condition.kind !== 'compare') {
    const left = conditionSql(condition.left, module, values);
    return `(${left} ${condition.kind} ${conditionSql(condition.right, module, values)})`;
  }
  const { sql, field } = columnOf(module, condition.field, 'WHERE');
  const { operator } = condition;
  const isNumber = NUMBERS.has(field.dataType);
  for (const value of condition.values) {
    const isWrong =
      field.apiName === 'id' ? !/^\d+$/.test(value) : isNumber && Number.isNaN(Number(value));
    if (isWrong) {
      const details = { column_name: condition.field, value, clause: 'WHERE' };
      throw invalidQuery('value given seems to be invalid for the column', details);
    }
    if (field.dataType === 'boolean') values.push(/^true$/i.test(value) ? 1 : 0);
    else values.push(isNumber ? Number(value) : value);
  }
  const mark = field.apiName === 'id' ? 'CAST(? AS INTEGER)' : '?';
  if (operator.startsWith('is ')) return `${sql} ${operator}`;
  if (operator.endsWith('in')) {
    return `${sql} COLLATE NOCASE ${operator} (${condition.values.map(() => mark).join(', ')})`;
  }
  if (operator.endsWith('between')) return `${sql} ${operator} ${mark} and ${mark}`;
  if (field.apiName === 'id') return `${sql} ${operator} ${mark}`;
  return `${sql} ${operator} ${mark} COLLATE NOCASE`;
}
