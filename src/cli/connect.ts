import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { ConfigError } from '../errors.ts';
import type { SandboxOptions } from '../sandbox/index.ts';
import { API_VERSIONS, type ApiVersion, type Connection } from '../zoho/connection.ts';

/** Where the built-in sandbox keeps its org, below the working directory. */
export const SANDBOX_STATE: string = join('.territory-loader', 'sandbox.sqlite');

/** A connection that may own the sandbox behind it. */
export interface OpenConnection extends AsyncDisposable {
  readonly connection: Connection;
  /** What to tell the user about the org before anything happens. */
  readonly notice: string;
  /** Where processes share the access token; absent for the built-in sandbox. */
  readonly tokenFile?: string;
}

const VARIABLES = [
  'ZOHO_API_DOMAIN',
  'ZOHO_ACCOUNTS_URL',
  'ZOHO_CLIENT_ID',
  'ZOHO_CLIENT_SECRET',
  'ZOHO_REFRESH_TOKEN',
  'ZOHO_ACCESS_TOKEN',
] as const;

/**
 * Connects to the org that `--org` or the environment names; with neither, to the built-in
 * sandbox, started in this process.
 *
 * @throws {ConfigError} when the settings do not make a whole
 */
export async function connect(
  org: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Promise<OpenConnection> {
  const configured = VARIABLES.some((name) => (env[name] ?? '') !== '');
  if (org !== undefined && org !== 'sandbox') {
    throw new ConfigError(
      'CONFIG_MISSING',
      `There is no org called "${org}".`,
      'Use --org sandbox, or leave --org out and name the org in the environment (ZOHO_API_DOMAIN and credentials).',
    );
  }
  return org === 'sandbox' || !configured ? builtInSandbox(env) : fromEnvironment(env);
}

/** Starts the built-in sandbox on its state file. */
export async function openSandbox(options: SandboxOptions) {
  const { state } = options;
  try {
    if (state !== undefined && state !== ':memory:') {
      await mkdir(dirname(state), { recursive: true });
    }
    // A run against a real org need not load the server.
    const { startSandbox } = await import('../sandbox/index.ts');
    return await startSandbox(options);
  } catch (error) {
    throw sandboxProblem(error, options) ?? error;
  }
}

const STATE_PROBLEMS: ReadonlySet<string> = new Set([
  'ERR_SQLITE_ERROR',
  'EACCES',
  'EEXIST',
  'ENOTDIR',
  'EROFS',
]);

/** What the user can do about a sandbox that does not start; undefined for what is our own fault. */
function sandboxProblem(error: unknown, { port, state }: SandboxOptions): ConfigError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new ConfigError(
      'USAGE',
      `Port ${port} is taken by another program.`,
      'Name another with --port; --port 0 takes a free one.',
    );
  }
  if (!STATE_PROBLEMS.has(String(code))) return undefined;
  return new ConfigError(
    'USAGE',
    `The state file of the sandbox, ${state}, cannot be used: ${error instanceof Error ? error.message : code}.`,
    'If it is a file of the sandbox, delete it to begin with a fresh one; else name another with --state, or run the command in a folder where you may write.',
  );
}

async function builtInSandbox(env: NodeJS.ProcessEnv): Promise<OpenConnection> {
  // Every command starts the server anew and asks for a token: the limit on those is for real orgs.
  const sandbox = await openSandbox({
    state: SANDBOX_STATE,
    tokenLimit: Number.POSITIVE_INFINITY,
  });
  return {
    connection: {
      name: 'sandbox',
      apiDomain: sandbox.url,
      accountsUrl: sandbox.url,
      version: versionFrom(env),
      credentials: sandbox.credentials,
    },
    notice: `Org: the built-in sandbox (its state is in ${SANDBOX_STATE}). Nothing is sent to Zoho.`,
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

function fromEnvironment(env: NodeJS.ProcessEnv): OpenConnection {
  const apiDomain = urlFrom(env, 'ZOHO_API_DOMAIN', 'https://www.zohoapis.com');
  const accountsUrl = urlFrom(env, 'ZOHO_ACCOUNTS_URL', 'https://accounts.zoho.com');
  return {
    connection: {
      name: new URL(apiDomain).host,
      apiDomain,
      accountsUrl,
      version: versionFrom(env),
      credentials: credentialsFrom(env),
    },
    notice: `Org: ${apiDomain}`,
    ...tokenFileIn(env),
    [Symbol.asyncDispose]: async () => {},
  };
}

function credentialsFrom(env: NodeJS.ProcessEnv): Connection['credentials'] {
  const {
    ZOHO_CLIENT_ID: clientId = '',
    ZOHO_CLIENT_SECRET: clientSecret = '',
    ZOHO_REFRESH_TOKEN: refreshToken = '',
    ZOHO_ACCESS_TOKEN: accessToken = '',
  } = env;
  const parts = {
    ZOHO_CLIENT_ID: clientId,
    ZOHO_CLIENT_SECRET: clientSecret,
    ZOHO_REFRESH_TOKEN: refreshToken,
  };
  const missing = Object.entries(parts).flatMap(([name, value]) => (value === '' ? [name] : []));
  if (missing.length === 0) return { clientId, clientSecret, refreshToken };
  if (accessToken !== '') return { accessToken };
  throw new ConfigError(
    'CONFIG_MISSING',
    `The environment names an org, but ${missing.join(', ')} is not set.`,
    'Set all three, or only ZOHO_ACCESS_TOKEN; or use --org sandbox.',
  );
}

/** A file in the user's folder for state that outlives a run and is worth no backup. */
function tokenFileIn(env: NodeJS.ProcessEnv): { tokenFile?: string } {
  const folder = stateFolder(env);
  // A user without a home, as in some containers: every command then gets a token of its own.
  return isAbsolute(folder) ? { tokenFile: join(folder, 'territory-loader', 'tokens.sqlite') } : {};
}

function stateFolder({ LOCALAPPDATA = '', XDG_STATE_HOME = '' }: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32' && LOCALAPPDATA !== '') return LOCALAPPDATA;
  // A relative path there is to be ignored (XDG Base Directory Specification 0.8).
  return isAbsolute(XDG_STATE_HOME) ? XDG_STATE_HOME : join(homeFolder(), '.local', 'state');
}

/** The user's folder; empty where there is none. */
function homeFolder(): string {
  try {
    return homedir();
  } catch {
    // Neither HOME is set, nor does the system know the user.
    return '';
  }
}

/** An origin without a path; secrets go over plain http to this machine only. */
function urlFrom(env: NodeJS.ProcessEnv, name: string, fallback: string): string {
  const text = env[name] || fallback;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url !== undefined && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return url.origin;
  throw new ConfigError(
    'CONFIG_MISSING',
    `${name} is "${text.replace(/\/\/[^/]*@/, '//***@')}", which is no https address.`,
    `Set it to an address such as ${fallback}.`,
  );
}

function versionFrom(env: NodeJS.ProcessEnv): ApiVersion {
  const text = env['ZOHO_API_VERSION'] || 'v8';
  const version = API_VERSIONS.find((one) => one === text);
  if (version !== undefined) return version;
  throw new ConfigError(
    'CONFIG_MISSING',
    `ZOHO_API_VERSION is "${text}".`,
    `Set it to one of ${API_VERSIONS.join(', ')}.`,
  );
}
