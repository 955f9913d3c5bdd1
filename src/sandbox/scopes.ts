/** Scopes that open an endpoint: one of the alternatives, and of that all. Without their prefix. */
export type ScopeRule = readonly (readonly string[])[];

const PREFIX = 'zohocrm.';

/**
 * Whether granted scopes satisfy a rule. Upper and lower case do not matter, as the reference pages
 * themselves differ; `ALL` covers every operation, `settings.ALL` and `modules.ALL` all below them.
 */
export function isAllowed(granted: readonly string[], rule: ScopeRule): boolean {
  const have = new Set(granted.map((scope) => scope.toLowerCase().replace(PREFIX, '')));
  return rule.some((needed) => needed.every((scope) => covers(have, scope.toLowerCase())));
}

function covers(have: ReadonlySet<string>, scope: string): boolean {
  const parts = scope.split('.');
  const operation = parts.pop() as string;
  for (let length = parts.length; length > 0; length--) {
    const area = parts.slice(0, length).join('.');
    if (have.has(`${area}.all`) || have.has(`${area}.${operation}`)) return true;
  }
  return false;
}

/** The scopes of a space or comma separated list. */
export function scopeList(text: string): string[] {
  return text.split(/[\s,]+/).filter((scope) => scope !== '');
}
