import { idList, isObject, type JsonObject } from './body.ts';
import type { Route } from './routes.ts';

/** Calls in flight by what they change, to see clients that change one thing twice at once. */
export class TouchedThings {
  readonly #inFlight = new Map<string, number>();

  /** Notes what a call changes; true when a call in flight is changing some of it already. */
  begin(things: readonly string[]): boolean {
    const overlaps = things.some((thing) => this.#inFlight.has(thing));
    for (const thing of things) this.#inFlight.set(thing, (this.#inFlight.get(thing) ?? 0) + 1);
    return overlaps;
  }

  end(things: readonly string[]): void {
    for (const thing of things) {
      const left = (this.#inFlight.get(thing) ?? 1) - 1;
      if (left === 0) this.#inFlight.delete(thing);
      else this.#inFlight.set(thing, left);
    }
  }
}

/**
 * The ids whose state a call changes: the CRM records, the user or the territories that it is about.
 * Territories that a record or user merely gets are not among them.
 */
export function touchedBy(
  route: Route,
  param: (name: string) => string,
  query: URLSearchParams,
  body: JsonObject,
): string[] {
  if (route.isRead) return [];
  const owner = /\{(?:id|recordid)\}/.exec(route.path)?.[0].slice(1, -1);
  if (owner !== undefined) return [param(owner)];
  const items = body['data'] ?? body['territories'];
  const ids = Array.isArray(items) ? items.map((item) => (isObject(item) ? item['id'] : null)) : [];
  return [...ids, ...idList(query.get('ids') ?? '')].filter((id) => typeof id === 'string');
}
