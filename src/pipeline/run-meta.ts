import { z } from 'zod';
import type { Journal } from '../journal/journal.ts';
import { planSchema, settingsSchema } from '../report/summary.ts';

const textPairs = z.array(z.tuple([z.string(), z.string()]));

/** The input file, and what reading it has told. */
const intakeSchema = z.object({
  resource: z.string(),
  /** Its name in messages. */
  input: z.string(),
  /** Its whole path, unless it came from standard input. */
  path: z.string().exactOptional(),
  /** SHA-256 of its bytes. */
  hash: z.string(),
  settings: settingsSchema,
  /** How it was read, so that it can be read so again. */
  reading: z.object({
    delimiter: z.string().exactOptional(),
    encoding: z.string().exactOptional(),
    map: textPairs.exactOptional(),
  }),
  /** The header, without our own columns. */
  header: z.array(z.string()),
  /** For each column found, the indexes of its cells, best first. */
  places: z.array(z.tuple([z.string(), z.array(z.int())])),
});

/** A plan that waits to be applied. */
const planMetaSchema = z.object({
  /** When the org was read, as ISO 8601. */
  readAt: z.string(),
  /** Id of the org's top territory, by which one org is told from another; empty for none. */
  topTerritory: z.string(),
  /** Rows that were looked up in the org one by one, as base64 of a `RowSet`. */
  lookedUp: z.string(),
  report: planSchema,
  /** The tree as it would be, as it was drawn; absent for resources that leave it alone. */
  tree: z
    .array(
      z.object({
        mark: z.enum(['created', 'updated', 'moved', 'same', 'folded']),
        text: z.string(),
      }),
    )
    .exactOptional(),
});

const metaSchema = z.object({ ...intakeSchema.shape, plan: planMetaSchema.optional() });

export type IntakeMeta = z.infer<typeof intakeSchema>;
export type PlanMeta = z.infer<typeof planMetaSchema>;
/** What a journal knows of its run beside rows, chunks and outcomes. */
export type RunMeta = z.infer<typeof metaSchema>;

/** Reads what was written down of a run. @throws {z.ZodError} when it is not of this version */
export function readMeta(journal: Journal): RunMeta {
  return metaSchema.parse(journal.meta);
}

/** As {@link readMeta}; undefined for a journal of another version. */
export function tryReadMeta(journal: Journal): RunMeta | undefined {
  return metaSchema.safeParse(journal.meta).data;
}

/** Where the cells of each column are, for the report. */
export function contextOf({ header, places }: RunMeta) {
  return { header, places: new Map(places) };
}
