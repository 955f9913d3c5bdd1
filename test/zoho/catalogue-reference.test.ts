import { describe, expect, test } from 'vitest';
import { type Endpoint, lookup, type Refusal } from '../../src/zoho/catalogue/index.ts';

/**
 * Every entry under "Possible Errors" of the five reference pages, one line per meaning: the
 * heading it stands under, its status, which meaning, and the details such a refusal comes with.
 * `message` is given only where the details cannot tell two meanings apart.
 */
interface Line {
  readonly page: 'S0' | 'S1' | 'S2' | 'S3' | 'S4';
  /** Position of the heading on the page; several meanings may stand under one heading. */
  readonly heading: number;
  readonly code: string;
  readonly httpStatus: number;
  readonly which: string;
  readonly details?: Record<string, unknown>;
  readonly message?: string;
}

const ENDPOINTS: Record<Line['page'], Endpoint> = {
  S0: 'user-territories.add',
  S1: 'territory-users.add',
  S2: 'user-territories.add',
  S3: 'record-territories.assign',
  S4: 'territories.create',
};

const at = (path: string, more: Record<string, unknown> = {}) => ({
  api_name: path
    .split('.')
    .at(-1)
    ?.replace(/\[\d+\]$/, ''),
  json_path: path,
  ...more,
});

const ID = at('$.territories[0].id');
const userPage = (page: 'S0' | 'S2'): Line[] => [
  { page, heading: 1, code: 'INVALID_DATA', httpStatus: 400, which: 'territory id', details: ID },
  { page, heading: 2, code: 'LIMIT_EXCEEDED', httpStatus: 400, which: 'over 100 in a call' },
  { page, heading: 3, code: 'DUPLICATE_DATA', httpStatus: 400, which: 'held', details: ID },
  { page, heading: 4, code: 'MANDATORY_NOT_FOUND', httpStatus: 400, which: 'id', details: ID },
  { page, heading: 5, code: 'expected_data_type', httpStatus: 400, which: 'type', details: ID },
  { page, heading: 6, code: 'NOT_ALLOWED', httpStatus: 400, which: 'own territories' },
];

const S1: Omit<Line, 'page' | 'httpStatus'>[] = [
  { heading: 1, code: 'DUPLICATE_DATA', which: 'already in it', details: at('$.users[0].id') },
  { heading: 2, code: 'LIMIT_EXCEEDED', which: 'users of a territory', details: { limit: 100 } },
  {
    heading: 3,
    code: 'INVALID_DATA',
    which: 'inactive user',
    details: at('$.users[0].id', { owner_status: 'deleted' }),
  },
  { heading: 3, code: 'INVALID_DATA', which: 'user id', details: at('$.users[0].id') },
];

const RECORD = at(' $.data[0].id');
const TERRITORY = at(' $.data[0].Territories[0].id');
const TERRITORIES = at('$.data[0].Territories');

const S3: (Omit<Line, 'page' | 'httpStatus'> & { httpStatus?: number })[] = [
  { heading: 1, code: 'ALREADY_SCHEDULED', which: 'job', details: { id: '1', job_id: '2' } },
  { heading: 2, code: 'INVALID_REQUEST_METHOD', which: 'method' },
  {
    heading: 3,
    code: 'RECORD_LOCKED',
    which: 'locked',
    details: { id: '1', action: 'record_locking' },
  },
  { heading: 4, code: 'AUTHORIZATION_FAILED', which: 'no right to update' },
  {
    heading: 5,
    code: 'LIMIT_EXCEEDED',
    which: 'ten per record',
    details: { ...TERRITORIES, limit: 10 },
  },
  {
    heading: 5,
    code: 'LIMIT_EXCEEDED',
    which: 'one per deal',
    details: { ...TERRITORIES, limit: 1 },
  },
  { heading: 6, code: 'INVALID_DATA', which: 'record id', details: RECORD },
  { heading: 7, code: 'INVALID_DATA', which: 'territory id', details: TERRITORY },
  { heading: 8, code: 'MANDATORY_NOT_FOUND', which: 'record id', details: RECORD },
  { heading: 9, code: 'MANDATORY_NOT_FOUND', which: 'territory id', details: TERRITORY },
  { heading: 10, code: 'DUPLICATE_DATA', which: 'assigned already', details: TERRITORY },
  { heading: 11, code: 'ALREADY_USED', which: 'twice in the input', details: TERRITORY },
  { heading: 12, code: 'INVALID_DATA', which: 'several states' },
  { heading: 13, code: 'OAUTH_SCOPE_MISMATCH', which: 'scope', httpStatus: 401 },
  { heading: 14, code: 'TERRITORY_NOT_ENABLED', which: 'Leads, or off', httpStatus: 403 },
  { heading: 15, code: 'NO_PERMISSION', which: 'no permission', httpStatus: 403 },
  { heading: 16, code: 'INTERNAL_ERROR', which: 'fault', httpStatus: 500 },
];

const field = (name: string, more?: Record<string, unknown>) =>
  at(`$.territories[0].${name}`, more);

const S4: (Omit<Line, 'page' | 'httpStatus'> & { httpStatus?: number })[] = [
  {
    heading: 1,
    code: 'DUPLICATE_DATA',
    which: 'name in the org',
    details: field('name'),
    message: 'Given Territory name already exists',
  },
  {
    heading: 1,
    code: 'DUPLICATE_DATA',
    which: 'name twice in the request',
    details: field('name'),
    message: 'Duplicate Territory Name Found',
  },
  { heading: 2, code: 'MANDATORY_NOT_FOUND', which: 'name', details: field('name') },
  { heading: 2, code: 'MANDATORY_NOT_FOUND', which: 'parent', details: field('reporting_to.id') },
  {
    heading: 2,
    code: 'MANDATORY_NOT_FOUND',
    which: 'permission',
    details: field('permission_type'),
  },
  { heading: 3, code: 'INVALID_DATA', which: 'parent id', details: field('reporting_to.id') },
  {
    heading: 3,
    code: 'INVALID_DATA',
    which: 'permission_type',
    details: field('permission_type', { supported_values: ['read_only', 'read_write_delete'] }),
  },
  { heading: 3, code: 'INVALID_DATA', which: 'reporting_to', details: field('reporting_to') },
  { heading: 3, code: 'INVALID_DATA', which: 'manager', details: field('manager.id') },
  { heading: 3, code: 'INVALID_DATA', which: 'name characters', details: field('name') },
  {
    heading: 3,
    code: 'INVALID_DATA',
    which: 'criteria JSON',
    details: field('account_rule_criteria', { expected_data_type: 'jsonobject' }),
  },
  { heading: 4, code: 'TERRITORY_NOT_ENABLED', which: 'off', httpStatus: 403 },
  { heading: 5, code: 'TERRITORY_DISABLED', which: 'off', httpStatus: 403 },
  { heading: 6, code: 'LIMIT_EXCEEDED', which: 'territories', details: { limit: 250 } },
  {
    heading: 6,
    code: 'LIMIT_EXCEEDED',
    which: 'users of a territory',
    details: { limit: 100 },
    message: 'Maximum Users Limit reached for a territory',
  },
  {
    heading: 6,
    code: 'LIMIT_EXCEEDED',
    which: 'criteria',
    details: { limit: 25, limit_due_to: [field('account_rule_criteria')] },
  },
];

const LINES: readonly Line[] = [
  ...userPage('S0'),
  ...S1.map((line): Line => ({ page: 'S1', httpStatus: 400, ...line })),
  ...userPage('S2'),
  ...S3.map((line): Line => ({ page: 'S3', httpStatus: 400, ...line })),
  ...S4.map((line): Line => ({ page: 'S4', httpStatus: 400, ...line })),
];

function refusal({ code, httpStatus, details = {}, message = '' }: Line): Refusal {
  return { code, httpStatus, message, details };
}

const find = (line: Line) => lookup(ENDPOINTS[line.page], refusal(line));

describe('the "Possible Errors" of the reference pages', () => {
  test('all 37 headings are walked through', () => {
    const headings = LINES.map((line) => `${line.page} ${line.heading} ${line.code}`);
    expect(
      Object.entries(Object.groupBy(new Set(headings), (text) => text.slice(0, 2))).map(
        ([page, of]) => [page, of?.length],
      ),
    ).toEqual([
      ['S0', 6],
      ['S1', 3],
      ['S2', 6],
      ['S3', 16],
      ['S4', 6],
    ]);
  });

  test.each(LINES)('$page $heading: $code $httpStatus, $which', (line) => {
    const entry = find(line);
    expect(entry.code).toBe(line.code);
    expect(entry.httpStatus).toContain(line.httpStatus);
    expect(entry.source.join(' ')).toContain(line.page);
    expect(entry.cause).not.toBe('');
    expect(entry.resolution).not.toBe('');
  });

  test('two meanings under one code have two entries', () => {
    const groups = Map.groupBy(LINES, ({ page, code }) => `${page} ${code}`);
    for (const [group, lines] of groups) {
      const causes = new Set(lines.map((line) => find(line).cause));
      expect([group, causes.size]).toEqual([group, lines.length]);
    }
  });

  test.each([
    ['S0 DUPLICATE_DATA', true],
    ['S1 DUPLICATE_DATA', true],
    ['S2 DUPLICATE_DATA', true],
    ['S3 DUPLICATE_DATA', true],
    ['S4 DUPLICATE_DATA', undefined],
  ])('%s means that the org already is as asked: %s', (group, satisfied) => {
    const lines = LINES.filter(({ page, code }) => `${page} ${code}` === group);
    expect(lines.map((line) => find(line).satisfied)).toEqual(lines.map(() => satisfied));
  });
});
