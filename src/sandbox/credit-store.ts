import type { Database } from './database.ts';

const HOUR = 3_600_000;

/** Counts the API credits of the last 24 hours (API notes 4.1). */
export interface CreditStore {
  readonly used: (now: number) => number;
  readonly charge: (credits: number, now: number) => void;
}

/** Credits in the state file, in buckets of an hour. */
export function openCreditStore(db: Database): CreditStore {
  const used = db.get('SELECT COALESCE(SUM(used), 0) AS used FROM credits WHERE hour > ?');
  const charge = db.run(
    'INSERT INTO credits VALUES (?, ?) ON CONFLICT (hour) DO UPDATE SET used = used + excluded.used',
  );
  const hourOf = (now: number) => Math.floor(now / HOUR);
  return {
    used: (now) => Number(used(hourOf(now) - 24)?.['used'] ?? 0),
    charge: (credits, now) => void charge(hourOf(now), credits),
  };
}
