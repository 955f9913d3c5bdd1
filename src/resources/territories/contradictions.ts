import type { Finding } from '../../vocabulary.ts';
import { ownEntry } from '../../zoho/catalogue/index.ts';
import { listed } from '../listed.ts';
import { normaliseName } from '../names.ts';
import type { Org } from '../resource.ts';
import { bodyOf } from './compare.ts';
import { tellBeside } from './differences.ts';
import { fieldMeaning, TERRITORY_FIELDS, type TerritoryField } from './fields.ts';
import type { TerritoryRow } from './match.ts';
import { parentInOrg } from './parent-in-org.ts';
import { isRename } from './renames.ts';
import { topOf } from './tree.ts';

/** What a row says of one field. */
interface Statement {
  /** The same text for whatever means the same. */
  readonly meaning: string;
  /** What is told of it: the cell, or the value that was read from it. */
  readonly value: unknown;
}

/** What a row says of its territory, field by field. */
type Statements = ReadonlyMap<TerritoryField, Statement>;

/** A field of which rows say different things. */
interface Dispute {
  readonly field: TerritoryField;
  /** Each thing that is said, with the first row to say it. */
  readonly sides: readonly (Statement & { readonly row: TerritoryRow })[];
}

/** More fields of a row than these would make the list of rows too long to be read. */
const MOST_FIELDS = 3;

/**
 * Makes a function that finds whether rows about the same territory contradict each other, and
 * gives what then speaks against each of them. They do when they give a field in two meanings: a
 * parent is the territory that it names, in whatever way, and a manager the user. A blank cell says
 * nothing, but for the parent of a territory that is to be created: that is the top territory.
 *
 * @param rows all rows of the file, for they may name parents by the names that they give
 */
export function createContradictions(
  rows: readonly TerritoryRow[],
  org: Org,
): (twins: readonly TerritoryRow[]) => ((row: TerritoryRow) => Finding) | undefined {
  const meaningOfParent = createParentMeaning(rows, org);

  /** Fields in the order of `TERRITORY_FIELDS`. */
  function statementsOf(row: TerritoryRow): Statements {
    const { reportingTo, manager } = row.record;
    const body = bodyOf(row);
    const statements = new Map<TerritoryField, Statement>();
    for (const field of TERRITORY_FIELDS) {
      if (field === 'reporting_to') {
        const meaning = meaningOfParent(row);
        const value = reportingTo ?? '(blank: the top territory)';
        if (meaning !== undefined) statements.set(field, { meaning, value });
      } else if (field in body) {
        const value = field === 'manager' ? manager : body[field];
        statements.set(field, { meaning: fieldMeaning(field, body[field]), value });
      }
    }
    return statements;
  }

  return (twins) => {
    const said = new Map(twins.map((row) => [row, statementsOf(row)]));
    const disputes = TERRITORY_FIELDS.flatMap((field) => disputeOver(field, said));
    const [first] = disputes;
    if (first === undefined) return undefined;
    const witnesses = new Set(disputes.flatMap(({ sides }) => sides.map(({ row }) => row)));
    const told = listed(
      // Those at odds over the first field come first: no more than a few are told.
      [...witnesses],
      (row) => `row ${row.row}: ${tell(said.get(row) ?? new Map(), disputes)}`,
    );
    return ({ record: { name } }) => contradicted(`${name} (${told})`, first.field);
  };
}

/**
 * Gives the parent of a row as the territory it is; undefined where the row says nothing of it, or
 * what may be any of several.
 */
function createParentMeaning(rows: readonly TerritoryRow[], org: Org) {
  const top = topOf(org);
  const renamed = new Map(
    rows.filter(isRename).map((row) => [normaliseName(row.record.name), row.territory?.id]),
  );
  return ({ record: { reportingTo: text }, territory }: TerritoryRow): string | undefined => {
    if (text === undefined) return territory === undefined ? `id ${top?.id}` : undefined;
    const inOrg = parentInOrg(text, org);
    if (inOrg !== undefined && 'found' in inOrg) return `id ${inOrg.found.id}`;
    const name = normaliseName(text);
    const id = renamed.get(name);
    if (id !== undefined) return `id ${id}`;
    return inOrg?.finding.code === 'AMBIGUOUS_NAME' ? undefined : `name ${name}`;
  };
}

function disputeOver(
  field: TerritoryField,
  said: ReadonlyMap<TerritoryRow, Statements>,
): Dispute[] {
  const sides = new Map<string, Dispute['sides'][number]>();
  for (const [row, statements] of said) {
    const statement = statements.get(field);
    if (statement === undefined || sides.has(statement.meaning)) continue;
    sides.set(statement.meaning, { ...statement, row });
  }
  return sides.size > 1 ? [{ field, sides: [...sides.values()] }] : [];
}

/** What a row says of the disputed fields, the first three of them, where it differs from others. */
function tell(statements: Statements, disputes: readonly Dispute[]): string {
  const told = disputes.flatMap(({ field, sides }) => {
    const statement = statements.get(field);
    const other = sides.find(({ meaning }) => meaning !== statement?.meaning);
    return statement === undefined
      ? []
      : `${field} ${tellBeside(field, statement.value, other?.value)}`;
  });
  const more = told.length - MOST_FIELDS;
  return [...told.slice(0, MOST_FIELDS), ...(more > 0 ? [`… and ${more} more`] : [])].join(', ');
}

function contradicted(value: string, field: TerritoryField): Finding {
  const { code, cause, resolution } = ownEntry('CONTRADICTION');
  return { code, cause, value, field, resolution };
}
