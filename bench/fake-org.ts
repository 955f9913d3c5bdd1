/** The org that the benchmarks import into: so many users and territories, named by a number. */
export interface FakeOrg {
  readonly users: number;
  readonly territories: number;
}

/** Gives the id of the nth user, counted from 1. */
export function userId(n: number): string {
  return `572576700002${digits(n, 7)}`;
}

/** Gives the e-mail address of the nth user. */
export function userEmail(n: number): string {
  return `user.${digits(n, 4)}@northwind.example`;
}

/** Gives the id of the nth territory, counted from 1. */
export function territoryId(n: number): string {
  return `572576700001${digits(n, 7)}`;
}

/** Gives the name of the nth territory. */
export function territoryName(n: number): string {
  return `Sales Region ${digits(n, 4)}`;
}

/** Gives the id of the nth CRM record; odd, since many zeros at the end look rounded. */
export function recordId(n: number): string {
  return `57257670${digits(n * 2 + 1, 11)}`;
}

function digits(n: number, width: number): string {
  return String(n).padStart(width, '0');
}
