import type { Finding } from '../vocabulary.ts';

/** Ids are 64-bit integers written as digits: too long for a JavaScript or a spreadsheet number. */
const ID = /^\d{1,19}$/;
/** Two digits of exponent, as ids have; a territory may well be called 7E1. */
const SCIENTIFIC = /^\d([.,]\d+)?E\+?\d{2}$/i;
/** A spreadsheet keeps 15 digits of a number and writes zeros for the rest. */
const EXCEL_DIGITS = 15;

/** Whether a cell is written like an id, so that it is looked up as one before it is a name. */
export function looksLikeId(text: string): boolean {
  return ID.test(text);
}

/**
 * An id in its one spelling: without the `zcrm_` that Zoho's own CSV exports put in front of record
 * ids, and without zeros in front.
 */
export function bareId(text: string): string {
  return text.replace(/^zcrm_/i, '').replace(/^0+(?=\d)/, '');
}

/** What is wrong with a cell that must hold an id; undefined when it may be one. */
export function checkId(text: string, field: string, what: string): Finding | undefined {
  if (text === '') {
    return {
      code: 'MANDATORY_NOT_FOUND',
      cause: `the ${what} is missing`,
      field,
      resolution: `Fill in the ${field} column.`,
    };
  }
  return (
    excelDamage(text, field) ??
    (ID.test(text)
      ? undefined
      : {
          code: 'INVALID_DATA',
          cause: `the ${what} is not a number of up to 19 digits`,
          value: text,
          field,
          resolution: `Put the id into the ${field} column: digits only, as in the address of the record's page in Zoho CRM.`,
        })
  );
}

/**
 * Tells an id that a spreadsheet has turned into a rounded number; its last digits are lost.
 *
 * Zeros at the end can be genuine, once in a thousand 18-digit ids: they are refused all the same,
 * since a rounded id may be that of another record.
 */
export function excelDamage(text: string, field: string): Finding | undefined {
  const endsInZeros =
    ID.test(text) && text.length > EXCEL_DIGITS && /^0+$/.test(text.slice(EXCEL_DIGITS));
  if (!endsInZeros && !SCIENTIFIC.test(text)) return undefined;
  return {
    code: 'INVALID_DATA',
    cause: endsInZeros
      ? 'this id ends in zeros, as ids do that a spreadsheet has rounded'
      : 'a spreadsheet has rounded this id and its last digits are lost',
    value: text,
    field,
    resolution: `Take the id from the original export again and format the ${field} column as text before pasting.${
      endsInZeros ? ' If it really ends so, make this one change in Zoho CRM.' : ''
    }`,
  };
}
