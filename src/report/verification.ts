import { z } from 'zod';

/** What reading the org again tells of a row that a run has carried out. */
export type Verdict = 'confirmed' | 'missing' | 'changed';

/** What `verify` gives, and prints with `--json`. */
export const verificationSchema = z.strictObject({
  run: z.string().describe('id of the run'),
  org: z.string().describe('name of the org that was read'),
  resource: z.string(),
  rows: z.int().describe('rows of the input, its header and blank rows left out'),
  confirmed: z.int().describe('rows that the org holds as the run left them'),
  missing: z.int().describe('rows of which the org holds nothing by now'),
  changed: z.int().describe('rows of which the org holds something else by now'),
  unchecked: z.int().describe('rows that were not as asked when the run ended, or not reached'),
  examples: z
    .array(
      z.strictObject({
        row: z.int(),
        verdict: z.enum(['missing', 'changed']),
        message: z.string(),
      }),
    )
    .describe('the first rows that are missing or changed, at most 20'),
  calls: z.int().describe('API calls made, retries included; all of them read'),
  credits: z.int().describe('API credits these calls cost'),
  file: z.string().describe('path of verify.csv, which has a line for every row'),
});

export type Verification = z.infer<typeof verificationSchema>;
