import type { Territory } from '../../zoho/directory.ts';
import { bareId, looksLikeId } from '../ids.ts';
import type { Found, Org } from '../resource.ts';

/** What the org says to a parent's name or id; undefined for a name that only the file may have. */
export function parentInOrg(text: string, org: Org): Found<Territory> | undefined {
  // Other names are not looked up in the org, which would look for near ones.
  if (org.territoriesNamed(text).length > 0) return org.territory(text, 'reporting_to');
  const id = bareId(text);
  return looksLikeId(id) ? org.territory(id, 'reporting_to') : undefined;
}
