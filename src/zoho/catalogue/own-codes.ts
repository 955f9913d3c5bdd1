import type { CatalogueEntry } from './entry.ts';

const row = {
  endpoints: 'any',
  httpStatus: [],
  concerns: 'row',
  retry: 'never',
  source: ['territory-loader'],
} as const;

/** Nothing can be sent while this holds: it concerns the whole run. */
const run = { ...row, concerns: 'org' } as const;

/** The codes of this tool itself: what becomes of rows, and why a command cannot start. */
export const OWN_ENTRIES = [
  {
    ...row,
    code: 'NOT_SENT',
    cause: 'the run stopped before this row was sent',
    resolution: 'Import failed.csv to send the rest.',
  },
  {
    ...row,
    code: 'PARENT_FAILED',
    cause: 'the parent territory was not created',
    resolution:
      'Correct the row of the territory that the reporting_to column names, then import ' +
      'failed.csv, which holds both rows.',
  },
  {
    ...row,
    code: 'UNANSWERED',
    cause: 'the row was sent, but whether it was done is not known',
    resolution:
      'Import failed.csv again: what the org already holds is then told as such, and what is ' +
      'missing is sent.',
  },
  {
    ...row,
    code: 'UNEXPECTED_RESPONSE',
    concerns: 'call',
    cause: 'the org gave an answer of an unknown form',
    resolution:
      'Check that ZOHO_API_DOMAIN leads to the API and not to a proxy or a sign-in page, then run ' +
      'the same command.',
  },
  {
    ...row,
    code: 'ROW_SHAPE',
    cause: 'the row has more or fewer cells than the header',
    resolution:
      'Give the row as many cells as the header has; a cell that holds the delimiter or a line ' +
      'break needs quotes around it.',
  },
  {
    ...row,
    code: 'AMBIGUOUS_NAME',
    cause: 'the name fits several territories or users',
    resolution:
      'Write the id in place of the name in the territory column, the reporting_to column, the ' +
      'user column or the manager column.',
  },
  {
    ...row,
    code: 'UNKNOWN_CODE',
    cause: 'the org refused it with a code we do not know',
    resolution:
      'Read what the _code column and the _message column of result.csv say and correct the row, ' +
      'or ask the support of Zoho about that code.',
  },
  {
    ...run,
    code: 'UNKNOWN_CODE',
    endpoints: ['token'],
    cause: 'the accounts server refused it with a code we do not know',
    resolution:
      'Check ZOHO_ACCOUNTS_URL, ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and ZOHO_REFRESH_TOKEN against ' +
      'the API console.',
  },
  {
    ...run,
    code: 'FILE_NOT_FOUND',
    cause: 'there is no file at this path',
    resolution: 'Check the path of the CSV file and the folder the command is run in.',
  },
  {
    ...run,
    code: 'FILE_UNREADABLE',
    cause: 'the file cannot be opened',
    resolution:
      'Give yourself the right to read the CSV file, and close programs that keep it locked.',
  },
  {
    ...run,
    code: 'NOT_A_FILE',
    cause: 'the path is not that of a file',
    resolution: 'Give the path of one CSV file, or - to read standard input.',
  },
  {
    ...run,
    code: 'FILE_EMPTY',
    cause: 'the file is empty',
    resolution: 'Save the CSV file again with a header row and at least one row below it.',
  },
  {
    ...run,
    code: 'HEADER_MISSING',
    cause: 'the file does not begin with a header row',
    resolution:
      'Put the names of the columns in row 1, such as name, reporting_to and permission_type.',
  },
  {
    ...run,
    code: 'COLUMN_MISSING',
    cause: 'a column that is needed is not in the header',
    resolution:
      'Add the column to the CSV, or name the header that stands for it with --map ' +
      'column=Header; check --delimiter if the header looks like one long cell.',
  },
  {
    ...run,
    code: 'ENCODING_UNREADABLE',
    cause: 'the file is not in the encoding it was read in',
    resolution: 'Save the CSV as UTF-8, or name its encoding, for example --encoding windows-1252.',
  },
  {
    ...run,
    code: 'QUOTE_NOT_CLOSED',
    cause: 'a quote is opened and never closed',
    resolution:
      'Close the quote in the row that the message names; double a quote that is part of the text.',
  },
  {
    ...run,
    code: 'NODE_TOO_OLD',
    cause: 'this version of Node.js is too old',
    resolution: 'Install Node.js 24 or newer and run the command again.',
  },
  {
    ...run,
    code: 'CONFIG_MISSING',
    cause: 'a setting needed to reach the org is missing',
    resolution:
      'Set ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and ZOHO_REFRESH_TOKEN (or ZOHO_ACCESS_TOKEN alone), ' +
      'or unset them all to use the sandbox.',
  },
  {
    ...run,
    code: 'ORG_UNREACHABLE',
    retry: 'wait',
    cause: 'the org cannot be reached over the network',
    resolution: 'Check the network, the proxy and ZOHO_API_DOMAIN, then import failed.csv.',
  },
  {
    ...run,
    code: 'RUN_FOLDER_EXISTS',
    cause: 'the folder of the run holds another run',
    resolution: 'Name another folder with --out, or move the old run away.',
  },
  {
    ...run,
    code: 'COLUMN_TWICE',
    cause: 'two columns have the same header',
    resolution: 'Rename or delete one of the two columns, so that each header stands once.',
  },
  {
    ...run,
    code: 'RESULT_UNWRITABLE',
    cause: 'a result file cannot be written to its end',
    resolution:
      'Make room or permit writing in the folder of the run; what became of each row is in its ' +
      'journal.sqlite.',
  },
  {
    ...run,
    code: 'MAX_ERRORS',
    cause: 'more rows have failed than --max-errors allows',
    resolution: 'Correct what failed.csv tells, then import failed.csv.',
  },
  {
    ...run,
    code: 'MAX_CREDITS',
    cause: 'the next call would cost more credits than --max-credits allows',
    resolution:
      'Go on with a higher --max-credits, or on a day when the org has credits again: failed.csv holds ' +
      'what was not sent.',
  },
  {
    ...run,
    code: 'PLAN_OUTDATED',
    cause: 'the file or the org has changed since the plan was made',
    resolution:
      'Look at the rows named, then apply the plan with --replan, which plans them anew, or make ' +
      'a new plan.',
  },
  {
    ...run,
    code: 'PLAN_UNREADABLE',
    cause: 'the file is no plan, or one of another version',
    resolution: 'Name the file that the plan command has written with --output.',
  },
  {
    ...run,
    code: 'INTERRUPTED',
    cause: 'the user stopped the run',
    resolution: 'Import failed.csv to send the rest.',
  },
  {
    ...run,
    code: 'USAGE',
    cause: 'the command line is not understood',
    resolution: 'Compare the command with `territory-loader --help`.',
  },
] as const satisfies readonly CatalogueEntry[];

/** A code that this tool gives out itself. */
export type OwnCode = (typeof OWN_ENTRIES)[number]['code'];
