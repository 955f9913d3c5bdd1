import type { Entry } from '../../vocabulary.ts';

/** The rows of entries, in their order. */
export function rowsOf(entries: readonly Entry[]): number[] {
  return entries.flatMap(({ rows }) => rows);
}

/** The entry without the rows that are settled; nothing when none is left. */
export function without(entry: Entry, isSettled: (row: number) => boolean): Entry[] {
  const kept = entry.rows.map((row) => !isSettled(row));
  if (kept.every(Boolean)) return [entry];
  const rows = entry.rows.filter((_, i) => kept[i]);
  if (rows.length === 0) return [];
  const parts = entry.parts?.filter((_, i) => kept[i]);
  return [parts === undefined ? { ...entry, rows } : { ...entry, rows, parts }];
}

/** One entry for each part of an entry. */
export function splitParts(entry: Entry): Entry[] {
  const { parts = [] } = entry;
  return parts.map((part, i) => ({ ...entry, rows: entry.rows.slice(i, i + 1), parts: [part] }));
}

/** Groups entries into calls in which no two name the same thing. */
export function distinctCalls(entries: readonly Entry[]): Entry[][] {
  const calls: Entry[][] = [];
  const uses = new Map<string, number>();
  for (const entry of entries) {
    const use = entry.id === undefined ? 0 : (uses.get(entry.id) ?? 0);
    if (entry.id !== undefined) uses.set(entry.id, use + 1);
    calls[use] ??= [];
    calls[use].push(entry);
  }
  return calls;
}
