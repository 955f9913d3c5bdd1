/** A word that the org replaces when it evaluates a rule, such as `TODAY` or `${LAST_N_DAYS:7}`. */
export interface Literal {
  /** Whether it is written as `${…}`, which no ordinary text would be. */
  isPlaceholder: boolean;
  /** Whether it says something about a date; `EMPTY` and `NOTEMPTY` fit every field. */
  isDate: boolean;
  /** The comparators it can stand with. */
  comparators: readonly string[];
}

/**
 * The comparator each bare date literal stands with.
 *
 * `DUEINDAYS` takes the place of S4's second `AGEINDAYS`; `NEXTWEEK` is known from O26b only and follows `THISWEEK`.
 *
 * @see https://www.zoho.com/crm/developer/docs/api/v7/add-territories.html (S4; read 2026-11-21)
 */
const COMPARATOR_OF_WORD: ReadonlyMap<string, string> = new Map([
  ...words('equal', 'TODAY TOMORROW TOMORROWPLUS YESTERDAY AGEINDAYS DUEINDAYS EMPTY'),
  ...words('less_equal', 'YESTERDAYMINUS'),
  ...words('not_equal', 'NOTEMPTY'),
  ...words('between', 'LASTWEEK THISWEEK NEXTWEEK LASTMONTH THISMONTH NEXTMONTH'),
  ...words('between', 'LASTYEAR THISYEAR NEXTYEAR PREVFQ THISFQ NEXTFQ PREVFY THISFY NEXTFY'),
]);

/** `${LAST_N_DAYS:7}`. Source: O26b, SimpleFilterCriterionValueNDaysPredefined. */
const PERIODS = /^\$\{(?:LAST|NEXT)_N_(?:DAYS|WEEKS|MONTHS|YEARS):\d+\}$/;

/** `${AGEINDAYS}+30`. Source: O26b, SimpleFilterCriterionValueAgeDuePredefined. */
const DAYS_AWAY = /^\$\{(?:AGEINDAYS|DUEINDAYS)\}\+\d+$/;

/** Source: O26b names these six for {@link DAYS_AWAY}. */
const DAYS_AWAY_COMPARATORS = [
  'equal',
  'not_equal',
  'less_than',
  'greater_than',
  'less_equal',
  'greater_equal',
];

/**
 * The literal a value stands for; undefined when it is an ordinary value.
 *
 * Placeholders stand with `equal` (O26b) as well as with the comparator of the bare word (S4): which of the two sources
 * an org follows cannot be known offline.
 */
export function literalOf(value: string): Literal | undefined {
  if (PERIODS.test(value)) return { isPlaceholder: true, isDate: true, comparators: ['equal'] };
  if (DAYS_AWAY.test(value)) {
    return { isPlaceholder: true, isDate: true, comparators: DAYS_AWAY_COMPARATORS };
  }
  const isPlaceholder = value.startsWith('${') && value.endsWith('}');
  const word = isPlaceholder ? value.slice(2, -1) : value;
  const comparator = COMPARATOR_OF_WORD.get(word);
  if (comparator === undefined) return undefined;
  const isDate = word !== 'EMPTY' && word !== 'NOTEMPTY';
  const comparators = isPlaceholder ? [...new Set(['equal', comparator])] : [comparator];
  return { isPlaceholder, isDate, comparators };
}

function words(comparator: string, literals: string): [string, string][] {
  return literals.split(' ').map((literal) => [literal, comparator]);
}
