import { describe, expect, test } from 'vitest';
import {
  allCodes,
  type CatalogueEntry,
  type Endpoint,
  entriesFor,
  lookup,
  type OwnCode,
  ownEntry,
  suggestCode,
} from '../../src/zoho/catalogue/index.ts';

const ENTRIES: readonly CatalogueEntry[] = allCodes().flatMap(entriesFor);
const API_ENTRIES = ENTRIES.filter((entry) => entry.httpStatus.length > 0);

const COLUMNS =
  /\b(name|reporting_to|permission_type|manager|description|(account|lead|deal)_rule_criteria|user|territory|record_id|module|_field) columns?\b/;

const label = (entry: CatalogueEntry) => `${entry.code}: ${entry.cause}`;
const codeOf = ({ code }: CatalogueEntry) => code;
const refusal = (code: string) => ({ code, httpStatus: 400, message: '', details: {} });

describe('the texts of the catalogue', () => {
  test('a cause is short and fits behind a count', () => {
    const bad = ENTRIES.filter(
      ({ cause }) => cause.length === 0 || cause.length > 70 || /^[A-Z]|[.:,]$/.test(cause),
    );
    expect(bad.map(label)).toEqual([]);
  });

  test('a resolution is one or two plain sentences', () => {
    const bad = ENTRIES.filter(({ resolution }) => {
      const sentences = resolution.split(/(?<=[a-z0-9`)])\. (?=[A-Z])/);
      return !/^[A-Z].*\.$/.test(resolution) || sentences.length > 2 || resolution.length > 260;
    });
    expect(bad.map(label)).toEqual([]);
  });

  test('the resolution of a row names the column to look at', () => {
    const bad = API_ENTRIES.filter(
      ({ concerns, resolution }) => concerns === 'row' && !COLUMNS.test(resolution),
    );
    expect(bad.map(label)).toEqual([]);
  });

  test('what stops a run is resumed, and rows that were refused are retried', () => {
    const saying = (words: RegExp) => ENTRIES.filter(({ resolution }) => words.test(resolution));
    const stops = (entry: CatalogueEntry) => /org|module/.test(entry.concerns);
    const isRow = (entry: CatalogueEntry) => entry.concerns === 'row';
    expect(saying(/import failed\.csv/i).map(label)).toEqual([]);
    expect(
      saying(/resume/i)
        .filter(isRow)
        .map(codeOf),
    ).toEqual(['NOT_SENT']);
    // Among our own codes, only this one comes when rows have failed.
    const own = saying(/retry/i).filter((entry) => stops(entry) && entry.httpStatus.length === 0);
    expect(own.map(codeOf)).toEqual(['MAX_ERRORS']);
  });

  test('a refusal that stops a run leaves all its rows for resume', () => {
    const says = /, then resume the run\.$/;
    const stops = API_ENTRIES.filter(({ concerns }) => /org|module/.test(concerns));
    const isTokens = ({ endpoints, retry }: CatalogueEntry) =>
      retry === 'token' || (endpoints !== 'any' && endpoints.includes('token'));
    const [aboutToken, others] = [stops.filter(isTokens), stops.filter((one) => !isTokens(one))];
    // No row fails when it is the token that is refused.
    expect(aboutToken.filter(({ resolution }) => /retry/i.test(resolution)).map(label)).toEqual([]);
    // What is wrong in the module column is corrected in the file.
    const unsaid = others.filter(({ resolution }) => !says.test(resolution));
    expect(unsaid.filter(({ resolution }) => !/in the module column/.test(resolution))).toEqual([]);
    expect(unsaid.filter(({ resolution }) => /resume|retry/i.test(resolution))).toEqual([]);
  });

  test('what is satisfied asks for nothing, and only rows are', () => {
    const satisfied = ENTRIES.filter((entry) => entry.satisfied);
    expect(satisfied.filter(({ resolution }) => !resolution.startsWith('Leave'))).toEqual([]);
    expect(
      satisfied.filter(({ concerns, retry }) => `${concerns} ${retry}` !== 'row never'),
    ).toEqual([]);
    expect(satisfied.some(({ endpoints }) => endpoints.includes('territories.create'))).toBe(false);
  });

  test('every entry says where it is from', () => {
    expect(ENTRIES.filter(({ source }) => source.length === 0).map(label)).toEqual([]);
  });
});

describe('the order of the catalogue', () => {
  test('one code has at most one fallback at one endpoint', () => {
    const fallbacks = ENTRIES.filter(({ when }) => when === undefined).flatMap((entry) =>
      (entry.endpoints === 'any' ? ['any'] : entry.endpoints).map((at) => `${at} ${entry.code}`),
    );
    expect(fallbacks.filter((key, index) => fallbacks.indexOf(key) !== index)).toEqual([]);
  });

  test('odd details never break the lookup', () => {
    const odd = [
      { json_path: 7, api_name: null },
      { json_path: '' },
      { limit_due_to: [null, 'x'] },
    ];
    for (const entry of API_ENTRIES) {
      for (const details of odd) {
        const endpoints: readonly Endpoint[] =
          entry.endpoints === 'any' ? ['users.read'] : entry.endpoints;
        for (const endpoint of endpoints) {
          expect(lookup(endpoint, { ...refusal(entry.code), details }).code).toBe(entry.code);
        }
      }
    }
  });

  test('the same code means another thing at another endpoint', () => {
    const at = (endpoint: Endpoint) => lookup(endpoint, refusal('LIMIT_EXCEEDED')).cause;
    const endpoints: Endpoint[] = [
      'territories.create',
      'user-territories.add',
      'territory-users.add',
      'record-territories.assign',
      'coql',
      'users.read',
    ];
    expect(new Set(endpoints.map(at)).size).toBe(endpoints.length);
  });

  test('a code that nobody documented concerns its row, and at the token endpoint the org', () => {
    expect(lookup('coql', refusal('BRAND_NEW'))).toMatchObject({
      code: 'UNKNOWN_CODE',
      concerns: 'row',
      retry: 'never',
    });
    expect(lookup('token', refusal('brand_new'))).toMatchObject({
      code: 'UNKNOWN_CODE',
      concerns: 'org',
    });
  });
});

describe('codes for explain', () => {
  test('every code is found, whatever its case', () => {
    for (const code of allCodes()) {
      expect(entriesFor(` ${code.toLowerCase()} `).map((entry) => entry.code)).toContain(code);
    }
    expect(entriesFor('EXPECTED_DATA_TYPE')[0]?.code).toBe('expected_data_type');
    expect(entriesFor('BRAND_NEW')).toEqual([]);
  });

  test('codes are listed once, sorted', () => {
    expect(allCodes()).toEqual([...new Set(allCodes())].sort());
  });

  test('the codes of the tool itself are among them', () => {
    const own: OwnCode[] = ['NOT_SENT', 'PARENT_FAILED', 'UNANSWERED', 'ROW_SHAPE', 'FILE_EMPTY'];
    for (const code of own) {
      expect(ownEntry(code)).toBe(entriesFor(code)[0]);
      expect(ownEntry(code).httpStatus).toEqual([]);
    }
  });

  test.each<[OwnCode, CatalogueEntry['concerns'], RegExp]>([
    ['RUN_LOCKED', 'org', /another process/],
    ['RUN_UNFINISHED', 'org', /unfinished run/],
    ['RUN_NOT_FOUND', 'org', /no run/],
    ['INPUT_CHANGED', 'org', /file has changed/],
    ['ORG_CHANGED', 'org', /another org/],
    ['JOURNAL_UNWRITABLE', 'org', /disk is full/],
    ['CHANGED_MEANWHILE', 'row', /somebody else/],
    ['CONTRADICTION', 'row', /two rows/],
    ['NOT_ASSIGNED', 'row', /the job has ended/],
    ['UNANSWERED', 'row', /never answered/],
  ])('%s concerns the %s', (code, concerns, cause) => {
    expect(ownEntry(code)).toMatchObject({ concerns, cause: expect.stringMatching(cause) });
  });

  test.each([
    ['DUPLICATE_DAT', 'DUPLICATE_DATA'],
    ['duplicate data', 'DUPLICATE_DATA'],
    ['INVALID_DTAA', 'INVALID_DATA'],
    ['not-allowed', 'NOT_ALLOWED'],
    ['acess denied', 'Access Denied'],
    ['RECORD_LOKED', 'RECORD_LOCKED'],
  ])('%s suggests %s', (input, code) => {
    expect(suggestCode(input)).toBe(code);
  });

  test.each(['', 'x', 'completely different'])('%j suggests nothing', (input) => {
    expect(suggestCode(input)).toBeUndefined();
  });
});
