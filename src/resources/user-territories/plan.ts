import type { RowSet } from '../../row-set.ts';
import type { Finding } from '../../vocabulary.ts';
import { LIMITS, MOST_CALLS_IN_FLIGHT } from '../../zoho/limits.ts';
import type { OrgReader } from '../operation.ts';
import type { Candidate, Ended, Lookup, Planned, Planner } from '../planner.ts';
import type { Org } from '../resource.ts';
import { chooseGroups, type Group, type Groups, groupsOf, Pairs } from './pairs.ts';

/** One user in one territory; both as the file names them. */
export interface UserTerritory {
  readonly user: string;
  readonly territory: string;
}

/** What one call adds to a user, and to a territory. */
const PER_CALL = {
  user: LIMITS.territoriesPerUserCall,
  territory: LIMITS.usersPerTerritoryCall,
};
/**
 * Plans a file of mappings in the fewest calls: each pair goes in a call of its user or of its
 * territory. A second call of the same user or territory waits for the first.
 *
 * Nobody may change their own territories by the call on a user, so the pairs of the logged-in
 * user go by territory; an org that does not allow that either refuses those rows alone.
 *
 * Memory: twelve bytes a row, and under eighty while the calls are chosen.
 */
export function planMappings(
  candidates: () => Iterable<Candidate<UserTerritory>>,
  org: Org,
): Planner {
  const pairs = new Pairs();
  /** The groups if everything is sent; rows are looked up in the same groups. */
  let whole: Uint32Array | undefined;
  const wholeGroups = () => {
    whole ??= chooseGroups(pairs, () => true, org.currentUserId);
    return whole;
  };

  return {
    sift: () => siftRows(candidates(), org, pairs),
    lookupsAtOnce: MOST_CALLS_IN_FLIGHT,

    *lookups(rows) {
      const groups = groupsOf(pairs, wholeGroups());
      for (let i = 0; i < groups.count; i += 1) {
        const group = groups.part(i, 0, groups.sizeOf(i));
        const lookup = lookupOf(rows === undefined ? group : narrowed(group, rows));
        if (lookup !== undefined) yield lookup;
      }
    },

    *calls(held) {
      let isAny = false;
      for (const row of pairs.rowOf.array()) {
        if (!held.has(row)) continue;
        isAny = true;
        yield { row, status: 'unchanged', finding: alreadySo() };
      }
      const groups = isAny
        ? chooseGroups(pairs, (row) => !held.has(row), org.currentUserId)
        : wholeGroups();
      yield* callsOf(groupsOf(pairs, groups));
      yield* warnOfCrowds(pairs, org, held);
    },
  };
}

/** The part of a group that is about the given rows. */
function narrowed({ others, rows, ...group }: Group, wanted: RowSet): Group {
  return {
    ...group,
    others: others.filter((_, i) => wanted.has(rows[i] ?? 0)),
    rows: rows.filter((row) => wanted.has(row)),
  };
}

/** Collects the pairs, and gives the rows that make none. */
function* siftRows(
  candidates: Iterable<Candidate<UserTerritory>>,
  org: Org,
  pairs: Pairs,
): Iterable<Ended> {
  let userId = '';
  let firstRows = new Map<string, number>();
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
    if (!user.found.active) {
      yield { row, status: 'invalid', finding: inactive(record.user) };
      continue;
    }
    // Rows come user by user, so that only one user's territories must be remembered.
    if (user.found.id !== userId) {
      userId = user.found.id;
      firstRows = new Map();
    }
    const { id } = territory.found;
    const firstRow = firstRows.get(id);
    if (firstRow !== undefined) {
      yield { row, status: 'invalid', finding: twice(firstRow) };
      continue;
    }
    firstRows.set(id, row);
    pairs.add(userId, id, row);
  }
}

function lookupOf({ side, id, others, rows }: Group): Lookup | undefined {
  if (rows.length === 0) return undefined;
  const perCall = PER_CALL[side];
  const read = (org: OrgReader) =>
    side === 'user' ? org.territoriesOfUser(id) : org.usersOfTerritory(id);
  return {
    // Where there are more pages, there is more to be saved.
    credits: 1,
    rows,
    async find(org) {
      const found = await read(org);
      const held = rows.filter((_, i) => found.has(others[i] ?? ''));
      return {
        held,
        credits: Math.max(1, Math.ceil(found.size / LIMITS.pageSize)),
        savedCalls:
          Math.ceil(rows.length / perCall) - Math.ceil((rows.length - held.length) / perCall),
      };
    },
  };
}

/**
 * The calls of all groups. Those of one wait for one another, so the groups with the most calls
 * left come first: at the end none is left with a row of calls that nothing runs beside.
 */
function* callsOf(groups: Groups): Iterable<Planned> {
  const perCallOf = (group: number) => PER_CALL[groups.sideOf(group)];
  const callsIn = (group: number) => Math.ceil(groups.sizeOf(group) / perCallOf(group));
  const longestFirst = Uint32Array.from({ length: groups.count }, (_, group) => group).sort(
    (a, b) => callsIn(b) - callsIn(a) || a - b,
  );
  const lastCall = new Uint32Array(groups.count);
  let calls = 0;
  for (let left = callsIn(longestFirst[0] ?? 0); left > 0; left -= 1) {
    for (const group of longestFirst) {
      if (callsIn(group) < left) break;
      const from = (callsIn(group) - left) * perCallOf(group);
      const { side, id, others, rows } = groups.part(group, from, from + perCallOf(group));
      const before = lastCall[group] ?? 0;
      yield {
        operation: side === 'user' ? 'byUser' : 'byTerritory',
        target: id,
        after: before === 0 ? [] : [before],
        entries: rows.map((row, i) => ({ rows: [row], id: others[i] ?? '' })),
      };
      calls += 1;
      lastCall[group] = calls;
    }
  }
}

const WARNED_TERRITORIES = 3;

/** How many users a territory may hold differs by org, so this is said and not refused. */
function* warnOfCrowds(pairs: Pairs, org: Org, held: RowSet): Iterable<Planned> {
  const { ids } = pairs.territories;
  const counts = new Uint32Array(ids.length);
  /** Territories that get somebody they do not have. */
  const growing = new Uint8Array(ids.length);
  pairs.territoryOf.array().forEach((index, pair) => {
    counts[index] = (counts[index] ?? 0) + 1;
    if (!held.has(pairs.rowOf.at(pair))) growing[index] = 1;
  });
  const crowded = ids.flatMap((id, i) =>
    growing[i] === 1 && (counts[i] ?? 0) > LIMITS.usersPerTerritory
      ? [{ id, users: counts[i] ?? 0 }]
      : [],
  );
  if (crowded.length === 0) return;
  const names = new Map(org.territories.map(({ id, name }) => [id, name]));
  const shown = crowded
    .slice(0, WARNED_TERRITORIES)
    .map(({ id, users }) => `${names.get(id) ?? id} (${users})`);
  const more = crowded.length - shown.length;
  yield {
    warning:
      `The file names more than ${LIMITS.usersPerTerritory} users for ${shown.join(', ')}` +
      `${more > 0 ? ` and ${more} more` : ''}: many orgs allow no more, the manager counted. ` +
      'What the org refuses will be told row by row.',
  };
}

function alreadySo(): Finding {
  return {
    code: 'DUPLICATE_DATA',
    cause: 'the user is in the territory already',
    resolution: '',
  };
}

function twice(firstRow: number): Finding {
  return {
    code: 'DUPLICATE_DATA',
    cause: 'an earlier row says the same',
    value: `row ${firstRow}`,
    field: 'territory',
    resolution: 'Delete this row: the earlier one asks for the same.',
  };
}

function inactive(text: string): Finding {
  return {
    code: 'INVALID_DATA',
    cause: 'the user is inactive',
    value: text,
    field: 'user',
    resolution: 'Activate the user in Zoho CRM under Setup > Users, or take the row out.',
  };
}
