import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { isWhole } from '../../src/journal/open.ts';
import type { Summary } from '../../src/report/summary.ts';
import { demoRecordId, MODULES, type Sandbox } from '../../src/sandbox/index.ts';
import { MOST_USED } from './scenarios.ts';

type Line = Readonly<Record<string, string>>;

/** What a run has left in its folder, as far as it is the same however often it was broken off. */
export interface LeftInFolder {
  readonly lines: readonly Line[];
  readonly failed: readonly Line[];
  readonly exitCode: number;
  readonly causes: Summary['causes'];
  /** Names of the files. */
  readonly files: readonly string[];
}

/** What a run has left in the org, by names, and without what depends on the time. */
export interface LeftInOrg {
  readonly territories: readonly string[];
  readonly members: Readonly<Record<string, readonly string[]>>;
  readonly assignments: Readonly<Record<string, readonly string[]>>;
  /** How often something was asked for that was so already. */
  readonly duplicates: number;
  /** How often two calls in flight changed the same thing. */
  readonly overlaps: number;
}

/** What a run has left behind. */
export interface Left extends LeftInFolder, LeftInOrg {}

/** Columns that tell how a run went, and not what has come of it. */
const OF_THE_WAY = ['_id', '_job_id', '_attempts', '_http_status'];

/** Reads the folder of a run that has reached its end. */
export async function leftInFolder(folder: string): Promise<LeftInFolder> {
  const linesIn = async (name: string): Promise<Line[]> => {
    const lines: Line[] = parse(await readFile(join(folder, name)), { columns: true });
    return lines.map((line) =>
      Object.fromEntries(Object.entries(line).filter(([key]) => !OF_THE_WAY.includes(key))),
    );
  };
  const summary: Summary = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'));
  const lines = await linesIn('result.csv');
  for (const [status, some] of Map.groupBy(lines, (line) => line['_status'])) {
    if (summary.statuses[status as keyof Summary['statuses']] !== some.length) {
      throw new Error(`summary.json counts ${status} otherwise than result.csv`);
    }
  }
  if (!isWhole(join(folder, 'journal.sqlite'))) throw new Error('the journal is not whole');
  return {
    lines,
    failed: await linesIn('failed.csv'),
    exitCode: summary.exitCode,
    causes: summary.causes,
    files: (await readdir(folder)).sort(),
  };
}

/** Reads an org around the wire. */
export function leftInOrg({ org, stats }: Sandbox): LeftInOrg {
  const territories = org.territories();
  const names = new Map(territories.map(({ id, name }) => [id, name]));
  const nameOf = (id: string | null) => names.get(id ?? '') ?? '';
  const { duplicates, overlaps } = stats();
  return {
    territories: territories
      .map(({ id: _, createdTime: __, modifiedTime: ___, parentId, ...values }) =>
        JSON.stringify({ ...values, parent: nameOf(parentId) }),
      )
      .sort(),
    members: Object.fromEntries(
      territories.map(({ id, name }) => [name, org.usersOf(id).sort()] as const),
    ),
    assignments: Object.fromEntries(
      MODULES.flatMap((module) =>
        Array.from({ length: MOST_USED }, (_, i) => {
          const id = demoRecordId(module, i + 1);
          return [id, org.territoriesOf(module, id).map(nameOf).sort()] as const;
        }),
      ),
    ),
    duplicates,
    overlaps,
  };
}

/** The one thing that may differ: what was scheduled is found done by who looks later. */
export function likened({ lines, ...left }: Left, unbroken: Left): Left {
  return {
    ...left,
    lines: lines.map((line, i) =>
      line['_status'] === 'assigned' && unbroken.lines[i]?.['_status'] === 'scheduled'
        ? { ...line, _status: 'scheduled' }
        : line,
    ),
  };
}
