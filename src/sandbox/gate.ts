import { setTimeout as sleep } from 'node:timers/promises';
import { authorise, type Caller, checkFeature, invalidToken } from './access.ts';
import { type Answer, Refusal } from './answers.ts';
import { type JsonObject, parseBody } from './body.ts';
import type { Call, Org } from './call.ts';
import type { CreditStore } from './credit-store.ts';
import type { Database } from './database.ts';
import { faultPlayer } from './faults.ts';
import type { FaultName } from './options.ts';
import type { Route } from './routes.ts';
import type { StatsCounter } from './stats.ts';
import type { TokenStore } from './token-store.ts';
import { TouchedThings, touchedBy } from './touched.ts';

/** Costly calls in flight at once, in every edition (API notes 4.1). */
const MAX_COSTLY = 10;

/** A call as it comes off the wire. */
export interface Arrival extends Caller {
  readonly version: Call['version'];
  readonly query: URLSearchParams;
  readonly readBody: () => Promise<string>;
  /** Resolves when the client has gone away. */
  readonly gone: () => Promise<unknown>;
}

/** What is to be sent, and how it is to be disturbed. */
export interface Departure extends Answer {
  readonly fault: FaultName;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the gate works with. */
export interface GateParts {
  readonly db: Database;
  readonly org: Org;
  readonly tokens: TokenStore;
  readonly credits: CreditStore;
  readonly stats: StatsCounter;
}

/**
 * What every API call passes on its way to its endpoint, in this order: token, scope, calls in
 * flight, fault, latency, credits, jobs that are due, permission, work in one transaction.
 */
export function openGate(parts: GateParts): (arrival: Arrival) => Promise<Departure> {
  const { org, tokens, credits, stats } = parts;
  const { settings } = org;
  const nextFault = faultPlayer(settings.faults, settings.random);
  const touched = new TouchedThings();
  let inFlight = 0;
  let costly = 0;

  const refused = (refusal: Refusal, headers: Departure['headers'] = {}): Departure => {
    stats.countAnswer(refusal.status, refusal.item);
    return { status: refusal.status, body: refusal.item, fault: 'ok', headers };
  };

  return async (arrival) => {
    const { route } = arrival;
    let token: string;
    try {
      token = authorise(arrival, tokens, settings.clock());
    } catch (error) {
      if (error instanceof Refusal) return refused(error);
      throw error;
    }
    if (inFlight >= settings.maxInFlight || (route.isCostly && costly >= MAX_COSTLY)) {
      return refused(tooManyRequests());
    }
    inFlight += 1;
    if (route.isCostly) costly += 1;
    stats.seeInFlight(inFlight);
    try {
      const fault = nextFault({ isRead: route.isRead ?? false });
      if (fault !== 'ok') stats.countFault(fault);
      return await pass(arrival, fault, token);
    } finally {
      inFlight -= 1;
      if (route.isCostly) costly -= 1;
    }
  };

  async function pass(arrival: Arrival, fault: FaultName, token: string): Promise<Departure> {
    const text = await arrival.readBody();
    const body = onceParsed(text);
    const things = thingsOf(arrival, body);
    if (touched.begin(things)) stats.countOverlap();
    try {
      if (settings.latencyMs > 0) await sleep(settings.latencyMs);
      const undone = undoneAnswer(arrival, fault, token);
      if (undone !== undefined) return undone;
      if (fault === 'stall') {
        await arrival.gone();
        return { status: 0, body: null, fault, headers: {} };
      }
      return work(arrival, fault, body);
    } finally {
      touched.end(things);
    }
  }

  /** The answers of faults that keep the work from being done. */
  function undoneAnswer(arrival: Arrival, fault: FaultName, token: string): Departure | undefined {
    switch (fault) {
      case 'rateLimited':
        return refused(tooManyRequests());
      case 'rateLimitedRetryAfter':
        return refused(tooManyRequests(), {
          'Retry-After': String(settings.faults.retryAfterSeconds ?? 1),
        });
      case 'serverError':
        return refused(internalError(arrival.version));
      case 'expireToken':
        tokens.revoke(token);
        return refused(invalidToken());
      case 'badGateway':
      case 'resetBefore':
        return { status: 502, body: null, fault, headers: {} };
      default:
        return undefined;
    }
  }

  function work(arrival: Arrival, fault: FaultName, body: () => JsonObject): Departure {
    const now = settings.clock();
    const used = credits.used(now);
    if (used >= settings.credits) return refused(tooManyRequests());
    const call: Call = { ...arrival, org, body, now };
    const answer = answerCall(parts.db, arrival.route, call);
    const cost = answer.credits ?? 1;
    credits.charge(cost, now);
    stats.countAnswer(answer.status, answer.body);
    const left = settings.credits - used - cost;
    const isHalfUsed = left <= settings.credits / 2;
    const headers = isHalfUsed ? { 'X-API-CREDITS-REMAINING': String(Math.max(0, left)) } : {};
    return { ...answer, fault, headers };
  }
}

function answerCall(db: Database, route: Route, call: Call): Answer {
  try {
    call.org.records.runDueJobs(call.now);
    checkFeature(route, call.org);
    if (route.isRead) return route.endpoint(call);
    return db.transaction(
      () => route.endpoint(call),
      (answer) => answer.undo !== true,
    );
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: error.item };
    throw error;
  }
}

function thingsOf(arrival: Arrival, body: () => JsonObject): string[] {
  const { route, param, query } = arrival;
  try {
    return touchedBy(route, param, query, route.isRead ? {} : body());
  } catch {
    return touchedBy(route, param, query, {}); // a bad body is the endpoint's to refuse
  }
}

function onceParsed(text: string): () => JsonObject {
  let parsed: JsonObject | undefined;
  return () => {
    parsed ??= parseBody(text);
    return parsed;
  };
}

const tooManyRequests = () =>
  new Refusal('TOO_MANY_REQUESTS', 'too many requests. please try again after some time', {}, 429);

/** v8 has another name and an empty message for it (O26b). */
export function internalError(version: Call['version']): Refusal {
  return version === 8
    ? new Refusal('INTERNAL_SERVER_ERROR', '', {}, 500)
    : new Refusal('INTERNAL_ERROR', 'Internal Server Error', {}, 500);
}
