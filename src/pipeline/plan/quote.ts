import type { ZohoClient } from '../../zoho/client.ts';
import type { PlanTotals } from '../events.ts';

/** What carrying out a plan takes, as far as the org has told. */
export interface Quote {
  /** API credits that the org has left today; it tells once half of them are used. */
  readonly creditsLeft?: number;
  /** Time for the calls that change something, at the pace of the reads so far. */
  readonly expectedMs?: number;
}

/** Reckons from the calls made so far: how long each took, and how many the org takes at once. */
export function quoteOf({ calls, steps }: PlanTotals, { pace, slots }: ZohoClient): Quote {
  const { creditsLeft, latencyMs } = pace;
  const rounds = Math.max(steps, Math.ceil(calls / slots.expected));
  return {
    ...(creditsLeft === undefined ? {} : { creditsLeft }),
    ...(latencyMs === undefined ? {} : { expectedMs: Math.round(rounds * latencyMs) }),
  };
}
