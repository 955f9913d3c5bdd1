import type { RowSet } from '../row-set.ts';
import type { Chunk, Finding, Settings, Status } from '../vocabulary.ts';
import type { OrgReader } from './operation.ts';

/** A row on its way into the plan; `record` is null for rows already found invalid. */
export interface Candidate<R> {
  readonly row: number;
  readonly subject: string;
  readonly record: R | null;
}

/** What a plan depends on beside rows and org. */
export interface Conditions {
  readonly settings: Settings;
  /** Calls that are likely to be in flight at once. */
  readonly callsAtOnce: number;
}

/**
 * Plans one file. The parts are called in this order, each to its end unless told otherwise, and
 * give the same for the same rows and the same org.
 */
export interface Planner {
  /** Rows that end here, whatever the org holds of them. */
  readonly sift: () => Iterable<Ended>;
  /**
   * Reads that tell which rows the org already holds. They may be left off at any point: rows not
   * looked up are sent blind.
   *
   * @param rows the only rows to look up, if not all
   */
  readonly lookups: (rows?: RowSet) => Iterable<Lookup>;
  /** How many lookups may be under way at once. */
  readonly lookupsAtOnce: number;
  /** The calls, and the rows that need none, those of `held` among them. */
  readonly calls: (held: RowSet) => Iterable<Planned>;
}

/** A row that ends without a call. */
export interface Ended {
  readonly row: number;
  readonly status: Status;
  readonly finding: Finding;
  readonly id?: string;
}

/** What planning gives: a row that ends here, a call, or something the user should know. */
export type Planned = Ended | Omit<Chunk, 'id'> | { readonly warning: string };

/** One read of what the org holds of some rows. */
export interface Lookup {
  /** API credits it costs, as far as that is known before. */
  readonly credits: number;
  /** The rows that it tells about. */
  readonly rows: Iterable<number>;
  readonly find: (org: OrgReader) => Promise<LookedUp>;
}

/** What a lookup has found. */
export interface LookedUp {
  /** Rows that the org holds as asked. */
  readonly held: readonly number[];
  /** API credits that it cost. */
  readonly credits: number;
  /** Calls that need not be made because of it; parts of a call that others fill count as such. */
  readonly savedCalls: number;
}
