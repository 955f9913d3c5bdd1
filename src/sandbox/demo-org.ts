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
