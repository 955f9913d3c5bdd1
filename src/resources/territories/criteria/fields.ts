import type { CriteriaModule } from './shape.ts';

/** The kinds of field that differ in the comparators and values they take. */
export type FieldKind =
  | 'text'
  | 'picklist'
  | 'lookup'
  | 'integer'
  | 'currency'
  | 'date'
  | 'datetime'
  | 'boolean'
  | 'file';

/** API names by kind, separated by blanks. */
type FieldTable = Partial<Record<FieldKind, string>>;

/**
 * Fields that all three modules have. The help pages below name only some of them: that the times are datetime fields
 * and `Record_Image` is an image is our inference, from their names and from O26b's refusal of files in criteria.
 */
const SHARED: FieldTable = {
  text: 'Description',
  lookup: 'Owner Created_By Modified_By',
  datetime: 'Created_Time Modified_Time Last_Activity_Time',
  file: 'Record_Image',
};

/** @see https://help.zoho.com/portal/kb/articles/standard-fields-accounts (read 2026-11-21) */
const ACCOUNTS: FieldTable = {
  text: `Account_Name Account_Site Phone Fax Website Ticker_Symbol
    Billing_Street Billing_City Billing_State Billing_Code Billing_Country
    Shipping_Street Shipping_City Shipping_State Shipping_Code Shipping_Country`,
  picklist: 'Account_Type Industry Ownership Rating',
  lookup: 'Parent_Account',
  integer: 'Employees',
  currency: 'Annual_Revenue',
};

/** @see https://help.crmforyourbusiness.com/portal/kb/articles/standard-fields-leads (read 2026-11-21) */
const LEADS: FieldTable = {
  text: `Company First_Name Last_Name Full_Name Designation Email Secondary_Email Phone Mobile Fax Website
    Skype_ID Street City State Zip_Code Country`,
  picklist: 'Salutation Lead_Source Lead_Status Industry Rating',
  integer: 'No_of_Employees',
  currency: 'Annual_Revenue',
  boolean: 'Email_Opt_Out',
};

/** @see https://help.zoho.com/portal/en/kb/crm/sales-force-automation/deal-management/articles/standard-fields-deals (read 2026-11-21) */
const DEALS: FieldTable = {
  text: 'Deal_Name Next_Step',
  picklist: 'Stage Type Lead_Source Pipeline',
  lookup: 'Account_Name Contact_Name Campaign_Source',
  integer: 'Probability',
  currency: 'Amount Expected_Revenue',
  date: 'Closing_Date',
};

const KINDS: Readonly<Record<CriteriaModule, ReadonlyMap<string, FieldKind>>> = {
  Accounts: kindsByName(SHARED, ACCOUNTS),
  Leads: kindsByName(SHARED, LEADS),
  Deals: kindsByName(SHARED, DEALS),
};

/**
 * The kind of a well-known standard field; undefined for every other field, which is then left to the org.
 *
 * Standard fields that the sources describe in two ways (`Account_Number`, `SIC_Code`) are not listed: refusing what the
 * org would accept is worse than one refusal by the org.
 */
export function kindOf(module: CriteriaModule, apiName: string): FieldKind | undefined {
  return KINDS[module].get(apiName);
}

function kindsByName(...tables: FieldTable[]): Map<string, FieldKind> {
  const kinds = new Map<string, FieldKind>();
  for (const table of tables) {
    for (const [kind, names] of Object.entries(table)) {
      for (const name of names.split(/\s+/)) kinds.set(name, kind as FieldKind);
    }
  }
  return kinds;
}
