/** Beyond a third of its letters a word is no misspelling but another word. */
const TOLERANCE = 1 / 3;

/**
 * Gives the candidate with the fewest letters to insert, delete or replace, the first of equals;
 * nothing if even that one differs in more than a third of its letters. Case, blanks, hyphens and
 * underscores do not count.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(word);
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const letters = plain(candidate);
    const distance = editDistance(wanted, letters);
    if (distance > letters.length * TOLERANCE) continue;
    if (best === undefined || distance < best.distance) best = { candidate, distance };
  }
  return best?.candidate;
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[\s_-]/g, '');
}

/** Levenshtein's distance, one row of the table at a time. */
function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const current = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (above[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, (above[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above.at(-1) ?? 0;
}
