import { MODULES, type ModuleName } from './demo-org.ts';

/** One field of a CRM module, as far as criteria, COQL and the metadata call need it. */
export interface Field {
  readonly id: string;
  readonly apiName: string;
  readonly dataType: string;
  readonly isSystem: boolean;
}

const COMMON =
  'id:bigint Owner:ownerlookup Created_By:ownerlookup Modified_By:ownerlookup ' +
  'Created_Time:datetime Modified_Time:datetime Last_Activity_Time:datetime Tag:text Description:textarea';

const OWN: Record<ModuleName, string> = {
  Accounts:
    'Account_Name:text Account_Number:text Account_Type:picklist Industry:picklist Annual_Revenue:currency ' +
    'Employees:integer Rating:picklist Billing_Country:text Billing_State:text Billing_City:text ' +
    'Billing_Street:text Billing_Code:text Shipping_Country:text Phone:phone Fax:text Website:website ' +
    'Ownership:picklist SIC_Code:integer Ticker_Symbol:text Parent_Account:lookup Email_Opt_Out:boolean ' +
    'Territories:multiselectlookup',
  Contacts:
    'First_Name:text Last_Name:text Full_Name:text Email:email Title:text Department:text ' +
    'Account_Name:lookup Mailing_Country:text Mailing_State:text Mailing_City:text Phone:phone ' +
    'Mobile:phone Lead_Source:picklist Date_of_Birth:date Email_Opt_Out:boolean Reporting_To:lookup ' +
    'Territories:multiselectlookup',
  Leads:
    'First_Name:text Last_Name:text Full_Name:text Company:text Email:email Title:text Industry:picklist ' +
    'Annual_Revenue:currency No_of_Employees:integer Lead_Status:picklist Lead_Source:picklist ' +
    'Rating:picklist Country:text State:text City:text Phone:phone Mobile:phone Website:website ' +
    'Email_Opt_Out:boolean Territories:multiselectlookup',
  Deals:
    'Deal_Name:text Amount:currency Stage:picklist Probability:integer Closing_Date:date ' +
    'Account_Name:lookup Contact_Name:lookup Type:picklist Lead_Source:picklist Next_Step:text ' +
    'Expected_Revenue:currency Campaign_Source:lookup Territory:multiselectlookup',
};

const SYSTEM = new Set(['id', 'Created_By', 'Modified_By', 'Created_Time', 'Modified_Time']);

function fieldsOf(module: ModuleName): ReadonlyMap<string, Field> {
  const base = (MODULES.indexOf(module) + 1) * 1_000;
  const fields = `${OWN[module]} ${COMMON}`.split(' ').map((text, index): Field => {
    const [apiName, dataType] = text.split(':') as [string, string];
    const id = `57257670000000${String(base + index).padStart(5, '0')}`;
    return { id, apiName, dataType, isSystem: SYSTEM.has(apiName) };
  });
  return new Map(fields.map((field) => [field.apiName, field]));
}

/** The fields of each module by their API name. */
export const FIELDS: Readonly<Record<ModuleName, ReadonlyMap<string, Field>>> = {
  Accounts: fieldsOf('Accounts'),
  Contacts: fieldsOf('Contacts'),
  Leads: fieldsOf('Leads'),
  Deals: fieldsOf('Deals'),
};

/** The field that holds a CRM record's territories: singular for deals (API notes 1.12). */
export function territoryField(module: ModuleName): 'Territory' | 'Territories' {
  return module === 'Deals' ? 'Territory' : 'Territories';
}
