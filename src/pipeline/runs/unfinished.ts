import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError } from '../../errors.ts';
import type { RunState } from '../../journal/journal.ts';
import { isJournal, readJournal } from '../../journal/open.ts';
import { RUNS_FOLDER } from './folder.ts';
import { type RunMeta, tryReadMeta } from './meta.ts';

const UNFINISHED: ReadonlySet<RunState> = new Set(['running', 'stopped']);

/**
 * Refuses to begin anew with a file of which a run waits to be resumed: what that run has sent is
 * known to it alone.
 *
 * @param own folder of the new run
 * @throws {ConfigError} `RUN_UNFINISHED` with the run to resume
 */
export async function refuseUnfinished(meta: RunMeta, own: string): Promise<void> {
  for (const folder of await runFolders()) {
    if (resolve(folder) === resolve(own) || !isUnfinishedRunOf(meta, folder)) continue;
    throw new ConfigError(
      'RUN_UNFINISHED',
      `An unfinished run of this very file exists: ${folder}. Nothing was sent.`,
      `Go on with it: territory-loader resume ${folder}. To begin anew all the same, give --anew.`,
    );
  }
}

async function runFolders(): Promise<string[]> {
  try {
    const names = await readdir(RUNS_FOLDER);
    return names
      .sort()
      .reverse()
      .map((name) => join(RUNS_FOLDER, name));
  } catch {
    return [];
  }
}

/** Whether the same rows were on their way to the same org in a run that did not reach its end. */
function isUnfinishedRunOf({ hash, resource, org, settings }: RunMeta, folder: string): boolean {
  const path = join(folder, 'journal.sqlite');
  if (!isJournal(path)) return false;
  using other = readJournal(path);
  if (!UNFINISHED.has(other.state)) return false;
  const meta = tryReadMeta(other);
  return (
    meta?.hash === hash &&
    meta.resource === resource &&
    meta.org === org &&
    JSON.stringify(meta.settings) === JSON.stringify(settings)
  );
}
