import type { Entry } from '../../vocabulary.ts';

/** What came of sending some entries. */
export interface Sending {
  /** Entries that are worth another try later. */
  readonly later: readonly Entry[];
  /** Whether the org took every one of them at once. */
  readonly passed: boolean;
}

/**
 * Sends the entries of a call that was refused for one of them, of which nobody says which: in
 * halves, until the culprit stands alone. Gives the entries that are worth another try later.
 *
 * The smaller half goes first, and where all of it passes, the other one need not be sent whole to
 * know that the culprit is in it: one among n costs at most 2 log2(n) calls.
 */
export async function halve(
  entries: readonly Entry[],
  send: (entries: readonly Entry[]) => Promise<Sending>,
): Promise<Entry[]> {
  const middle = Math.floor(entries.length / 2);
  const rest = entries.slice(middle);
  const first = await send(entries.slice(0, middle));
  const isCulpritInRest = first.passed && rest.length > 1;
  const later = isCulpritInRest ? await halve(rest, send) : (await send(rest)).later;
  return [...first.later, ...later];
}
