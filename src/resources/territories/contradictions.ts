import type { Finding } from '../../vocabulary.ts';
import { listed } from '../listed.ts';
import { normaliseName } from '../names.ts';
import type { Org } from '../resource.ts';
import { bodyOf } from './compare.ts';
import { type Criteria, criteriaKey } from './criteria/index.ts';
import {
  fieldInShort,
  fieldText,
  isCriteriaKey,
  TERRITORY_FIELDS,
  type TerritoryField,
} from './fields.ts';
import type { TerritoryRow } from './match.ts';
import { isRename } from './renames.ts';
import { parentInOrg, topOf } from './tree.ts';

/** What a row says of one field. */
interface Statement {
  /** The same text for whatever means the same. */
  readonly meaning: string;
  /** The cell in a few words. */
  readonly told: string;
}

/** What a row says of its territory, field by field. */
type Statements = ReadonlyMap<TerritoryField, Statement>;

/** A field of which rows say different things, and the first row to say each of them. */
interface Dispute {
  readonly field: TerritoryField;
  readonly sides: readonly TerritoryRow[];
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
        const told = fieldInShort(field, reportingTo ?? '(blank: the top territory)');
        if (meaning !== undefined) statements.set(field, { meaning, told });
      } else if (field in body) {
        const told = fieldInShort(field, field === 'manager' ? manager : body[field]);
        statements.set(field, { meaning: meaningOf(field, body[field]), told });
      }
    }
    return statements;
  }

  return (twins) => {
    const said = new Map(twins.map((row) => [row, statementsOf(row)]));
    const disputes = TERRITORY_FIELDS.flatMap((field) => disputeOver(field, said));
    const [first] = disputes;
    if (first === undefined) return undefined;
    const fields = disputes.map(({ field }) => field);
    const witnesses = new Set(disputes.flatMap(({ sides }) => sides));
    const told = listed(
      [...witnesses],
      (row) => `row ${row.row}: ${tell(statementsOf(row), fields)}`,
    );
    return ({ record: { name } }) => contradicted(`${name} (${told})`, first.field);
  };
}

/** Gives the parent of a row as the territory it is; undefined where the row says nothing of it. */
function createParentMeaning(rows: readonly TerritoryRow[], org: Org) {
  const top = topOf(org);
  const renamed = new Map(
    rows.filter(isRename).map((row) => [normaliseName(row.record.name), row.territory?.id]),
  );
  return ({ record: { reportingTo: text }, territory }: TerritoryRow): string | undefined => {
    if (text === undefined) return territory === undefined ? `id ${top?.id}` : undefined;
    const inOrg = parentInOrg(text, org);
    const id = inOrg !== undefined && 'found' in inOrg ? inOrg.found.id : undefined;
    const name = normaliseName(text);
    const known = id ?? renamed.get(name);
    return known === undefined ? `name ${name}` : `id ${known}`;
  };
}

function meaningOf(field: TerritoryField, value: unknown): string {
  if (isCriteriaKey(field)) return criteriaKey(value as Criteria | null);
  const text = fieldText(field, value);
  return field === 'name' ? normaliseName(text) : text;
}

function disputeOver(
  field: TerritoryField,
  said: ReadonlyMap<TerritoryRow, Statements>,
): Dispute[] {
  const sides = new Map<string, TerritoryRow>();
  for (const [row, statements] of said) {
    const meaning = statements.get(field)?.meaning;
    if (meaning !== undefined && !sides.has(meaning)) sides.set(meaning, row);
  }
  return sides.size > 1 ? [{ field, sides: [...sides.values()] }] : [];
}

/** What a row says of the disputed fields, the first three of them. */
function tell(statements: Statements, fields: readonly TerritoryField[]): string {
  const told = fields.flatMap((field) => {
    const statement = statements.get(field);
    return statement === undefined ? [] : `${field} ${statement.told}`;
  });
  const more = told.length - MOST_FIELDS;
  return [...told.slice(0, MOST_FIELDS), ...(more > 0 ? [`… and ${more} more`] : [])].join(', ');
}

function contradicted(value: string, field: TerritoryField): Finding {
  return {
    code: 'CONTRADICTION',
    cause: 'two rows say different things of the same territory',
    value,
    field,
    resolution: 'Keep one of these rows, or make them say the same.',
  };
}
