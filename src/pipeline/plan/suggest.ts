import { createNearest, createSparing } from '../../nearest.ts';
import { normaliseName } from '../../resources/names.ts';
import type { Org } from '../../resources/resource.ts';
import type { User } from '../../zoho/directory.ts';

/** Gives the existing name that was probably meant; nothing where none is near. */
export interface Suggestions {
  readonly territory: (text: string) => string | undefined;
  readonly user: (text: string) => string | undefined;
}

/** Makes the suggestions of one org. The same text always gets the same answer. */
export function createSuggestions({
  territories,
  users,
}: Pick<Org, 'territories' | 'users'>): Suggestions {
  const sparing = createSparing();
  return {
    territory: sparing(createNearest(territories.map(({ name }) => name))),
    user: sparing(createUserSuggestion(users)),
  };
}

/** What stands before the @, in which people are who they are at any company. */
function localPartOf(email: string): string {
  return email.replace(/@.*/s, '').trim().toLowerCase();
}

/** A full name means the one user of that name; anything else is taken for an e-mail address. */
function createUserSuggestion(users: readonly User[]): (text: string) => string | undefined {
  const reachable = users.filter(({ email }) => email !== '');
  // The users of an org share a domain: only what stands before it tells them apart.
  const near = createNearest(
    reachable.map(({ email }) => email),
    localPartOf,
  );
  const byName = Map.groupBy(reachable, ({ name }) => normaliseName(name));
  byName.delete('');
  const byLocalPart = Map.groupBy(reachable, ({ email }) => localPartOf(email));
  const onlyOne = (users: readonly User[] = []) =>
    users.length === 1 ? users[0]?.email : undefined;
  return (text) =>
    onlyOne(byName.get(normaliseName(text))) ??
    onlyOne(byLocalPart.get(localPartOf(text))) ??
    near(text);
}
