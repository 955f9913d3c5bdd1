import type { Chunk, Entry, Finding, Status } from '../vocabulary.ts';
import type { Endpoint } from '../zoho/catalogue/index.ts';
import type { ApiRequest } from '../zoho/client.ts';
import type { Territory, User } from '../zoho/directory.ts';

/** A column of an input file. */
export interface Column {
  readonly name: string;
  /** Other headers for the same column. */
  readonly aliases: readonly string[];
  readonly required: boolean;
  /** The setting that makes the column unnecessary. */
  readonly givenBy?: keyof Settings;
  /** What the column holds, for the README and for messages. */
  readonly content: string;
}

/** One row's text, looked up by column name; a missing column gives an empty string. */
export type Cell = (column: string) => string;

/** What the user set for the whole file. */
export interface Settings {
  /** CRM module for rows that do not name one. */
  readonly module?: string;
}

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
  /** Gives the user that a cell means: an id, or an e-mail address. */
  readonly user: (text: string, column: string) => Found<User>;
}

/** A thing of the org that a cell names, or why it names none. */
export type Found<T> = { readonly found: T } | { readonly finding: Finding };

/** A row on its way into the plan; `record` is null for rows already found invalid. */
export interface Candidate<R> {
  readonly row: number;
  readonly subject: string;
  readonly record: R | null;
}

/** What planning gives: a row that ends here, or a call. */
export type Planned =
  | {
      readonly row: number;
      readonly status: Status;
      readonly finding: Finding;
      readonly id?: string;
    }
  | Omit<Chunk, 'id'>;

/** Reads back what the org holds, to settle a call that was sent and not answered. */
export interface OrgReader {
  territories(): Promise<readonly Territory[]>;
  territoriesOfUser(userId: string): Promise<ReadonlySet<string>>;
  territoriesOfRecord(module: string, recordId: string): Promise<ReadonlySet<string>>;
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
  /** Makes the calls. Candidates come sorted by canonical subject, then by row. */
  readonly plan: (candidates: Iterable<Candidate<R>>, org: Org) => Iterable<Planned>;
  /** The request of a chunk whose parents' ids are filled in. */
  readonly request: (chunk: Chunk) => ApiRequest;
  /** Key of the list in request and answer. */
  readonly listKey: string;
  /** The API endpoint whose codes apply. */
  readonly endpoint: Endpoint;
  /** Status of a row whose item succeeded, by whether a job was scheduled for it. */
  readonly succeeded: (scheduled: boolean) => Status;
  /** The input column that an answer points at with its `json_path` or `api_name`. */
  readonly column: (pointer: Pointer) => string;
  /**
   * The rows of these entries that the org already holds as asked, with the id where one was made.
   */
  readonly settle: (
    chunk: Chunk,
    entries: readonly Entry[],
    org: OrgReader,
  ) => Promise<Map<number, { id?: string }>>;
}

/** Where an answer says that the fault is. */
export interface Pointer {
  readonly apiName: string;
  readonly jsonPath: string;
  readonly resourcePathIndex: number | undefined;
}
