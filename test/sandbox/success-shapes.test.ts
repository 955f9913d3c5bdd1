import { expect, test } from 'vitest';
import { demoRecordId, demoUserId } from '../../src/sandbox/index.ts';
import { ROOT, startRig, territory } from './client.ts';

const criteria = (apiName: string, value: string) => ({
  comparator: 'greater_than',
  field: { api_name: apiName },
  value,
});

test('territories are created with the answer of the reference sample', async () => {
  await using rig = await startRig();
  const values = { manager: { id: demoUserId(2) }, description: null };
  const reply = await rig.send('POST', '/crm/v7/settings/territories', {
    territories: [
      territory({
        ...values,
        name: 'Territory1000',
        account_rule_criteria: criteria('Annual_Revenue', '1001'),
        lead_rule_criteria: criteria('Annual_Revenue', '1000'),
        deal_rule_criteria: criteria('Amount', '100000'),
      }),
      territory({ ...values, name: 'Territory1001' }),
    ],
  });
  const item = (id: string) => ({
    code: 'SUCCESS',
    details: { id },
    message: 'Territory Created Successfully',
    status: 'success',
  });
  expect([reply.status, reply.body]).toEqual([
    201,
    { territories: [item('5725767000000400002'), item('5725767000000400003')] },
  ]);
  expect(rig.sandbox.org.usersOf('5725767000000400002')).toEqual([demoUserId(2)]);
});

test('a list of territories shows criteria only when asked, one territory always', async () => {
  await using rig = await startRig();
  const rule = criteria('Annual_Revenue', '1001');
  await rig.send('POST', '/settings/territories', {
    territories: [territory({ account_rule_criteria: rule, manager: { id: demoUserId(2) } })],
  });
  const plain = await rig.send('GET', '/settings/territories');
  expect(plain.body.info).toEqual({ per_page: 200, count: 2, page: 1, more_records: false });
  expect(plain.body.territories[1]).toEqual({
    created_time: '2026-11-21T00:00:00+00:00',
    modified_time: '2026-11-21T00:00:00+00:00',
    permission_type: 'read_only',
    manager: { name: 'Amara Okafor', id: demoUserId(2) },
    api_name: 'East',
    name: 'East',
    modified_by: { name: 'Alex Morgan', id: demoUserId(1) },
    created_by: { name: 'Alex Morgan', id: demoUserId(1) },
    description: null,
    id: '5725767000000400002',
    reporting_to: { name: 'Northwind Trading', id: ROOT },
  });
  const included = await rig.send('GET', '/settings/territories?include=account_rule_criteria');
  const field = { api_name: 'Annual_Revenue', id: expect.stringMatching(/^\d{19}$/) };
  expect(included.body.territories[1].account_rule_criteria).toEqual({ ...rule, field });
  expect(included.body.territories[1]).not.toHaveProperty('lead_rule_criteria');
  const one = await rig.send('GET', '/settings/territories/5725767000000400002');
  expect(one.body.territories[0].account_rule_criteria).toEqual({ ...rule, field, type: 'value' });
  expect(one.body).not.toHaveProperty('info');
});

test('users join and leave a territory, many at once or one by the path', async () => {
  await using rig = await startRig();
  const [id] = await rig.territories('East');
  const path = `/settings/territories/${id}/users`;
  const item = (n: number, message: string) => ({
    code: 'SUCCESS',
    details: { id: demoUserId(n) },
    message,
    status: 'success',
  });
  const added = 'Given User added to the mentioned territory Successfully';
  const removed = 'Given User Removed from the mentioned territory Successfully';
  expect((await rig.send('GET', path)).status).toBe(204);
  const users = [{ id: demoUserId(3) }, { id: demoUserId(4) }];
  const many = await rig.send('PUT', path, { users });
  expect([many.status, many.body]).toEqual([200, { users: [item(3, added), item(4, added)] }]);
  const one = await rig.send('PUT', `${path}/${demoUserId(5)}`);
  expect([one.status, one.body]).toEqual([200, { users: [item(5, added)] }]);
  const page = await rig.send('GET', `${path}?per_page=2&page=2`);
  expect(page.body.users.map((user: { email: string }) => user.email)).toEqual([
    'aoife.brennan@northwind.example',
  ]);
  expect((await rig.send('GET', `${path}/${demoUserId(3)}`)).body.users).toHaveLength(1);
  expect((await rig.send('GET', `${path}/${demoUserId(9)}`)).status).toBe(204);
  const left = await rig.send('DELETE', `${path}?ids=${demoUserId(3)},${demoUserId(4)}`);
  expect(left.body).toEqual({ users: [item(3, removed), item(4, removed)] });
  const last = await rig.send('DELETE', `${path}/${demoUserId(5)}`);
  expect(last.body).toEqual({ users: [item(5, removed)] });
  expect(rig.sandbox.org.usersOf(id as string)).toEqual([]);
});

test('a user gets and loses territories', async () => {
  await using rig = await startRig();
  const [east, west] = await rig.territories('East', 'West');
  const path = `/users/${demoUserId(6)}/territories`;
  expect((await rig.send('GET', path)).status).toBe(204);
  const put = await rig.send('PUT', path, { territories: [{ id: east }, { id: west }] });
  const message = 'Territory associated to the user successfully';
  expect(put.body.territories[0]).toEqual({
    code: 'SUCCESS',
    details: { id: east },
    message,
    status: 'success',
  });
  const held = await rig.send('GET', path);
  expect(held.body.territories[0]).toEqual({
    id: east,
    Name: 'East',
    Manager: null,
    Reporting_To: { Name: 'Northwind Trading', id: ROOT },
  });
  expect((await rig.send('GET', `${path}/${west}`)).body.territories).toHaveLength(1);
  const gone = await rig.send('DELETE', `${path}?ids=${east}`);
  expect(gone.body.territories[0].message).toBe('Territory removed from the user successfully');
  expect((await rig.send('DELETE', `${path}/${west}`)).status).toBe(200);
  expect((await rig.send('GET', `${path}/${west}`)).status).toBe(204);
});

test('an assignment becomes visible when its job has run', async () => {
  await using rig = await startRig({ jobMs: 5_000 });
  const [id] = await rig.territories('East');
  const record = demoRecordId('Accounts', 7);
  const data = [{ id: record, Territories: [{ id }] }];
  const reply = await rig.send('POST', '/Accounts/actions/assign_territories', { data });
  expect([reply.status, reply.body]).toEqual([
    202,
    {
      data: [
        {
          code: 'SCHEDULED',
          details: { job_id: '5725767000010000001', id: record },
          message: 'Territory assignment process scheduled successfully',
          status: 'success',
        },
      ],
    },
  ]);
  const info = `actions/get_feature_specific_info?features=territory_scheduled_jobs`;
  const pending = await rig.send('GET', `/Accounts/${info}&ids=${record}`);
  expect(pending.body.data[0]).toEqual({
    id: record,
    territory_scheduled_jobs: {
      job_id: '5725767000010000001',
      source: 'manual_territory_assignment',
    },
  });
  expect((await rig.send('GET', `/Accounts/${record}`)).body.data[0].Territories).toEqual([]);
  rig.advance(5_000);
  expect((await rig.send('GET', `/Accounts/${record}/${info}`)).status).toBe(204);
  expect((await rig.send('GET', `/Accounts/${record}`)).body.data[0].Territories).toEqual([
    {
      Name: 'East',
      id,
      $assigned_by: { name: 'Alex Morgan', id: demoUserId(1) },
      $assigned_time: '2026-11-21T00:00:05+00:00',
      $assigned: 'manually',
    },
  ]);
});

test('territories are removed from one record by the path', async () => {
  await using rig = await startRig({ assign: 'immediate' });
  const [id] = await rig.territories('East');
  const record = demoRecordId('Deals', 7);
  const body = { data: [{ Territories: [{ id }] }] };
  const assigned = await rig.send('POST', `/Deals/${record}/actions/assign_territories`, body);
  expect([assigned.status, assigned.body.data[0]]).toEqual([
    200,
    {
      code: 'SUCCESS',
      details: { id: record },
      message: 'the territories data updated successfully',
      status: 'success',
    },
  ]);
  expect(rig.sandbox.org.territoriesOf('Deals', record)).toEqual([id]);
  const removed = await rig.send('POST', `/Deals/${record}/actions/remove_territories`, body);
  expect(removed.body.data[0].message).toBe('the territories data removed successfully');
  expect(rig.sandbox.org.territoriesOf('Deals', record)).toEqual([]);
});
