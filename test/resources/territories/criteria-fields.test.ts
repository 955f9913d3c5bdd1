// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the API's own placeholders are written so.
import { describe, expect, test } from 'vitest';
import {
  type CriteriaModule,
  parseCriteria,
} from '../../../src/resources/territories/criteria/index.ts';

describe('accepted', () => {
  test.each<[module: CriteriaModule, text: string]>([
    ['Accounts', '(Annual_Revenue:greater_than:1001)'],
    ['Accounts', '(Annual_Revenue:less_equal:-0.5)'],
    ['Accounts', '(Employees:between:10,50)'],
    ['Accounts', '(Employees:equal:${EMPTY})'],
    ['Accounts', '(Employees:not_equal:NOTEMPTY)'],
    ['Accounts', '(Billing_Country:starts_with:United)'],
    ['Accounts', '(Account_Name:equal:TODAY)'],
    ['Accounts', '(Account_Name:contains:TODAY)'],
    ['Accounts', '(Industry:equal:${NOTEMPTY})'],
    ['Accounts', '(Owner:equal:${CURRENTUSER})'],
    ['Leads', '(Email_Opt_Out:equal:true)'],
    ['Deals', '(Closing_Date:equal:2028-02-29)'],
    ['Deals', '(Closing_Date:equal:TODAY)'],
    ['Deals', '(Closing_Date:less_equal:YESTERDAYMINUS)'],
    ['Deals', '(Closing_Date:between:THISFQ)'],
    ['Deals', '(Closing_Date:between:${THISFQ})'],
    ['Deals', '(Closing_Date:equal:${THISFQ})'],
    ['Deals', '(Closing_Date:equal:${AGEINDAYS}+30)'],
    ['Deals', '(Closing_Date:greater_than:${DUEINDAYS}+30)'],
    ['Deals', '(Closing_Date:equal:${NEXT_N_WEEKS:2})'],
    ['Deals', '(Closing_Date:not_equal:NOTEMPTY)'],
    ['Accounts', '(Created_Time:greater_than:2025-01-31T10:00:00+05:30)'],
    ['Accounts', '(Created_Time:greater_than:2025-01-31)'],
    // A custom field may be of any kind.
    ['Accounts', '(Custom__c:contains:5)'],
    ['Accounts', '(Custom__c:greater_than:abc)'],
    ['Accounts', '(Custom__c:between:LASTYEAR)'],
    ['Accounts', '(Custom__c:contains:TODAY)'],
    // Standard in another module, so custom here.
    ['Leads', '(Amount:contains:5)'],
    ['Accounts', `(Custom__c:equal:${'x'.repeat(255)})`],
  ])('%s %s', (module, text) => {
    expect(parseCriteria(text, module)).toHaveProperty('criteria');
  });
});

describe('refused before it is sent', () => {
  const comparatorOfField = 'the comparator is not compatible with the field';
  const comparatorOfLiteral = 'the comparator is not compatible with the literal';
  const valueOfField = 'the value is not compatible with the field';
  const valueOfComparator = 'the value is not compatible with the comparator';

  test.each<[module: CriteriaModule, text: string, cause: string, told: string]>([
    ['Accounts', '(Industry:greater_than:5)', comparatorOfField, 'picklist'],
    ['Accounts', '(Billing_City:between:a,b)', comparatorOfField, 'starts_with'],
    ['Accounts', '(Annual_Revenue:contains:5)', comparatorOfField, 'greater_than'],
    ['Deals', '(Closing_Date:starts_with:2025)', comparatorOfField, 'date'],
    ['Leads', '(Email_Opt_Out:in:true)', comparatorOfField, 'equal, not_equal'],
    ['Accounts', '(Annual_Revenue:equal:1,000)', valueOfField, 'thousands separator'],
    ['Accounts', '(Annual_Revenue:equal:1e6)', valueOfField, 'currency'],
    ['Accounts', '(Annual_Revenue:between:1,b)', valueOfField, 'currency'],
    ['Accounts', '(Employees:equal:1.5)', valueOfField, 'whole number'],
    ['Leads', '(Email_Opt_Out:equal:yes)', valueOfField, 'true or false'],
    ['Deals', '(Closing_Date:equal:31/12/2025)', valueOfField, 'YYYY-MM-DD'],
    ['Deals', '(Closing_Date:equal:2025-02-29)', valueOfField, 'YYYY-MM-DD'],
    ['Deals', '(Closing_Date:equal:LAST_MONTH)', valueOfField, 'date literal'],
    ['Accounts', '(Created_Time:equal:2025-01-31T25:00:00)', valueOfField, 'HH:MM:SS'],
    ['Accounts', '(Industry:equal:${TODAY})', valueOfField, 'date fields only'],
    ['Accounts', '(Employees:equal:TODAY)', valueOfField, 'date fields only'],
    [
      'Accounts',
      '{"comparator":"equal","field":{"api_name":"Billing_Code"},"value":10115}',
      valueOfField,
      'quotation marks',
    ],
    [
      'Accounts',
      '{"comparator":"equal","field":{"api_name":"Owner"},"value":5}',
      valueOfField,
      'quotation marks',
    ],
    ['Deals', '(Closing_Date:equal:LASTMONTH)', comparatorOfLiteral, 'stands with between'],
    ['Deals', '(Closing_Date:equal:YESTERDAYMINUS)', comparatorOfLiteral, 'less_equal'],
    ['Deals', '(Closing_Date:greater_than:${LASTMONTH})', comparatorOfLiteral, 'equal or between'],
    ['Accounts', '(Custom__c:less_than:${TODAY})', comparatorOfLiteral, 'equal'],
    ['Accounts', '(Custom__c:between:TODAY)', valueOfComparator, 'stands with equal'],
    ['Accounts', '(Custom__c:between:5)', valueOfComparator, 'two values'],
    ['Accounts', '(Custom__c:between:1,2,3)', valueOfComparator, 'two values'],
    ['Accounts', '(Custom__c:include_any:East)', valueOfComparator, 'ids'],
    ['Accounts', '(Custom__c:include_any:1,2,3,4,5,6)', valueOfComparator, '1 to 5'],
    [
      'Accounts',
      '{"comparator":"in","field":{"api_name":"X"},"value":"a"}',
      valueOfComparator,
      'list',
    ],
    [
      'Accounts',
      '{"comparator":"less_than","field":{"api_name":"X"},"value":["1"]}',
      valueOfComparator,
      'exactly one',
    ],
    [
      'Accounts',
      '{"comparator":"contains","field":{"api_name":"X"},"value":5}',
      valueOfComparator,
      'text',
    ],
    [
      'Accounts',
      '{"comparator":"include_any","field":{"api_name":"X"},"value":["1"]}',
      valueOfComparator,
      'CRM records',
    ],
  ])('%s %s', (module, text, cause, told) => {
    expect(parseCriteria(text, module)).toMatchObject({
      problem: { code: 'DEPENDENT_MISMATCH', cause, resolution: expect.stringContaining(told) },
    });
  });

  test('a field that holds an image', () => {
    const problem = { code: 'NOT_SUPPORTED', value: 'Record_Image' };
    expect(parseCriteria('(Record_Image:equal:x)', 'Leads')).toMatchObject({ problem });
  });

  test('a value of 256 characters', () => {
    const problem = { code: 'INVALID_DATA', cause: 'a value is too long' };
    expect(parseCriteria(`(X:equal:${'x'.repeat(256)})`, 'Leads')).toMatchObject({ problem });
  });
});
