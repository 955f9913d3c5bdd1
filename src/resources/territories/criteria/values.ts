// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the API's own placeholders are written so.
import type { FieldKind } from './fields.ts';
import type { SingleValue } from './shape.ts';

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * What the user should write instead, when the value does not fit a field of this kind; undefined when it fits.
 *
 * Numbers may come as texts: the vendor's own samples send them so.
 *
 * @see https://github.com/zoho/crm-oas `v8.0/territories/territories.yaml`, EqualFilterCriterionRequest (O26b, read 2026-11-21: which
 * data types take texts, numbers, booleans and CRM records)
 */
export function wantedValue(value: SingleValue, kind: FieldKind): string | undefined {
  switch (kind) {
    case 'integer':
      return isNumber(value, /^-?\d+$/) ? undefined : 'write a whole number, only digits: 1000';
    case 'currency':
      return isNumber(value, /^-?\d+(\.\d+)?$/)
        ? undefined
        : 'write a number without currency sign or thousands separator: 1000 or 999.5';
    case 'boolean':
      return [true, false, 'true', 'false'].some((fit) => fit === value)
        ? undefined
        : 'write true or false';
    case 'date':
      return typeof value === 'string' && isDate(value)
        ? undefined
        : 'write a date as YYYY-MM-DD, or with equal a date literal such as ${TODAY}';
    case 'datetime':
      return typeof value === 'string' && isDateTime(value)
        ? undefined
        : 'write a time as YYYY-MM-DDTHH:MM:SS+HH:MM, or with equal a date literal such as ${TODAY}';
    case 'lookup':
      return typeof value === 'string' || typeof value === 'object'
        ? undefined
        : 'put the id or name in quotation marks';
    case 'text':
    case 'picklist':
    case 'file':
      return typeof value === 'string' ? undefined : 'write a text in quotation marks';
  }
}

function isNumber(value: SingleValue, pattern: RegExp): boolean {
  return (typeof value === 'string' || typeof value === 'number') && pattern.test(String(value));
}

function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  // A day that the month does not have moves the date into the next month.
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

function isDateTime(text: string): boolean {
  const [date, time] = text.split('T', 2);
  return isDate(date ?? '') && (time === undefined || TIME.test(time));
}
