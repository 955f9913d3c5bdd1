import { createReadStream } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { test as base, describe, expect } from 'vitest';
import { openInput } from '../src/pipeline/read/read.ts';
import { cellsOf, layoutOf } from '../src/resources/columns.ts';
import type { Pointer } from '../src/resources/operation.ts';
import { RESOURCES } from '../src/resources/registry.ts';
import type { Settings } from '../src/vocabulary.ts';
import { STATUSES, UNMET_STATUSES } from '../src/vocabulary.ts';
import { lookup } from '../src/zoho/catalogue/index.ts';
import { createClient } from '../src/zoho/client.ts';
import { LIMITS } from '../src/zoho/limits.ts';
import { orgOf, territory, user } from './support/org.ts';
import { planRows, type TestRow, territoryRow } from './support/rows.ts';
import { connectionTo, test } from './support/sandbox.ts';

/** What the suite must know of an operation to try it; a new one adds its lines here. */
interface Trial {
  /** A file of so many rows that every limit of its calls is met, and all go by this operation. */
  readonly rows: readonly TestRow[];
  readonly settings?: Settings;
  /** Most entries a call may have. */
  readonly most: number;
  /** Codes that the reference lists for the endpoint that the operation writes to. */
  readonly codes: readonly string[];
  /** Where answers point, and the column they mean. */
  readonly pointers: readonly [apiName: string, jsonPath: string, column: string, index?: number][];
}

const count = <T>(length: number, make: (i: number) => T): T[] =>
  Array.from({ length }, (_, i) => make(i));

const TERRITORY_CODES = [
  'DUPLICATE_DATA',
  'MANDATORY_NOT_FOUND',
  'INVALID_DATA',
  'DEPENDENT_MISMATCH',
  'DEPENDENT_FIELD_MISSING',
  'NOT_SUPPORTED',
  'LIMIT_EXCEEDED',
  'LOOKUP_LIMIT_EXCEEDED',
  'NOT_ALLOWED',
  'PERMISSION_DENIED',
  'AUTHENTICATION_FAILURE',
  'TERRITORY_NOT_ENABLED',
  'TERRITORY_DISABLED',
  'FEATURE_NOT_ENABLED',
];

const TERRITORY_POINTERS: Trial['pointers'] = [
  ['name', '$.territories[0].name', 'name'],
  ['id', '$.territories[3].reporting_to.id', 'reporting_to'],
  ['reporting_to', '$.territories[0].reporting_to', 'reporting_to'],
  ['permission_type', '$.territories[9].permission_type', 'permission_type'],
  ['id', '$.territories[0].manager.id', 'manager'],
  ['description', '$.territories[0].description', 'description'],
  ['value', '$.territories[0].account_rule_criteria.group[1].value', 'account_rule_criteria'],
  ['name', '$.territories[0].lead_rule_criteria.field.api_name', 'lead_rule_criteria'],
  ['deal_rule_criteria', '$.territories[0].deal_rule_criteria', 'deal_rule_criteria'],
  ['description', '', 'description'],
];

/** By resource and operation. */
const TRIALS: Readonly<Record<string, Readonly<Record<string, Trial>>>> = {
  territories: {
    create: {
      rows: count(35, (i) =>
        territoryRow({ name: `New ${i}`, reporting_to: i < 20 ? '' : 'New 0' }),
      ),
      most: LIMITS.territoriesPerCreate,
      codes: TERRITORY_CODES,
      pointers: TERRITORY_POINTERS,
    },
    update: {
      rows: count(35, (i) => ({ name: `T${i}`, description: 'another' })),
      settings: { mode: 'upsert' },
      most: LIMITS.territoriesPerUpdate,
      codes: TERRITORY_CODES,
      pointers: TERRITORY_POINTERS,
    },
  },
  'user-territories': {
    byUser: {
      rows: count(250, (i) => ({ user: i < 230 ? '2001' : '2002', territory: `T${i}` })),
      most: LIMITS.territoriesPerUserCall,
      codes: [
        'INVALID_DATA',
        'LIMIT_EXCEEDED',
        'DUPLICATE_DATA',
        'MANDATORY_NOT_FOUND',
        'expected_data_type',
        'PERMISSION_DENIED',
        'NOT_ALLOWED',
      ],
      pointers: [
        ['id', '$.territories[0].id', 'territory'],
        ['', '', 'user', 1],
      ],
    },
    byTerritory: {
      rows: count(250, (i) => ({ user: `${20_000 + i}`, territory: i < 230 ? 'T0' : 'T1' })),
      most: LIMITS.usersPerTerritoryCall,
      codes: ['DUPLICATE_DATA', 'LIMIT_EXCEEDED', 'INVALID_DATA', 'TERRITORY_NOT_ENABLED'],
      pointers: [
        ['id', '$.users[0].id', 'user'],
        ['', '', 'territory', 2],
      ],
    },
  },
  'record-territories': {
    assign: {
      rows: count(60, (i) => ({
        record_id: `${501 + (i % 30)}`,
        territory: `T${Math.floor(i / 30)}`,
        module: i % 30 < 15 ? 'Accounts' : 'Leads',
      })),
      most: LIMITS.recordsPerAssign,
      codes: [
        'INVALID_DATA',
        'MANDATORY_NOT_FOUND',
        'DUPLICATE_DATA',
        'ALREADY_USED',
        'LIMIT_EXCEEDED',
        'ALREADY_SCHEDULED',
        'RECORD_LOCKED',
        'NOT_SUPPORTED',
        'INVALID_MODULE',
        'TERRITORY_NOT_ENABLED',
        'NO_PERMISSION',
        'AUTHORIZATION_FAILED',
        'OAUTH_SCOPE_MISMATCH',
        'INVALID_REQUEST_METHOD',
        'INTERNAL_ERROR',
      ],
      pointers: [
        ['id', '$.data[0].id', 'record_id'],
        ['id', '$.data[0].Territories[2].id', 'territory'],
        ['Territories', '$.data[9].Territories', 'territory'],
        ['', '', 'module', 0],
        ['', '', 'record_id', 1],
      ],
    },
  },
};

const org = orgOf({
  territories: count(250, (i) => territory({ id: `${3000 + i}`, name: `T${i}` })),
  users: [
    user({ id: '2001' }),
    user({ id: '2002', email: 'bob@example.com' }),
    ...count(250, (i) => user({ id: `${20_000 + i}`, email: `${i}@example.com` })),
  ],
});

/** Every operation of every resource with its trial. */
const OPERATIONS = RESOURCES.flatMap((resource) =>
  Object.entries(resource.operations).map(([key, operation]) => {
    const trial = TRIALS[resource.name]?.[key];
    if (trial === undefined) {
      throw new Error(`contracts.test.ts knows no trial of ${resource.name}, ${key}`);
    }
    return { resource, key, operation, trial, name: operation.name };
  }),
);

describe.each(RESOURCES.map((resource) => ({ resource, name: resource.name })))(
  '$name',
  ({ resource, name }) => {
    base('has a sample whose every row passes its check', async () => {
      const path = join(import.meta.dirname, '../samples', `${name}.csv`);
      await using input = await openInput(
        { name, bytes: createReadStream(path) },
        { score: (header) => layoutOf(header, resource.columns).headers.size },
      );
      const layout = layoutOf(input.header, resource.columns);
      const findings: unknown[] = [];
      let rows = 0;
      for await (const { cells } of input.rows) {
        rows += 1;
        const checked = resource.check(cellsOf(layout, cells), {});
        if ('finding' in checked) findings.push(checked.finding);
      }
      expect(findings).toEqual([]);
      expect(rows).toBeGreaterThan(0);
    });

    base('has samples that show every column', async () => {
      const found = new Set<string>();
      for await (const path of glob(join(import.meta.dirname, '../samples', `${name}*.csv`))) {
        await using input = await openInput(path, { score: (header) => header.length });
        for (const column of layoutOf(input.header, resource.columns).headers.keys()) {
          found.add(column);
        }
      }
      expect(resource.columns.filter((column) => !found.has(column.name))).toEqual([]);
    });

    base('has headers of which no two mean different columns', () => {
      const names = resource.columns.flatMap((column) => [column.name, ...column.aliases]);
      const plain = names.map((one) => one.replaceAll('_', ''));
      expect(plain.length).toBe(new Set(plain).size);
    });
  },
);

describe.each(OPERATIONS)('$name', ({ resource, key, operation, trial }) => {
  const plan = () => planRows(resource, trial.rows, org, trial.settings);

  base('carries the rows that are meant for it', () => {
    const { chunks, outcomes } = plan();
    expect(outcomes).toEqual([]);
    expect(new Set(chunks.map((chunk) => chunk.operation))).toEqual(new Set([key]));
  });

  base('fills its calls up to the documented limit, and no further', () => {
    const sizes = plan().chunks.map(({ entries }) => entries.length);
    expect(Math.max(...sizes)).toBe(trial.most);
  });

  base('sends its entries as a list under its key, in their order', () => {
    for (const chunk of plan().chunks) {
      const { body } = operation.request(chunk);
      expect(body).toMatchObject({
        [operation.listKey]: chunk.entries.map(({ id }) => (id === undefined ? {} : { id })),
      });
    }
  });

  base.each(trial.codes)('knows what to do about %s', (code) => {
    const refusal = { code, httpStatus: 400, message: '', details: {} };
    const entry = lookup(operation.endpoint, refusal);
    expect(entry.code).toBe(code);
    expect(entry.resolution).not.toBe('');
  });

  base.each(trial.pointers)(
    'takes %s at "%s" for its column %s',
    (apiName, jsonPath, column, index) => {
      const pointer: Pointer = { apiName, jsonPath, resourcePathIndex: index };
      expect(operation.column(pointer)).toBe(column);
      expect(resource.columns.map((one) => one.name)).toContain(column);
    },
  );

  base.each([true, false])('gives success a status that is as asked: scheduled %s', (scheduled) => {
    const status = operation.succeeded(scheduled);
    expect(STATUSES).toContain(status);
    expect(UNMET_STATUSES.has(status)).toBe(false);
  });

  test('writes to a path that the sandbox serves', async ({ sandbox }) => {
    const [chunk] = plan().chunks;
    if (chunk === undefined) throw new Error('no call was planned');
    await using client = createClient(connectionTo(sandbox));
    const { body } = await client.send(operation.request(chunk));
    expect(JSON.stringify(body)).not.toMatch(/INVALID_URL_PATTERN|INVALID_REQUEST_METHOD/);
    expect(Object.keys(sandbox.stats().calls).join()).toMatch(/POST|PUT/);
  });
});
