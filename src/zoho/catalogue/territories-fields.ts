import { all, any, CRITERIA, endsWith, has, pointsTo } from './details.ts';
import type { CatalogueEntry, Endpoint } from './entry.ts';
import { D7_UPDATE, O26A, O26B, S4 } from './sources.ts';

const WRITE = ['territories.create', 'territories.update'] as const satisfies Endpoint[];

/** What entries for a cell that the org does not take have in common. */
export const invalid = {
  code: 'INVALID_DATA',
  endpoints: WRITE,
  httpStatus: [400],
  concerns: 'row',
  retry: 'never',
} as const;

const missing = { ...invalid, code: 'MANDATORY_NOT_FOUND' } as const;

/** Values of a territory that the API refuses, column by column; criteria have their own file. */
export const TERRITORY_FIELD_ENTRIES = [
  {
    ...invalid,
    cause: 'the territory name is too long',
    resolution: 'Shorten the name column to at most 50 characters.',
    source: [...O26A, 'O26b'],
    when: all(pointsTo('name'), has('maximum_length')),
  },
  {
    ...invalid,
    cause: 'the territory name is blank or has forbidden characters',
    resolution:
      'Fill the name column and leave out ^ ~ ` # % & + = [ ] { } | \\ ; " \' < > and the comma; ' +
      'avoid * ( ) ! as well, which some versions refuse.',
    source: [...S4, ...O26A],
    when: pointsTo('name'),
  },
  {
    ...invalid,
    cause: 'no territory has the id given as parent',
    resolution:
      'Put the id or the name of a territory of this org or this file in the reporting_to column, ' +
      'or leave it blank for the top territory.',
    source: [...S4, ...O26A],
    when: endsWith('reporting_to', 'id'),
  },
  {
    ...invalid,
    endpoints: ['territories.update'],
    cause: 'the parent lies below the territory itself',
    resolution:
      'Choose a territory in the reporting_to column that is not this one and not below it.',
    source: D7_UPDATE,
    when: pointsTo('reporting_to'),
  },
  {
    ...invalid,
    endpoints: ['territories.create'],
    cause: 'the value given as parent territory is not accepted',
    resolution:
      'Write one id or one territory name in the reporting_to column, and check that the ' +
      'territory still exists.',
    source: S4,
    when: pointsTo('reporting_to'),
  },
  {
    ...invalid,
    cause: 'the permission type is not one of the two allowed',
    resolution: 'Write read_only or read_write_delete in the permission_type column.',
    source: [...S4, ...O26A],
    when: pointsTo('permission_type'),
  },
  {
    ...invalid,
    cause: 'no user has the id given as manager',
    resolution:
      'Put the id or the e-mail of an active user of this org in the manager column, or leave it ' +
      'blank.',
    source: S4,
    when: pointsTo('manager'),
  },
  {
    ...invalid,
    cause: 'the description is too long',
    resolution: 'Shorten the description column to at most 250 characters.',
    source: [...O26A, 'O26b'],
    when: all(pointsTo('description'), has('maximum_length')),
  },
  {
    ...invalid,
    cause: 'the description is not accepted',
    resolution: 'Write plain text in the description column, or leave it blank.',
    source: O26A,
    when: pointsTo('description'),
  },
  {
    ...invalid,
    endpoints: ['territories.update'],
    cause: 'no territory has this id',
    resolution:
      'Look the territory up in Zoho CRM and correct the name column; it may have been deleted ' +
      'meanwhile.',
    source: D7_UPDATE,
    when: any(endsWith('id'), has('resource_path_index')),
  },
  {
    ...invalid,
    cause: 'a value of the territory is not accepted',
    resolution:
      'Correct the value in the column that the _field column of result.csv names; the _message ' +
      'column beside it says what was wrong.',
    source: S4,
  },
  {
    ...missing,
    cause: 'the territory has no name',
    resolution: 'Fill the name column with at most 50 characters.',
    source: [...S4, ...O26A],
    when: pointsTo('name'),
  },
  {
    ...missing,
    cause: 'the parent territory is missing',
    resolution:
      'Put the id or the name of a territory of this org or this file in the reporting_to column.',
    source: [...S4, ...O26A],
    when: pointsTo('reporting_to'),
  },
  {
    ...missing,
    cause: 'the permission type is missing',
    resolution: 'Write read_only or read_write_delete in the permission_type column.',
    source: [...S4, ...O26A],
    when: pointsTo('permission_type'),
  },
  {
    ...missing,
    cause: 'the manager is given without an id',
    resolution: 'Put the id or the e-mail of a user in the manager column, or leave it blank.',
    source: O26B,
    when: pointsTo('manager'),
  },
  {
    ...missing,
    cause: 'a part of the rule criteria is missing',
    resolution:
      'Give every rule in the account_rule_criteria, lead_rule_criteria and deal_rule_criteria ' +
      'columns a field, a comparator and a value.',
    source: O26B,
    when: pointsTo(...CRITERIA),
  },
  {
    ...missing,
    cause: 'a mandatory value of the territory is missing',
    resolution: 'Fill the name column, the reporting_to column and the permission_type column.',
    source: S4,
  },
] as const satisfies readonly CatalogueEntry[];
