import { DEMO_RECORDS_PER_MODULE, demoRecordId, demoUsers, type ModuleName } from './demo-org.ts';

/** A CRM record as the API would give it, without its territories. */
export type DemoRecord = Readonly<Record<string, unknown>>;

const users = demoUsers();
const active = users.filter((user) => user.status === 'active');

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
  const First_Name = pick(users, n).firstName;
  const Last_Name = pick(users, n * 7 + Math.floor(n / users.length)).lastName;
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
  const { id, firstName, lastName } = pick(active, n);
  const created = new Date(Date.UTC(2025, 0, 1, 8) + (n % 5_000) * 3_600_000);
  const time = created.toISOString().replace('.000Z', '+00:00');
  return {
    ...FIELDS_OF[module](n),
    Owner: { name: `${firstName} ${lastName}`, id },
    Created_Time: time,
    Modified_Time: time,
  };
}
