import { ConfigError, type ExitCode } from '../errors.ts';
import { type CatalogueEntry, entriesFor, suggestCode } from '../zoho/catalogue/index.ts';
import { command } from './command.ts';
import { openTerminal, paint, printResult, programName } from './terminal.ts';

const EXAMPLES = `
Examples:
  $ territory-loader explain DUPLICATE_DATA
  $ territory-loader explain LIMIT_EXCEEDED --json`;

export function explainCommand(exit: (code: ExitCode) => void) {
  return command('explain', 'say what a code means and how to fix it')
    .argument('<CODE>', 'code as in the _code column of a result')
    .addHelpText('after', EXAMPLES)
    .action((code, options) => {
      const terminal = openTerminal(options);
      const entries = entriesFor(code);
      if (entries.length === 0) throw unknownCode(code);
      const meanings = entries.map(({ code: _, when: __, satisfied: ___, ...meaning }) => meaning);
      printResult(terminal, { code: entries[0]?.code, meanings }, () => [
        paint('bold', entries[0]?.code ?? code, terminal.out),
        ...entries.flatMap((entry) => ['', ...meaningLines(entry)]),
      ]);
      exit(0);
    });
}

function meaningLines({
  endpoints,
  httpStatus,
  concerns,
  retry,
  cause,
  resolution,
}: CatalogueEntry) {
  const where = endpoints === 'any' ? 'anywhere' : endpoints.join(', ');
  const status = httpStatus.length === 0 ? '' : ` (HTTP ${httpStatus.join(', ')})`;
  return [
    `${where}${status}: ${cause}`,
    // Of our own codes the resolution says what to do next.
    `  Concerns ${CONCERNS[concerns]}.${httpStatus.length === 0 ? '' : ` ${RETRY[retry]}`}`,
    `  ${resolution}`,
  ];
}

const CONCERNS = {
  row: 'this row only',
  call: 'all rows of the call',
  module: 'all rows of the CRM module: the run stops for it',
  org: 'the whole run: it stops',
} as const;

const RETRY = {
  never: 'Trying again does not help.',
  wait: 'Trying again after a while helps, and is done for you.',
  job: "Trying again when the CRM record's pending job is done helps, and is done for you.",
  unlock: 'Trying again helps when somebody unlocks the CRM record.',
  token: 'Trying again with a fresh access token helps, and is done for you.',
} as const;

function unknownCode(code: string): ConfigError {
  const near = suggestCode(code);
  return new ConfigError(
    'USAGE',
    `There is no code "${code}".`,
    near === undefined
      ? 'Codes are in the _code column of result.csv.'
      : `Did you mean ${near}? ${programName()} explain ${near}`,
  );
}
