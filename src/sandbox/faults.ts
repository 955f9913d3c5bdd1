import type { FaultName, Faults } from './options.ts';

/** In which order the shares of the faults take their part of a random number. */
const NAMES = [
  'rateLimited',
  'rateLimitedRetryAfter',
  'serverError',
  'badGateway',
  'resetBefore',
  'resetAfter',
  'stall',
  'halfBody',
  'badBody',
  'expireToken',
] as const satisfies readonly FaultName[];

/** Gives the fault of the next API call; calls it is not asked about use up nothing. */
export function faultPlayer(
  faults: Faults,
  random: () => number,
): (call: { isRead: boolean }) => FaultName {
  let played = 0;
  return ({ isRead }) => {
    if (isRead && faults.reads === false) return 'ok';
    if (faults.schedule !== undefined) return faults.schedule[played++] ?? 'ok';
    let share = random();
    for (const name of NAMES) {
      share -= faults[name] ?? 0;
      if (share < 0) return name;
    }
    return 'ok';
  };
}
