import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type FakeOrg, recordId, territoryName, userEmail } from './fake-org.ts';

/** What the rows of an input file say. */
export interface Shape {
  readonly name: string;
  /** The resource to import the file as. */
  readonly resource: 'territories' | 'user-territories' | 'record-territories';
  readonly header: string;
  /** Gives the nth row of a file, counted from 0. */
  readonly row: (n: number, rows: number, org: FakeOrg) => string;
}

/** Every user in every territory, listed territory by territory: the worst order for grouping. */
export const USERS: Shape = {
  name: 'user-territories',
  resource: 'user-territories',
  header: 'email,territory,role,full_name,region,note',
  row: (n, _rows, org) => {
    const user = n % org.users;
    const territory = Math.floor(n / org.users) % org.territories;
    return `${userEmail(user + 1)},${territoryName(territory + 1)},${tail(n)}`;
  },
};

/** CRM records in order of their ids, each in two territories. */
export const RECORDS: Shape = {
  name: 'record-territories',
  resource: 'record-territories',
  header: 'record_id,territory,module,account_name,region,note',
  row: (n, _rows, org) => recordRow(Math.floor(n / 2), n, org),
};

/** Every row another CRM record, in no order: the most calls that so many rows can take. */
export const SCATTERED_RECORDS: Shape = {
  ...RECORDS,
  name: 'record-territories, scattered',
  row: (n, rows, org) => recordRow((n * SCATTER) % rows, n, org),
};

/** Coprime to every round number of rows, so that multiplying by it visits each record once. */
const SCATTER = 618_033_989;
const ROWS_PER_PIECE = 1000;

/** Writes a CSV file of so many rows, about 95 bytes each. Memory: a thousand rows. */
export async function writeInput(
  path: string,
  shape: Shape,
  rows: number,
  org: FakeOrg,
): Promise<void> {
  await pipeline(Readable.from(pieces(shape, rows, org)), createWriteStream(path));
}

function* pieces(shape: Shape, rows: number, org: FakeOrg): Iterable<string> {
  yield `${shape.header}\n`;
  for (let first = 0; first < rows; first += ROWS_PER_PIECE) {
    const count = Math.min(ROWS_PER_PIECE, rows - first);
    yield Array.from({ length: count }, (_, i) => `${shape.row(first + i, rows, org)}\n`).join('');
  }
}

function recordRow(record: number, n: number, org: FakeOrg): string {
  const territory = (n * 7) % org.territories;
  return `${recordId(record)},${territoryName(territory + 1)},${tail(n, 'Accounts')}`;
}

/** The cells that we only carry along; some need quotes. */
function tail(n: number, first = 'Account executive'): string {
  const name = n % 5 === 0 ? `"Northwind Traders, Branch ${n}"` : `Northwind Traders ${n}`;
  return `${first},${name},EMEA,spring alignment`;
}
