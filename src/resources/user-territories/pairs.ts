import { LIMITS } from '../../zoho/limits.ts';
import { chooseSides } from './fewest-calls/index.ts';
import { NumberList } from './number-list.ts';

/** The distinct (user, territory) pairs of a file and their rows, twelve bytes a pair. */
export class Pairs {
  readonly users = new Roll();
  readonly territories = new Roll();
  readonly userOf = new NumberList();
  readonly territoryOf = new NumberList();
  readonly rowOf = new NumberList();

  add(userId: string, territoryId: string, row: number): void {
    this.userOf.push(this.users.indexOf(userId));
    this.territoryOf.push(this.territories.indexOf(territoryId));
    this.rowOf.push(row);
  }

  get length(): number {
    return this.rowOf.length;
  }
}

/** Ids, each with a number from 0 in the order in which they came. */
export class Roll {
  readonly ids: string[] = [];
  readonly #indexes = new Map<string, number>();

  indexOf(id: string): number {
    const known = this.#indexes.get(id);
    if (known !== undefined) return known;
    this.#indexes.set(id, this.ids.length);
    return this.ids.push(id) - 1;
  }
}

/** Pairs that go together: those of one user, or those of one territory. */
export interface Group {
  readonly side: 'user' | 'territory';
  /** Id of that user or territory. */
  readonly id: string;
  /** The territories of the user, or the users of the territory; `rows[i]` asks for `others[i]`. */
  readonly others: readonly string[];
  readonly rows: readonly number[];
}

/** For each pair, the number of its user, or of its territory counted on from the users. */
type GroupKeys = Uint32Array;

/** A pair that is in no group. */
const NONE = 0xffffffff;

/**
 * Decides for each pair whether it goes with its user or with its territory, so that the calls are
 * as few as is practical.
 *
 * @param wanted which pairs to decide for, by row; the others are in no group
 * @param barredUserId a user whose pairs go by territory
 */
export function chooseGroups(
  pairs: Pairs,
  wanted: (row: number) => boolean,
  barredUserId?: string,
): GroupKeys {
  const chosen = indexesOf(pairs, wanted);
  const all = chosen.length === pairs.length;
  const users = pairs.userOf.array();
  const territories = pairs.territoryOf.array();
  const { sides } = chooseSides(
    all ? users : chosen.map((pair) => users[pair] ?? 0),
    all ? territories : chosen.map((pair) => territories[pair] ?? 0),
    {
      perUserCall: LIMITS.territoriesPerUserCall,
      perTerritoryCall: LIMITS.usersPerTerritoryCall,
      barredUsers: new Set(pairs.users.ids.flatMap((id, i) => (id === barredUserId ? [i] : []))),
    },
  );
  const groups = new Uint32Array(pairs.length).fill(NONE);
  const first = pairs.users.ids.length;
  sides.forEach((side, i) => {
    const pair = chosen[i] ?? 0;
    groups[pair] = side === 0 ? (users[pair] ?? 0) : first + (territories[pair] ?? 0);
  });
  return groups;
}

/** Groups to be looked at in parts; a user or territory has at most one. */
export interface Groups {
  readonly count: number;
  sideOf(group: number): Group['side'];
  /** How many pairs a group has. */
  sizeOf(group: number): number;
  /** Some of a group's pairs, in the order in which they came. */
  part(group: number, from: number, to: number): Group;
}

/** Lays the groups out, so that any part of them is at hand. Memory: four bytes a pair. */
export function groupsOf(pairs: Pairs, groupKeys: GroupKeys): Groups {
  const { users, territories, userOf, territoryOf, rowOf } = pairs;
  const first = users.ids.length;
  const { starts, order } = sortByKey(groupKeys, first + territories.ids.length);
  const start = (key: number) => starts[key] ?? 0;
  const keys = Uint32Array.from(starts.keys()).filter((key) => start(key + 1) > start(key));
  const keyOf = (group: number) => keys[group] ?? 0;

  return {
    count: keys.length,
    sideOf: (group) => (keyOf(group) < first ? 'user' : 'territory'),
    sizeOf: (group) => start(keyOf(group) + 1) - start(keyOf(group)),
    part(group, from, to) {
      const key = keyOf(group);
      const end = Math.min(start(key) + to, start(key + 1));
      const members = order.subarray(start(key) + from, end);
      const rows = Array.from(members, (pair) => rowOf.at(pair));
      return key < first
        ? {
            side: 'user',
            id: users.ids[key] ?? '',
            others: Array.from(members, (pair) => territories.ids[territoryOf.at(pair)] ?? ''),
            rows,
          }
        : {
            side: 'territory',
            id: territories.ids[key - first] ?? '',
            others: Array.from(members, (pair) => users.ids[userOf.at(pair)] ?? ''),
            rows,
          };
    },
  };
}

function indexesOf(pairs: Pairs, wanted: (row: number) => boolean): Uint32Array {
  const chosen = new Uint32Array(pairs.length);
  let count = 0;
  for (let pair = 0; pair < pairs.length; pair += 1) {
    if (wanted(pairs.rowOf.at(pair))) chosen[count++] = pair;
  }
  return chosen.subarray(0, count);
}

/** Counting sort: the places of each key's members within `order`, which keeps their order. */
function sortByKey(keys: Uint32Array, keyCount: number) {
  const starts = new Uint32Array(keyCount + 1);
  let count = 0;
  for (const key of keys) {
    if (key === NONE) continue;
    starts[key + 1] = (starts[key + 1] ?? 0) + 1;
    count += 1;
  }
  for (let key = 0; key < keyCount; key += 1) {
    starts[key + 1] = (starts[key + 1] ?? 0) + (starts[key] ?? 0);
  }
  const next = starts.slice();
  const order = new Uint32Array(count);
  keys.forEach((key, i) => {
    if (key === NONE) return;
    order[next[key] ?? 0] = i;
    next[key] = (next[key] ?? 0) + 1;
  });
  return { starts, order };
}
