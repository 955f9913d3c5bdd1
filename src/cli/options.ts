import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { ImportOptions } from '../pipeline/run.ts';
import { RECORD_MODULES } from '../resources/record-territories/index.ts';
import { MOST_CALLS_IN_FLIGHT } from '../zoho/limits.ts';
import type { OpenConnection } from './connect.ts';

/** Options that several commands have; each command lists those it takes. */
export const OPTIONS = {
  module: new Option(
    '--module <M>',
    'record-territories: Leads | Accounts | Contacts | Deals',
  ).argParser(parseModule),
  mode: new Option('--mode <mode>', 'territories that exist already: report them, or update them')
    .choices(['add', 'upsert'] as const)
    .default('add' as const),
  precheck: new Option(
    '--precheck <when>',
    'look rows up in the org first (default: auto, as far as it saves calls; for a plan that is kept: always)',
  ).choices(['auto', 'always', 'never'] as const),
  delimiter: new Option(
    '--delimiter <character>',
    'what separates cells (default: found in the header)',
  ).argParser(parseDelimiter),
  encoding: new Option(
    '--encoding <name>',
    'encoding of the file (default: UTF-8, or by byte order mark)',
  ),
  map: new Option('--map <column=Header...>', 'header under which a column stands').argParser(
    collectMap,
  ),
  concurrency: new Option('--concurrency <n>', 'calls in flight at most')
    .default('auto' as const, "auto: learns the org's limit")
    .argParser(parseConcurrency),
  maxErrors: new Option(
    '--max-errors <n|n%>',
    'stop when more rows than this have failed',
  ).argParser(parseMaxErrors),
  maxCredits: new Option(
    '--max-credits <n>',
    'stop before more API credits than this are used',
  ).argParser(parseMaxCredits),
  wait: new Option('--wait', 'wait until assignments that the org has scheduled are done'),
  anew: new Option('--anew', 'begin anew although an unfinished run of this file exists'),
  out: new Option('--out <dir>', 'run folder (default: runs/<UTC time>-<resource>)'),
} as const;

/** How a file is to be read and planned, as typed. */
interface FileOptions {
  readonly module?: string | undefined;
  readonly mode: 'add' | 'upsert';
  readonly precheck?: ImportOptions['precheck'] | undefined;
  readonly delimiter?: string | undefined;
  readonly encoding?: string | undefined;
  readonly map?: ReadonlyMap<string, string> | undefined;
}

/** The file of a command line, and how it is to be read and planned. */
export function fileJob(resource: string, file: string, options: FileOptions) {
  const { module, mode, precheck, delimiter, encoding, map } = options;
  return {
    resource,
    source: file === '-' ? { name: 'standard input', bytes: process.stdin } : file,
    settings: {
      ...(module === undefined ? {} : { module }),
      ...(mode === 'add' ? {} : { mode }),
    },
    ...(precheck === undefined ? {} : { precheck }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(map === undefined ? {} : { map }),
  };
}

/** The options that a command to go on with must have as well. */
export function repeatedOptions({ org }: { readonly org?: string | undefined }): string[] {
  return org === undefined ? [] : ['--org', org];
}

/** How calls are to be sent, as typed. */
export interface SendOptions {
  readonly concurrency: number | 'auto';
  readonly maxCredits?: number | undefined;
  readonly maxErrors?: ImportOptions['maxErrors'] | undefined;
  readonly out?: string | undefined;
  readonly wait?: boolean | undefined;
  readonly anew?: boolean | undefined;
}

/** How the calls of a command line are to be sent, to which org, and where the run is kept. */
export function sendJob(
  { concurrency, maxCredits, maxErrors, out, wait, anew }: SendOptions,
  { connection, tokenFile }: OpenConnection,
) {
  return {
    connection,
    client: {
      concurrency,
      ...(maxCredits === undefined ? {} : { maxCredits }),
      ...(tokenFile === undefined ? {} : { tokenFile }),
    },
    ...(maxErrors === undefined ? {} : { maxErrors }),
    ...(out === undefined ? {} : { out }),
    ...(wait ? { wait } : {}),
    ...(anew ? { anew } : {}),
  };
}

function parseConcurrency(text: string): number | 'auto' {
  if (text === 'auto') return text;
  const n = Number(text);
  if (Number.isInteger(n) && n >= 1 && n <= MOST_CALLS_IN_FLIGHT) return n;
  throw new InvalidArgumentError(
    `It is a number from 1 to ${MOST_CALLS_IN_FLIGHT}, the most that any edition allows, or auto.`,
  );
}

function parseModule(text: string): string {
  const module = RECORD_MODULES.find((name) => name.toLowerCase() === text.toLowerCase());
  if (module !== undefined) return module;
  throw new InvalidArgumentError(`It is one of ${RECORD_MODULES.join(', ')}.`);
}

function parseMaxErrors(text: string): { rows: number } | { share: number } {
  const match = /^(\d+)(%?)$/.exec(text);
  const n = Number(match?.[1]);
  if (match === null || (match[2] === '%' && n > 100)) {
    throw new InvalidArgumentError('It is a number of rows, such as 100, or a share, such as 5%.');
  }
  return match[2] === '%' ? { share: n / 100 } : { rows: n };
}

function collectMap(
  text: string,
  map: ReadonlyMap<string, string> = new Map(),
): Map<string, string> {
  const at = text.indexOf('=');
  if (at <= 0) {
    throw new InvalidArgumentError('It is column=Header, for example user="Rep e-mail".');
  }
  return new Map(map).set(text.slice(0, at), text.slice(at + 1));
}

function parseMaxCredits(text: string): number {
  const n = Number(text);
  if (Number.isSafeInteger(n) && n >= 1) return n;
  throw new InvalidArgumentError('It is a number of API credits, such as 2000.');
}

/** A tab is hard to type in a shell. */
function parseDelimiter(delimiter: string): string {
  return delimiter === '\\t' || delimiter === 'tab' ? '\t' : delimiter;
}
