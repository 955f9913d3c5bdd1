/** Zero-width characters, which copying from web pages brings along. */
const INVISIBLE = /[\u200b-\u200d\u2060\ufeff]/g;

/**
 * Gives the form in which two territory names are the same to Zoho: without case, without
 * outer, repeated or invisible blanks, and however its accents are encoded. No source says how Zoho compares them; this is the safer reading, since a
 * name wrongly taken for new is refused by the org, but a name wrongly taken twice is made twice.
 */
export function normaliseName(name: string): string {
  return name.normalize('NFC').replace(INVISIBLE, '').trim().replace(/\s+/g, ' ').toLowerCase();
}
