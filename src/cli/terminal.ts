import { styleText } from 'node:util';

/** Where a command writes: data to `out`, everything else to `err`. */
export interface Terminal {
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
  /** Whether a person watches: only then progress is drawn. */
  readonly isWatched: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
}

/** Options that every command has. */
export interface CommonOptions {
  readonly org?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

export function openTerminal({ json = false, quiet = false }: CommonOptions): Terminal {
  return {
    out: process.stdout,
    err: process.stderr,
    isWatched: process.stderr.isTTY === true && !quiet && !json,
    quiet,
    json,
  };
}

/** Prints the result of a command: one JSON object, or lines for a person. */
export function printResult(terminal: Terminal, result: object, lines: () => readonly string[]) {
  if (terminal.json) terminal.out.write(`${JSON.stringify(result, null, 2)}\n`);
  else if (!terminal.quiet) terminal.out.write(`${lines().join('\n')}\n`);
}

/** Says why a run stopped where its summary is not printed. */
export function tellStop(
  terminal: Terminal,
  stopped: { message: string; hint: string } | undefined,
) {
  if (stopped === undefined || !terminal.quiet) return;
  terminal.err.write(`Stopped: ${inert(stopped.message)}\n  ${inert(stopped.hint)}\n`);
}

/** Says something to a person beside the result. */
export function say(terminal: Terminal, text: string): void {
  if (!terminal.quiet && !terminal.json) terminal.err.write(`${text}\n`);
}

type Style = Parameters<typeof styleText>[0];

/** Colours text where the stream shows colours; honours NO_COLOR and FORCE_COLOR. */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream): string {
  return styleText(style, text, { stream });
}

/**
 * Text from a file or from the org, fit for a terminal: control characters are spelled out, so
 * that no cell can move the cursor or change what was printed.
 */
export function inert(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

/** A command of this program to be copied into a shell. */
export function commandLine(...args: readonly string[]): string {
  const quoted = args.map((arg) =>
    /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`,
  );
  return [programName(), ...quoted].join(' ');
}

/** How the user called this program, for commands to copy. */
export function programName(): string {
  return process.env['npm_command'] === 'exec' ? 'npx territory-loader' : 'territory-loader';
}
