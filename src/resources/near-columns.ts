import { createNearest } from '../nearest.ts';
import type { Layout } from './columns.ts';
import type { Column } from './resource.ts';

/** A header that is no column, and the column that is missing and was probably meant. */
export interface UnusedHeader {
  readonly header: string;
  readonly near: string;
}

/** Makes a function that gives the column whose name or alias a text is nearest to. */
export function createNearestColumn(
  columns: readonly Column[],
): (text: string) => string | undefined {
  const columnOf = new Map(
    columns.flatMap(({ name, aliases }) => [name, ...aliases].map((label) => [label, name])),
  );
  const near = createNearest([...columnOf.keys()]);
  return (text) => columnOf.get(near(text) ?? '');
}

/**
 * Finds the headers by which columns that were not found are probably meant: their cells would be
 * left out without a word. Headers that start with `_` are ours, from a result file.
 */
export function findUnused(
  header: readonly string[],
  columns: readonly Column[],
  { places, headers }: Layout,
): UnusedHeader[] {
  const used = new Set([...places.values()].flat());
  const nearestColumn = createNearestColumn(columns);
  return header.flatMap((text, index) => {
    if (used.has(index) || text.startsWith('_')) return [];
    const near = nearestColumn(text);
    return near === undefined || headers.has(near) ? [] : [{ header: text, near }];
  });
}
