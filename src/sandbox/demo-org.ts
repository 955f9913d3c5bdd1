/**
 * The organisation a new sandbox starts with. Everything here is a pure function of a number, so
 * that sample files can be written against ids that never change.
 */

/** The CRM modules that can hold territories (S3). */
export const MODULES = ['Accounts', 'Contacts', 'Leads', 'Deals'] as const;

/** One of the CRM modules that can hold territories. */
export type ModuleName = (typeof MODULES)[number];

/** The demo organisation itself; its top territory bears its name. */
export const DEMO_ORG = {
  id: '5725767000000000001',
  name: 'Northwind Trading',
  territoryId: '5725767000000400001',
  currentUserId: '5725767000000100001',
} as const;

/** How many CRM records of each module the demo organisation has. */
export const DEMO_RECORDS_PER_MODULE = 2_000;

/** A user of the demo organisation. */
export interface DemoUser {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly status: 'active' | 'inactive' | 'deleted';
  readonly role: { readonly id: string; readonly name: string };
  readonly profile: { readonly id: string; readonly name: string };
}

/** A CRM record as the API would give it, without its territories. */
export type DemoRecord = Readonly<Record<string, unknown>>;

const PEOPLE =
  'Alex Morgan|Amara Okafor|Ana Ferreira|Anders Lindqvist|Aoife Brennan|Arjun Mehta|Beatriz Navarro|' +
  'Bjorn Halvorsen|Camille Laurent|Carlos Mendoza|Chen Wei|Chloe Dubois|Clara Hoffmann|Daniel Kim|' +
  'Dmitri Volkov|Elena Petrova|Elif Yilmaz|Emeka Nwosu|Emma Johansson|Farah Haddad|Felix Brandt|' +
  'Fiona Campbell|Giulia Romano|Grace Mwangi|Hannah Fischer|Hiroshi Tanaka|Ines Carvalho|Isabel Ortega|' +
  'Jack Sullivan|Jamal Carter|Jana Novakova|Jasper Visser|Kavya Iyer|Kenji Watanabe|Lars Pedersen|' +
  'Laura Bianchi|Leila Rahimi|Liam Murphy|Lucia Gomez|Maja Kowalska|Marco Conti|Maria Silva|' +
  'Mateo Fernandez|Mei Lin|Mohammed Saleh|Naomi Cohen|Niamh Doyle|Noah Bennett|Olivia Hughes|' +
  'Omar Farouk|Priya Raman|Rafael Costa|Rosa Martinez|Samuel Adeyemi|Sofia Andersson|Sven Keller|' +
  'Tariq Aziz|Thomas Becker|Valentina Rossi|Yuki Sato';

const names = PEOPLE.split('|').map((name) => name.split(' ') as [string, string]);

const ROLES = ['CEO', 'Sales Director', 'Regional Manager', 'Account Executive'];

/** The id of demo user `n`, counted from 1 to 60. */
export function demoUserId(n: number): string {
  return `5725767000000${100_000 + n}`;
}

/**
 * The id of demo record `n` of a module, counted from 1.
 *
 * Accounts start at `5725767000001000001`, Contacts at `5725767000002000001`, Leads at
 * `5725767000003000001`, Deals at `5725767000004000001`.
 */
export function demoRecordId(module: ModuleName, n: number): string {
  return `572576700000${MODULES.indexOf(module) + 1}${String(n).padStart(6, '0')}`;
}

/** Whether demo record `n` is locked, so that its territories cannot be changed. */
export function isDemoRecordLocked(module: ModuleName, n: number): boolean {
  return module === 'Accounts' && n >= 1_991 && n <= 2_000;
}

/** The 60 users: user 1 is logged in, users 58 and 59 are inactive, user 60 is deleted. */
export function demoUsers(): DemoUser[] {
  return names.map(([firstName, lastName], index) => {
    const n = index + 1;
    const role = n === 1 ? 0 : n <= 5 ? 1 : n <= 15 ? 2 : 3;
    return {
      id: demoUserId(n),
      firstName,
      lastName,
      email: `${firstName}.${lastName}@northwind.example`.toLowerCase(),
      status: n === 60 ? 'deleted' : n >= 58 ? 'inactive' : 'active',
      role: { id: `572576700000001500${role + 1}`, name: ROLES[role] as string },
      profile:
        n === 1
          ? { id: '5725767000000026011', name: 'Administrator' }
          : { id: '5725767000000026014', name: 'Standard' },
    };
  });
}

const BRANDS = (
  'Alpine Amber Apex Arbor Argent Atlas Aurora Baltic Beacon Birch Blue Boreal Cascade Cedar Cobalt ' +
  'Copper Coral Crescent Delta Echo Ember Evergreen Falcon Fjord Granite Harbor Helios Horizon Indigo ' +
  'Iron Juniper Keystone Lakeside Lumen Maple Meridian Nimbus Northern Oak Orion Pacific Pinnacle ' +
  'Prairie Quartz Redwood Sierra Silver Summit Vertex Willow'
).split(' ');
const TRADES: ReadonlyArray<readonly [name: string, industry: string]> = [
  ['Analytics', 'Technology'],
  ['Apparel', 'Retail'],
  ['Automation', 'Manufacturing'],
  ['Aviation', 'Transportation'],
  ['Bank', 'Banking'],
  ['Biotech', 'Healthcare'],
  ['Brewing', 'Food'],
  ['Capital', 'Banking'],
  ['Chemicals', 'Manufacturing'],
  ['Clinics', 'Healthcare'],
  ['Cloud Services', 'Technology'],
  ['Components', 'Manufacturing'],
  ['Construction', 'Construction'],
  ['Consulting', 'Consulting'],
  ['Dairy', 'Food'],
  ['Education', 'Education'],
  ['Electronics', 'Technology'],
  ['Energy', 'Energy'],
  ['Engineering', 'Construction'],
  ['Farms', 'Food'],
  ['Foods', 'Food'],
  ['Freight', 'Transportation'],
  ['Furniture', 'Retail'],
  ['Gas & Power', 'Energy'],
  ['Hotels', 'Hospitality'],
  ['Insurance', 'Insurance'],
  ['Labs', 'Healthcare'],
  ['Logistics', 'Transportation'],
  ['Markets', 'Retail'],
  ['Media', 'Media'],
  ['Medical', 'Healthcare'],
  ['Metals', 'Manufacturing'],
  ['Networks', 'Telecommunications'],
  ['Partners', 'Consulting'],
  ['Pharma', 'Healthcare'],
  ['Resorts', 'Hospitality'],
  ['Software', 'Technology'],
  ['Solar', 'Energy'],
  ['Telecom', 'Telecommunications'],
  ['Textiles', 'Manufacturing'],
];
const PLACES: ReadonlyArray<readonly [country: string, state: string, city: string]> = [
  ['United States', 'California', 'San Francisco'],
  ['United States', 'New York', 'New York'],
  ['United States', 'Texas', 'Austin'],
  ['United States', 'Illinois', 'Chicago'],
  ['Canada', 'Ontario', 'Toronto'],
  ['Mexico', 'Jalisco', 'Guadalajara'],
  ['Brazil', 'Sao Paulo', 'Campinas'],
  ['United Kingdom', 'England', 'Manchester'],
  ['Ireland', 'Leinster', 'Dublin'],
  ['France', 'Ile-de-France', 'Paris'],
  ['Germany', 'Bavaria', 'Munich'],
  ['Germany', 'Hesse', 'Frankfurt'],
  ['Netherlands', 'South Holland', 'Rotterdam'],
  ['Spain', 'Catalonia', 'Barcelona'],
  ['Italy', 'Lombardy', 'Milan'],
  ['Sweden', 'Stockholm', 'Stockholm'],
  ['Poland', 'Mazovia', 'Warsaw'],
  ['India', 'Karnataka', 'Bengaluru'],
  ['Japan', 'Kanto', 'Tokyo'],
  ['Singapore', 'Singapore', 'Singapore'],
  ['Australia', 'Victoria', 'Melbourne'],
  ['South Africa', 'Gauteng', 'Johannesburg'],
  ['Kenya', 'Nairobi', 'Nairobi'],
];
const STAGES = [
  ['Qualification', 10],
  ['Needs Analysis', 20],
  ['Value Proposition', 40],
  ['Proposal/Price Quote', 75],
  ['Negotiation/Review', 90],
  ['Closed Won', 100],
  ['Closed Lost', 0],
] as const;
const SOURCES = ['Cold Call', 'Employee Referral', 'Partner', 'Trade Show', 'Web Research'];
const LEAD_STATUSES = ['Attempted to Contact', 'Contacted', 'Not Contacted', 'Pre-Qualified'];
const TITLES = ['CEO', 'CFO', 'Head of Purchasing', 'IT Manager', 'Operations Director'];

/** Picks the same element for the same number, with the usual wrap around. */
const pick = <T>(from: readonly T[], n: number): T => from[n % from.length] as T;

function accountName(n: number): string {
  const i = n - 1;
  const round = Math.floor(i / DEMO_RECORDS_PER_MODULE);
  const name = `${pick(BRANDS, i)} ${pick(TRADES, Math.floor(i / BRANDS.length))[0]}`;
  return round === 0 ? name : `${name} ${round + 1}`;
}

function accountFields(n: number): DemoRecord {
  const [country, state, city] = pick(PLACES, n * 7);
  return {
    Account_Name: accountName(n),
    Account_Number: String(10_000 + n),
    Account_Type: pick(['Customer', 'Prospect', 'Partner', 'Distributor'], n * 3),
    Industry: pick(TRADES, Math.floor((n - 1) / BRANDS.length))[1],
    Annual_Revenue: 50_000 + ((n * 7_919) % 997) * 10_000,
    Employees: 5 + ((n * 613) % 4_800),
    Rating: pick(['Active', 'Acquired', 'Market Failed', 'Project Cancelled'], n * 5),
    Billing_Country: country,
    Billing_State: state,
    Billing_City: city,
    Phone: `+1 555 01${String(n % 100).padStart(2, '0')} ${String(n % 10_000).padStart(4, '0')}`,
    Website: `https://account-${n}.example`,
  };
}

function personName(n: number): { First_Name: string; Last_Name: string; Full_Name: string } {
  const First_Name = pick(names, n)[0];
  const Last_Name = pick(names, n * 7 + Math.floor(n / names.length))[1];
  return { First_Name, Last_Name, Full_Name: `${First_Name} ${Last_Name}` };
}

function contactFields(n: number): DemoRecord {
  const [country, , city] = pick(PLACES, n * 7);
  const account = ((n - 1) % DEMO_RECORDS_PER_MODULE) + 1;
  return {
    ...personName(n),
    Email: `contact-${n}@account-${account}.example`,
    Title: pick(TITLES, n * 3),
    Account_Name: { name: accountName(account), id: demoRecordId('Accounts', account) },
    Mailing_Country: country,
    Mailing_City: city,
    Lead_Source: pick(SOURCES, n),
  };
}

function leadFields(n: number): DemoRecord {
  const [country, state, city] = pick(PLACES, n * 5);
  return {
    ...personName(n + 31),
    Company: `${pick(BRANDS, n * 3)} ${pick(TRADES, n)[0]}`,
    Email: `lead-${n}@prospect.example`,
    Industry: pick(TRADES, n)[1],
    Annual_Revenue: 20_000 + ((n * 4_027) % 991) * 5_000,
    Lead_Status: pick(LEAD_STATUSES, n),
    Lead_Source: pick(SOURCES, n * 3),
    Country: country,
    State: state,
    City: city,
  };
}

function dealFields(n: number): DemoRecord {
  const [stage, probability] = pick(STAGES, n * 3);
  const account = ((n * 3 - 1) % DEMO_RECORDS_PER_MODULE) + 1;
  const day = new Date(Date.UTC(2026, 0, 1 + ((n * 11) % 720)));
  return {
    Deal_Name: `${accountName(account)} ${pick(['Renewal', 'Expansion', 'New Business', 'Pilot'], n)}`,
    Amount: 1_000 + ((n * 3_571) % 883) * 500,
    Stage: stage,
    Probability: probability,
    Closing_Date: day.toISOString().slice(0, 10),
    Account_Name: { name: accountName(account), id: demoRecordId('Accounts', account) },
    Type: pick(['New Business', 'Existing Business'], n),
    Lead_Source: pick(SOURCES, n),
  };
}

const FIELDS_OF: Record<ModuleName, (n: number) => DemoRecord> = {
  Accounts: accountFields,
  Contacts: contactFields,
  Leads: leadFields,
  Deals: dealFields,
};

/** The fields of demo record `n` of a module; its owner is one of the active users. */
export function demoRecord(module: ModuleName, n: number): DemoRecord {
  const owner = (n % 57) + 1;
  const [first, last] = names[owner - 1] as [string, string];
  const created = new Date(Date.UTC(2025, 0, 1, 8) + (n % 5_000) * 3_600_000);
  const time = created.toISOString().replace('.000Z', '+00:00');
  return {
    ...FIELDS_OF[module](n),
    Owner: { name: `${first} ${last}`, id: demoUserId(owner) },
    Created_Time: time,
    Modified_Time: time,
  };
}
