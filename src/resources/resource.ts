import type { TreeChanges } from '../tree-changes.ts';
import type { Chunk, Entry, Finding, Settings } from '../vocabulary.ts';
import type { Territory, User } from '../zoho/directory.ts';
import type { Operation } from './operation.ts';
import type { Candidate, Conditions, Planner } from './planner.ts';

/** A column of an input file. */
export interface Column {
  readonly name: string;
  /** Other headers for the same column. */
  readonly aliases: readonly string[];
  readonly required: boolean;
  /** When the column is not needed. */
  readonly unless?: (settings: Settings) => boolean;
  /** What the column holds, for the README and for messages. */
  readonly content: string;
}

/** One row's text, looked up by column name; a missing column gives an empty string. */
export type Cell = (column: string) => string;

/** What a check of one row gives: the typed record, or what is wrong with the row. */
export type Checked<R> = { readonly record: R } | { readonly finding: Finding };

/** What the org holds, as far as the resource needs it. */
export interface Org {
  readonly territories: readonly Territory[];
  readonly users: readonly User[];
  /** The user whose token is used: nobody may change their own territories. */
  readonly currentUserId?: string;
  /** Gives the territory that a cell means: an id, or a name. */
  readonly territory: (text: string, column: string) => Found<Territory>;
  /** Gives the territories of exactly this name, else those whose name is the same to Zoho. */
  readonly territoriesNamed: (name: string) => readonly Territory[];
  /** Gives the user that a cell means: an id, or an e-mail address. */
  readonly user: (text: string, column: string) => Found<User>;
}

/** A thing of the org that a cell names, or why it names none. */
export type Found<T> = { readonly found: T } | { readonly finding: Finding };

/** What a run has noted of a row that it carried out. */
export interface Trace {
  /** Id of what was made, changed or found. */
  readonly id: string | undefined;
  /** The item that was sent; undefined for a row that needed no call. */
  readonly entry: Entry | undefined;
  /** The id that was filled in for the item's `parentRow`. */
  readonly parentId: string | undefined;
}

/**
 * A kind of thing we import. A resource is facts and pure functions: the pipeline is written
 * against this interface and names no resource.
 *
 * @typeParam R the typed record of one row; plain data, it waits in the journal as JSON
 */
export interface Resource<R> {
  /** Word on the command line, and stem of file names. */
  readonly name: string;
  /** One of its things in a sentence: "territory". */
  readonly singular: string;
  readonly columns: readonly Column[];
  /** The settings that mean something for it. */
  readonly settings: readonly (keyof Settings)[];
  /**
   * Which parts of the org must be read before planning. `subjects` says that the subjects of the
   * rows are users, so that the org has at least as many.
   */
  readonly needs: { readonly users: boolean | 'subjects'; readonly currentUser: boolean };
  /** Checks one row by itself. */
  readonly check: (cell: Cell, settings: Settings) => Checked<R>;
  /** What rows are grouped by, as far as the row alone tells; also kept for invalid rows. */
  readonly subject: (cell: Cell, settings: Settings) => string;
  /**
   * The same thing named in two ways becomes one: gives the final grouping key of a subject.
   * Absent where a subject is its own key.
   */
  readonly canonical?: (subject: string, org: Org) => string;
  /**
   * Makes the plan of one file.
   *
   * @param candidates gives the rows, sorted by canonical subject, then by row; anew at every call
   */
  readonly planner: (
    candidates: () => Iterable<Candidate<R>>,
    org: Org,
    conditions: Conditions,
  ) => Planner;
  /**
   * Plans what it would take to have the org as a run has left it: rows that it holds so end
   * `unchanged`, those of which it holds something else end with that as their finding's cause, and
   * those of which it holds nothing stand in calls. The candidates are rows that were carried out.
   * Absent where `planner` tells as much, since a row is either held or not.
   */
  readonly verifier?: (
    candidates: () => Iterable<Candidate<R>>,
    org: Org,
    traces: ReadonlyMap<number, Trace>,
  ) => Planner;
  /** The calls it makes, by the name that chunks give. */
  readonly operations: Readonly<Record<string, Operation>>;
  /** The org's territories before and after these calls; absent where they leave the tree alone. */
  readonly treeOf?: (org: Org, chunks: Iterable<Chunk>) => TreeChanges;
}

/** Gives the operation that carries a chunk. */
export function operationOf(
  { operations, name }: Pick<Resource<never>, 'operations' | 'name'>,
  chunk: Pick<Chunk, 'operation'>,
): Operation {
  const operation = operations[chunk.operation];
  if (operation === undefined) throw new Error(`bug: ${name} have no call ${chunk.operation}`);
  return operation;
}
