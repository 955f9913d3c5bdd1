import type { Entry, Finding } from '../vocabulary.ts';
import { LIMITS } from '../zoho/limits.ts';
import { checkId } from './ids.ts';
import type { Candidate, Org, Planned, Resource } from './resource.ts';

/** One user in one territory; both as the file names them. */
interface UserTerritory {
  readonly user: string;
  readonly territory: string;
}

/**
 * User to territory mappings, sent by user: one call adds up to 100 territories.
 * @see https://www.zoho.com/crm/developer/docs/api/v7/add-update-user-territories.html
 */
export const userTerritories: Resource<UserTerritory> = {
  name: 'user-territories',
  singular: 'user to territory mapping',
  columns: [
    {
      name: 'user',
      aliases: ['user_id', 'email', 'user_email'],
      required: true,
      content: 'id or e-mail address of the user',
    },
    {
      name: 'territory',
      aliases: ['territory_id', 'territory_name'],
      required: true,
      content: 'id or name of the territory',
    },
  ],
  needs: { users: 'subjects', currentUser: true },
  listKey: 'territories',
  endpoint: 'user-territories.add',

  check(cell) {
    const user = cell('user');
    const territory = cell('territory');
    const finding =
      (user === '' ? checkId(user, 'user', 'user') : undefined) ??
      (territory === '' ? checkId(territory, 'territory', 'territory') : undefined);
    return finding === undefined ? { record: { user, territory } } : { finding };
  },

  subject: (cell) => cell('user'),

  canonical(subject, org) {
    const user = org.user(subject, 'user');
    return 'found' in user ? user.found.id : subject;
  },

  plan: planByUser,

  request: (chunk) => ({
    method: 'PUT',
    path: `/users/${chunk.target}/territories`,
    body: { territories: chunk.entries.map(({ id }) => ({ id })) },
  }),

  succeeded: () => 'associated',

  // Whatever the path names is the user; the list holds territories only.
  column: ({ resourcePathIndex }) => (resourcePathIndex === undefined ? 'territory' : 'user'),

  async settle(chunk, entries, org) {
    const held = await org.territoriesOfUser(chunk.target);
    const kept = entries.filter(({ id }) => id !== undefined && held.has(id));
    return new Map(kept.flatMap(({ rows }) => rows.map((row) => [row, {}])));
  },
};

/** Packs each user's territories into calls of 100; a user's second call waits for the first. */
function* planByUser(candidates: Iterable<Candidate<UserTerritory>>, org: Org): Iterable<Planned> {
  let target = '';
  let wave = 0;
  let entries: Entry[] = [];
  let firstRows = new Map<string, number>();

  function* flush(): Iterable<Planned> {
    if (entries.length > 0) yield { wave, target, entries };
    entries = [];
  }

  for (const { row, record } of candidates) {
    if (record === null) continue;
    const user = org.user(record.user, 'user');
    if ('finding' in user) {
      yield { row, status: 'invalid', finding: user.finding };
      continue;
    }
    const territory = org.territory(record.territory, 'territory');
    if ('finding' in territory) {
      yield { row, status: 'invalid', finding: territory.finding };
      continue;
    }
    const refusal = refuseUser(user.found, record.user, org.currentUserId);
    if (refusal !== undefined) {
      yield { row, status: 'invalid', finding: refusal };
      continue;
    }
    if (user.found.id !== target) {
      yield* flush();
      target = user.found.id;
      wave = 0;
      firstRows = new Map();
    }
    const { id } = territory.found;
    const firstRow = firstRows.get(id);
    if (firstRow !== undefined) {
      yield {
        row,
        status: 'invalid',
        finding: {
          code: 'DUPLICATE_DATA',
          cause: 'an earlier row says the same',
          value: `row ${firstRow}`,
          field: 'territory',
          resolution: 'Delete this row: the earlier one asks for the same.',
        },
      };
      continue;
    }
    firstRows.set(id, row);
    entries.push({ rows: [row], id });
    if (entries.length === LIMITS.territoriesPerUserCall) {
      yield* flush();
      wave += 1;
    }
  }
  yield* flush();
}

function refuseUser(
  user: { id: string; active: boolean },
  text: string,
  currentUserId: string | undefined,
): Finding | undefined {
  if (user.id === currentUserId) {
    return {
      code: 'NOT_ALLOWED',
      cause: 'nobody can change their own territories, and this is the logged-in user',
      value: text,
      field: 'user',
      resolution:
        'Run this row with the credentials of another administrator, or make the change in Zoho CRM.',
    };
  }
  if (!user.active) {
    return {
      code: 'INVALID_DATA',
      cause: 'the user is inactive',
      value: text,
      field: 'user',
      resolution: 'Activate the user in Zoho CRM under Setup > Users, or take the row out.',
    };
  }
  return undefined;
}
