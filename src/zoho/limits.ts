/**
 * Documented limits of the territory API, read 2026-11-21.
 *
 * Where sources disagree (some OpenAPI files say 100 where the pages say 10), the smaller number
 * is used: a call that is too small costs a little, a call that is too large is refused whole.
 */
export const LIMITS = {
  /** @see https://www.zoho.com/crm/developer/docs/api/v7/add-territories.html */
  territoriesPerCreate: 10,
  /** @see https://www.zoho.com/crm/developer/docs/api/v7/update-territories.html */
  territoriesPerUpdate: 10,
  /** @see https://www.zoho.com/crm/developer/docs/api/v7/add-update-user-territories.html */
  territoriesPerUserCall: 100,
  /** OpenAPI set of zoho/crm-oas, territory_users. */
  usersPerTerritoryCall: 100,
  /** Users that a territory holds, its manager counted, in published samples; it differs by org. */
  usersPerTerritory: 100,
  /** The published over-limit answer of the assign call carries `maximum_length: 10` (OpenAPI set). */
  recordsPerAssign: 10,
  /** @see https://www.zoho.com/crm/developer/docs/api/v7/assign-territories-to-records.html */
  territoriesPerRecord: 10,
  /** @see https://www.zoho.com/crm/developer/docs/api/v7/assign-territories-to-records.html */
  territoriesPerDeal: 1,
  /** Sources differ (200 or 2000 territories a page); 200 is accepted everywhere. */
  pageSize: 200,
  /** Length of a territory's name and description (OpenAPI set of zoho/crm-oas). */
  nameLength: 50,
  descriptionLength: 250,
} as const;

/**
 * Calls in flight that one application may have per org, by edition.
 * @see https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html
 */
export const CALLS_IN_FLIGHT = {
  free: 5,
  standard: 10,
  professional: 15,
  enterprise: 20,
  ultimate: 25,
} as const;

/** More calls than this are never in flight: the largest number any edition allows. */
export const MOST_CALLS_IN_FLIGHT: number = CALLS_IN_FLIGHT.ultimate;
