import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '../errors.ts';
import { explained, isBusy } from './failure.ts';
import { statementsOf } from './statements.ts';

/** A process on a machine. */
export interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When it was started, in milliseconds since 1970: numbers of processes are given out anew. */
  readonly bornMs: number;
}

/** What the work on a run has taken, over all processes that had a part in it. */
export interface Effort {
  readonly calls: number;
  readonly credits: number;
  readonly retries: number;
  readonly elapsedMs: number;
}

/** The processes that work on a run, one after the other. */
export interface Sessions {
  /**
   * Takes the run for this process; from a dead one at once.
   *
   * @param effort what this session has taken up to now; asked at every sign of life
   * @throws {RunLockedError} when a living process is at work on it
   */
  begin(owner: Owner, clock: () => number, effort: () => Effort): void;
  /** The living process that is at work on the run; none for one that is as good as dead. */
  holder(self: Owner, nowMs: number): Holder | undefined;
  /** Gives a sign of life, and notes what this session has taken so far. */
  beat(): void;
  /** Lets go of the run. */
  end(): void;
  /**
   * Makes sure that nobody has taken the run over, for instance while this machine slept.
   * @throws {RunTakenError} when somebody has
   */
  check(): void;
  /** What all sessions have taken together. */
  effort(): Effort;
}

/** A process that holds a run, and how long ago it has given its last sign of life. */
export interface Holder extends Owner {
  readonly silentMs: number;
}

/** Another process is at work on the run. */
export class RunLockedError extends AppError {
  override readonly name = 'RunLockedError';

  constructor({ pid, host, silentMs }: Holder) {
    super(
      'RUN_LOCKED',
      `Process ${pid} on ${host} is at work on this run (last sign of life ${Math.round(silentMs / 1000)} s ago).`,
      {
        hint: `Wait until it ends, or stop it with Ctrl-C. A run of a process that died can be resumed at once; on another machine, ${PATIENCE_MS / 1000} s after its last sign of life.`,
        exitCode: 2,
      },
    );
  }
}

/** The run was taken over, since this process gave no sign of life. */
export class RunTakenError extends AppError {
  override readonly name = 'RunTakenError';

  constructor() {
    super('RUN_LOCKED', 'Another process has taken this run over.', {
      hint: 'Let that one go on: it settles what was in flight here.',
      exitCode: 3,
    });
  }
}

/** How long a process may be silent and still count as alive. */
const PATIENCE_MS = 60_000;

export function sessionsIn(db: DatabaseSync): Sessions {
  const sql = statementsOf(db);
  let mine: { id: number; clock: () => number; effort: () => Effort } | undefined;

  function note(ended: 0 | 1): void {
    if (mine === undefined) return;
    const { calls, credits, retries, elapsedMs } = mine.effort();
    sql(
      `UPDATE sessions SET beat_ms = ?, ended = ?, calls = ?, credits = ?, retries = ?, elapsed_ms = ?
       WHERE id = ?`,
    ).run(mine.clock(), ended, calls, credits, retries, Math.round(elapsedMs), mine.id);
  }

  function holder(self: Owner, nowMs: number): Holder | undefined {
    const last = sql('SELECT * FROM sessions ORDER BY id DESC LIMIT 1').get();
    if (last === undefined || last['ended'] !== 0) return undefined;
    const other: Holder = {
      pid: Number(last['pid']),
      host: String(last['host']),
      bornMs: Number(last['born_ms']),
      silentMs: nowMs - Number(last['beat_ms']),
    };
    return isAlive(other, self) ? other : undefined;
  }

  return {
    holder,
    begin(owner, clock, effort) {
      const nowMs = clock();
      explained(db.location() ?? '', () => {
        try {
          // At once, so that of two who look the second sees what the first has written.
          db.exec('BEGIN IMMEDIATE');
          const other = holder(owner, nowMs);
          if (other !== undefined) throw new RunLockedError(other);
          const insert = sql('INSERT INTO sessions VALUES (NULL, ?, ?, ?, ?, 0, 0, 0, 0, 0)');
          const { lastInsertRowid } = insert.run(owner.pid, owner.host, owner.bornMs, nowMs);
          db.exec('COMMIT');
          mine = { id: Number(lastInsertRowid), clock, effort };
        } catch (error) {
          if (db.isTransaction) db.exec('ROLLBACK');
          // Whoever writes down a large plan keeps all others waiting.
          const other = isBusy(error) ? holder(owner, nowMs) : undefined;
          throw other === undefined ? error : new RunLockedError(other);
        }
      });
    },
    beat: () => note(0),
    end() {
      note(1);
      mine = undefined;
    },
    check() {
      if (mine === undefined) return;
      const last = sql('SELECT max(id) AS id FROM sessions').get();
      if (last?.['id'] !== mine.id) throw new RunTakenError();
    },
    effort() {
      const sum = db
        .prepare(
          `SELECT total(calls) AS calls, total(credits) AS credits, total(retries) AS retries,
           total(elapsed_ms) AS elapsedMs FROM sessions`,
        )
        .get();
      const number = (key: keyof Effort) => Number(sum?.[key]);
      return {
        calls: number('calls'),
        credits: number('credits'),
        retries: number('retries'),
        elapsedMs: number('elapsedMs'),
      };
    },
  };
}

/** Whether the process that holds a run still lives, as far as this one can tell. */
function isAlive(holder: Holder, self: Owner): boolean {
  if (Math.abs(holder.silentMs) > PATIENCE_MS) return false;
  if (holder.host !== self.host) return true;
  // A number that is our own may have been given out anew, as the first one in a container is.
  return holder.pid === self.pid ? holder.bornMs === self.bornMs : isRunning(holder.pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be asked, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
