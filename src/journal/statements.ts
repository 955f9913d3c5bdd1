import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Gives the prepared statement of a text; each text is prepared once. */
export type Statements = (text: string) => StatementSync;

export function statementsOf(db: DatabaseSync): Statements {
  const prepared = new Map<string, StatementSync>();
  return (text) => {
    let statement = prepared.get(text);
    if (statement === undefined) {
      statement = db.prepare(text);
      prepared.set(text, statement);
    }
    return statement;
  };
}
