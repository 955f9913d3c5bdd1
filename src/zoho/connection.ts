import type { RefreshCredentials } from './tokens.ts';

/** API versions this client knows. They differ in how an assignment is answered. */
export const API_VERSIONS = ['v6', 'v7', 'v8'] as const;
export type ApiVersion = (typeof API_VERSIONS)[number];

/** How to reach an org. */
export interface Connection {
  /** Name for messages and reports. */
  readonly name: string;
  /** e.g. `https://www.zohoapis.com` */
  readonly apiDomain: string;
  /** e.g. `https://accounts.zoho.com` */
  readonly accountsUrl: string;
  readonly version: ApiVersion;
  readonly credentials: RefreshCredentials | { readonly accessToken: string };
}
