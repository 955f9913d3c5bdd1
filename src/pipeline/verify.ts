import { copyFile, mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../errors.ts';
import type { Journal } from '../journal/journal.ts';
import { continueJournal, copyJournal, readJournal } from '../journal/open.ts';
import type { Verification } from '../report/verification.ts';
import { writeVerifyFile } from '../report/verify-file.ts';
import type { AnyResource } from '../resources/registry.ts';
import { createClient } from '../zoho/client.ts';
import { type CarryOutOptions, clientOptions } from './carry-out.ts';
import { prepare, topOf } from './plan/prepare.ts';
import { resourceNamed } from './run.ts';
import { type FoundRun, findRun } from './runs/find.ts';
import { contextOf, type RunMeta, tryReadMeta } from './runs/meta.ts';
import { otherOrg } from './runs/other-org.ts';
import { rowsMet, tracesOf, verdictsOf } from './verdicts.ts';

/** Which run to verify, and where. */
export interface VerifyOptions
  extends Pick<CarryOutOptions, 'connection' | 'client' | 'signal' | 'onEvent'> {
  /** Id of the run, its folder, or a file in its folder. */
  readonly run: string;
}

/**
 * Reads back from the org what a run has left as asked, at any later time, and tells of each row
 * whether it is still so. Nothing is sent; a run that somebody is at work on is taken as it stands
 * at this moment. Writes `verify.csv` into the folder of the run.
 *
 * @throws {ConfigError} when there is no such run, it has sent nothing, or it is of another org
 * @throws {AppError} when the org does not let itself be read
 */
export async function verifyRun(options: VerifyOptions): Promise<Verification> {
  const { connection, signal, onEvent = () => {} } = options;
  const found = findRun(options.run);
  await using folder = await mkdtempDisposable(join(tmpdir(), 'territory-loader-'));
  const [before, after] = [join(folder.path, 'then.sqlite'), join(folder.path, 'now.sqlite')];
  copyJournal(found.journal, before);
  using then = readJournal(before);
  const meta = metaOf(found, then, connection.name);
  await copyFile(before, after);
  using now = continueJournal(after, 'verify');
  now.unplan();

  onEvent({ type: 'rowsRead', rows: then.rowCount() });
  await using client = createClient(connection, clientOptions(options));
  const resource = resourceNamed(meta.resource);
  await prepare(
    now,
    verifying(resource, then),
    client,
    {
      settings: meta.settings,
      precheck: 'always',
      checkOrg: ({ territories }) => {
        const top = topOf(territories);
        if (meta.topTerritory === undefined || meta.topTerritory === top) return;
        throw otherOrg(found, `another org called ${connection.name}`, 'this one', 'verify');
      },
    },
    onEvent,
  );

  onEvent({ type: 'reporting' });
  const file = join(found.folder, 'verify.csv');
  const context = contextOf(meta);
  const verdicts = verdictsOf(then, now, context, resource.singular);
  const tally = await writeVerifyFile(verdicts, context.header, file, signal);
  const { calls, credits } = client.usage;
  const { run } = found;
  return { run, org: connection.name, resource: resource.name, ...tally, calls, credits, file };
}

/** What a run has noted of itself. @throws {ConfigError} when there is nothing to verify */
function metaOf(found: FoundRun, journal: Journal, org: string): RunMeta {
  const meta = tryReadMeta(journal);
  const { state } = journal;
  if (meta === undefined || state === 'reading' || state === 'planned') throw nothingSent(found);
  if (meta.org !== undefined && meta.org !== org) throw otherOrg(found, meta.org, org, 'verify');
  return meta;
}

/** The resource, planning those rows alone that a run has left as asked. */
function verifying(resource: AnyResource, run: Journal): AnyResource {
  const met = rowsMet(run);
  const { planner, verifier } = resource;
  return {
    ...resource,
    planner(candidates, org, conditions) {
      function* carriedOut() {
        for (const one of candidates()) if (met.has(one.row)) yield one;
      }
      return verifier === undefined
        ? planner(carriedOut, org, conditions)
        : verifier(carriedOut, org, tracesOf(run));
    },
  };
}

function nothingSent({ run, folder }: FoundRun): ConfigError {
  return new ConfigError(
    'USAGE',
    `Run ${run} has sent nothing yet: there is nothing to verify.`,
    `Resume it first: territory-loader resume ${folder}`,
  );
}
