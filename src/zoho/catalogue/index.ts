import { nearest } from '../../nearest.ts';
import { ACCESS_ENTRIES } from './access.ts';
import { CALL_SIZE_ENTRIES } from './call-size.ts';
import type { CatalogueEntry, Endpoint, Refusal } from './entry.ts';
import { FEATURE_ENTRIES } from './features.ts';
import { GENERIC_ENTRIES } from './generic.ts';
import { ID_TYPE_ENTRIES } from './id-types.ts';
import { OWN_ENTRIES, type OwnCode } from './own-codes.ts';
import { RECORD_PERMISSION_ENTRIES } from './record-permissions.ts';
import { RECORD_TERRITORY_ENTRIES } from './record-territories.ts';
import { TERRITORY_ENTRIES } from './territories.ts';
import { TERRITORY_CRITERIA_ENTRIES } from './territories-criteria.ts';
import { TERRITORY_DELETE_ENTRIES } from './territories-delete.ts';
import { TERRITORY_FIELD_ENTRIES } from './territories-fields.ts';
import { TERRITORY_USER_ENTRIES } from './territory-users.ts';
import { USER_TERRITORY_ENTRIES } from './user-territories.ts';

export type { CatalogueEntry, Endpoint, Refusal } from './entry.ts';
export type { OwnCode } from './own-codes.ts';

/** Order decides between entries whose `when` both hold: what is told apart by shape comes first. */
const ENTRIES: readonly CatalogueEntry[] = [
  ...CALL_SIZE_ENTRIES,
  ...TERRITORY_CRITERIA_ENTRIES,
  ...ID_TYPE_ENTRIES,
  ...TERRITORY_FIELD_ENTRIES,
  ...TERRITORY_ENTRIES,
  ...TERRITORY_DELETE_ENTRIES,
  ...USER_TERRITORY_ENTRIES,
  ...TERRITORY_USER_ENTRIES,
  ...RECORD_TERRITORY_ENTRIES,
  ...RECORD_PERMISSION_ENTRIES,
  ...FEATURE_ENTRIES,
  ...ACCESS_ENTRIES,
  ...GENERIC_ENTRIES,
  ...OWN_ENTRIES,
];

const entriesByCode = Map.groupBy(ENTRIES, (entry) => entry.code.toUpperCase());

const codes = [...new Set(ENTRIES.map((entry) => entry.code))].sort();

/**
 * Gives what a refusal at an endpoint means: an entry of that endpoint whose `when` holds, else
 * its entry without one, else the same of the entries for any endpoint, else `UNKNOWN_CODE`.
 */
export function lookup(endpoint: Endpoint, refusal: Refusal): CatalogueEntry {
  return (
    find(endpoint, refusal) ??
    find(endpoint, { ...refusal, code: 'UNKNOWN_CODE' }) ??
    ownEntry('UNKNOWN_CODE')
  );
}

/** Gives every meaning of a code, in the order of the catalogue; none if it is unknown. */
export function entriesFor(code: string): CatalogueEntry[] {
  return [...(entriesByCode.get(code.trim().toUpperCase()) ?? [])];
}

/** Gives the entry of a code of this tool itself. */
export function ownEntry(code: OwnCode): CatalogueEntry {
  const entry = OWN_ENTRIES.find((own) => own.code === code);
  if (entry === undefined) throw new Error(`bug: no entry for ${code}`);
  return entry;
}

/** Gives every code once, sorted. */
export function allCodes(): string[] {
  return [...codes];
}

/** Gives the code that a mistyped one probably means. */
export function suggestCode(input: string): string | undefined {
  return nearest(input, codes);
}

function find(endpoint: Endpoint, refusal: Refusal): CatalogueEntry | undefined {
  const entries = entriesFor(refusal.code);
  const here = entries.filter(
    (entry) => entry.endpoints !== 'any' && entry.endpoints.includes(endpoint),
  );
  const anywhere = entries.filter((entry) => entry.endpoints === 'any');
  return choose(here, refusal) ?? choose(anywhere, refusal);
}

function choose(entries: readonly CatalogueEntry[], refusal: Refusal): CatalogueEntry | undefined {
  return (
    entries.find((entry) => entry.when?.(refusal)) ??
    entries.find((entry) => entry.when === undefined)
  );
}
