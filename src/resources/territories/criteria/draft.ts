import type { CriterionType, CriterionValue } from './shape.ts';

/** Where each part of a rule stands in the cell, as a user would look for it. */
export interface RulePlaces {
  field: string;
  comparator: string;
  value: string;
}

/** A rule as written, its parts not yet held against each other. */
export interface DraftRule {
  field: string;
  comparator: string;
  value: CriterionValue;
  type: CriterionType | undefined;
  at: RulePlaces;
}

/** Two or more drafts joined by one operator. */
export interface DraftGroup {
  operator: 'and' | 'or';
  members: Draft[];
}

/** What both notations are read into, before the rules are checked. */
export type Draft = DraftRule | DraftGroup;

/** The rules of a draft in the order they are written. */
export function rulesOf(draft: Draft): DraftRule[] {
  return 'members' in draft ? draft.members.flatMap(rulesOf) : [draft];
}
