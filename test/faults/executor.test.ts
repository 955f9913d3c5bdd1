import { describe, expect, test } from 'vitest';
import type { Chunk } from '../../src/vocabulary.ts';
import {
  type Handler,
  type Received,
  type Reply,
  refusal,
  success,
} from '../support/hostile-server.ts';
import {
  accountChunk,
  crowdChunk,
  executorRig,
  inShort,
  territoryChunk,
  userChunk,
} from './rig.ts';

/** An org that holds territories by name and makes those it is asked for; `disturb` comes first. */
function territoryOrg(disturb: (request: Received, write: number) => Reply | undefined): Handler {
  const held = new Map<string, string>();
  let writes = 0;
  return (request) => {
    if (request.method === 'GET') {
      const territories = [...held].map(([name, id]) => ({ id, name }));
      return territories.length === 0 ? { status: 204 } : { body: { territories } };
    }
    writes += 1;
    const names: string[] = request.json.territories.map((one: { name: string }) => one.name);
    const make = () =>
      names.map((name, i) => {
        if (held.has(name)) {
          return refusal('DUPLICATE_DATA', { json_path: `$.territories[${i}].name` });
        }
        held.set(name, String(90 + held.size));
        return success({ id: held.get(name) });
      });
    const disturbed = disturb(request, writes);
    if (disturbed === undefined) return { status: 201, body: { territories: make() } };
    // A disturbance with `done` in its headers comes after the work.
    if (typeof disturbed === 'object' && disturbed.headers?.['x-done'] !== undefined) make();
    return disturbed;
  };
}

const DONE = { 'x-done': '1' };
const all = (chunk: { entries: readonly unknown[] }) => chunk.entries.length;

describe('a create call whose answer got lost', () => {
  test.for<[string, Reply]>([
    ['502 of a proxy', { status: 502, headers: DONE, body: '<html>' }],
    ['half of the JSON', { status: 201, headers: DONE, body: '{"territories":[{"co' }],
    ['an empty answer', { status: 201, headers: DONE, body: '' }],
    ['an empty list', { status: 201, headers: DONE, body: { territories: [] } }],
    ['no content (204)', { status: 204, headers: DONE }],
    ['an answer without the list', { status: 200, headers: DONE, body: { ok: true } }],
  ])('is settled by reading and not sent again: %s', async ([, reply]) => {
    await using it = await executorRig(
      'territories',
      territoryOrg(() => reply),
    );
    const { outcomes } = await it.execute(territoryChunk('East', 'West'));
    expect(inShort(outcomes)).toEqual(['2 created 90', '3 created 91']);
    expect(it.writes()).toHaveLength(1);
  });

  test('is sent again when the org shows that nothing was done', async () => {
    await using it = await executorRig(
      'territories',
      territoryOrg((_request, write) => (write === 1 ? 'reset' : undefined)),
    );
    const { outcomes } = await it.execute(territoryChunk('East', 'West'));
    expect(inShort(outcomes)).toEqual(['2 created 90', '3 created 91']);
    expect(outcomes[0]?.attempts).toBe(2);
  });

  test('is sent again with what is missing only, and each row gets its own answer', async () => {
    let made = false;
    await using it = await executorRig('territories', (request) => {
      if (request.method === 'GET') {
        return { body: { territories: made ? [{ id: '90', name: 'A' }] : [] } };
      }
      if (made) {
        return {
          status: 207,
          body: {
            territories: [
              refusal('INVALID_DATA', { json_path: '$.territories[0].name' }),
              success({ id: '92' }),
            ],
          },
        };
      }
      made = true;
      return 'reset';
    });
    const { outcomes } = await it.execute(territoryChunk('A', 'B', 'C'));
    expect(inShort(outcomes)).toEqual(['2 created 90', '3 failed INVALID_DATA', '4 created 92']);
  });

  test('ends as unanswered when no answer ever comes and nothing shows', async () => {
    await using it = await executorRig(
      'territories',
      territoryOrg(() => 'half'),
    );
    const { outcomes, stop } = await it.execute(territoryChunk('East', 'West'));
    expect(inShort(outcomes)).toEqual(['2 failed UNANSWERED', '3 failed UNANSWERED']);
    expect(it.writes()).toHaveLength(5);
    expect(stop).toBeUndefined();
  });

  test('is left unsettled, not as never sent, when the org cannot be read either', async () => {
    await using it = await executorRig('territories', () => 'reset', { retries: 1 });
    const { outcomes, stop, isUnsettled } = await it.execute(territoryChunk('East'));
    expect(inShort(outcomes)).toEqual([]);
    expect(isUnsettled).toBe(true);
    expect(stop).toMatchObject({ exitCode: 3 });
  });

  test('was changed by somebody else meanwhile: that is told, and nothing is sent again', async () => {
    await using it = await executorRig('territories', (request) => {
      if (request.method !== 'GET') return 'reset';
      const reporting_to = { id: '7' };
      return { body: { territories: [{ id: '90', name: 'East', reporting_to }] } };
    });
    const { outcomes } = await it.execute(territoryChunk('East'));
    expect(inShort(outcomes)).toEqual(['2 failed 90 CHANGED_MEANWHILE']);
    expect(outcomes[0]?.finding?.value).toBe('reporting_to: 7');
    expect(it.writes()).toHaveLength(1);
  });

  test('gives the territory of somebody else to nobody', async () => {
    await using it = await executorRig('territories', (request) => {
      if (request.method === 'GET') return { status: 204 };
      return it.writes().length === 1
        ? 'reset'
        : { status: 400, body: { territories: [refusal('DUPLICATE_DATA')] } };
    });
    const { outcomes } = await it.execute(territoryChunk('East'));
    expect(inShort(outcomes)).toEqual(['2 failed DUPLICATE_DATA']);
  });
});

describe('a create call that was answered 5xx before', () => {
  const broken = refusal('INTERNAL_ERROR');

  test('takes over what the org made all the same', async () => {
    await using it = await executorRig(
      'territories',
      territoryOrg((_request, write) =>
        write === 1 ? { status: 500, headers: DONE, body: broken } : undefined,
      ),
    );
    const { outcomes } = await it.execute(territoryChunk('East', 'West'));
    expect(inShort(outcomes)).toEqual(['2 created 90', '3 created 91']);
  });

  test('fails with what the org said when it never gets better', async () => {
    await using it = await executorRig(
      'territories',
      territoryOrg(() => ({ status: 500, body: broken })),
    );
    const { outcomes } = await it.execute(territoryChunk('East', 'West'));
    expect(inShort(outcomes)).toEqual(['2 failed INTERNAL_ERROR', '3 failed INTERNAL_ERROR']);
    expect(outcomes[0]?.attempts).toBe(6);
  });
});

describe('a write that was answered 5xx, and cannot be sent again', () => {
  const broken: Reply = { status: 500, headers: DONE, body: refusal('INTERNAL_ERROR') };

  test('because of an interruption in the wait is left unsettled', async () => {
    const interrupt = new AbortController();
    await using it = await executorRig(
      'territories',
      territoryOrg(() => {
        interrupt.abort();
        return broken;
      }),
      { signal: interrupt.signal },
    );
    const { outcomes, stop, isUnsettled } = await it.execute(territoryChunk('East', 'West'));
    expect({ outcomes, isUnsettled }).toEqual({ outcomes: [], isUnsettled: true });
    expect(stop).toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
  });

  test('because the run has stopped elsewhere is left unsettled', async () => {
    let mayStart = true;
    await using it = await executorRig(
      'territories',
      territoryOrg(() => {
        mayStart = false;
        return broken;
      }),
    );
    const result = await it.execute(territoryChunk('East'), () => mayStart);
    expect(result).toMatchObject({ outcomes: [], isUnsettled: true, stop: undefined });
  });

  test.for([
    ['TOO_MANY_REQUESTS', { rateLimitPatienceMs: 1000 }],
    ['MAX_CREDITS', { maxCredits: 1 }],
  ] as const)('because of %s is left unsettled', async ([code, options]) => {
    await using it = await executorRig(
      'territories',
      territoryOrg((_request, write) =>
        write === 1 ? broken : { status: 429, body: refusal('TOO_MANY_REQUESTS') },
      ),
      options,
    );
    const result = await it.execute(territoryChunk('East'));
    expect(result).toMatchObject({ outcomes: [], isUnsettled: true, stop: { code } });
  });
});

describe('what this run may have made, and the org says it has already', () => {
  const noRead: Reply = { status: 403, body: refusal('NO_PERMISSION') };

  /** An org that makes all at the first call, answers it with 500, and may not be read. */
  function unreadableOrg(second: () => void = () => {}): Handler {
    const org = territoryOrg((_request, write) => {
      if (write > 1) second();
      return write > 1
        ? undefined
        : { status: 500, headers: DONE, body: refusal('INTERNAL_ERROR') };
    });
    return (request, count) => (request.method === 'GET' ? noRead : org(request, count));
  }

  test('is left unsettled when the org does not let itself be read', async () => {
    await using it = await executorRig('territories', unreadableOrg());
    const result = await it.execute(territoryChunk('East', 'West'));
    const stop = { code: 'NO_PERMISSION' };
    expect(result).toMatchObject({ outcomes: [], isUnsettled: true, stop });
  });

  test('is left unsettled when the run is interrupted before the org is read', async () => {
    const interrupt = new AbortController();
    const handler = unreadableOrg(() => interrupt.abort());
    const { signal } = interrupt;
    await using it = await executorRig('territories', handler, { signal });
    const result = await it.execute(territoryChunk('East', 'West'));
    const stop = { code: 'INTERRUPTED' };
    expect(result).toMatchObject({ outcomes: [], isUnsettled: true, stop });
  });

  test('does not cost the items beside it that nothing was said of', async () => {
    await using it = await executorRig('territories', (request) =>
      request.method === 'GET'
        ? noRead
        : {
            status: 207,
            body: {
              territories: [
                refusal('DUPLICATE_DATA', { json_path: '$.territories[0].name' }),
                success(),
              ],
            },
          },
    );
    const result = await it.execute(territoryChunk('East', 'West'));
    expect(result).toMatchObject({ outcomes: [], isUnsettled: true });
  });
});

describe('an answer that does not speak of every item', () => {
  test('is completed by reading the org when it tells success', async () => {
    await using it = await executorRig('user-territories', (request) =>
      request.method === 'GET'
        ? { body: { territories: [{ id: '11' }, { id: '12' }] } }
        : { status: 200, body: { territories: [success({ id: '11' })] } },
    );
    const { outcomes } = await it.execute(userChunk('11', '12'));
    expect(inShort(outcomes)).toEqual(['2 associated', '3 associated']);
    expect(it.writes()).toHaveLength(1);
  });

  test('and makes a territory without telling its id is completed by its name', async () => {
    await using it = await executorRig(
      'territories',
      territoryOrg(() => ({
        status: 201,
        headers: DONE,
        body: { territories: [success(), success(null)] },
      })),
    );
    const { outcomes } = await it.execute(territoryChunk('East', 'West'));
    expect(inShort(outcomes)).toEqual(['2 created 90', '3 created 91']);
  });

  test('is not believed for ever when nothing of it shows', async () => {
    await using it = await executorRig('territories', (request) =>
      request.method === 'GET'
        ? { status: 204 }
        : { status: 201, body: { territories: [success()] } },
    );
    const { outcomes } = await it.execute(territoryChunk('East'));
    expect(inShort(outcomes)).toEqual(['2 failed UNANSWERED']);
    expect(it.writes().length).toBeLessThanOrEqual(6);
  });

  test('means that the others were not done when it refuses', async () => {
    await using it = await executorRig('user-territories', (request) => {
      const ids: string[] = request.json.territories.map((one: { id: string }) => one.id);
      const bad = ids.indexOf('12');
      if (bad < 0) return { body: { territories: ids.map((id) => success({ id })) } };
      const item = refusal('INVALID_DATA', { json_path: ` $.territories[${bad}].id` });
      return { status: 400, body: { territories: [item] } };
    });
    const { outcomes } = await it.execute(userChunk('11', '12', '13'));
    expect(inShort(outcomes)).toEqual(['2 associated', '3 failed INVALID_DATA', '4 associated']);
    expect(it.writes()).toHaveLength(2);
  });

  test('and refuses while the others were made does not lose their ids', async () => {
    await using it = await executorRig(
      'territories',
      territoryOrg((_request, write) =>
        write === 1
          ? {
              status: 400,
              headers: DONE,
              body: {
                territories: [refusal('PERMISSION_DENIED', { json_path: '$.territories[0]' })],
              },
            }
          : undefined,
      ),
    );
    const { outcomes } = await it.execute(territoryChunk('Bad', 'East'));
    expect(inShort(outcomes)).toEqual(['2 failed PERMISSION_DENIED', '3 created 91']);
  });
});

describe('a call that is refused without a word on who is at fault', () => {
  const refusing =
    (bad: string, answer: () => object): Handler =>
    (request) => {
      const ids: string[] = request.json.territories.map((one: { id: string }) => one.id);
      return ids.includes(bad)
        ? { status: 400, body: answer() }
        : { body: { territories: ids.map((id) => success({ id })) } };
    };
  const cases = [1, 2, 3, 7, 10, 64, 100].flatMap((n) =>
    [1, Math.ceil(n / 2), n].map((bad) => [n, bad] as const),
  );

  test.for(cases)('is halved: %d items, number %d at fault', async ([n, bad]) => {
    const ids = Array.from({ length: n }, (_, i) => String(100 + i + 1));
    const culprit = String(100 + bad);
    await using it = await executorRig(
      'user-territories',
      refusing(culprit, () => refusal('SOMETHING_NEW')),
    );
    const { outcomes } = await it.execute(userChunk(...ids));
    const failed = outcomes.filter(({ status }) => status === 'failed');
    expect(failed.map(({ row }) => row)).toEqual([bad + 1]);
    expect(outcomes).toHaveLength(n);
    expect(it.writes().length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(n)) + 1);
  });

  test('is halved, too, when it lists an item without its place', async () => {
    await using it = await executorRig(
      'user-territories',
      refusing('12', () => ({ territories: [refusal('PERMISSION_DENIED')] })),
    );
    const { outcomes } = await it.execute(userChunk('11', '12', '13'));
    expect(inShort(outcomes)).toEqual([
      '2 associated',
      '3 failed PERMISSION_DENIED',
      '4 associated',
    ]);
  });

  test('is split when the org takes fewer items at once', async () => {
    await using it = await executorRig('user-territories', (request) => {
      const ids: string[] = request.json.territories.map((one: { id: string }) => one.id);
      return ids.length > 3
        ? {
            status: 400,
            body: refusal('INVALID_DATA', { maximum_length: 3, json_path: '$.territories' }),
          }
        : { body: { territories: ids.map((id) => success({ id })) } };
    });
    const { outcomes } = await it.execute(userChunk('11', '12', '13', '14', '15'));
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['associated']));
  });

  test('is not sent again when it concerns the user of the path', async () => {
    await using it = await executorRig('user-territories', () => ({
      status: 403,
      body: refusal('NOT_ALLOWED'),
    }));
    const { outcomes } = await it.execute(userChunk('11', '12'));
    expect(inShort(outcomes)).toEqual(['2 failed NOT_ALLOWED', '3 failed NOT_ALLOWED']);
    expect(it.writes()).toHaveLength(1);
  });

  test.for([
    { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
    { status: 403, body: '<html>Sign in</html>' },
  ])('stops the run when it is no answer of the API: $status', async (reply) => {
    await using it = await executorRig('user-territories', () => reply);
    const { outcomes, stop } = await it.execute(userChunk('11', '12'));
    expect(outcomes).toEqual([]);
    expect(stop).toMatchObject({ scope: 'org', code: 'UNEXPECTED_RESPONSE', exitCode: 3 });
  });
});

describe('a code that concerns more than a row', () => {
  test.for([
    ['FEATURE_NOT_ENABLED', 400],
    ['TERRITORY_DISABLED', 403],
    ['TERRITORY_NOT_ENABLED', 403],
    ['OAUTH_SCOPE_MISMATCH', 401],
    ['NO_PERMISSION', 403],
  ] as const)('%s (%d) stops the run and sends nothing more', async ([code, status]) => {
    await using it = await executorRig('territories', () => ({ status, body: refusal(code) }));
    const { outcomes, stop } = await it.execute(territoryChunk('East', 'West'));
    expect(stop).toMatchObject({ scope: 'org', code, exitCode: 3 });
    expect(new Set(outcomes.map((one) => one.finding?.code))).toEqual(new Set([code]));
    expect(it.writes()).toHaveLength(1);
  });

  test('in the answer of one item leaves the others without an outcome', async () => {
    await using it = await executorRig('territories', () => ({
      status: 403,
      body: { territories: [refusal('NO_PERMISSION', { json_path: '$.territories[1]' })] },
    }));
    const { outcomes, stop } = await it.execute(territoryChunk('A', 'B', 'C'));
    expect(inShort(outcomes)).toEqual(['3 failed NO_PERMISSION']);
    expect(stop?.code).toBe('NO_PERMISSION');
  });

  test('of the module stops that module', async () => {
    await using it = await executorRig('record-territories', () => ({
      status: 403,
      body: refusal('TERRITORY_NOT_ENABLED'),
    }));
    const { stop } = await it.execute(accountChunk({ '21': ['11'] }));
    expect(stop).toMatchObject({ scope: 'module', target: 'Accounts', exitCode: 3 });
  });

  test('credits used up leave the rows without an outcome', async () => {
    await using it = await executorRig('user-territories', () => ({
      status: 429,
      headers: { 'x-api-credits-remaining': '0' },
      body: refusal('TOO_MANY_REQUESTS'),
    }));
    const { outcomes, stop } = await it.execute(userChunk('11', '12'));
    expect(outcomes).toEqual([]);
    expect(stop).toMatchObject({ scope: 'org', code: 'TOO_MANY_REQUESTS', exitCode: 3 });
  });
});

/** The records of an assign call. */
interface Item {
  readonly id: string;
  readonly Territories: readonly { readonly id: string }[];
}

describe('a CRM record with several territories', () => {
  test('is sent again without the one that is named', async () => {
    await using it = await executorRig('record-territories', (request) => {
      const [item]: Item[] = request.json.data;
      const bad = item?.Territories.findIndex(({ id }) => id === '12') ?? -1;
      return bad < 0
        ? { status: 202, body: { data: [success({ id: '21', job_id: '5' }, 'SCHEDULED')] } }
        : {
            status: 400,
            body: {
              data: [refusal('INVALID_DATA', { json_path: ` $.data[0].Territories[${bad}].id` })],
            },
          };
    });
    const { outcomes } = await it.execute(accountChunk({ '21': ['11', '12', '13'] }));
    expect(inShort(outcomes)).toEqual(['2 scheduled', '3 failed INVALID_DATA', '4 scheduled']);
    expect(it.writes()).toHaveLength(2);
  });

  /** A record with room for so many more territories, each change of which is a job. */
  function roomFor(room: number): Handler {
    const held = new Set<string>();
    let pending = 0;
    return (request) => {
      if (request.method === 'GET') return pending > 0 ? jobOf('21') : { status: 204 };
      const items: Item[] = request.json.data;
      expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
      const [item] = items;
      const ids = item?.Territories.map(({ id }) => id) ?? [];
      // Jobs take as long as three calls.
      if (pending > 0) {
        pending -= 1;
        return { status: 400, body: { data: [refusal('ALREADY_SCHEDULED', { id: '21' })] } };
      }
      if (held.size + ids.length > room) {
        const details = { json_path: ' $.data[0].Territories', limit: room };
        return { status: 400, body: { data: [refusal('LIMIT_EXCEEDED', details)] } };
      }
      for (const id of ids) held.add(id);
      pending = 3;
      return { status: 202, body: { data: [success({ id: '21', job_id: '5' }, 'SCHEDULED')] } };
    };
  }

  test('is split when it has no room for all, and never twice in one call', async () => {
    await using it = await executorRig('record-territories', roomFor(8));
    const ids = ['11', '12', '13', '14', '15', '16', '17', '18', '19', '20'];
    const { outcomes } = await it.execute(accountChunk({ '21': ids }));
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...new Array(8).fill('scheduled'),
      'failed',
      'failed',
    ]);
    expect(outcomes.at(-1)?.finding?.code).toBe('LIMIT_EXCEEDED');
  });
});

/** The answer to the question for pending jobs when this record has one. */
function jobOf(id: string): Reply {
  return { body: { data: [{ id, territory_scheduled_jobs: { job_id: '5' } }] } };
}

describe('a CRM record that is held up', () => {
  const heldUpBy =
    (code: string): Handler =>
    (request) =>
      request.method === 'GET'
        ? { status: 204 }
        : {
            status: 207,
            body: {
              data: request.json.data.map(({ id }: Item) =>
                id === '21' ? refusal(code, { id }) : success({ id }),
              ),
            },
          };
  const chunk = accountChunk({ '21': ['11'], '22': ['11'] });

  test('by a job is tried again a few times and then told', async () => {
    await using it = await executorRig('record-territories', heldUpBy('ALREADY_SCHEDULED'));
    const { outcomes } = await it.execute(chunk);
    expect(inShort(outcomes)).toEqual(['2 failed ALREADY_SCHEDULED', '3 assigned']);
    expect(it.time.waits).toEqual([500, 1000, 2000, 4000, 8000]);
  });

  test('by a job is not sent again before the job has ended', async () => {
    let looks = 0;
    await using it = await executorRig('record-territories', ({ method }) => {
      if (method === 'GET') return ++looks < 12 ? jobOf('21') : { status: 204 };
      const item = looks < 12 ? refusal('ALREADY_SCHEDULED', { id: '21' }) : success({ id: '21' });
      return { status: 207, body: { data: [item] } };
    });
    const { outcomes } = await it.execute(accountChunk({ '21': ['11'] }));
    expect(inShort(outcomes)).toEqual(['2 assigned']);
    expect(it.writes()).toHaveLength(2);
  });

  test('by a lock goes to the end of the line, twice', async () => {
    await using it = await executorRig('record-territories', heldUpBy('RECORD_LOCKED'));
    const first = await it.execute(chunk);
    expect(inShort(first.outcomes)).toEqual(['3 assigned']);
    expect(first.left).toBe('deferred');
    const locked = accountChunk({ '21': ['11'] });
    const second = await it.execute(locked, undefined, { deferrals: 1 });
    expect(second).toMatchObject({ outcomes: [], left: 'deferred' });
    const last = await it.execute(locked, undefined, { deferrals: 2 });
    expect(inShort(last.outcomes)).toEqual(['2 failed RECORD_LOCKED']);
    expect(last.outcomes[0]?.attempts).toBe(3);
    expect(it.time.waits).toEqual([]);
  });

  test('does not hold up a run that has stopped', async () => {
    let mayStart = true;
    await using it = await executorRig('record-territories', () => {
      mayStart = false;
      return { status: 400, body: { data: [refusal('ALREADY_SCHEDULED', { id: '21' })] } };
    });
    const { outcomes } = await it.execute(accountChunk({ '21': ['11'] }), () => mayStart);
    expect(outcomes).toEqual([]);
    expect(it.time.waits).toEqual([]);
  });
});

describe('a user who is in the territory before', () => {
  const calls = [
    ['by user', 'territories', userChunk],
    ['by territory', 'users', crowdChunk],
  ] as const;

  test.for(calls)('is unchanged: %s', async ([, key, chunk]) => {
    await using it = await executorRig('user-territories', () => ({
      status: 207,
      body: { [key]: [refusal('DUPLICATE_DATA'), success({ id: '12' })] },
    }));
    const { outcomes } = await it.execute(chunk('11', '12'));
    expect(inShort(outcomes)).toEqual(['2 unchanged DUPLICATE_DATA', '3 associated']);
    expect(outcomes[0]?.finding?.resolution).toBe('');
  });

  test.for(calls)(
    'is unchanged after a 5xx, too: a run claims no more than it is sure of: %s',
    async ([, key, chunk]) => {
      await using it = await executorRig('user-territories', (_request, count) =>
        count === 1
          ? { status: 500, body: refusal('INTERNAL_ERROR') }
          : { status: 400, body: { [key]: [refusal('DUPLICATE_DATA')] } },
      );
      const { outcomes } = await it.execute(chunk('11'));
      expect(inShort(outcomes)).toEqual(['2 unchanged DUPLICATE_DATA']);
    },
  );

  test.for(calls)('was added by this run when an answer got lost: %s', async ([, key, chunk]) => {
    await using it = await executorRig('user-territories', ({ method }) => {
      if (method === 'GET') return { body: { [key]: [{ id: '12' }] } };
      return it.writes().length === 1
        ? 'reset'
        : { status: 400, body: { [key]: [refusal('DUPLICATE_DATA')] } };
    });
    const { outcomes } = await it.execute(chunk('11', '12'));
    expect(inShort(outcomes)).toEqual(['2 associated', '3 associated']);
    expect(it.writes().map(({ json }) => json[key])).toEqual([
      [{ id: '11' }, { id: '12' }],
      [{ id: '11' }],
    ]);
  });
});

describe('a territory that is there before', () => {
  const east = { id: '90', name: 'East', reporting_to: { id: '1' }, manager: { id: '7' } };
  const taken = { json_path: '$.territories[0].name' };

  /** An org that holds this territory, and refuses to make another of its name. */
  const holding =
    (held: object): Handler =>
    ({ method }) =>
      method === 'GET'
        ? { body: { territories: [held] } }
        : {
            status: 207,
            body: { territories: [refusal('DUPLICATE_DATA', taken), success({ id: '91' })] },
          };

  /** East, below territory 1, and whatever the row says besides; and West. */
  function eastAndWest(changes: object = {}): Chunk {
    const chunk = territoryChunk('East', 'West');
    const entries = chunk.entries.map(({ body, ...entry }, i) => ({
      ...entry,
      body: { ...body, ...(i === 0 && changes) },
    }));
    return { ...chunk, entries };
  }

  test('exactly as asked is unchanged, with its id', async () => {
    await using it = await executorRig('territories', holding(east));
    const { outcomes } = await it.execute(eastAndWest({ manager: { id: '7' } }));
    expect(inShort(outcomes)).toEqual(['2 unchanged 90 DUPLICATE_DATA', '3 created 91']);
    expect(outcomes[0]?.finding?.resolution).toBe('');
    expect(it.writes()).toHaveLength(1);
  });

  test('with more than the row speaks of is unchanged', async () => {
    await using it = await executorRig('territories', holding({ ...east, description: 'old' }));
    const { outcomes } = await it.execute(eastAndWest());
    expect(inShort(outcomes)).toEqual(['2 unchanged 90 DUPLICATE_DATA', '3 created 91']);
  });

  test.for([
    ['manager', { manager: { id: '8' } }],
    ['parent', { reporting_to: { id: '2' } }],
    ['description', { description: 'new' }],
  ] as const)('with another %s is refused', async ([, body]) => {
    await using it = await executorRig('territories', holding(east));
    const { outcomes } = await it.execute(eastAndWest(body));
    expect(inShort(outcomes)).toEqual(['2 failed DUPLICATE_DATA', '3 created 91']);
    expect(outcomes[0]?.finding).toMatchObject({ field: 'name' });
    expect(outcomes[0]?.finding?.resolution).not.toBe('');
  });

  test('and cannot be looked at stays open for when the run is resumed, and the run stops', async () => {
    await using it = await executorRig('territories', (request, count) =>
      request.method === 'GET'
        ? { status: 403, body: refusal('NO_PERMISSION') }
        : holding(east)(request, count),
    );
    const { outcomes, stop, isUnsettled } = await it.execute(eastAndWest());
    expect(inShort(outcomes)).toEqual(['3 created 91']);
    expect(isUnsettled).toBe(false);
    expect(stop).toMatchObject({ code: 'NO_PERMISSION', scope: 'org' });
  });

  test('and does not show is refused', async () => {
    await using it = await executorRig('territories', holding({ id: '5', name: 'Other' }));
    const { outcomes } = await it.execute(eastAndWest());
    expect(inShort(outcomes)).toEqual(['2 failed DUPLICATE_DATA', '3 created 91']);
  });
});

test('a territory of a record that is refused as a duplicate costs the record no other one', async () => {
  await using it = await executorRig('record-territories', ({ json }) => {
    const ids: { id: string }[] = json.data[0].Territories;
    const twice = ids.findIndex(({ id }) => id === '12');
    return twice < 0
      ? { body: { data: [success({ id: '21' })] } }
      : {
          status: 400,
          body: {
            data: [
              refusal('DUPLICATE_DATA', {
                exists_in: ids,
                json_path: `$.data[0].Territories[${twice}]`,
              }),
            ],
          },
        };
  });
  const { outcomes } = await it.execute(accountChunk({ '21': ['11', '12', '13'] }));
  expect(inShort(outcomes)).toEqual(['2 assigned', '3 failed DUPLICATE_DATA', '4 assigned']);
});

test('a record that the org does not know costs only its own rows when an answer got lost', async () => {
  await using it = await executorRig('record-territories', (request) => {
    if (request.method === 'GET') {
      return request.path.endsWith('/21')
        ? { status: 400, body: refusal('INVALID_DATA', { resource_path_index: 1 }) }
        : { body: { data: [{ id: '22', Territories: [] }] } };
    }
    if (it.writes().length === 1) return 'reset';
    const data = request.json.data.map(({ id }: Item, i: number) =>
      id === '21' ? refusal('INVALID_DATA', { json_path: ` $.data[${i}].id` }) : success({ id }),
    );
    return { status: 207, body: { data } };
  });
  const { outcomes, stop } = await it.execute(accountChunk({ '21': ['11'], '22': ['11'] }));
  expect(inShort(outcomes)).toEqual(['2 failed INVALID_DATA', '3 assigned']);
  expect(stop).toBeUndefined();
});

describe('the three versions of a successful assignment', () => {
  test.for<[string, Reply, string, string | undefined]>([
    [
      'SUCCESS at once',
      { status: 200, body: { data: [success({ id: '21' })] } },
      'assigned',
      undefined,
    ],
    [
      'SUCCESS with a job',
      { status: 200, body: { data: [success({ id: '21', job_id: '5' })] } },
      'scheduled',
      '5',
    ],
    [
      'SCHEDULED with a job',
      { status: 202, body: { data: [success({ id: '21', job_id: '5' }, 'SCHEDULED')] } },
      'scheduled',
      '5',
    ],
    [
      'SCHEDULED without a job',
      { status: 202, body: { data: [success({ id: '21' }, 'SCHEDULED')] } },
      'scheduled',
      undefined,
    ],
  ])('are told apart: %s', async ([, reply, status, jobId]) => {
    await using it = await executorRig('record-territories', () => reply);
    const chunk = accountChunk({ '21': ['11', '12'] });
    const { outcomes } = await it.execute(chunk);
    expect(outcomes.map((one) => [one.status, one.jobId])).toEqual(
      new Array(2 * all(chunk)).fill([status, jobId]),
    );
  });
});
