/**
 * Assignment rules of a territory: reading them from a cell, writing them to one, and comparing them.
 *
 * `parseCriteria` reads either notation into a draft (`json.ts`, `notation.ts`), holds the draft against the facts known
 * offline (`check.ts` with the tables in `comparators.ts`, `literals.ts` and `fields.ts`) and gives the API's JSON.
 */
export { criteriaKey, formatCriteria, sameCriteria } from './canonical.ts';
export { tellOwnRule } from './own-rule.ts';
export { parseCriteria } from './parse.ts';
export type { CriteriaProblem } from './problem.ts';
export {
  type Criteria,
  type CriteriaModule,
  criteriaFromApi,
  type SimpleCriterion,
} from './shape.ts';
