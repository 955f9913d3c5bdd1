import { recordTerritories } from './record-territories/index.ts';
import type { Resource } from './resource.ts';
import { territories } from './territories/index.ts';
import { userTerritories } from './user-territories/index.ts';

/** A resource whose record type only the resource itself knows. */
// biome-ignore lint/suspicious/noExplicitAny: a record goes from `check` to `plan` of the same resource and nowhere else.
export type AnyResource = Resource<any>;

/** Every kind of thing that can be imported, in the order a migration needs them. */
export const RESOURCES: readonly AnyResource[] = [territories, userTerritories, recordTerritories];

/** The words that name resources on the command line. */
export const RESOURCE_NAMES: readonly string[] = RESOURCES.map(({ name }) => name);

/** Gives the resource of that name. */
export function findResource(name: string): AnyResource | undefined {
  return RESOURCES.find((resource) => resource.name === name);
}
