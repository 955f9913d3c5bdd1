import type { Connection } from './connection.ts';

/** One call of the API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path after `/crm/{version}`, query included. */
  readonly path: string;
  readonly body?: unknown;
  /** API credits the call costs; 1 unless told. */
  readonly credits?: number;
  /** Reads can be made again at will; a write that was sent and not answered must not be. */
  readonly reads?: boolean;
}

/** What a call costs each time it is made. */
export function creditsOf({ credits = 1 }: ApiRequest): number {
  return credits;
}

/** A call as it goes over the wire. */
export function httpRequest(connection: Connection, request: ApiRequest, token: string) {
  const hasBody = request.body !== undefined;
  return {
    origin: connection.apiDomain,
    path: `/crm/${connection.version}${request.path}`,
    method: request.method,
    headers: {
      authorization: `Zoho-oauthtoken ${token}`,
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
    },
    ...(hasBody ? { body: JSON.stringify(request.body) } : {}),
  };
}
