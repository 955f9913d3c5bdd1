/**
 * Gives the form in which two territory names are the same to Zoho: without case and outer or
 * repeated blanks. No source says how Zoho compares them; this is the safer reading, since a
 * name wrongly taken for new is refused by the org, but a name wrongly taken twice is made twice.
 */
export function normaliseName(name: string): string {
  return name.trim().replace(/\s+/g, ' ').toLowerCase();
}
