/** What a sandbox has seen since its start. */
export interface SandboxStats {
  /** Calls by `METHOD /pattern`, refused and disturbed ones included. */
  readonly calls: Readonly<Record<string, number>>;
  /** Refusals by code; each item of a call counts, as does a call refused as a whole. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Faults played, by name. */
  readonly faults: Readonly<Record<string, number>>;
  /** API credits used in the last 24 hours, those of earlier runs on the same state included. */
  readonly credits: number;
  /** Most API calls that were in flight at once, those answered 429 for it not counted. */
  readonly maxInFlight: number;
  /** Answers with status 429, for calls in flight, credits or faults. */
  readonly rateLimited: number;
  /** Items that asked for what is so already: DUPLICATE_DATA, ALREADY_USED, ALREADY_SCHEDULED. */
  readonly duplicates: number;
  /** Changing calls on a CRM record, user or territory that another call in flight was changing. */
  readonly overlaps: number;
  /** Access tokens issued. */
  readonly tokens: number;
}

const DUPLICATES = new Set(['DUPLICATE_DATA', 'ALREADY_USED', 'ALREADY_SCHEDULED']);

/** Collects the figures of `SandboxStats`. */
export class StatsCounter {
  readonly #calls = new Map<string, number>();
  readonly #refusals = new Map<string, number>();
  readonly #faults = new Map<string, number>();
  #maxInFlight = 0;
  #rateLimited = 0;
  #duplicates = 0;
  #overlaps = 0;
  #tokens = 0;

  countCall(pattern: string): void {
    increase(this.#calls, pattern);
  }

  countFault(name: string): void {
    increase(this.#faults, name);
  }

  countToken(): void {
    this.#tokens += 1;
  }

  countOverlap(): void {
    this.#overlaps += 1;
  }

  seeInFlight(calls: number): void {
    this.#maxInFlight = Math.max(this.#maxInFlight, calls);
  }

  /** Counts an answer: its status, and the codes of all error items in its body. */
  countAnswer(status: number, body: object | null): void {
    if (status === 429) this.#rateLimited += 1;
    if (body === null) return;
    const lists = Object.values(body).filter(Array.isArray);
    for (const item of [body, ...lists.flat()]) this.#countItem(item);
  }

  #countItem(item: { status?: unknown; code?: unknown }): void {
    if (item.status !== 'error') return;
    const code = String(item.code);
    increase(this.#refusals, code);
    if (DUPLICATES.has(code)) this.#duplicates += 1;
  }

  read(credits: number): SandboxStats {
    return {
      calls: Object.fromEntries(this.#calls),
      refusals: Object.fromEntries(this.#refusals),
      faults: Object.fromEntries(this.#faults),
      credits,
      maxInFlight: this.#maxInFlight,
      rateLimited: this.#rateLimited,
      duplicates: this.#duplicates,
      overlaps: this.#overlaps,
      tokens: this.#tokens,
    };
  }
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
