import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { demoRecordId, demoUsers } from '../../src/sandbox/index.ts';
import { anyFaults, bearableFaults, patienceFor } from '../support/schedule.ts';
import { type Case, HELD, importInto, RECORDS, type Result } from './sandbox-rig.ts';

/** A call has its token renewed twice, not more: two may end while it waits. */
const faults = bearableFaults.map((schedule) => {
  const ended = schedule.flatMap((fault, i) => (fault === 'expireToken' ? [i] : []));
  return schedule.filter((_, i) => !ended.slice(2).includes(i));
});

const isLong = process.env['LONG'] === '1';
const RUNS = isLong ? { numRuns: 500 } : { numRuns: 30 };
const TIMEOUT_MS = isLong ? 3_600_000 : 60_000;

const mixed = fc.constantFrom('207', 'success', '400', 'only-faulty', 'unnamed');
const version = fc.constantFrom('v6', 'v7', 'v8');
const assign = fc.constantFrom('scheduled', 'immediate');

/** A file of territories: trees, twins, names that exist, parents that are missing or denied. */
const territoryRows = fc.array(
  fc.tuple(
    fc.constantFrom(...HELD, ...Array.from({ length: 20 }, (_, i) => `T${i}`)),
    fc.constantFrom('', '', 'North', 'Locked', 'nowhere', 'T0', 'T1', 'T2', 'T3', 'T4'),
    fc.constantFrom('read_only', 'read_only', 'read_write_delete', 'none'),
  ),
  { minLength: 1, maxLength: 25 },
);
const territories = territoryRows.map((rows) => ({
  resource: 'territories',
  csv: ['name,reporting_to,permission_type', ...rows.map((row) => row.join())],
}));

const USERS = ['anders.lindqvist', 'amara.okafor', 'ana.ferreira', 'yuki.sato', 'alex.morgan'];
const userRows = fc.array(fc.tuple(fc.constantFrom(...USERS), fc.constantFrom(...HELD)), {
  minLength: 1,
  maxLength: 25,
});
const userTerritories = userRows.map((rows) => ({
  resource: 'user-territories',
  csv: [
    'user,territory',
    ...rows.map(([user, territory]) => `${user}@northwind.example,${territory}`),
  ],
}));

const recordRows = fc.array(
  fc.tuple(
    fc.constantFrom('Accounts', 'Accounts', 'Deals'),
    fc.integer({ min: 1, max: RECORDS + 2 }),
    fc.constantFrom(...HELD),
  ),
  { minLength: 1, maxLength: 25 },
);
const recordTerritories = recordRows.map((rows) => ({
  resource: 'record-territories',
  csv: [
    'module,record_id,territory',
    ...rows.map(([module, n, territory]) =>
      [module, demoRecordId(module as 'Accounts', n), territory].join(),
    ),
  ],
}));

const jobs = fc.record({
  file: fc.oneof(territories, userTerritories, recordTerritories),
  mixed,
  version,
  assign,
  concurrency: fc.integer({ min: 1, max: 4 }),
});

type Job = typeof jobs extends fc.Arbitrary<infer T> ? T : never;

function caseOf({ file, mixed, version, assign, concurrency }: Job): Case {
  const records = [demoRecordId('Accounts', 3)];
  return {
    ...file,
    version: version as 'v8',
    sandbox: { mixed: mixed as '207', assign: assign as 'immediate', denied: { records } },
    client: { concurrency },
  };
}

/** Statuses that a lost answer can hide behind one another: what was held, and who put it there. */
const AFTER_LOSS: Readonly<Record<string, readonly string[]>> = {
  unchanged: ['unchanged', 'associated', 'assigned'],
  scheduled: ['scheduled', 'assigned'],
};

describe('an import into an org that fails again and again', () => {
  test(
    'ends every row as it would have ended without, and leaves the same org',
    async () => {
      await fc.assert(
        fc.asyncProperty(jobs, faults, async (job, schedule) => {
          const calm = await importInto(caseOf(job));
          const rough = await importInto({
            ...caseOf(job),
            schedule,
            client: { concurrency: job.concurrency, ...patienceFor(schedule) },
          });

          expect(rough.summary.stopped).toBeUndefined();
          expect(rough.lines).toHaveLength(job.file.csv.length - 1);
          calm.lines.forEach((line, i) => {
            const status = line['_status'] ?? '';
            const ends = AFTER_LOSS[status] ?? [status];
            expect(ends, `row ${line['_row']}`).toContain(rough.lines[i]?.['_status']);
            if (status === 'failed') expect(rough.lines[i]?.['_code']).toBe(line['_code']);
          });
          expect(rough.org).toEqual(calm.org);
          expect(rough.stats.maxInFlight).toBeLessThanOrEqual(job.concurrency);
          expect(rough.stats.overlaps).toBe(0);
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );

  test(
    'claims no more and no less than the org holds, whatever happens',
    async () => {
      await fc.assert(
        fc.asyncProperty(jobs, anyFaults, async (job, schedule) => {
          const before = (await importInto({ ...caseOf(job), csv: job.file.csv.slice(0, 1) })).org;
          const { lines, org, stats, summary } = await importInto({
            ...caseOf(job),
            schedule,
            client: { concurrency: job.concurrency, retries: 3, ...patienceFor(schedule) },
          });

          expect(lines.map((line) => line['_row'])).toEqual(
            job.file.csv.slice(1).map((_, i) => String(i + 2)),
          );
          expect([0, 1, 3]).toContain(summary.exitCode);
          expect(stats.maxInFlight).toBeLessThanOrEqual(job.concurrency);
          const names = org.territories.map((one) => one.replace(/^.* > | \(.*$/g, ''));
          expect(new Set(names).size).toBe(names.length);

          for (const line of lines) {
            const claims = claimOf(job.file.resource, line);
            const holds = claims(org);
            if (MET.has(line['_status'] ?? '')) expect(holds, JSON.stringify(line)).toBe(true);
            // What was never sent, or refused, is as it was; only what is unanswered may be so or so.
            const isKnown = line['_status'] === 'not_sent' || line['_status'] === 'blocked';
            if (isKnown && !isAskedTwice(lines, line)) {
              expect(holds, JSON.stringify(line)).toBe(claims(before));
            }
          }
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );
});

const MET = new Set(['created', 'associated', 'assigned', 'scheduled', 'unchanged']);

type Line = Result['lines'][number];

/** Whether an org holds what a line asks for. */
function claimOf(resource: string, line: Line): (org: Result['org']) => boolean {
  const territory = line['territory'] ?? '';
  switch (resource) {
    case 'territories':
      return (org) => org.territories.some((one) => one.includes(`> ${line['name']} (`));
    case 'user-territories':
      return (org) =>
        org.members[territory]?.includes(userIds.get(line['user'] ?? '') ?? '') ?? false;
    default:
      return (org) => org.assignments[line['record_id'] ?? '']?.includes(territory) ?? false;
  }
}

function isAskedTwice(lines: readonly Line[], line: Line): boolean {
  const wish = (one: Line) =>
    one['name'] ?? `${one['user'] ?? one['record_id']} ${one['territory']}`;
  return lines.filter((one) => wish(one) === wish(line)).length > 1;
}

const userIds = new Map(demoUsers().map(({ email, id }) => [email, id]));
