/**
 * The calls whose refusals the catalogue tells apart: the same code may mean another thing at
 * another one of them.
 *
 * `user-territories.*` are the calls on `/users/{id}/territories`, `territory-users.*` those on
 * `/settings/territories/{id}/users`; `token` is the OAuth token endpoint.
 */
export type Endpoint =
  | 'territories.read'
  | 'territories.create'
  | 'territories.update'
  | 'territories.delete'
  | 'user-territories.read'
  | 'user-territories.add'
  | 'user-territories.remove'
  | 'territory-users.read'
  | 'territory-users.add'
  | 'territory-users.remove'
  | 'record-territories.read'
  | 'record-territories.assign'
  | 'record-territories.remove'
  | 'users.read'
  | 'coql'
  | 'token';

/** One refused item of an answer, or one wholly refused call, as read from the wire. */
export interface Refusal {
  readonly code: string;
  readonly httpStatus: number;
  readonly message: string;
  readonly details: Record<string, unknown>;
}

/** What one code means at some endpoints, and what the user of this tool can do about it. */
export interface CatalogueEntry {
  readonly code: string;
  /** Where the code means this; `any` is what holds where no endpoint of its own is listed. */
  readonly endpoints: readonly Endpoint[] | 'any';
  /** The documented statuses; empty for the codes of this tool itself. */
  readonly httpStatus: readonly number[];
  /**
   * How far the trouble reaches: this item, every row of the call, every row of the CRM module, or
   * everything sent to the org. The last two stop a run.
   */
  readonly concerns: 'row' | 'call' | 'module' | 'org';
  /**
   * Whether the same request can succeed later: after a pause, once the pending job of the CRM
   * record is done, once somebody unlocks the CRM record, or with a renewed access token.
   */
  readonly retry: 'never' | 'wait' | 'job' | 'unlock' | 'token';
  /** The org already is as the row asks, so the row is `unchanged` and not `failed`. */
  readonly satisfied?: true;
  /** Why it was refused, without values: fits behind a count, at most 70 characters. */
  readonly cause: string;
  /** What to do, in one or two sentences that name the CSV column or the setting. */
  readonly resolution: string;
  /** Where the meaning is documented: tags explained in `sources.ts`, then public addresses. */
  readonly source: readonly string[];
  /** Tells variants of one code at one endpoint apart; without it the entry is their fallback. */
  readonly when?: (refusal: Refusal) => boolean;
}
