import type { Territory } from '../zoho/directory.ts';

/** A path with more names than these would bury what is said around it. */
export const MOST_NAMES = 10;

/**
 * Tells where a territory hangs, from the top down: "World > EMEA > North". A path that does not
 * reach the top, since a parent is missing or names form a circle, begins with "…".
 */
export function pathOf(territory: Territory, byId: ReadonlyMap<string, Territory>): string {
  const names: string[] = [];
  const seen = new Set<string>();
  let one: Territory | undefined = territory;
  while (one !== undefined && !seen.has(one.id)) {
    seen.add(one.id);
    names.unshift(one.name);
    if (one.parentId === null) return shorten(names).join(' > ');
    one = byId.get(one.parentId);
  }
  return ['…', ...shorten(names)].join(' > ');
}

/** A path of names, its middle left out where it is long. */
export function shorten(names: readonly string[]): readonly string[] {
  return names.length <= MOST_NAMES ? names : [...names.slice(0, 5), '…', ...names.slice(-4)];
}
