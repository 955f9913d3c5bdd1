import { Refusal } from './answers.ts';

/** A COQL query, parsed but not yet held against a module's fields. */
export interface CoqlQuery {
  readonly fields: readonly string[];
  readonly module: string;
  readonly where: Condition;
  readonly orderBy: readonly { readonly field: string; readonly direction: 'asc' | 'desc' }[];
  readonly limit: number;
  readonly offset: number;
}

/** A condition of the WHERE clause; values are kept as text, as ids do not fit a number. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | {
      readonly kind: 'compare';
      readonly field: string;
      readonly operator: string;
      readonly values: readonly string[];
    };

/** Rows per call when the query names no LIMIT (API notes 6.1). */
const DEFAULT_LIMIT = 200;

const TOKEN =
  /\s*(?:('(?:[^'\\]|\\.)*')|([A-Za-z_$][\w$.]*)|(-?\d+(?:\.\d+)?)|(<=|>=|!=|<>|[=<>(),]))/y;

interface Token {
  readonly kind: 'text' | 'word' | 'number' | 'sign';
  readonly value: string;
}

/** The refusal of a query that cannot be understood; `details.near` shows where. */
export function invalidQuery(message: string, details: Record<string, unknown> = {}): Refusal {
  return new Refusal('INVALID_QUERY', message, details);
}

function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  const text = query.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const start = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (found === null) throw syntaxError(text.slice(start, start + 20).trim());
    const [, quoted, word, number, sign] = found;
    if (quoted !== undefined) {
      tokens.push({ kind: 'text', value: quoted.slice(1, -1).replace(/\\(.)/g, '$1') });
    } else if (word !== undefined) tokens.push({ kind: 'word', value: word });
    else if (number !== undefined) tokens.push({ kind: 'number', value: number });
    else if (sign !== undefined) tokens.push({ kind: 'sign', value: sign });
  }
  return tokens;
}

const syntaxError = (near: string) =>
  invalidQuery('error occured while parsing the query', { near });

/**
 * Parses `select … from … where … [order by …] [limit [offset,] n] [offset n]`.
 *
 * @throws {Refusal} INVALID_QUERY.
 */
export function parseCoql(query: string): CoqlQuery {
  const tokens = tokensOf(query);
  let at = 0;
  const isWord = (word: string, ahead = 0) =>
    tokens[at + ahead]?.kind === 'word' && tokens[at + ahead]?.value.toLowerCase() === word;
  const isSign = (sign: string) => tokens[at]?.kind === 'sign' && tokens[at]?.value === sign;
  const accept = (matches: boolean) => {
    if (matches) at += 1;
    return matches;
  };
  const fail = (): never => {
    throw syntaxError(tokens[at]?.value ?? 'end of the query');
  };
  const expectWord = (word: string) => {
    if (!accept(isWord(word))) fail();
  };
  const take = (...kinds: Token['kind'][]): string => {
    const token = tokens[at];
    if (token === undefined || !kinds.includes(token.kind)) return fail();
    at += 1;
    return token.value;
  };
  const separated = <T>(one: () => T): T[] => {
    const list = [one()];
    while (accept(isSign(','))) list.push(one());
    return list;
  };
  const value = () => take('text', 'number', 'word');

  const either = (): Condition => {
    let left = both();
    while (accept(isWord('or'))) left = { kind: 'or', left, right: both() };
    return left;
  };
  const both = (): Condition => {
    let left = single();
    while (accept(isWord('and'))) left = { kind: 'and', left, right: single() };
    return left;
  };
  const single = (): Condition => {
    if (accept(isSign('('))) {
      const inner = either();
      if (!accept(isSign(')'))) fail();
      return inner;
    }
    return comparison(take('word'));
  };
  const comparison = (field: string): Condition => {
    if (accept(isWord('is'))) {
      const operator = accept(isWord('not')) ? 'is not null' : 'is null';
      expectWord('null');
      return { kind: 'compare', field, operator, values: [] };
    }
    const not = accept(isWord('not')) ? 'not ' : '';
    if (accept(isWord('in'))) {
      if (!accept(isSign('('))) fail();
      const values = separated(value);
      if (!accept(isSign(')'))) fail();
      return { kind: 'compare', field, operator: `${not}in`, values };
    }
    if (accept(isWord('like'))) {
      return { kind: 'compare', field, operator: `${not}like`, values: [value()] };
    }
    if (accept(isWord('between'))) {
      const from = value();
      expectWord('and');
      return { kind: 'compare', field, operator: `${not}between`, values: [from, value()] };
    }
    if (not !== '') fail();
    const sign = take('sign');
    if (!['=', '!=', '<>', '>', '>=', '<', '<='].includes(sign)) fail();
    return { kind: 'compare', field, operator: sign === '<>' ? '!=' : sign, values: [value()] };
  };
  const order = () => {
    const field = take('word');
    const isDescending = accept(isWord('desc'));
    if (!isDescending) accept(isWord('asc'));
    return { field, direction: isDescending ? ('desc' as const) : ('asc' as const) };
  };

  expectWord('select');
  const fields = separated(() => take('word'));
  expectWord('from');
  const module = take('word');
  if (!isWord('where')) throw invalidQuery('missing clause', { clause: 'WHERE' });
  at += 1;
  const where = either();
  let orderBy: CoqlQuery['orderBy'] = [];
  if (accept(isWord('order'))) {
    expectWord('by');
    orderBy = separated(order);
  }
  let limit = DEFAULT_LIMIT;
  let offset = 0;
  if (accept(isWord('limit'))) {
    limit = Number(take('number'));
    if (accept(isSign(','))) [offset, limit] = [limit, Number(take('number'))];
  }
  if (accept(isWord('offset'))) offset = Number(take('number'));
  if (at < tokens.length) fail();
  return { fields, module, where, orderBy, limit, offset };
}
