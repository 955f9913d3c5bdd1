import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../errors.ts';
import type { Summary } from '../report/summary.ts';

/** Where runs go unless told otherwise, below the working directory. */
export const RUNS_FOLDER = 'runs';

/**
 * Makes the folder of a new run and its id.
 * @throws {ConfigError} `RUN_FOLDER_EXISTS` when the named folder holds something already
 */
export async function createRunFolder(
  resource: string,
  out: string | undefined,
  now: Date,
): Promise<{ run: string; folder: string }> {
  const time = now.toISOString().replace(/\.\d+/, '').replaceAll(':', '');
  const run = `${time}-${resource}`;
  if (out !== undefined) {
    await mkdir(out, { recursive: true });
    if ((await readdir(out)).length > 0) {
      throw new ConfigError(
        'RUN_FOLDER_EXISTS',
        `The folder ${out} is not empty.`,
        'Name another folder with --out; a run never writes over an earlier one.',
      );
    }
    return { run, folder: out };
  }
  // Two runs in the same second are told apart by a number.
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? run : `${run}-${n}`;
    const folder = join(RUNS_FOLDER, name);
    await mkdir(RUNS_FOLDER, { recursive: true });
    try {
      await mkdir(folder);
      return { run: name, folder };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

/** Paths of what a run writes into its folder. */
export function filesIn(folder: string): Summary['files'] {
  return {
    folder,
    result: join(folder, 'result.csv'),
    failed: join(folder, 'failed.csv'),
    summary: join(folder, 'summary.json'),
    journal: join(folder, 'journal.sqlite'),
  };
}
