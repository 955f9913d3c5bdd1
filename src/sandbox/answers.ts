/** The `details` of one answer item. */
export type Details = Readonly<Record<string, unknown>>;

/** The shape that every success and every refusal of the API has. */
export interface Item {
  readonly code: string;
  readonly details: Details;
  readonly message: string;
  readonly status: 'success' | 'error';
}

/** What one API call answers; a `null` body is 204. */
export interface Answer {
  readonly status: number;
  readonly body: object | null;
  /** Whether everything the call wrote has to be taken back. */
  readonly undo?: boolean;
  /** API credits the call costs. @default 1 */
  readonly credits?: number;
}

/**
 * A refusal: thrown inside an item it becomes that item's error, thrown outside one it refuses the
 * whole call.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly item: Item;

  constructor(code: string, message: string, details: Details = {}, status = 400) {
    super(message);
    this.status = status;
    this.item = { code, details, message, status: 'error' };
  }
}

/** A successful item. */
export function success(message: string, details: Details, code = 'SUCCESS'): Item {
  return { code, details, message, status: 'success' };
}

/** 200 with a body. */
export function ok(body: object, credits?: number): Answer {
  return credits === undefined ? { status: 200, body } : { status: 200, body, credits };
}

/** 204: the API's way to say that a list is empty. */
export const NOTHING: Answer = { status: 204, body: null };

/** The page information that list answers carry. */
export function pageInfo(page: number, perPage: number, count: number, more: boolean): object {
  return { per_page: perPage, count, page, more_records: more };
}

/** A wrong value in the body; `details` usually has `api_name` and `json_path`. */
export function invalidData(message: string, details: Details, status = 400): Refusal {
  return new Refusal('INVALID_DATA', message, details, status);
}

/** A missing key in the body. */
export function mandatory(apiName: string, jsonPath: string, extra: Details = {}): Refusal {
  const details = { api_name: apiName, json_path: jsonPath, ...extra };
  return new Refusal('MANDATORY_NOT_FOUND', 'required field not found', details);
}

/** A value of the wrong JSON type; S0 calls this error by its `expected_data_type` key. */
export function wrongType(apiName: string, jsonPath: string, expected: string): Refusal {
  const details = { expected_data_type: expected, api_name: apiName, json_path: jsonPath };
  return invalidData('invalid data', details);
}

/** The catch-all for calls that make no sense (O26b). */
export function invalidRequest(): Refusal {
  return new Refusal(
    'INVALID_REQUEST',
    'unable to process your request. please verify whether you have entered proper method name, ' +
      'parameter and parameter values.',
  );
}

/** No such path. */
export function invalidUrl(): Refusal {
  const message = 'Please check if the URL trying to access is a correct one';
  return new Refusal('INVALID_URL_PATTERN', message, {}, 404);
}
