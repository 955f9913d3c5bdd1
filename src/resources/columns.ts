import type { Cell, Column } from './resource.ts';

/** Which cells of a row hold which column. */
export interface Layout {
  /** For each column, the indexes of its cells, best header first. */
  readonly places: ReadonlyMap<string, readonly number[]>;
  /** For each column found, the header as it stands in the file. */
  readonly headers: ReadonlyMap<string, string>;
  /** Headers of these columns that stand more than once; which of them is meant nobody can tell. */
  readonly repeated: readonly string[];
}

/**
 * Finds the columns of a resource among a file's headers, without case, spaces, underscores or
 * hyphens mattering. Headers that start with `_` are ours, from a result file, and are ignored.
 *
 * @param map headers chosen by the user, by column name
 */
export function layoutOf(
  header: readonly string[],
  columns: readonly Column[],
  map: ReadonlyMap<string, string> = new Map(),
): Layout {
  const places = new Map<string, number[]>();
  const headers = new Map<string, string>();
  const repeated: string[] = [];
  for (const column of columns) {
    const chosen = map.get(column.name);
    const names = chosen === undefined ? [column.name, ...column.aliases] : [chosen];
    const found = names.map((name) => indexesOf(header, name));
    const [first] = found.flat();
    if (first === undefined) continue;
    places.set(column.name, found.flat());
    headers.set(column.name, header[first] ?? column.name);
    for (const [index, second] of found) {
      if (index !== undefined && second !== undefined) repeated.push(header[index] ?? '');
    }
  }
  return { places, headers, repeated };
}

/** Looks up a row's cells by column: the first that is not blank, trimmed. */
export function cellsOf(layout: Layout, cells: readonly string[]): Cell {
  return (column) => {
    for (const index of layout.places.get(column) ?? []) {
      const text = cells[index]?.trim();
      if (text !== undefined && text !== '') return text;
    }
    return '';
  };
}

function indexesOf(header: readonly string[], name: string): number[] {
  const wanted = normalise(name);
  return header.flatMap((text, index) =>
    !text.startsWith('_') && normalise(text) === wanted ? [index] : [],
  );
}

function normalise(text: string): string {
  return text.toLowerCase().replace(/[\s_-]/g, '');
}
