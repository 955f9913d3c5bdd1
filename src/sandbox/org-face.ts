import type { Org } from './call.ts';
import type { ModuleName } from './demo-org.ts';
import type { Territory } from './territory-store.ts';

/** The org as it is, read without a call; jobs that are due have run. */
export interface OrgFace {
  /** All territories in the order of their ids, the org territory first. */
  readonly territories: () => Territory[];
  /** Ids of a territory's members, its manager included. */
  readonly usersOf: (territoryId: string) => string[];
  /** Ids of the territories that a CRM record of the module holds. */
  readonly territoriesOf: (module: ModuleName, recordId: string) => string[];
  /** Gives a CRM record a territory as a rule would, so that it cannot be removed by hand. */
  readonly assignByRule: (recordId: string, territoryId: string) => void;
}

/** A face on an org. */
export function orgFace(org: Org): OrgFace {
  const { records, territories, settings } = org;
  return {
    territories: () => territories.list(-1, 0),
    usersOf: (territoryId) => territories.membersOf(territoryId, -1, 0),
    territoriesOf: (module, recordId) => {
      records.runDueJobs(settings.clock());
      if (records.get(recordId)?.module !== module) return [];
      return records.territoriesOf(recordId).map((one) => one.territoryId);
    },
    assignByRule: (recordId, territoryId) =>
      records.assignByRule(recordId, territoryId, settings.clock()),
  };
}
