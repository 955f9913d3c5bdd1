import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { ConfigError, type ExitCode } from '../errors.ts';
import { planImport, runImport } from '../pipeline/run.ts';
import { RECORD_MODULES } from '../resources/record-territories.ts';
import { findResource, RESOURCE_NAMES } from '../resources/registry.ts';
import { type Chunk, countUnmet } from '../vocabulary.ts';
import { MOST_CALLS_IN_FLIGHT } from '../zoho/limits.ts';
import { command } from './command.ts';
import { connect } from './connect.ts';
import { startProgress } from './progress.ts';
import { stopOnSignals } from './signals.ts';
import { causeLines, count, statusLines, summaryLines } from './summary-lines.ts';
import { openTerminal, printResult, say } from './terminal.ts';

const EXAMPLES = `
Examples:
  $ territory-loader import territories samples/territories.csv --plan
  $ territory-loader import user-territories members.csv --max-errors 5%
  $ territory-loader import record-territories accounts.csv --module Accounts --concurrency 10
  $ cat accounts.csv | territory-loader import record-territories - --module Accounts --json`;

const PREVIEWED_CALLS = 10;

export function importCommand(exit: (code: ExitCode) => void) {
  return command('import', 'check a CSV file, plan the calls, send them, and report on every row')
    .argument('<resource>', RESOURCE_NAMES.join(' | '))
    .argument('<file>', 'CSV file, or - for standard input')
    .option('--plan', 'print the plan and what it costs, send no change')
    .option('--module <M>', 'record-territories: Leads | Accounts | Contacts | Deals', parseModule)
    .addOption(
      new Option('--concurrency <n>', 'calls in flight at most')
        .default('auto' as const, "auto: learns the org's limit")
        .argParser(parseConcurrency),
    )
    .option('--max-errors <n|n%>', 'stop when more rows than this have failed', parseMaxErrors)
    .option('--out <dir>', 'run folder (default: runs/<UTC time>-<resource>)')
    .option('--delimiter <character>', 'what separates cells (default: found in the header)')
    .option('--encoding <name>', 'encoding of the file (default: UTF-8, or by byte order mark)')
    .option('--map <column=Header...>', 'header under which a column stands', collectMap)
    .addHelpText('after', EXAMPLES)
    .action(async (resource, file, options) => {
      const terminal = openTerminal(options);
      using stop = stopOnSignals();
      await using org = await connect(options.org);
      say(terminal, org.notice);
      using progress = startProgress(terminal);
      const job = {
        resource,
        source: file === '-' ? { name: 'standard input', bytes: process.stdin } : file,
        connection: org.connection,
        settings: options.module === undefined ? {} : { module: options.module },
        ...(options.map === undefined ? {} : { map: options.map }),
        ...(options.delimiter === undefined ? {} : { delimiter: delimiterFrom(options.delimiter) }),
        ...(options.encoding === undefined ? {} : { encoding: options.encoding }),
        client: { concurrency: options.concurrency },
        signal: stop.signal,
        onEvent: progress.onEvent,
      };
      if (options.plan) {
        if (options.out !== undefined) throw planHasNoFolder();
        const { report, firstChunks } = await planImport({
          ...job,
          previewChunks: PREVIEWED_CALLS,
        });
        progress[Symbol.dispose]();
        printResult(terminal, report, () => [
          `${resource}: ${count(report.rows, 'row')}, ${count(report.calls, 'call')} ` +
            `in ${count(report.waves, 'wave')}, ${count(report.credits, 'credit')}. Nothing was sent.`,
          ...statusLines(report.statuses, terminal.out),
          ...causeLines(report.causes, terminal.out),
          '',
          ...callLines(resource, firstChunks, report.calls),
        ]);
        return exit(countUnmet(Object.entries(report.statuses)) > 0 ? 1 : 0);
      }
      const summary = await runImport({
        ...job,
        ...(options.out === undefined ? {} : { out: options.out }),
        ...(options.maxErrors === undefined ? {} : { maxErrors: options.maxErrors }),
      });
      progress[Symbol.dispose]();
      printResult(terminal, summary, () => summaryLines(summary, terminal.out));
      return exit(summary.exitCode as ExitCode);
    });
}

function planHasNoFolder(): ConfigError {
  return new ConfigError(
    'USAGE',
    'A plan makes no run folder, so --out means nothing with --plan.',
    'Leave one of the two out.',
  );
}

/** The first calls of a plan, one line each. */
function callLines(resourceName: string, chunks: readonly Chunk[], calls: number): string[] {
  const resource = findResource(resourceName);
  const lines = chunks.map((chunk) => {
    const { method, path } = resource?.request(chunk) ?? { method: '', path: '' };
    const rows = chunk.entries.flatMap((entry) => entry.rows);
    return `  ${method} ${path}  ${count(chunk.entries.length, 'item')}, row${rows.length === 1 ? '' : 's'} ${listed(rows)}`;
  });
  const more = calls - chunks.length;
  return more > 0 ? [...lines, `  … and ${count(more, 'more call')}`] : lines;
}

function listed(rows: readonly number[]): string {
  return rows.length > 8 ? `${rows.slice(0, 8).join(', ')}, …` : rows.join(', ');
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

/** A tab is hard to type in a shell. */
function delimiterFrom(delimiter: string): string {
  return delimiter === '\\t' || delimiter === 'tab' ? '\t' : delimiter;
}
