const FIRST_WAIT_MS = 500;

/** How long to wait before the next try, after `waits` waits: half a second, one, two, four, eight. */
export function backOffMs(waits: number): number {
  return FIRST_WAIT_MS * 2 ** waits;
}
