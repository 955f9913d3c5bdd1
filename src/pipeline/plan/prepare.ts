import type { Journal } from '../../journal/journal.ts';
import type { AnyResource } from '../../resources/registry.ts';
import type { Org } from '../../resources/resource.ts';
import type { RowSet } from '../../row-set.ts';
import type { Settings } from '../../vocabulary.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import {
  readCurrentUserId,
  readTerritories,
  readUsers,
  type Territory,
} from '../../zoho/directory.ts';
import type { OnEvent, PlanTotals } from '../events.ts';
import { readerOf } from './org-reader.ts';
import { planChunks, startPlan } from './plan.ts';
import { type Precheck, precheck } from './precheck.ts';
import { createOrg } from './resolve.ts';

/** How a file that was read into a journal is to be planned. */
export interface PrepareOptions {
  readonly settings: Settings;
  readonly precheck: Precheck;
  /** The only rows to look up in the org, if not all. */
  readonly rows?: RowSet;
  /** Throws when it is not the org that the plan is for; asked before rows are looked up in it. */
  readonly checkOrg?: (org: Org) => void;
}

/** A plan that stands in the journal. */
export interface Prepared {
  readonly plan: PlanTotals;
  /** The org as it was read for it. */
  readonly org: Org;
  /** Rows that were looked up in the org one by one. */
  readonly lookedUp: RowSet;
}

/**
 * Reads the org, looks rows up in it, and plans: everything between the file and the first call
 * that changes something. The one way for `import`, `plan` and `apply`.
 */
export async function prepare(
  journal: Journal,
  resource: AnyResource,
  client: ZohoClient,
  options: PrepareOptions,
  onEvent: OnEvent,
): Promise<Prepared> {
  const org = await readOrg(journal, resource, client);
  onEvent({ type: 'orgRead', territories: org.territories.length, users: org.users.length });
  options.checkOrg?.(org);
  const planner = startPlan(journal, resource, org, {
    settings: options.settings,
    callsAtOnce: client.slots.expected,
  });
  const { held, lookedUp, failure } = await precheck(
    planner,
    readerOf(client),
    options.precheck,
    options.rows,
    // As many are left to send with.
    Math.floor(client.creditsFree() / 2),
  );
  const plan = planChunks(journal, resource, planner, held);
  const warnings =
    failure === undefined
      ? []
      : [`Rows are sent without a look at the org first: ${failure.message}`];
  return { plan: { ...plan, warnings: [...plan.warnings, ...warnings] }, org, lookedUp };
}

/** Id of the top territory: no two orgs have the same. */
export function topOf(territories: readonly Territory[]): string {
  return territories.find(({ parentId }) => parentId === null)?.id ?? '';
}

async function readOrg(journal: Journal, { needs }: AnyResource, client: ZohoClient): Promise<Org> {
  const [territories, users, currentUserId] = await Promise.all([
    readTerritories(client),
    needs.users === false
      ? []
      : readUsers(client, needs.users === 'subjects' ? journal.subjectCount() : 1),
    needs.currentUser ? readCurrentUserId(client) : undefined,
  ]);
  return createOrg({
    territories,
    users,
    ...(currentUserId === undefined ? {} : { currentUserId }),
  });
}
