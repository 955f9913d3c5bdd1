import type { ZohoClient } from '../../zoho/client.ts';
import { NotStartedError } from '../../zoho/errors.ts';
import { backOffMs } from './back-off.ts';

/** Jobs of the org take seconds as a rule; one that takes longer than this may be stuck. */
const PATIENCE_MS = 600_000;
const LONGEST_WAIT_MS = 8000;

/**
 * Looks again and again, with growing waits, until there is nothing to wait for. Tells whether
 * that has come, or ten minutes have passed before.
 *
 * @param mayGoOn asked before every wait
 * @throws {NotStartedError} when it said no
 */
export async function waitUntil(
  client: Pick<ZohoClient, 'sleep'>,
  hasCome: () => Promise<boolean>,
  mayGoOn: () => boolean = () => true,
): Promise<boolean> {
  let waitMs = backOffMs(0);
  for (let waitedMs = 0; !(await hasCome()); ) {
    if (waitedMs >= PATIENCE_MS) return false;
    if (!mayGoOn()) throw new NotStartedError();
    await client.sleep(waitMs);
    waitedMs += waitMs;
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }
  return true;
}
