import { statSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../../errors.ts';
import type { Summary } from '../../report/summary.ts';

/** Where runs go unless told otherwise, below the working directory. */
export const RUNS_FOLDER = 'runs';

/** The folder of a new run. */
export interface RunFolder {
  readonly run: string;
  readonly folder: string;
  /** Leaves things as they were: takes away what the run wrote, and the folder if it made it. */
  discard(): Promise<void>;
}

/**
 * Makes the folder of a new run and its id.
 * @throws {ConfigError} `RUN_FOLDER_EXISTS` when the named folder holds something already
 * @throws {ConfigError} `USAGE` when there can be no folder of that name
 */
export async function createRunFolder(
  resource: string,
  out: string | undefined,
  now: Date,
): Promise<RunFolder> {
  const time = now.toISOString().replace(/\.\d+/, '').replaceAll(':', '');
  const run = `${time}-${resource}`;
  if (out !== undefined) {
    const made = await mkdir(out, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
      throw noFolder(out, error.code ?? error.message);
    });
    if ((await readdir(out)).length > 0) {
      throw new ConfigError(
        'RUN_FOLDER_EXISTS',
        `The folder ${out} is not empty.`,
        'Name another folder with --out; a run never writes over an earlier one.',
      );
    }
    return { run, folder: out, discard: () => discard(out, made !== undefined) };
  }
  // Two runs in the same second are told apart by a number.
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? run : `${run}-${n}`;
    const folder = join(RUNS_FOLDER, name);
    try {
      await mkdir(RUNS_FOLDER, { recursive: true });
      await mkdir(folder);
      return { run: name, folder, discard: () => discard(folder, true) };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      const isTaken = code === 'EEXIST' && statSync(RUNS_FOLDER).isDirectory();
      if (!isTaken) throw noFolder(folder, code);
    }
  }
}

function noFolder(folder: string, reason: string): ConfigError {
  return new ConfigError(
    'USAGE',
    `The folder ${folder} cannot be made (${reason}).`,
    'Name another folder with --out.',
  );
}

async function discard(folder: string, isOurs: boolean): Promise<void> {
  const ours = isOurs ? [folder] : (await readdir(folder)).map((name) => join(folder, name));
  for (const path of ours) await rm(path, { recursive: true, force: true });
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
