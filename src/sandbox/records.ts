import { type Answer, invalidData, NOTHING, ok, Refusal } from './answers.ts';
import { idList, pageOf, requiredParam } from './body.ts';
import { type Call, moduleOf } from './call.ts';
import { FIELDS } from './demo-fields.ts';
import type { ModuleName } from './demo-org.ts';
import { recordJson } from './record-json.ts';
import { apiTime, type RecordQuery } from './record-store.ts';
import { SMALL_PAGE } from './territories-read.ts';

/** Fields per call (D7:get-records). */
const MAX_FIELDS = 50;
/** CRM records that `page` reaches, and that `page_token` reaches (D7:get-records). */
const MAX_BY_PAGE = 2_000;
const MAX_BY_TOKEN = 100_000;
/** Life of a page token (D7:get-records). */
const TOKEN_MS = 86_400_000;

/** GET /{module}/{id}. */
export function getRecord(call: Call): Answer {
  const module = moduleOf(call);
  const record = call.org.records.get(call.param('id'));
  if (record === undefined || record.module !== module) {
    throw invalidData('the id given seems to be invalid', { resource_path_index: 1 });
  }
  const fields = call.query.get('fields');
  const only = fields === null ? undefined : idList(fields);
  return ok({ data: [recordJson(call.org, record, only)] });
}

/** GET /{module}: one page, the newest ids first unless `sort_order` says otherwise. */
export function getRecords(call: Call): Answer {
  const module = moduleOf(call);
  const only = idList(requiredParam(call.query, 'fields'));
  if (only.length > MAX_FIELDS) {
    throw invalidData('invalid data', { param_name: 'fields', maximum_length: MAX_FIELDS });
  }
  const { page, perPage, offset: pageOffset } = pageOf(call.query, SMALL_PAGE);
  const token = call.query.get('page_token');
  const offset = token === null ? pageOffset : offsetOf(token, call.now);
  if (token === null && offset + perPage > MAX_BY_PAGE) {
    const message = 'the maximum number of records that page can reach is exceeded; use page_token';
    const details = { limit: MAX_BY_PAGE, param_name: 'page' };
    throw new Refusal('DISCRETE_PAGINATION_LIMIT_EXCEEDED', message, details);
  }
  const { query, sortBy, sortOrder } = queryOf(call, module);
  const found = call.org.records.list({ ...query, limit: perPage + 1, offset });
  const shown = found.slice(0, perPage);
  if (shown.length === 0) return NOTHING;
  const more = found.length > perPage && offset + perPage < MAX_BY_TOKEN;
  const expires = call.now + TOKEN_MS;
  return ok({
    data: shown.map((record) => recordJson(call.org, record, only)),
    info: {
      per_page: perPage,
      count: shown.length,
      page: Math.floor(offset / perPage) + 1,
      sort_by: sortBy,
      sort_order: sortOrder,
      next_page_token: more ? tokenOf(offset + perPage, expires) : null,
      previous_page_token: page > 1 ? tokenOf(Math.max(0, offset - perPage), expires) : null,
      page_token_expiry: more ? apiTime(expires) : null,
      more_records: more,
    },
  });
}

function queryOf(call: Call, module: ModuleName) {
  const sortBy = call.query.get('sort_by') ?? 'id';
  const sortOrder = call.query.get('sort_order') === 'asc' ? 'asc' : 'desc';
  if (!['id', 'Created_Time', 'Modified_Time'].includes(sortBy) || !FIELDS[module].has(sortBy)) {
    throw invalidData('invalid data', { param_name: 'sort_by' });
  }
  const column = sortBy === 'id' ? 'r.id' : `r.fields ->> '$.${sortBy}'`;
  const conditions: string[] = [];
  const values: string[] = [];
  const ids = call.query.get('ids');
  if (ids !== null) {
    conditions.push(`r.id IN (${idList(ids).map(() => 'CAST(? AS INTEGER)')})`);
    values.push(...idList(ids));
  }
  const territoryId = call.query.get('territory_id');
  if (territoryId !== null) {
    if (call.org.territories.get(territoryId) === undefined) {
      throw invalidData('The given territory id is invalid', { param_name: 'territory_id' });
    }
    const below =
      call.query.get('include_child') === 'true'
        ? 'SELECT t.id FROM territories t JOIN below ON t.parent_id = below.id'
        : 'SELECT id FROM below WHERE 0';
    conditions.push(`r.id IN (SELECT record_id FROM assignments WHERE territory_id IN (
      WITH RECURSIVE below (id) AS (SELECT CAST(? AS INTEGER) UNION ${below})
      SELECT id FROM below))`);
    values.push(territoryId);
  }
  const where = conditions.length === 0 ? '1' : conditions.join(' AND ');
  const orderBy = `${column} ${sortOrder}, r.id ${sortOrder}`;
  const query: Pick<RecordQuery, 'module' | 'where' | 'values' | 'orderBy'> = {
    module,
    where,
    values,
    orderBy,
  };
  return { query, sortBy, sortOrder };
}

function tokenOf(offset: number, expires: number): string {
  return Buffer.from(JSON.stringify([offset, expires])).toString('base64url');
}

function offsetOf(token: string, now: number): number {
  const invalid = invalidData('invalid data', { param_name: 'page_token' });
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw invalid; // not one of our tokens
  }
  if (!Array.isArray(parsed)) throw invalid;
  const [offset, expires]: unknown[] = parsed;
  const isOurs = Number.isSafeInteger(offset) && typeof expires === 'number' && expires > now;
  if (!isOurs || Number(offset) < 0) throw invalid;
  return Number(offset);
}
