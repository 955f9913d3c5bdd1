import { normaliseName } from '../../src/resources/names.ts';
import type { OrgReader } from '../../src/resources/operation.ts';
import { operationOf } from '../../src/resources/resource.ts';
import { territories } from '../../src/resources/territories/index.ts';
import type { Chunk, Entry } from '../../src/vocabulary.ts';
import type { Territory } from '../../src/zoho/directory.ts';

/** What the API would refuse. */
export class Refused extends Error {}

/** An org of territories alone, as strict as the API about names and parents. */
export class ModelOrg {
  readonly territories: Map<string, Territory>;
  /** The ids of what rows have created. */
  readonly made = new Map<number, string>();

  constructor(territories: readonly Territory[]) {
    this.territories = new Map(territories.map((one) => [one.id, one]));
  }

  /** Carries out a call, its items in the given order; gives it as it was sent. */
  apply(chunk: Chunk, order: (entries: readonly Entry[]) => readonly Entry[]): Chunk {
    const entries = chunk.entries.map((entry) => this.#withParent(entry));
    for (const entry of order(entries)) {
      if (chunk.operation === 'create') this.#create(entry);
      else this.#update(entry);
    }
    return { ...chunk, entries };
  }

  /** The rows of a call that was sent whose fields the org does not hold. */
  async unsettled(chunk: Chunk): Promise<number[]> {
    const reader = {
      territories: async () => [...this.territories.values()],
    } as unknown as OrgReader;
    const settled = await operationOf(territories, chunk).settle(chunk, chunk.entries, reader);
    const rows = chunk.entries.flatMap((entry) => entry.rows);
    return rows.filter((row) => settled.get(row)?.differs ?? !settled.has(row));
  }

  #withParent(entry: Entry): Entry {
    const { parentRow, body } = entry;
    if (parentRow === undefined) return entry;
    const id = this.made.get(parentRow);
    if (id === undefined) throw new Refused(`row ${parentRow} has created nothing yet`);
    return { ...entry, body: { ...body, reporting_to: { id } } };
  }

  #create({ rows, body = {} }: Entry): void {
    const [row = 0] = rows;
    const id = `of row ${row}`;
    if (body['permission_type'] === undefined) throw new Refused('no permission type');
    if (body['reporting_to'] === undefined) throw new Refused('no parent');
    const blank = { managerId: null, description: null, criteria: {} };
    const bare = { id, name: '', parentId: null, permissionType: '', ...blank };
    this.#write(bare, body);
    this.made.set(row, id);
  }

  #update({ id = '', body = {} }: Entry): void {
    const before = this.territories.get(id);
    if (before === undefined) throw new Refused(`no territory ${id}`);
    if (body['permission_type'] === undefined) throw new Refused('no permission type');
    const after = this.#write(before, body);
    const same = { ...after, name: before.name };
    if (before.parentId === null && JSON.stringify(same) !== JSON.stringify(before)) {
      throw new Refused('more than the name of the top territory is changed');
    }
  }

  #write(before: Territory, body: Readonly<Record<string, unknown>>): Territory {
    const idIn = (key: string, held: string | null) =>
      key in body ? ((body[key] as { id: string } | null)?.id ?? null) : held;
    const textIn = (key: string, held: string) => (key in body ? String(body[key]) : held);
    const after = {
      ...before,
      name: textIn('name', before.name),
      parentId: idIn('reporting_to', before.parentId),
      permissionType: textIn('permission_type', before.permissionType),
      managerId: idIn('manager', before.managerId),
      description: (body['description'] ?? before.description) as string | null,
    };
    if ('description' in body && body['description'] === null) after.description = null;
    this.#check(after);
    this.territories.set(after.id, after);
    return after;
  }

  #check({ id, name, parentId }: Territory): void {
    for (const other of this.territories.values()) {
      if (other.id !== id && normaliseName(other.name) === normaliseName(name)) {
        throw new Refused(`there are two ${name}`);
      }
    }
    for (let one = parentId; one !== null; ) {
      if (one === id) throw new Refused(`${name} would be below itself`);
      const parent = this.territories.get(one);
      if (parent === undefined) throw new Refused(`no parent ${one}`);
      one = parent.parentId;
    }
  }
}
