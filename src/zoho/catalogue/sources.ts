const DOCS = 'https://www.zoho.com/crm/developer/docs/api';

/*
 * The sources of the catalogue, all read 2026-11-21. The tag comes first, the address after it.
 * S0..S4 are the five reference pages of the write calls, D7 and D8 further pages of the v7 and v8
 * manual, O26a and O26b two states of the vendor's OpenAPI description, INF our own inference.
 */

/** Adding territories to a user, v7. */
export const S0 = ['S0', `${DOCS}/v7/add-update-user-territories.html`] as const;
/** Adding users to a territory, v7. */
export const S1 = ['S1', `${DOCS}/v7/associate-users-territory.html`] as const;
/** Adding territories to a user, v6: the same list as {@link S0}. */
export const S2 = ['S2', `${DOCS}/v6/add-update-user-territories.html`] as const;
/** Assigning territories to CRM records, v7. */
export const S3 = ['S3', `${DOCS}/v7/assign-territories-to-records.html`] as const;
/** Creating territories, v7. */
export const S4 = ['S4', `${DOCS}/v7/add-territories.html`] as const;

/** Reading territories, v7. */
export const D7_READ = ['D7', `${DOCS}/v7/territories.html`] as const;
/** Updating territories, v7. */
export const D7_UPDATE = ['D7', `${DOCS}/v7/update-territories.html`] as const;
/** Deleting territories, v7. */
export const D7_DELETE = ['D7', `${DOCS}/v7/delete-territories.html`] as const;
/** Deleting territories and moving what hangs below them, v7. */
export const D7_TRANSFER = ['D7', `${DOCS}/v7/transfer-delete-territories.html`] as const;
/** Taking territories from a user, v7. */
export const D7_USER_REMOVE = ['D7', `${DOCS}/v7/remove-territories-from-user.html`] as const;
/** Taking users out of a territory, v7. */
export const D7_TERRITORY_REMOVE = ['D7', `${DOCS}/v7/disassociate-users-territory.html`] as const;
/** Removing territories from CRM records, v7. */
export const D7_RECORD_REMOVE = ['D7', `${DOCS}/v7/remove-territories-of-records.html`] as const;
/** Reading users, v7. */
export const D7_USERS = ['D7', `${DOCS}/v7/get-users.html`] as const;
/** The limits of the query language, v7. */
export const D7_COQL = ['D7', `${DOCS}/v7/COQL-Limitations.html`] as const;
/** The codes that every call can answer, v8. */
export const D8_STATUS = ['D8', `${DOCS}/v8/status-codes.html`] as const;
/** Credits and calls at once, v8. */
export const D8_LIMITS = ['D8', `${DOCS}/v8/api-limits.html`] as const;
/** How long tokens live and how many may be asked for, v8. */
export const D8_TOKENS = ['D8', `${DOCS}/v8/token-validity.html`] as const;
/** The vendor's OpenAPI description, newest state: bodies of refusals per endpoint. */
export const O26B = ['O26b', 'https://github.com/zoho/crm-oas'] as const;
/** The vendor's OpenAPI description as published in 2026 by a third party. */
export const O26A = ['O26a', 'https://github.com/api-evangelist/zoho'] as const;
