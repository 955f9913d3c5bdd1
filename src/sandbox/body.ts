import { type Details, invalidData, mandatory, Refusal, wrongType } from './answers.ts';

/** A JSON object of a request body. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object (no array, no null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses a body; the API reads JSON whatever the Content-Type says. */
export function parseBody(text: string): JsonObject {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined; // no JSON at all is answered like JSON of the wrong kind
  }
  if (!isObject(body)) throw invalidData('body', { expected_data_type: 'jsonobject' });
  return body;
}

/**
 * The items of a body's list.
 *
 * @throws {Refusal} for the whole call when the list is missing, empty, no list or longer than `max`.
 */
export function listOf(
  body: JsonObject,
  key: string,
  max: number,
  tooLong: (details: Details) => Refusal = (details) => invalidData('invalid data', details),
): readonly unknown[] {
  const path = `$.${key}`;
  const list = body[key];
  if (list === undefined) throw mandatory(key, path);
  if (!Array.isArray(list)) throw wrongType(key, path, 'jsonarray');
  if (list.length === 0) throw mandatory(key, path);
  if (list.length > max) throw tooLong({ maximum_length: max, api_name: key, json_path: path });
  return list;
}

/** An item of a list as an object. */
export function objectAt(value: unknown, apiName: string, path: string): JsonObject {
  if (!isObject(value)) throw wrongType(apiName, path, 'jsonobject');
  return value;
}

/** The `id` of an object: a string of digits; anything else is refused with its place. */
export function idOf(from: JsonObject, path: string): string {
  const id = from['id'];
  const place = `${path}.id`;
  if (id === undefined) throw mandatory('id', place);
  if (typeof id !== 'string') throw wrongType('id', place, 'string');
  if (!/^\d{1,19}$/.test(id)) throw wrongType('id', place, 'long');
  return id;
}

/** The ids of a comma list parameter, without blanks and empty entries. */
export function idList(value: string): string[] {
  return value
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
}

/** A parameter that must be there. */
export function requiredParam(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value === null || value.trim() === '') {
    const details = { param_name: name };
    throw new Refusal(
      'REQUIRED_PARAM_MISSING',
      'One of the expected parameter is missing',
      details,
    );
  }
  return value;
}

/** `page` and `per_page`, checked. */
export function pageOf(
  query: URLSearchParams,
  defaults: { perPage: number; max: number },
): { page: number; perPage: number; offset: number } {
  const page = wholeNumber(query, 'page', 1, 1_000_000);
  const perPage = wholeNumber(query, 'per_page', defaults.perPage, defaults.max);
  return { page, perPage, offset: (page - 1) * perPage };
}

function wholeNumber(
  query: URLSearchParams,
  name: string,
  whenMissing: number,
  max: number,
): number {
  const text = query.get(name);
  if (text === null) return whenMissing;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw invalidData('invalid data', { param_name: name, maximum_length: max });
  }
  return value;
}
