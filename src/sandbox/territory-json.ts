import type { Org } from './call.ts';
import { CRITERIA_MODULE, criteriaAnswer } from './criteria.ts';
import { DEMO_ORG } from './demo-org.ts';
import { CRITERIA_KEYS, type CriteriaKey, type Territory } from './territory-store.ts';
import { fullName } from './user-store.ts';

/** A person as `{name, id}`. */
export function personJson(org: Org, userId: string): { name: string; id: string } | null {
  const user = org.users.get(userId);
  return user === undefined ? null : { name: fullName(user), id: user.id };
}

/** The criteria keys whose module has the territory feature on; the others do not appear at all. */
export function enabledCriteria(org: Org): CriteriaKey[] {
  const off = org.settings.disabledModules;
  return CRITERIA_KEYS.filter((key) => !off.includes(CRITERIA_MODULE[key]));
}

/** How much of a territory an answer shows. */
export interface TerritoryView {
  readonly criteria: readonly CriteriaKey[];
  /** Read by its id: rules show their `type`. */
  readonly isSingle?: boolean;
  /** `include_inner_details` (O26): more about the manager. */
  readonly innerDetails?: boolean;
}

/** A territory as the territory calls give it (D7:territories). */
export function territoryJson(org: Org, territory: Territory, view: TerritoryView): object {
  const { id, name, parentId, managerId } = territory;
  const parent = parentId === null ? undefined : org.territories.get(parentId);
  const manager = managerId === null ? null : personJson(org, managerId);
  const user = managerId === null ? undefined : org.users.get(managerId);
  const inner = view.innerDetails && user ? { zuid: zuidOf(user.id), status: user.status } : {};
  const me = personJson(org, DEMO_ORG.currentUserId);
  const criteria = view.criteria.map((key) => [
    key,
    criteriaAnswer(territory[key], key, view.isSingle ?? false),
  ]);
  return {
    created_time: territory.createdTime,
    modified_time: territory.modifiedTime,
    permission_type: territory.permissionType,
    manager: manager && { ...manager, ...inner },
    api_name: name.replace(/[^\p{L}\p{N}]+/gu, '_'),
    name,
    modified_by: me,
    created_by: me,
    description: territory.description,
    id,
    reporting_to: parent === undefined ? null : { name: parent.name, id: parent.id },
    ...Object.fromEntries(criteria),
  };
}

/** The account number of a user across Zoho's services. */
export function zuidOf(userId: string): string {
  return String(700_000_000 + Number(userId.slice(-6)));
}
