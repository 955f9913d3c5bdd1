import type { Chunk, Entry, Status } from '../vocabulary.ts';
import type { Endpoint } from '../zoho/catalogue/index.ts';
import type { ApiRequest } from '../zoho/client.ts';
import type { Territory } from '../zoho/directory.ts';

/** One kind of call that changes the org. A chunk names the one that carries it. */
export interface Operation {
  /** Method and path with its placeholder, as plans list it. */
  readonly name: string;
  /** The API endpoint whose codes apply. */
  readonly endpoint: Endpoint;
  /** Key of the list in request and answer. */
  readonly listKey: string;
  /** The request of a chunk whose parents' ids are filled in. */
  readonly request: (chunk: Chunk) => ApiRequest;
  /** Status of a row whose item succeeded, by whether a job was scheduled for it. */
  readonly succeeded: (scheduled: boolean) => Status;
  /** The input column that an answer points at with its `json_path` or `api_name`. */
  readonly column: (pointer: Pointer) => string;
  /** What the org holds of these entries' rows by now; rows of which it holds nothing are absent. */
  readonly settle: (
    chunk: Chunk,
    entries: readonly Entry[],
    org: OrgReader,
  ) => Promise<Map<number, Settled>>;
  /**
   * As `settle`, of many entries for few credits: what has come of jobs that the org has scheduled.
   * Absent where there are none.
   */
  readonly follow?: Operation['settle'];
  /** What the call does for the entry's row at `index`: equal effects leave equal orgs behind. */
  readonly effect: (chunk: Chunk, entry: Entry, index: number) => Effect;
}

/** What becomes of one row, by column: what the org will hold, as ids and text. */
export type Effect = Readonly<Record<string, string>>;

/** What the org holds of a row that was sent and not answered. */
export interface Settled {
  /** Id of what was made. */
  readonly id?: string;
  /** The org holds a thing of that name, but not as the row asks. */
  readonly differs?: boolean;
  /** What somebody else has made of it meanwhile, by column: "description: Spain". */
  readonly conflict?: string;
  /**
   * Job that has yet to be done for the CRM record: whether it is this row's is seen when it has
   * ended.
   */
  readonly pendingJob?: string;
  /**
   * The org holds nothing of it, and does not tell whether a job is to bring it. Only `follow` says
   * so.
   */
  readonly isUntold?: boolean;
}

/** Where an answer says that the fault is. */
export interface Pointer {
  readonly apiName: string;
  readonly jsonPath: string;
  readonly resourcePathIndex: number | undefined;
}

/** Reads what the org holds: before planning, and of calls that were sent and not answered. */
export interface OrgReader {
  territories(): Promise<readonly Territory[]>;
  territoriesOfUser(userId: string): Promise<ReadonlySet<string>>;
  usersOfTerritory(territoryId: string): Promise<ReadonlySet<string>>;
  territoriesOfRecord(module: string, recordId: string): Promise<ReadonlySet<string>>;
  /**
   * Ids of the jobs that have yet to be done for CRM records, by the record's id; undefined where
   * the org does not tell.
   */
  pendingJobs(
    module: string,
    recordIds: readonly string[],
  ): Promise<ReadonlyMap<string, string> | undefined>;
  /** Territories of many CRM records at once, and the API credits that it cost. */
  territoriesOfRecords(
    module: string,
    recordIds: readonly string[],
  ): Promise<{
    readonly held: ReadonlyMap<string, ReadonlySet<string>>;
    readonly credits: number;
  }>;
}
