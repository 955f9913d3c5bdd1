import { OrgError, TransientError, UnansweredError } from './errors.ts';

/** Errors of making a connection: nothing was sent, so the call can safely be made again. */
const NOTHING_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Errors of a certificate: trying again cannot help, and TLS is never switched off. */
const CERTIFICATE = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY)_|ERR_TLS_)/;

/**
 * Sorts what undici throws into the failures the client knows what to do with.
 *
 * Only the error's code and the socket's byte count are read, never a message. A reset on a socket
 * that carried bytes counts as unanswered, even where the server did nothing: it cannot be told.
 *
 * @param reads whether the request only reads, so that an answer without end settles nothing
 */
export function classifyNetworkError(
  error: unknown,
  reads: boolean,
): TransientError | UnansweredError | OrgError {
  const code = codeOf(error);
  if (reads && code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new OrgError(
      'UNEXPECTED_RESPONSE',
      'The answer was larger than any answer of a Zoho org.',
      'Check that ZOHO_API_DOMAIN leads to the API and not to another server.',
      error,
    );
  }
  if (CERTIFICATE.test(code)) {
    return new OrgError(
      'ORG_UNREACHABLE',
      `The certificate of the API host was not accepted (${code}).`,
      'Check ZOHO_API_DOMAIN; behind a company proxy, name its certificate in NODE_EXTRA_CA_CERTS.',
      error,
    );
  }
  if (NOTHING_SENT.has(code) || bytesWritten(error) === 0) {
    return new TransientError(`no connection (${code})`, undefined, error);
  }
  return new UnansweredError(`the call was sent and not answered (${code})`, { cause: error });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN';
  // Happy-eyeballs connecting reports one error for several addresses.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function bytesWritten(error: unknown): number | undefined {
  const socket = error instanceof Error && 'socket' in error ? error.socket : undefined;
  if (typeof socket !== 'object' || socket === null || !('bytesWritten' in socket)) {
    return undefined;
  }
  return typeof socket.bytesWritten === 'number' ? socket.bytesWritten : undefined;
}
