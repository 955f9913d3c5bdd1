import { renameSync } from 'node:fs';
import { ForeignFileError, type TokenFile } from './token-file.ts';

/** A token file that is left alone once it cannot be used: a token can be had all the same. */
export interface UsableFile extends Disposable {
  /** Does something with the file when no other process holds it; undefined when it cannot be. */
  use<T>(work: (file: TokenFile) => T): Promise<T | undefined>;
}

/** How often to look whether the file is free. */
const POLL_MS = 50;

/**
 * Opens the file when it is first used, waits while others hold it, and has a new one made, once,
 * in the place of a damaged one, which is put beside it.
 *
 * @param timing how long to wait for others at most
 */
export function usableFile(
  path: string,
  open: () => TokenFile,
  timing: { patienceMs: number; clock: () => number; sleep: (ms: number) => Promise<void> },
): UsableFile {
  let file: TokenFile | undefined;
  let isBroken = false;
  let isMended = false;
  let busySince: number | undefined;

  function close(): void {
    file?.[Symbol.dispose]();
    file = undefined;
  }

  /** Does what can be done about a failure; tells whether to try again. */
  async function mend(error: unknown): Promise<boolean> {
    switch (troubleIn(error)) {
      case 'busy':
        busySince ??= timing.clock();
        if (timing.clock() - busySince >= timing.patienceMs) return false;
        await timing.sleep(POLL_MS);
        return true;
      case 'damaged':
        if (isMended) return false;
        isMended = true;
        close();
        setAside(path);
        return true;
      case 'unusable':
        // A home that is read-only, a full disk, a file of another program.
        return false;
      default:
        throw error;
    }
  }

  return {
    async use(work) {
      while (!isBroken) {
        try {
          file ??= open();
          const done = work(file);
          busySince = undefined;
          return done;
        } catch (error) {
          isBroken = !(await mend(error));
        }
      }
      return undefined;
    },
    [Symbol.dispose]: close,
  };
}

/** Result codes of SQLite: https://www.sqlite.org/rescode.html (read 2026-11-21). */
const BUSY = 5;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/** What an error means for the file; undefined for one that is not about a file. */
function troubleIn(error: unknown): 'busy' | 'damaged' | 'unusable' | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && error.code === 'ERR_SQLITE_ERROR') {
    // The other bytes tell of details.
    const code = 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
    if (code === BUSY) return 'busy';
    return code === CORRUPT || code === NOT_A_DATABASE ? 'damaged' : 'unusable';
  }
  return error instanceof ForeignFileError || 'errno' in error ? 'unusable' : undefined;
}

function setAside(path: string): void {
  try {
    renameSync(path, `${path}.damaged`);
  } catch (error) {
    // Where it is still in its place, it is found damaged once more, and left alone.
    if (troubleIn(error) === undefined) throw error;
  }
}
