import { createOrg, type Directory } from '../../src/pipeline/plan/resolve.ts';
import type { Org } from '../../src/resources/resource.ts';
import type { Territory, User } from '../../src/zoho/directory.ts';

/** The top territory of every org made here. */
export const TOP: Territory = territory({ id: '1000', name: 'Whole Org', parentId: null });

/** A territory below the top one; say only what differs. */
export function territory(values: Partial<Territory>): Territory {
  return {
    id: '1001',
    name: 'East',
    parentId: '1000',
    permissionType: 'read_only',
    managerId: null,
    description: null,
    criteria: {},
    ...values,
  };
}

/** An active user; say only what differs. */
export function user(values: Partial<User>): User {
  return { id: '2001', email: 'ann@example.com', name: 'Ann', active: true, ...values };
}

/** An org with its top territory and whatever is given. */
export function orgOf(directory: Partial<Directory> = {}): Org {
  return createOrg({
    users: [],
    ...directory,
    territories: [TOP, ...(directory.territories ?? [])],
  });
}
