import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError } from '../../errors.ts';
import type { RunState } from '../../journal/journal.ts';
import { isJournal, readJournal } from '../../journal/open.ts';
import { RUNS_FOLDER } from './folder.ts';
import { thisProcess } from './hold.ts';
import { type RunMeta, tryReadMeta } from './meta.ts';

const UNFINISHED: ReadonlySet<RunState> = new Set(['running', 'stopped']);

/**
 * Refuses to begin anew with a file of which a run waits to be resumed: what that run has sent is
 * known to it alone.
 *
 * @param own folder of the new run
 * @throws {ConfigError} `RUN_UNFINISHED` with the run to resume
 */
export async function refuseUnfinished(
  meta: RunMeta,
  own: string,
  clock: () => number = Date.now,
): Promise<void> {
  for (const folder of await runFolders()) {
    if (resolve(folder) === resolve(own)) continue;
    const how = unfinishedRunOf(meta, folder, clock());
    if (how === 'at work') {
      throw new ConfigError(
        'RUN_UNFINISHED',
        `Another process is at work on this very file: ${folder}. Nothing was sent.`,
        'Wait until it ends; the command runs tells when. To send it twice all the same, give --anew.',
      );
    }
    if (how === 'left') {
      throw new ConfigError(
        'RUN_UNFINISHED',
        `An unfinished run of this very file exists: ${folder}. Nothing was sent.`,
        `Go on with it: territory-loader resume ${folder}. To begin anew all the same, give --anew.`,
      );
    }
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

/**
 * Whether the same rows are on their way to the same org in a run that has not reached its end. Of
 * two that begin at once, at least one sees the other: each has noted its file before it looks.
 */
function unfinishedRunOf(
  { hash, resource, org, settings }: RunMeta,
  folder: string,
  nowMs: number,
): 'at work' | 'left' | undefined {
  const path = join(folder, 'journal.sqlite');
  if (!isJournal(path)) return undefined;
  using other = readJournal(path);
  const meta = tryReadMeta(other);
  const isSame =
    meta?.hash === hash &&
    meta.resource === resource &&
    meta.org === org &&
    JSON.stringify(meta.settings) === JSON.stringify(settings);
  if (!isSame) return undefined;
  if (other.sessions.holder(thisProcess(), nowMs) !== undefined) return 'at work';
  return UNFINISHED.has(other.state) ? 'left' : undefined;
}
