import { createNearest } from '../../nearest.ts';
import { normaliseName } from '../../resources/names.ts';
import type { Org } from '../../resources/resource.ts';
import type { User } from '../../zoho/directory.ts';

/**
 * Each takes up to some milliseconds with ten thousand users, and a file may hold any number of
 * wrong names. Whoever has corrected two hundred of them imports the file again anyway.
 */
export const MOST_SUGGESTIONS = 200;

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
  let left = MOST_SUGGESTIONS;
  const limited = (find: (text: string) => string | undefined) => {
    const answers = new Map<string, string | undefined>();
    return (text: string) => {
      if (left > 0 && !answers.has(text)) {
        left -= 1;
        answers.set(text, find(text));
      }
      return answers.get(text);
    };
  };
  return {
    territory: limited(createNearest(territories.map(({ name }) => name))),
    user: limited(createUserSuggestion(users)),
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
    (email) => email.replace(/@.*/s, ''),
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
