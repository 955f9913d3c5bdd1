import { oneLine } from '../../one-line.ts';

/** The API's codes that a criteria cell can earn before anything is sent. */
type CriteriaCode =
  | 'INVALID_DATA'
  | 'DEPENDENT_MISMATCH'
  | 'DEPENDENT_FIELD_MISSING'
  | 'MANDATORY_NOT_FOUND'
  | 'LIMIT_EXCEEDED'
  | 'NOT_SUPPORTED';

/**
 * What is wrong with a criteria cell, in the API's own codes.
 *
 * @see https://github.com/zoho/crm-oas `v8.0/territories`, answers of `createTerritories` (O26b, read 2026-11-21): which fault earns
 * which code.
 */
export interface CriteriaProblem {
  /** The code the API would answer with. */
  code: CriteriaCode;
  /** The fault in a few lower-case words, the same for every cell that has it: rows can be grouped by it. */
  cause: string;
  /** The part of the cell at fault, shortened. */
  value: string;
  /** What to change, and where: a character position, or a JSON path. */
  resolution: string;
}

/** The answer of a step that could not go on. */
export interface Refused {
  problem: CriteriaProblem;
}

/** The most characters of a cell that are shown. */
const MAX_SHOWN = 60;

/** Gives a refusal; `where` is a character position or a JSON path. */
export function refuse(
  code: CriteriaCode,
  cause: string,
  value: string,
  where: string,
  resolution: string,
): Refused {
  return {
    problem: {
      code,
      cause,
      value: oneLine(value, MAX_SHOWN),
      resolution: `At ${where}: ${resolution}`,
    },
  };
}
