import { LIMITS } from '../../zoho/limits.ts';
import { oneLine } from '../one-line.ts';
import { criteriaFromApi, tellOwnRule } from './criteria/index.ts';
import { fieldText, isCriteriaKey, type TerritoryField } from './fields.ts';

/** The most characters of a value that are told beside others: names are told whole. */
const MOST_TOLD = LIMITS.nameLength;
/** How many characters are told before the place where two texts part. */
const BEFORE_PARTING = 12;

/**
 * A field in a few words that show how it differs from another value: of criteria the first rule
 * that the other ones have not, of a long text what begins where the two part.
 */
export function tellBeside(field: TerritoryField, value: unknown, other: unknown): string {
  return beside(ownText(field, value, other), ownText(field, other, value));
}

function ownText(field: TerritoryField, value: unknown, other: unknown): string {
  const criteria = isCriteriaKey(field) ? criteriaFromApi(value) : undefined;
  return criteria ? tellOwnRule(criteria, criteriaFromApi(other) ?? null) : fieldText(field, value);
}

function beside(text: string, other: string): string {
  const [line, otherLine] = [characters(text), characters(other)];
  const parting = line.findIndex((character, i) => character !== otherLine[i]);
  const from = (parting < 0 ? line.length : parting) - BEFORE_PARTING;
  const isShown = line.length <= MOST_TOLD || from < MOST_TOLD / 2;
  return isShown
    ? oneLine(line.join(''), MOST_TOLD)
    : `…${oneLine(line.slice(from).join(''), MOST_TOLD - 1)}`;
}

function characters(text: string): string[] {
  return Array.from(text.trim().replace(/\s+/g, ' '));
}
