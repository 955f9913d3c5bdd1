/** A territory as it stands in the org. Keys are ids; those of new territories are made up. */
export interface TreeTerritory {
  readonly key: string;
  readonly name: string;
  /** Key of the parent; null for the top. */
  readonly parent: string | null;
}

/** A cell of a territory that gets another value. */
export interface ColumnChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** What becomes of a territory; each has one change at most. */
export type TreeChange =
  | {
      readonly kind: 'created';
      readonly key: string;
      readonly name: string;
      /** Key of the parent, which may be created as well. */
      readonly parent: string;
    }
  | {
      readonly kind: 'updated';
      readonly key: string;
      /** The new name, where it is renamed. */
      readonly name?: string;
      /** Key of the new parent, where it moves. */
      readonly parent?: string;
      /** What else changes. */
      readonly columns: readonly ColumnChange[];
    };

/** The org's territories, and what a plan does to them. */
export interface TreeChanges {
  readonly before: readonly TreeTerritory[];
  readonly changes: readonly TreeChange[];
}
