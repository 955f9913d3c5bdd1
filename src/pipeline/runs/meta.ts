import { z } from 'zod';
import type { Journal } from '../../journal/journal.ts';
import { planSchema, settingsSchema } from '../../report/summary.ts';

const textPairs = z.array(z.tuple([z.string(), z.string()]));

/** What was ordered: enough to begin anew. It is noted before the first row is read. */
const orderSchema = z.object({
  resource: z.string(),
  /** Name of the input file in messages. */
  input: z.string(),
  /** Its whole path, unless it came from standard input. */
  path: z.string().exactOptional(),
  settings: settingsSchema,
  /** How it was to be read. */
  reading: z.object({
    delimiter: z.string().exactOptional(),
    encoding: z.string().exactOptional(),
    map: textPairs.exactOptional(),
  }),
  precheck: z.enum(['auto', 'always', 'never']).exactOptional(),
  /** Whether to wait until scheduled assignments are done. */
  wait: z.boolean().exactOptional(),
  /** Name of the org, as the connection gives it. */
  org: z.string().exactOptional(),
  /** Run whose rows are sent again. */
  retryOf: z.string().exactOptional(),
  /** Folder of a stopped run that ends when this one is planned, since its rows are in here. */
  closes: z.string().exactOptional(),
});

/** What reading the input file has told. */
const intakeSchema = z.object({
  /** SHA-256 of its bytes. */
  hash: z.string(),
  /** The header, without our own columns. */
  header: z.array(z.string()),
  /** For each column found, the indexes of its cells, best first. */
  places: z.array(z.tuple([z.string(), z.array(z.int())])),
});

/** A plan that waits to be applied. */
const planMetaSchema = z.object({
  /** When the org was read, as ISO 8601. */
  readAt: z.string(),
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

const metaSchema = z.object({
  ...orderSchema.shape,
  ...intakeSchema.shape,
  /** Id of the org's top territory, by which one org is told from another; empty for none. */
  topTerritory: z.string().exactOptional(),
  plan: planMetaSchema.exactOptional(),
  /** Run that has taken over the rows which this one left. */
  retriedBy: z.string().exactOptional(),
});

export type Order = z.infer<typeof orderSchema>;
export type IntakeMeta = z.infer<typeof intakeSchema>;
export type PlanMeta = z.infer<typeof planMetaSchema>;
/** What a journal knows of its run beside rows, chunks and outcomes. */
export type RunMeta = z.infer<typeof metaSchema>;

/** Reads what was ordered; undefined for a journal in which that was never noted. */
export function tryReadOrder(journal: Pick<Journal, 'meta'>): Order | undefined {
  return orderSchema.safeParse(journal.meta).data;
}

/** Reads what was written down of a run. @throws {z.ZodError} when it is not of this version */
export function readMeta(journal: Pick<Journal, 'meta'>): RunMeta {
  return metaSchema.parse(journal.meta);
}

/** As {@link readMeta}; undefined for a journal of another version, or one not read to its end. */
export function tryReadMeta(journal: Pick<Journal, 'meta'>): RunMeta | undefined {
  return metaSchema.safeParse(journal.meta).data;
}

/** Notes something more of a run. */
export function addMeta(journal: Pick<Journal, 'meta' | 'setMeta'>, more: Partial<RunMeta>): void {
  journal.setMeta({ ...journal.meta, ...more });
}

/** Where the cells of each column are, for the report. */
export function contextOf({ header, places }: RunMeta) {
  return { header, places: new Map(places) };
}
