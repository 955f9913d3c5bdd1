/** Gives the text in one line of at most so many characters. */
export function oneLine(text: string, most: number): string {
  // The first slice keeps the work small for a text of any length.
  const line = text
    .slice(0, 4 * most)
    .replace(/\s+/g, ' ')
    .trim();
  const characters = Array.from(line);
  const isWhole = characters.length <= most && text.length <= 4 * most;
  return isWhole ? line : `${characters.slice(0, most - 1).join('')}…`;
}
