/** Enough to choose from; a cell has room for no more. */
const MOST_LISTED = 5;

/** Tells things of one name apart, the first five of them. */
export function listed<T>(things: readonly T[], tell: (thing: T) => string): string {
  const more = things.length - MOST_LISTED;
  const told = things.slice(0, MOST_LISTED).map(tell);
  return (more > 0 ? [...told, `… and ${more} more`] : told).join('; ');
}
