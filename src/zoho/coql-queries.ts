/**
 * What a COQL query costs, by the rows that it may give (its LIMIT) and not by those it gives.
 * @see https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html
 */
export const SIZES = [
  { rows: 200, credits: 1 },
  { rows: 1000, credits: 2 },
  { rows: 2000, credits: 3 },
] as const;
export type Size = (typeof SIZES)[number];
export const [SMALLEST, , LARGEST] = SIZES;

/** Ids in one `in (…)`; sources name no limit, and 50 conditions are accepted everywhere. */
export const IDS_PER_LIST = 50;

/** Whether a query that settles so many ids costs no more than lists of them would. */
export function pays(settled: number, { credits }: Size): boolean {
  return settled >= credits * IDS_PER_LIST;
}

/** Ids that one query settles whatever else the org holds: its range is no wider than its rows. */
export interface NarrowRange {
  readonly ids: readonly string[];
  readonly size: Size;
}

/**
 * Takes out of ids the narrow ranges that make reading them all cheapest; the others are for lists.
 *
 * @param ids in ascending order, each once
 */
export function narrowRanges(ids: readonly string[]): {
  readonly ranges: readonly NarrowRange[];
  readonly scattered: readonly string[];
} {
  const steps = cheapestSteps(ids.map(BigInt));
  const ranges: NarrowRange[] = [];
  const scattered: string[] = [];
  for (let at = 0; at < ids.length; ) {
    const { size, end } = steps[at] ?? { size: undefined, end: at + 1 };
    const taken = ids.slice(at, end);
    if (size === undefined) scattered.push(...taken);
    else ranges.push({ ids: taken, size });
    at = end;
  }
  return { ranges, scattered };
}

/** How to read the ids from a place to `end`: as a range of this size, or one of them in a list. */
interface Step {
  readonly end: number;
  readonly size: Size | undefined;
  /** What all ids from the place on cost, in places of a list. */
  readonly cost: number;
}

/** The cheapest step from each place, found from the last place to the first. */
function cheapestSteps(numbers: readonly bigint[]): Step[] {
  const ranges = SIZES.map((size) => ({ size, ends: endsOf(numbers, size.rows) }));
  const steps: Step[] = [];
  const costFrom = (at: number) => steps[at]?.cost ?? 0;
  for (let at = numbers.length - 1; at >= 0; at -= 1) {
    let best: Step = { end: at + 1, size: undefined, cost: 1 + costFrom(at + 1) };
    for (const { size, ends } of ranges) {
      const end = ends[at] ?? at + 1;
      const cost = size.credits * IDS_PER_LIST + costFrom(end);
      if (cost < best.cost) best = { end, size, cost };
    }
    steps[at] = best;
  }
  return steps;
}

/** For each place, where a range that begins there and is so wide ends. */
function endsOf(numbers: readonly bigint[], width: number): number[] {
  let end = 0;
  return numbers.map((first) => {
    const limit = first + BigInt(width);
    while ((numbers[end] ?? limit) < limit) end += 1;
    return end;
  });
}

/** Splits ids into the lists of one query each. */
export function listsOf(ids: readonly string[]): (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / IDS_PER_LIST) }, (_, i) =>
    ids.slice(i * IDS_PER_LIST, (i + 1) * IDS_PER_LIST),
  );
}
