import { z } from 'zod';
import { STATUSES } from '../vocabulary.ts';

/** Rows that ended for the same reason. */
const causeSchema = z.strictObject({
  status: z.enum(STATUSES),
  code: z.string(),
  cause: z.string(),
  resolution: z.string(),
  rows: z.int(),
  example: z
    .strictObject({
      row: z.int(),
      value: z.string(),
      suggestion: z
        .string()
        .optional()
        .describe('the existing name that was probably meant; absent when none is near'),
    })
    .describe('the first such row'),
});

/** What was set for all rows of a file; the same words as on the command line. */
export const settingsSchema = z.strictObject({
  module: z.string().exactOptional(),
  mode: z.enum(['add', 'upsert']).exactOptional(),
});

/** The result of a run as `summary.json` and `--json` give it. */
export const summarySchema = z.strictObject({
  run: z.string().describe('id of the run'),
  org: z.string().describe('name of the org the run talked to'),
  resource: z.string(),
  settings: settingsSchema.describe('what was set for the whole file'),
  retryOf: z.string().optional().describe('run whose rows were sent again'),
  rows: z.int().describe('rows of the input, its header and blank rows left out'),
  statuses: z
    .partialRecord(z.enum(STATUSES), z.int())
    .describe('rows by status; statuses no row has are left out'),
  calls: z.int().describe('API calls made, reads and retries included'),
  credits: z.int().describe('API credits these calls cost'),
  retries: z.int().describe('calls beyond the first try of each request'),
  elapsedMs: z.int().describe('time at work in milliseconds; of a resumed run, over all sessions'),
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

/** What `plan` and `import --plan` give: the calls an import would make, and what they cost. */
export const planSchema = z.strictObject({
  org: z.string(),
  resource: z.string(),
  rows: z.int(),
  statuses: z
    .partialRecord(z.enum(STATUSES), z.int())
    .describe('rows that end without a call, by status'),
  calls: z.int().describe('calls that would change the org'),
  operations: z
    .array(
      z.strictObject({
        name: z.string().describe('method and path'),
        calls: z.int(),
        rows: z.int(),
        status: z.enum(STATUSES).describe('what the rows end as when all goes well'),
      }),
    )
    .describe('these calls by kind'),
  steps: z.int().describe('how many of them must be made one after the other, at least'),
  credits: z.int().describe('API credits they cost'),
  creditsLeft: z
    .int()
    .optional()
    .describe('API credits the org has left; it tells once half of them are used'),
  expectedMs: z
    .int()
    .optional()
    .describe('time they take at the pace at which the org was read, in milliseconds'),
  reading: z
    .strictObject({ calls: z.int(), credits: z.int() })
    .describe('what making the plan has cost'),
  warnings: z.array(z.string()),
  causes: z.array(causeSchema),
  file: z.string().optional().describe('path of the plan, to be given to apply'),
});

export type PlanReport = z.infer<typeof planSchema>;
