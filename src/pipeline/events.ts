import type { UnusedHeader } from '../resources/near-columns.ts';
import type { Status } from '../vocabulary.ts';
import type { Stop } from './stop.ts';

/** Every observable moment of a run. Progress, logs and tests all hang off this one seam. */
export type RunEvent =
  /** The run has an id and a folder; nothing was sent yet. */
  | {
      readonly type: 'started';
      readonly run: string;
      readonly folder: string;
      readonly org: string;
    }
  /** So many rows were read and checked so far. */
  | { readonly type: 'rowsRead'; readonly rows: number }
  /** The columns that were found, by the header they were found under. */
  | {
      readonly type: 'columnsFound';
      readonly headers: ReadonlyMap<string, string>;
      /** Headers that are no column, though `near`, which was not found, is probably meant. */
      readonly unused: readonly UnusedHeader[];
    }
  /** The org's territories and users were read. */
  | { readonly type: 'orgRead'; readonly territories: number; readonly users: number }
  /** The calls are known. */
  | { readonly type: 'planned'; readonly plan: PlanTotals }
  /** A chunk's rows have their outcomes, and these are durable. */
  | {
      readonly type: 'chunkCompleted';
      readonly chunk: number;
      readonly statuses: ReadonlyMap<Status, number>;
      readonly inFlight: number;
    }
  /** So many rows wait for the org to do what it has scheduled. */
  | { readonly type: 'following'; readonly rows: number }
  /** The run stops before its end. */
  | { readonly type: 'stopping'; readonly stop: Stop }
  /** The result files are being written. */
  | { readonly type: 'reporting' };

export type OnEvent = (event: RunEvent) => void;

/** The calls of one kind. */
export interface PlannedOperation {
  /** Method and path with its placeholder. */
  readonly name: string;
  readonly calls: number;
  readonly rows: number;
  /** What the rows end as when all goes well. */
  readonly status: Status;
}

/** What a plan comes to. */
export interface PlanTotals {
  readonly rows: number;
  /** Rows that end without a call, by status. */
  readonly settled: ReadonlyMap<Status, number>;
  readonly calls: number;
  readonly operations: readonly PlannedOperation[];
  readonly credits: number;
  /** Calls that must be made one after the other, at least. */
  readonly steps: number;
  /** What the user should know before anything is sent. */
  readonly warnings: readonly string[];
}
