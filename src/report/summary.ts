import { z } from 'zod';
import { STATUSES } from '../vocabulary.ts';

/** Rows that ended for the same reason. */
const causeSchema = z.strictObject({
  status: z.enum(STATUSES),
  code: z.string(),
  cause: z.string(),
  resolution: z.string(),
  rows: z.int(),
  example: z.strictObject({ row: z.int(), value: z.string() }).describe('the first such row'),
});

/** The result of a run as `summary.json` and `--json` give it. */
export const summarySchema = z.strictObject({
  run: z.string().describe('id of the run'),
  org: z.string().describe('name of the org the run talked to'),
  resource: z.string(),
  rows: z.int().describe('rows of the input, its header and blank rows left out'),
  statuses: z
    .partialRecord(z.enum(STATUSES), z.int())
    .describe('rows by status; statuses no row has are left out'),
  calls: z.int().describe('API calls made, reads and retries included'),
  credits: z.int().describe('API credits these calls cost'),
  retries: z.int().describe('calls beyond the first try of each request'),
  elapsedMs: z.int(),
  exitCode: z.int(),
  stopped: z
    .strictObject({ code: z.string(), message: z.string(), hint: z.string() })
    .optional()
    .describe('why the run stopped before its end; absent when it did not'),
  causes: z
    .array(causeSchema)
    .describe('why rows ended as they did, the most frequent first, at most 100'),
  files: z
    .strictObject({
      folder: z.string(),
      result: z.string(),
      failed: z.string(),
      summary: z.string(),
      journal: z.string(),
    })
    .describe('paths of what the run wrote'),
});

export type Summary = z.infer<typeof summarySchema>;

/** What `import --plan` gives: the same calls an import would make, and what they cost. */
export const planSchema = z.strictObject({
  org: z.string(),
  resource: z.string(),
  rows: z.int(),
  statuses: z
    .partialRecord(z.enum(STATUSES), z.int())
    .describe('rows that end without a call, by status'),
  calls: z.int().describe('calls that would change the org'),
  credits: z.int().describe('API credits these calls cost'),
  waves: z.int().describe('groups of calls that must wait for one another'),
  causes: z.array(causeSchema),
});

export type PlanReport = z.infer<typeof planSchema>;
