import type { RefreshCredentials } from './token-request.ts';

/** What can stand in a header. */
export const SENDABLE: RegExp = /^[\x21-\x7e]+$/;

/** The secrets that outlive an access token. */
export function secretsOf(
  credentials: RefreshCredentials | { readonly accessToken: string },
): readonly string[] {
  return 'accessToken' in credentials
    ? [credentials.accessToken]
    : [credentials.clientSecret, credentials.refreshToken];
}

/** Blots secrets out of what a server sent: some proxies give back what they were given. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}
