import { fc } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { demoRecordId, demoUserId } from '../../src/sandbox/index.ts';
import { ROOT, startRig } from './client.ts';

const RECORD = demoRecordId('Accounts', 1);

/** Values that come near to what the API knows, and any others. */
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(ROOT, RECORD, demoUserId(2), '5', '', 'equal', 'and', 'Industry', 'read_only'),
    fc.constantFrom(null, true, 5, 1.5, '99999999999999999999', '-1', 'TODAY'),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ...['id', 'name', 'reporting_to', 'permission_type', 'manager', 'description', 'field'],
        ...['account_rule_criteria', 'api_name', 'comparator', 'value', 'group', 'group_operator'],
        ...['Territories', 'transfer_to_id', 'constructor', '__proto__'],
      ),
      tie('value'),
      { maxKeys: 6 },
    ),
  ),
})).value;

const calls = fc.constantFrom(
  ['POST', '/settings/territories', 'territories'],
  ['PUT', '/settings/territories', 'territories'],
  ['PUT', `/settings/territories/${ROOT}`, 'territories'],
  ['PUT', `/settings/territories/${ROOT}/users`, 'users'],
  ['PUT', `/users/${demoUserId(2)}/territories`, 'territories'],
  ['POST', '/settings/territories/actions/transfer_and_delete', 'territories'],
  ['POST', '/Accounts/actions/assign_territories', 'data'],
  ['POST', '/Accounts/actions/remove_territories', 'data'],
  ['POST', `/Accounts/${RECORD}/actions/assign_territories`, 'data'],
  ['POST', '/coql', 'select_query'],
) as fc.Arbitrary<[string, string, string]>;

test('no body makes a call fail otherwise than with a refusal', async () => {
  await using rig = await startRig({
    recordsPerModule: 1,
    credits: Number.POSITIVE_INFINITY,
    territoryLimit: 100_000,
  });
  await fc.assert(
    fc.asyncProperty(
      calls,
      fc.oneof(value, fc.array(value)),
      async ([method, path, key], given) => {
        const reply = await rig.send(method, path, { [key]: given });
        expect(reply.status).toBeLessThan(500);
      },
    ),
    { numRuns: 1_500 },
  );
});

test('no query makes a call fail otherwise than with a refusal', async () => {
  await using rig = await startRig({ recordsPerModule: 1, credits: Number.POSITIVE_INFINITY });
  const paths = fc.constantFrom(
    '/settings/territories',
    `/settings/territories/${ROOT}`,
    `/settings/territories/${ROOT}/users`,
    '/users',
    '/Accounts',
    `/Accounts/${RECORD}`,
    '/Accounts/actions/get_feature_specific_info',
    '/settings/fields',
  );
  const names = fc.constantFrom(
    ...['page', 'per_page', 'ids', 'include', 'filters', 'type', 'fields', 'page_token'],
    ...['territory_id', 'sort_by', 'sort_order', 'features', 'module', 'include_child'],
  );
  const text = fc.oneof(
    fc.constantFrom('1', '-1', '200', '1e9', 'W10', 'id', 'AllUsers', RECORD, ROOT, `${ROOT},5`),
    fc.json(),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(paths, fc.dictionary(names, text, { maxKeys: 4 }), async (path, query) => {
      const reply = await rig.send('GET', `${path}?${new URLSearchParams({ ...query })}`);
      expect(reply.status).toBeLessThan(500);
    }),
    { numRuns: 1_500 },
  );
});
