import { ConfigError } from '../../errors.ts';
import type { RunFolder } from './folder.ts';

/**
 * What is said when a run is of another org than the one that is connected.
 *
 * @param next what to do with the run once the right org is
 */
export function otherOrg(
  { run }: Pick<RunFolder, 'run'>,
  org: string,
  now: string,
  next: 'resume' | 'retry' | 'verify',
): ConfigError {
  return new ConfigError(
    'ORG_CHANGED',
    `Run ${run} is of ${org}, and this is ${now}. Nothing was sent.`,
    `Connect to the org of the run (--org, or the environment), then ${next} it.`,
  );
}
