import type { CriteriaKey } from '../zoho/directory.ts';
import type { Criteria } from './criteria/index.ts';

/** A territory as a row asks for it; references as the file names them, blank for none. */
export interface TerritoryRecord {
  readonly name: string;
  readonly reportingTo: string;
  readonly permissionType: string;
  readonly manager: string;
  readonly description: string;
  readonly criteria: Readonly<Partial<Record<CriteriaKey, Criteria>>>;
}
