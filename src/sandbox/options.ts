import type { ModuleName } from './demo-org.ts';

/** Editions and their calls in flight per org (D8:api-limits). */
export type Edition = 'free' | 'standard' | 'professional' | 'enterprise' | 'ultimate';

/** What can go wrong with one API call; `ok` stands for an undisturbed one. */
export type FaultName =
  | 'ok'
  /** 429 without a Retry-After header; no work is done. */
  | 'rateLimited'
  /** 429 with a Retry-After header of `retryAfterSeconds`; no work is done. */
  | 'rateLimitedRetryAfter'
  /** 500 with a JSON body; no work is done. */
  | 'serverError'
  /** 502 with an HTML body; no work is done. */
  | 'badGateway'
  /** The socket is destroyed; no work is done. */
  | 'resetBefore'
  /** The work is done, then the socket is destroyed without an answer. */
  | 'resetAfter'
  /** No work is done and no answer ever comes. */
  | 'stall'
  /** The work is done; the socket is destroyed after half of the body. */
  | 'halfBody'
  /** The work is done; the body is cut so that it is no JSON, yet complete for HTTP. */
  | 'badBody'
  /** 401 INVALID_TOKEN; the token is revoked (except the fixed one), no work is done. */
  | 'expireToken';

/** Shares (0 to 1) of the API calls that meet each fault, or an explicit schedule of them. */
export interface Faults extends Partial<Record<Exclude<FaultName, 'ok'>, number>> {
  /** One entry per API call in the order of arrival, `ok` after the last; replaces the shares. */
  readonly schedule?: readonly FaultName[];
  /** Start of the pseudo-random numbers that play the shares. @default 1 */
  readonly seed?: number;
  /** Value of the Retry-After header. @default 1 */
  readonly retryAfterSeconds?: number;
  /** Whether reading calls meet faults too; reads are GET calls and COQL. @default true */
  readonly reads?: boolean;
}

/** What the logged-in user is not allowed to do. */
export interface Denied {
  /** 403 NO_PERMISSION on every call below `/settings/territories`. */
  readonly settings?: boolean;
  /** AUTHORIZATION_FAILED on assign and remove calls (400; remove up to v7: 401). */
  readonly updateRecords?: boolean;
  /** NO_PERMISSION 401 for every item of assign and remove calls. */
  readonly assignTerritories?: boolean;
  /** CRM records (ids) that may not be updated: NO_PERMISSION 403. */
  readonly records?: readonly string[];
  /** Territories (ids) that may not be changed, deleted or chosen as a parent: PERMISSION_DENIED. */
  readonly territories?: readonly string[];
}

/** How a call is answered of which some items succeeded and some failed (API notes 1.14). */
export type MixedAnswer = '207' | 'success' | '400' | 'only-faulty' | 'unnamed';

/** The code that says that territory management is off (API notes 1.3). */
export type FeatureOff = 'TERRITORY_NOT_ENABLED' | 'TERRITORY_DISABLED' | 'FEATURE_NOT_ENABLED';

/** How a sandbox behaves; nothing given is a healthy Enterprise org with the demo data. */
export interface SandboxOptions {
  /** TCP port on 127.0.0.1; 0 takes a free one. @default 0 */
  readonly port?: number;
  /** SQLite file that keeps the org between restarts. @default ':memory:' */
  readonly state?: string;
  /** What a state file without an org is filled with; `empty`: org territory and current user. @default 'demo' */
  readonly seed?: 'demo' | 'empty';
  /** CRM records per module of the demo seed, at most 999,999. @default 2000 */
  readonly recordsPerModule?: number;
  /** Decides the calls in flight (5, 10, 15, 20, 25) and the daily credits. @default 'enterprise' */
  readonly edition?: Edition;
  /** Calls in flight at once, instead of the edition's. */
  readonly maxInFlight?: number;
  /** API credits per rolling 24 hours, instead of the edition's. */
  readonly credits?: number;
  /** Milliseconds that every API call takes before its work. @default 0 */
  readonly latencyMs?: number;
  /** Milliseconds from the answer to an assign or remove call until its job has run. @default 300 */
  readonly jobMs?: number;
  /** `immediate`: assign and remove work at once and name no job (O26b). @default 'scheduled' */
  readonly assign?: 'scheduled' | 'immediate';
  /**
   * Status of partly failed calls. `success` is the status of a full success; `only-faulty` applies
   * nothing and answers 400 with the items at fault alone; `unnamed` applies nothing either and
   * answers with the first fault alone, as that of the whole call: its code and message, but not
   * which item it was. It does so where all of several items fail, too. @default '207'
   */
  readonly mixed?: MixedAnswer;
  /** Life of an access token in milliseconds. @default 3_600_000 */
  readonly tokenMs?: number;
  /** Access tokens per refresh token in 10 minutes; `Infinity` lifts the limit. @default 10 */
  readonly tokenLimit?: number;
  /** Territories per org. @default 250 */
  readonly territoryLimit?: number;
  /** Users per territory, its manager included. @default 100 */
  readonly usersPerTerritory?: number;
  /** Modules whose territory feature is off. @default [] */
  readonly disabledModules?: readonly ModuleName[];
  /** Switches territory management off for the whole org, with this code. */
  readonly featureOff?: FeatureOff;
  /** What the logged-in user may not do. */
  readonly denied?: Denied;
  /** Disturbances of API calls; the token endpoint is never disturbed. */
  readonly faults?: Faults;
  /** Milliseconds since 1970. @default Date.now */
  readonly clock?: () => number;
  /** Numbers from 0 to below 1 that pick the faults. @default a generator started by `faults.seed` */
  readonly random?: () => number;
}

/** Options with every default filled in. */
export type Settings = Required<
  Omit<SandboxOptions, 'featureOff' | 'edition' | 'port' | 'state' | 'random'>
> & { readonly random: () => number; readonly featureOff: FeatureOff | undefined };

const IN_FLIGHT: Record<Edition, number> = {
  free: 5,
  standard: 10,
  professional: 15,
  enterprise: 20,
  ultimate: 25,
};

/** Credits: base, per user licence, cap (D8:api-limits). */
const CREDITS: Record<Edition, readonly [base: number, perUser: number, cap: number]> = {
  free: [5_000, 0, 5_000],
  standard: [50_000, 250, 100_000],
  professional: [50_000, 500, 3_000_000],
  enterprise: [50_000, 1_000, 5_000_000],
  ultimate: [50_000, 2_000, Number.POSITIVE_INFINITY],
};

/** A small seeded generator (mulberry32): the same seed plays the same faults. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Fills in the defaults; `users` is the number of licences that the daily credits are counted by. */
export function resolveSettings(options: SandboxOptions, users: number): Settings {
  const edition = options.edition ?? 'enterprise';
  const [base, perUser, cap] = CREDITS[edition];
  const faults = options.faults ?? {};
  return {
    seed: options.seed ?? 'demo',
    recordsPerModule: options.recordsPerModule ?? 2_000,
    maxInFlight: options.maxInFlight ?? IN_FLIGHT[edition],
    credits: options.credits ?? Math.min(base + perUser * users, cap),
    latencyMs: options.latencyMs ?? 0,
    jobMs: options.jobMs ?? 300,
    assign: options.assign ?? 'scheduled',
    mixed: options.mixed ?? '207',
    tokenMs: options.tokenMs ?? 3_600_000,
    tokenLimit: options.tokenLimit ?? 10,
    territoryLimit: options.territoryLimit ?? 250,
    usersPerTerritory: options.usersPerTerritory ?? 100,
    disabledModules: options.disabledModules ?? [],
    featureOff: options.featureOff,
    denied: options.denied ?? {},
    faults,
    clock: options.clock ?? Date.now,
    random: options.random ?? seededRandom(faults.seed ?? 1),
  };
}
