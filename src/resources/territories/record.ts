import type { CriteriaKey } from '../../zoho/directory.ts';
import type { Criteria } from './criteria/index.ts';

/**
 * A territory as a row asks for it; references as the file names them. Of what is absent the row
 * says nothing; null says that the territory shall have none.
 */
export interface TerritoryRecord {
  /** The territory that the row is about, where its name does not tell. */
  readonly id?: string | undefined;
  readonly name: string;
  readonly reportingTo?: string | undefined;
  readonly permissionType?: string | undefined;
  readonly manager?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly criteria: Readonly<Partial<Record<CriteriaKey, Criteria | null>>>;
}
