/** Beyond a third of its letters a word is no misspelling but another word. */
const TOLERANCE = 1 / 3;

/** A candidate, made ready to be compared. */
interface Prepared {
  readonly candidate: string;
  readonly letters: string;
  /** How many letters may differ. */
  readonly most: number;
}

/**
 * Gives the candidate with the fewest letters to insert, delete or replace, the first of equals;
 * nothing if even that one differs in more than a third of its letters. Case, blanks, hyphens and
 * underscores do not count.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  return createNearest(candidates)(word);
}

/**
 * Makes {@link nearest} for many words and the same candidates, which are made ready once, when
 * the first word comes.
 *
 * @param telling the part of a candidate that tells it from the others: a third of these letters
 * may differ. All of them, unless candidates share much, as e-mail addresses share their domain.
 */
export function createNearest(
  candidates: readonly string[],
  telling: (candidate: string) => string = (candidate) => candidate,
): (word: string) => string | undefined {
  let all: readonly Prepared[] | undefined;
  return (word) => {
    all ??= candidates.map((candidate) => ({
      candidate,
      letters: plain(candidate),
      most: plain(telling(candidate)).length * TOLERANCE,
    }));
    const wanted = plain(word);
    let best: string | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const { candidate, letters, most } of all) {
      const distance = editDistance(wanted, letters, Math.min(most, least - 1));
      if (distance === undefined) continue;
      best = candidate;
      least = distance;
      if (least === 0) break;
    }
    return best;
  };
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[\s_-]/g, '');
}

/**
 * Levenshtein's distance; undefined when it is more than `most`.
 *
 * Rows of the table are cut to the cells that can still be within `most`, and the first row without
 * such a cell ends it: with thousands of candidates that is most of the work.
 */
function editDistance(from: string, to: string, most: number): number | undefined {
  if (Math.abs(from.length - to.length) > most) return undefined;
  const [start, fromEnd, toEnd] = trim(from, to);
  const width = toEnd - start;
  const band = Math.floor(most);
  const beyond = band + 1;
  const row: number[] = [];
  for (let j = 0; j <= width; j++) row.push(j);
  for (let i = 1; i <= fromEnd - start; i++) {
    const first = Math.max(1, i - band);
    const letter = from.charCodeAt(start + i - 1);
    let diagonal = row[first - 1] ?? beyond;
    // Exact in the first column, and beyond in all others.
    let left = i;
    let least = i;
    row[first - 1] = i;
    for (let j = first; j <= Math.min(width, i + band); j++) {
      // Right of the last row's band stands what the first row held there, which is beyond too.
      const above = row[j] ?? beyond;
      const replaced = letter === to.charCodeAt(start + j - 1) ? diagonal : diagonal + 1;
      left = Math.min(replaced, above + 1, left + 1);
      diagonal = above;
      row[j] = left;
      if (left < least) least = left;
    }
    if (least > band) return undefined;
  }
  const distance = row[width] ?? 0;
  return distance > band ? undefined : distance;
}

/** Leaves out the letters that both begin and end with: they need no change. */
function trim(from: string, to: string): readonly [start: number, fromEnd: number, toEnd: number] {
  let fromEnd = from.length;
  let toEnd = to.length;
  let start = 0;
  while (start < fromEnd && start < toEnd && from.charCodeAt(start) === to.charCodeAt(start)) {
    start += 1;
  }
  while (
    fromEnd > start &&
    toEnd > start &&
    from.charCodeAt(fromEnd - 1) === to.charCodeAt(toEnd - 1)
  ) {
    fromEnd -= 1;
    toEnd -= 1;
  }
  return [start, fromEnd, toEnd];
}

/**
 * Each takes up to some milliseconds with ten thousand candidates, and a file may hold any number
 * of wrong names. Whoever has corrected two hundred of them imports the file again anyway.
 */
export const MOST_SUGGESTIONS = 200;

/**
 * Makes searches that share what may be worked out: beyond that a text goes without an answer. The
 * same text always gets the same one.
 */
export function createSparing(): <T>(find: (text: string) => T | undefined) => typeof find {
  let left = MOST_SUGGESTIONS;
  return <T>(find: (text: string) => T | undefined) => {
    const answers = new Map<string, T | undefined>();
    return (text) => {
      if (left > 0 && !answers.has(text)) {
        left -= 1;
        answers.set(text, find(text));
      }
      return answers.get(text);
    };
  };
}
