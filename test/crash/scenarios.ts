import {
  DEMO_ORG,
  demoRecordId,
  demoUserId,
  SANDBOX_ACCESS_TOKEN,
  type SandboxOptions,
} from '../../src/sandbox/index.ts';
import type { Settings } from '../../src/vocabulary.ts';

/** An import that is broken off in every way. */
export interface Scenario {
  readonly name: string;
  readonly resource: string;
  readonly settings?: Settings;
  readonly csv: readonly string[];
  readonly sandbox?: SandboxOptions;
  /** Calls in flight at most; as many as the org takes where left out. */
  readonly concurrency?: number;
  /** Plan first, then apply the plan. @default false */
  readonly isPlanned?: boolean;
  /** Wait until scheduled assignments are done. */
  readonly wait?: boolean;
}

/** The territories that the org of a scenario holds; nobody may change the last. */
const HELD = ['North', 'South', 'East', 'West', 'Locked'];
const PLACES = Array.from({ length: 10 }, (_, i) => `P${i}`);
/** The first account that is locked, of so many. */
const LOCKED = 1991;
/** Records of each module that scenarios name, besides the locked one. */
export const MOST_USED = 20;

/** Id of a territory that {@link prepareOrg} has made. */
function heldId(name: string): string {
  const place = [...HELD, ...PLACES].indexOf(name);
  return String(BigInt(DEMO_ORG.territoryId) + 1n + BigInt(place));
}

/** How the org of a scenario behaves. */
export function sandboxOf({ sandbox }: Scenario): SandboxOptions {
  return {
    recordsPerModule: MOST_USED,
    tokenLimit: Number.POSITIVE_INFINITY,
    jobMs: 40,
    denied: { territories: [heldId('Locked')] },
    ...sandbox,
  };
}

/** Fills an org: user 2 and the first account are in the North; P1 to P9 are below P0. */
export async function prepareOrg(url: string): Promise<void> {
  const send = async (method: string, path: string, body: unknown) => {
    const answer = await fetch(`${url}/crm/v8${path}`, {
      method,
      headers: { authorization: `Zoho-oauthtoken ${SANDBOX_ACCESS_TOKEN}` },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  };
  const create = (names: readonly string[], parentId: string) =>
    send('POST', '/settings/territories', {
      territories: names.map((name) => ({
        name,
        reporting_to: { id: parentId },
        permission_type: 'read_only',
        description: `about ${name}`,
      })),
    });
  await create([...HELD, 'P0'], DEMO_ORG.territoryId);
  await create(PLACES.slice(1), heldId('P0'));
  const north = { id: heldId('North') };
  await send('PUT', `/users/${demoUserId(2)}/territories`, { territories: [north] });
  await send('POST', '/Accounts/actions/assign_territories', {
    data: [{ id: demoRecordId('Accounts', 1), Territories: [north] }],
  });
}

/** A tree of five levels with children before their parents; one branch hangs on Locked. */
const ADDED: Scenario = {
  name: 'territories, add',
  resource: 'territories',
  csv: [
    'name,reporting_to,permission_type,manager,description,account_rule_criteria,note',
    ...Array.from({ length: 24 }, (_, i) => {
      const parent = i === 23 ? '' : `T${23 - Math.floor((22 - i) / 2)}`;
      return `T${i},${parent},read_only,${i % 5 === 0 ? demoUserId(3 + i) : ''},no. ${i},,=${i}`;
    }),
    'Bad,Locked,read_only,,,,',
    'Worse,Bad,read_only,,,,',
    'Worst,Worse,read_only,,,,',
    'North,,read_only,,about North,,',
    'South,,read_write_delete,,,,',
    'Odd,,whatever,,,,',
    'Ruled,West,read_write_delete,,,(Industry:equal:Banking),',
  ],
};

/** Renames in a row, moves below what is created in the same file, and one that nobody may do. */
const UPSERTED: Scenario = {
  name: 'territories, upsert',
  resource: 'territories',
  settings: { mode: 'upsert' },
  csv: [
    'territory_id,name,reporting_to,permission_type,description',
    ...Array.from({ length: 12 }, (_, i) => {
      const parent = i === 11 ? '' : `N${11 - Math.floor((10 - i) / 2)}`;
      return `,N${i},${parent},read_only,no. ${i}`;
    }),
    `${heldId('P1')},P1 now,,,`,
    `${heldId('P2')},P2 now,,,was P2`,
    `${heldId('P3')},P2,N3,,`,
    ',P4,N0,read_write_delete,',
    ',P5,P4,,-',
    ',P6,N5,,moved',
    ',P7,P6,,as well',
    ',P8,P0,read_only,about P8',
    ',Locked,,read_write_delete,',
    ',Below,Locked,read_only,',
    ',Deeper,Below,read_only,',
    ',North,,read_write_delete,',
    ',South,North,read_write_delete,',
    ',Nameless,,,',
  ],
};

/** Users in three territories each, the logged-in one among them, best sent user by user. */
const USERS: Scenario = {
  name: 'user-territories',
  resource: 'user-territories',
  csv: [
    'user,territory',
    `${demoUserId(2)},North`,
    ...Array.from({ length: 24 }, (_, i) => {
      const place = PLACES[(Math.floor(i / 3) + (i % 3) * 3) % PLACES.length];
      return `${demoUserId(2 + Math.floor(i / 3))},${place}`;
    }),
    `${demoUserId(1)},East`,
    `${demoUserId(1)},West`,
    `${demoUserId(4)},Locked`,
    `${demoUserId(9)},Locked`,
    `${demoUserId(58)},East`,
    `${demoUserId(5)},Nowhere`,
    `${demoUserId(5)},P9`,
  ],
};

/** Accounts with several territories, one of them locked and one that is not there; deals, leads. */
const RECORD_ROWS: Scenario = {
  name: 'record-territories',
  resource: 'record-territories',
  sandbox: { recordsPerModule: LOCKED },
  csv: [
    'module,record_id,territory',
    ...Array.from({ length: 16 }, (_, i) => `Accounts,${demoRecordId('Accounts', i + 1)},North`),
    ...Array.from({ length: 8 }, (_, i) => `Accounts,${demoRecordId('Accounts', 2 * i + 1)},P${i}`),
    `Accounts,${demoRecordId('Accounts', LOCKED)},North`,
    `Accounts,${demoRecordId('Accounts', LOCKED)},South`,
    'Accounts,5725767000009999999,East',
    ...Array.from({ length: 11 }, (_, i) => `Deals,${demoRecordId('Deals', i + 1)},P${i % 4}`),
    `Leads,${demoRecordId('Leads', 1)},West`,
    `Leads,${demoRecordId('Leads', 2)},West`,
    `Leads,${demoRecordId('Leads', 2)},Westen`,
  ],
};

/** Every import that is broken off; the four of them are all there is to carry out. */
export const SCENARIOS: readonly Scenario[] = [ADDED, UPSERTED, USERS, RECORD_ROWS];

/** What is wanted of the record territories, done at once or waited for, and refused in other ways. */
export const VARIANTS: readonly Scenario[] = [
  {
    ...RECORD_ROWS,
    name: 'record-territories, assigned at once',
    sandbox: { ...RECORD_ROWS.sandbox, assign: 'immediate' },
  },
  { ...RECORD_ROWS, name: 'record-territories, --wait', wait: true },
  { ...RECORD_ROWS, name: 'record-territories, apply', isPlanned: true },
  { ...ADDED, name: 'territories, add, only-faulty', sandbox: { mixed: 'only-faulty' } },
  { ...UPSERTED, name: 'territories, upsert, apply', isPlanned: true },
  { ...UPSERTED, name: 'territories, upsert, unnamed', sandbox: { mixed: 'unnamed' } },
  { ...USERS, name: 'user-territories, 400', sandbox: { mixed: '400' } },
];
