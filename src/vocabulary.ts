/** The words of the project as types: what flows between reading a file and reporting on it. */

/** One CSV record as text. `row` is the spreadsheet row: the header is row 1, blank lines count. */
export interface Row {
  readonly row: number;
  readonly cells: readonly string[];
}

/** What the user set for the whole file. */
export interface Settings {
  /** CRM module for rows that do not name one. */
  readonly module?: string;
  /** Territories that exist already: `upsert` updates them. @default 'add' */
  readonly mode?: 'add' | 'upsert';
}

/** Everything a row can end as; see `_status` in the README. */
export const STATUSES = [
  'created',
  'updated',
  'associated',
  'assigned',
  'scheduled',
  'removed',
  'unchanged',
  'invalid',
  'failed',
  'blocked',
  'not_sent',
] as const;

/** What became of one row, in one word. */
export type Status = (typeof STATUSES)[number];

/** Statuses of rows that are not as asked: they make up `failed.csv`. */
export const UNMET_STATUSES: ReadonlySet<string> = new Set<Status>([
  'invalid',
  'failed',
  'blocked',
  'not_sent',
]);

/** How many of the rows counted by status are not as asked. */
export function countUnmet(counts: Iterable<readonly [status: string, rows: number]>): number {
  let unmet = 0;
  for (const [status, rows] of counts) if (UNMET_STATUSES.has(status)) unmet += rows;
  return unmet;
}

/** What is wrong with a row, and what to do about it. */
export interface Finding {
  /** The API's code, or one of ours. */
  readonly code: string;
  /** What is wrong, without the value, so that equal causes can be counted together. */
  readonly cause: string;
  /** The offending value, as it stands in the file. */
  readonly value?: string;
  /** The input column at fault. */
  readonly field?: string;
  /** What the user should do; empty when nothing needs doing. */
  readonly resolution: string;
  /**
   * The existing name that was probably meant. By itself, since it differs from row to row and
   * equal causes are counted together.
   */
  readonly suggestion?: string;
}

/** What became of one row. Every input row ends in exactly one. */
export interface Outcome {
  readonly row: number;
  readonly status: Status;
  readonly finding?: Finding;
  /** Id of the territory created or found. */
  readonly id?: string;
  /** Id of the job that was scheduled. */
  readonly jobId?: string;
  /** HTTP status of the last call this row was in. */
  readonly httpStatus?: number;
  /** How many calls this row was in. */
  readonly attempts: number;
}

/** One item of a call's request body and the rows it stands for. */
export interface Entry {
  /** The rows this item carries; for an item with parts, `rows[i]` belongs to `parts[i]`. */
  readonly rows: readonly number[];
  /** Id that the item names in the org; absent for territories still to be created. */
  readonly id?: string;
  /** Ids inside the item (the territories of a CRM record). */
  readonly parts?: readonly string[];
  /** The item itself, where it is more than ids (a territory to create or update). */
  readonly body?: Readonly<Record<string, unknown>>;
  /** What the org held, when it was read, under the keys that `body` changes. */
  readonly before?: Readonly<Record<string, unknown>>;
  /** What the item is called in messages, where that is not an id. */
  readonly label?: string;
  /** Row that creates this item's parent in the same run; its id is filled in when it exists. */
  readonly parentRow?: number;
  /** Row that must have been carried out before this one, where that is not `parentRow`. */
  readonly afterRow?: number;
}

/** The rows of one API call. Plain data: it can be stored, printed and carried to a worker. */
export interface Chunk {
  /** Place in the plan, counted from 1. */
  readonly id: number;
  /** Which of its resource's operations the call is. */
  readonly operation: string;
  /** What the path names: a user's or a territory's id, or a CRM module; empty for none. */
  readonly target: string;
  /** Chunks that must have ended before this one may start; their ids are lower than its own. */
  readonly after: readonly number[];
  readonly entries: readonly Entry[];
}
