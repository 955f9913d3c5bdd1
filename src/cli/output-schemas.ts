import { z } from 'zod';
import { planSchema, summarySchema } from '../report/summary.ts';
import { verificationSchema } from '../report/verification.ts';

/** `runs --json`. */
export const runsSchema = z.strictObject({
  runs: z.array(
    z.strictObject({
      run: z.string().describe('name of its folder'),
      state: z
        .enum(['at work', 'finished', 'stopped', 'unfinished', 'unknown'])
        .describe('stopped and unfinished can be resumed'),
      org: z.string().optional(),
      rows: z.int().optional(),
      retriedBy: z.string().optional().describe('run that has taken over the rows which it left'),
      summary: summarySchema.optional().describe('absent for a run that is unfinished'),
    }),
  ),
});

/** `explain --json`. */
export const explainSchema = z.strictObject({
  code: z.string(),
  meanings: z.array(
    z.strictObject({
      endpoints: z.union([z.literal('any'), z.array(z.string())]),
      httpStatus: z.array(z.int()),
      concerns: z.enum(['row', 'call', 'module', 'org']),
      retry: z.enum(['never', 'wait', 'job', 'unlock', 'token']),
      cause: z.string(),
      resolution: z.string(),
      source: z.array(z.string()),
    }),
  ),
});

/** `sandbox --json`: the environment that leads to it. */
export const sandboxSchema = z.strictObject({
  ZOHO_API_DOMAIN: z.string(),
  ZOHO_ACCOUNTS_URL: z.string(),
  ZOHO_CLIENT_ID: z.string(),
  ZOHO_CLIENT_SECRET: z.string(),
  ZOHO_REFRESH_TOKEN: z.string(),
});

/** What any command prints with `--json` when it cannot do its work. */
export const errorSchema = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    hint: z.string().describe('the next thing to do'),
    differences: z
      .array(z.strictObject({ row: z.int(), planned: z.string(), now: z.string() }))
      .optional()
      .describe('rows for which a plan does not hold any more, at most 1,000'),
  }),
});

/** Every shape that `--json` prints, by the name of its file in `schemas/`. */
export const OUTPUT_SCHEMAS = {
  import: summarySchema,
  'import-plan': planSchema,
  plan: planSchema,
  apply: summarySchema,
  resume: summarySchema,
  retry: summarySchema,
  verify: verificationSchema,
  runs: runsSchema,
  'runs-run': summarySchema,
  explain: explainSchema,
  sandbox: sandboxSchema,
  error: errorSchema,
} as const;
