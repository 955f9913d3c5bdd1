import pMap from 'p-map';
import { AppError } from '../../errors.ts';
import type { OrgReader } from '../../resources/operation.ts';
import type { Lookup, Planner } from '../../resources/planner.ts';
import { RowSet } from '../../row-set.ts';

/** Whether rows are compared with the org before they are sent. */
export type PrecheckMode = 'auto' | 'always' | 'never';

/** `thorough` is `always` where the org lets itself be read, and blind where it does not. */
export type Precheck = PrecheckMode | 'thorough';

/** What looking rows up has told. */
export interface Prechecked {
  /** Rows that the org holds as asked. */
  readonly held: RowSet;
  /** Rows that were looked up; the others are sent blind. */
  readonly lookedUp: RowSet;
  /** API credits that it cost. */
  readonly credits: number;
  /** Why rows are sent blind that were to be looked up. */
  readonly failure: AppError | undefined;
}

/** Calls that looking up may cost in vain. */
const PATIENCE = 10;

/**
 * Asks the org which rows it already holds as asked, so that they need no call.
 *
 * `auto` goes on as long as the reads save as many calls as they cost, give or take ten: the second
 * import of a file is read and not sent, the first one is sent after ten reads in vain. Where the
 * org does not let itself be read, `auto` sends blind.
 *
 * @param rows the only rows to look up, if not all
 * @param budget API credits that `auto` may use, so that some are left to send with
 * @throws {AppError} what a read failed with, where the mode is `always`
 */
export async function precheck(
  planner: Planner,
  org: OrgReader,
  mode: Precheck,
  rows?: RowSet,
  budget: number = Number.POSITIVE_INFINITY,
): Promise<Prechecked> {
  const held = new RowSet();
  const lookedUp = new RowSet();
  let failure: AppError | undefined;
  /** Credits of lookups that are over, and of those under way. */
  let credits = 0;
  let underWay = 0;
  let saved = 0;
  let wake = () => {};

  /** Whether more would be lost than we can bear, if it goes on as it went so far. */
  function isTooMuch(lookup: Lookup): boolean {
    const lossRate = credits === 0 ? 1 : Math.max(0, credits - saved) / credits;
    const loss = credits - saved + (underWay + lookup.credits) * lossRate;
    return loss > PATIENCE || credits + underWay + lookup.credits > budget;
  }

  async function* worthwhile(): AsyncIterable<Lookup> {
    for (const lookup of planner.lookups(rows)) {
      while (mode === 'auto' && failure === undefined && isTooMuch(lookup)) {
        if (underWay === 0) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (failure !== undefined) return;
      underWay += lookup.credits;
      yield lookup;
    }
  }

  async function look(lookup: Lookup): Promise<void> {
    try {
      const found = await lookup.find(org);
      for (const row of lookup.rows) lookedUp.add(row);
      for (const row of found.held) held.add(row);
      credits += found.credits;
      saved += found.savedCalls;
    } catch (error) {
      if (mode === 'always' || !(error instanceof AppError)) throw error;
      failure = error;
    } finally {
      underWay -= lookup.credits;
      wake();
    }
  }

  if (mode !== 'never') {
    await pMap(worthwhile(), look, { concurrency: planner.lookupsAtOnce });
  }
  return { held, lookedUp, credits, failure };
}
