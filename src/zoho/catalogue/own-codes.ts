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
    resolution: 'Resume the run to send the rest.',
  },
  {
    ...row,
    code: 'PARENT_FAILED',
    cause: 'the parent territory was not created',
    resolution:
      'Correct the row that the _message column names in failed.csv, which holds both rows, then ' +
      'retry the run.',
  },
  {
    ...row,
    code: 'UNANSWERED',
    cause: 'sent several times and never answered, and the org does not hold it',
    resolution: 'Retry the run; if it stays so, look whether a proxy cuts off the answers.',
  },
  {
    ...row,
    code: 'CHANGED_MEANWHILE',
    cause: 'somebody else changed the territory while the row was sent',
    resolution:
      'Look at the value that was found, correct the row in failed.csv if it is to stay, then ' +
      'retry the run.',
  },
  {
    ...row,
    code: 'CONTRADICTION',
    cause: 'two rows say different things of the same territory',
    resolution: 'Keep one of these rows, or make them say the same, then retry the run.',
  },
  {
    ...row,
    code: 'NOT_ASSIGNED',
    cause: 'the job has ended and the CRM record does not hold the territory',
    resolution:
      'Look whether a rule or another user has taken the territory from the CRM record in the ' +
      'record_id column, then retry the run.',
  },
  {
    ...row,
    code: 'UNEXPECTED_RESPONSE',
    concerns: 'call',
    cause: 'the org gave an answer of an unknown form',
    resolution:
      'Check that ZOHO_API_DOMAIN leads to the API and not to a proxy or a sign-in page, then ' +
      'resume the run, or retry it if it has ended.',
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
    resolution: 'Check the network, the proxy and ZOHO_API_DOMAIN, then resume the run.',
  },
  {
    ...run,
    code: 'RUN_FOLDER_EXISTS',
    cause: 'the folder of the run holds another run',
    resolution: 'Name another folder with --out, or move the old run away.',
  },
  {
    ...run,
    code: 'RUN_LOCKED',
    retry: 'wait',
    cause: 'the run is at work in another process',
    resolution: 'Wait until that process ends, or stop it with Ctrl-C, then resume the run.',
  },
  {
    ...run,
    code: 'RUN_UNFINISHED',
    cause: 'an unfinished run of this file exists',
    resolution: 'Resume that run; to begin anew all the same, give --anew.',
  },
  {
    ...run,
    code: 'RUN_NOT_FOUND',
    cause: 'there is no run of this name',
    resolution: 'Name a run by its id or its folder; the command runs lists them.',
  },
  {
    ...run,
    code: 'INPUT_CHANGED',
    cause: 'the file has changed since it was read, or while it was read',
    resolution:
      'Wait until whoever writes the file is done; to resume a run with the rows as they were ' +
      'read, give --as-read.',
  },
  {
    ...run,
    code: 'ORG_CHANGED',
    cause: 'the run was made for another org',
    resolution:
      'Connect to the org of the run with --org, or with ZOHO_API_DOMAIN and its credentials, ' +
      'then resume the run.',
  },
  {
    ...run,
    code: 'JOURNAL_UNWRITABLE',
    cause: 'the disk is full, or the folder of the run cannot be written to',
    resolution: 'Make room, or permit writing in the folder of the run, then resume the run.',
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
    resolution:
      'Resume the run to send the rest all the same, or correct failed.csv and retry the run.',
  },
  {
    ...run,
    code: 'MAX_CREDITS',
    cause: 'the next call would cost more credits than --max-credits allows',
    resolution:
      'Resume the run with a higher --max-credits, or on a day when the org has credits again.',
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
    resolution: 'Resume the run to send the rest.',
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
