import { chooseGroups, groupsOf, Pairs } from '../src/resources/user-territories/pairs.ts';
import { LIMITS } from '../src/zoho/limits.ts';
import { territoryId, userId } from './fake-org.ts';
import { type Line, medians, repeat, round, type Table } from './report.ts';

type Pair = readonly [user: number, territory: number];

interface Mapping {
  readonly name: string;
  readonly pairs: readonly Pair[];
}

const range = (length: number) => Array.from({ length }, (_, i) => i);

/** Users with one territory each beside what the shape is about, as in any real mapping. */
const field = (users: number, territories: number): Pair[] =>
  range(users).map((user) => [user, 1 + (user % territories)]);

const MAPPINGS: readonly Mapping[] = [
  {
    name: 'one big territory: 500 users in it',
    pairs: range(500).map((user) => [user, 0]),
  },
  {
    name: 'one busy user: in 2,000 territories',
    pairs: range(2000).map((territory) => [0, territory]),
  },
  {
    name: 'a block: 400 users in each of 30 territories',
    pairs: range(400).flatMap((user) => range(30).map((territory): Pair => [user, territory])),
  },
  {
    name: 'all of it in one file',
    pairs: [
      ...range(500).map((user): Pair => [user, 0]),
      ...range(2000).map((territory): Pair => [5000, 10_000 + territory]),
      ...range(400).flatMap((user) => range(30).map((n): Pair => [6000 + user, 20_000 + n])),
      ...field(3000, 900),
    ],
  },
];

const LIMITS_OF_CALLS = {
  perUser: LIMITS.territoriesPerUserCall,
  perTerritory: LIMITS.usersPerTerritoryCall,
};

/** Counts the calls that mappings take: one by one, by user, by territory, and as planned. */
export async function measureSavings(times: number): Promise<Table> {
  const lines: Line[] = [];
  for (const mapping of MAPPINGS) lines.push(await lineOf(mapping, times));
  return { title: 'savings: calls for user to territory mappings', lines };
}

async function lineOf({ name, pairs }: Mapping, times: number): Promise<Line> {
  const list = new Pairs();
  for (const [i, [user, territory]] of pairs.entries()) {
    list.add(userId(user), territoryId(territory), i);
  }
  const byUser = callsOf(
    pairs.map(([user]) => user),
    LIMITS_OF_CALLS.perUser,
  );
  const byTerritory = callsOf(
    pairs.map(([, territory]) => territory),
    LIMITS_OF_CALLS.perTerritory,
  );
  const { planned, ms } = medians(
    await repeat(times, async () => {
      const startedMs = performance.now();
      let planned = 0;
      const groups = groupsOf(
        list,
        chooseGroups(list, () => true),
      );
      // Users and territories take as many in a call.
      for (let i = 0; i < groups.count; i += 1) {
        planned += Math.ceil(groups.sizeOf(i) / LIMITS_OF_CALLS.perUser);
      }
      return { planned, ms: performance.now() - startedMs };
    }),
  );
  return {
    mapping: name,
    'row by row': pairs.length,
    'by user': byUser,
    'by territory': byTerritory,
    planned,
    'of the better pure way': `${round((100 * planned) / Math.min(byUser, byTerritory))} %`,
    ms: round(ms),
  };
}

/** Calls if all pairs of one thing go together, so many in a call. */
function callsOf(things: readonly number[], perCall: number): number {
  const counts = Map.groupBy(things, (thing) => thing);
  return counts.values().reduce((sum, { length }) => sum + Math.ceil(length / perCall), 0);
}
