import type { ExitCode } from '../errors.ts';
import { verifyRun } from '../pipeline/verify.ts';
import type { Verification } from '../report/verification.ts';
import { command } from './command.ts';
import { OPTIONS } from './options.ts';
import { count } from './summary-lines.ts';
import { inert, paint, printResult } from './terminal.ts';
import { withOrg } from './with-org.ts';

const EXAMPLES = `
Examples:
  $ territory-loader verify runs/2026-11-21T101530Z-territories
  $ territory-loader verify 2026-11-21T101530Z-territories --json`;

export function verifyCommand(exit: (code: ExitCode) => void) {
  return command('verify', 'read back from the org whether what a run has done is still so')
    .argument('<run>', 'id or folder of the run')
    .addOption(OPTIONS.concurrency)
    .addOption(OPTIONS.maxCredits)
    .addHelpText('after', EXAMPLES)
    .action(async (run, options) => {
      exit(
        await withOrg(options, async ({ job, terminal, endProgress }) => {
          const found = await verifyRun({ run, ...job });
          endProgress();
          printResult(terminal, found, () => verificationLines(found, terminal.out));
          return found.missing + found.changed > 0 ? 1 : 0;
        }),
      );
    });
}

/** A verification in words: counts, the first rows that are not confirmed, and the file. */
function verificationLines(verification: Verification, out: NodeJS.WriteStream): string[] {
  const { run, resource, rows, missing, changed, unchecked, examples, file } = verification;
  const { calls, credits } = verification;
  const tally = (n: number, what: string, style: 'red' | 'green' | 'dim') =>
    n === 0 ? [] : [paint(style, `${n.toLocaleString('en-US').padStart(9)}  ${what}`, out)];
  const more = missing + changed - examples.length;
  return [
    `${resource}: ${count(rows, 'row')} of run ${run}, read back with ${count(calls, 'call')}, ${count(credits, 'credit')}`,
    ...tally(verification.confirmed, 'confirmed', 'green'),
    ...tally(missing, 'missing', 'red'),
    ...tally(changed, 'changed', 'red'),
    ...tally(unchecked, 'not checked', 'dim'),
    ...(examples.length === 0 ? [] : ['']),
    ...exampleLines(examples),
    ...(more > 0 ? [`… and ${count(more, 'more row')}: see the file`] : []),
    '',
    `Every row with its verdict: ${file}`,
  ];
}

/** "rows 63, 64 missing: the org does not hold this territory" */
function exampleLines(examples: Verification['examples']): string[] {
  const alike = Map.groupBy(examples, ({ verdict, message }) => `${verdict}: ${inert(message)}`);
  return [...alike].map(
    ([text, rows]) =>
      `${rows.length === 1 ? 'row' : 'rows'} ${rows.map(({ row }) => row).join(', ')} ${text}`,
  );
}
