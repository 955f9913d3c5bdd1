import { once } from 'node:events';
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { ExitCode } from '../errors.ts';
import type { Edition, FaultName, Faults, MixedAnswer, ModuleName } from '../sandbox/index.ts';
import { command } from './command.ts';
import { openSandbox, SANDBOX_STATE } from './connect.ts';
import { stopOnSignals } from './signals.ts';
import { openTerminal, printResult, say } from './terminal.ts';

const EDITIONS: readonly Edition[] = ['free', 'standard', 'professional', 'enterprise', 'ultimate'];
const MIXED: readonly MixedAnswer[] = ['207', 'success', '400', 'only-faulty', 'unnamed'];
const FAULTS = {
  rateLimited: 'rateLimited',
  rateLimitedRetryAfter: 'rateLimitedRetryAfter',
  serverError: 'serverError',
  badGateway: 'badGateway',
  resetBefore: 'resetBefore',
  resetAfter: 'resetAfter',
  stall: 'stall',
  halfBody: 'halfBody',
  badBody: 'badBody',
  expireToken: 'expireToken',
} as const satisfies Record<Exclude<FaultName, 'ok'>, string>;

const MODULES: readonly ModuleName[] = ['Leads', 'Accounts', 'Contacts', 'Deals'];

/** Longer waits are typing errors, and timers cannot hold them. */
const LONGEST_MS = 3_600_000;

const EXAMPLES = `
Examples:
  $ territory-loader sandbox --port 8080 --latency 200
  $ territory-loader sandbox --state :memory: --fault serverError=0.1 --fault rateLimited=0.1
Then, in another terminal, with the variables it prints:
  $ territory-loader import territories samples/territories.csv`;

export function sandboxCommand(exit: (code: ExitCode) => void) {
  return command('sandbox', 'run the local Zoho stand-in as a server until Ctrl-C')
    .option('--port <n>', 'port on 127.0.0.1; 0 takes a free one', portNumber, 0)
    .option('--state <file>', 'SQLite file that holds its org, or :memory:', SANDBOX_STATE)
    .addOption(
      new Option('--seed <org>', 'what a new state file is filled with')
        .choices(['demo', 'empty'] as const)
        .default('demo' as const),
    )
    .addOption(
      new Option('--edition <edition>', 'decides calls in flight and daily credits')
        .choices(EDITIONS)
        .default('enterprise' as const),
    )
    .option('--latency <ms>', 'milliseconds that every call takes', wholeNumber, 0)
    .option('--job <ms>', 'milliseconds that an assignment takes to be done', wholeNumber, 300)
    .addOption(
      new Option('--mixed <status>', 'how partly failed calls are answered')
        .choices(MIXED)
        .default('207' as const),
    )
    .option(
      '--fault <name=share>',
      `share (0 to 1) of calls that fail: ${Object.keys(FAULTS).join(', ')}`,
      collectFault,
    )
    .addOption(
      new Option('--feature-off <module...>', 'CRM modules without the territory feature').choices(
        MODULES,
      ),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const terminal = openTerminal(options);
      using stop = stopOnSignals();
      await using sandbox = await openSandbox({
        port: options.port,
        state: options.state,
        seed: options.seed,
        edition: options.edition,
        latencyMs: options.latency,
        jobMs: options.job,
        mixed: options.mixed,
        faults: options.fault ?? {},
        disabledModules: options.featureOff ?? [],
      });
      const { clientId, clientSecret, refreshToken } = sandbox.credentials;
      const variables = {
        ZOHO_API_DOMAIN: sandbox.url,
        ZOHO_ACCOUNTS_URL: sandbox.url,
        ZOHO_CLIENT_ID: clientId,
        ZOHO_CLIENT_SECRET: clientSecret,
        ZOHO_REFRESH_TOKEN: refreshToken,
      };
      printResult(terminal, variables, () =>
        Object.entries(variables).map(([name, value]) => `export ${name}=${value}`),
      );
      say(terminal, `The sandbox listens on ${sandbox.url}. Ctrl-C ends it.`);
      if (!stop.signal.aborted) await once(stop.signal, 'abort');
      exit(0);
    });
}

function portNumber(text: string): number {
  const n = wholeNumber(text);
  if (n <= 65_535) return n;
  throw new InvalidArgumentError('It is a number up to 65535.');
}

function wholeNumber(text: string): number {
  const n = Number(text);
  if (text !== '' && Number.isInteger(n) && n >= 0 && n <= LONGEST_MS) return n;
  throw new InvalidArgumentError('It is a whole number, 0 or more, up to an hour.');
}

function collectFault(text: string, faults: Faults = {}): Faults {
  const [name = '', share = ''] = text.split('=');
  const n = Number(share);
  if (!(name in FAULTS) || share === '' || !(n >= 0 && n <= 1)) {
    throw new InvalidArgumentError('It is a name and a share, for example serverError=0.2.');
  }
  return { ...faults, [name]: n };
}
