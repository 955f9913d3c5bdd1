/** Jobs that have yet to be done, by the CRM record that each is for. */
export type Jobs = [recordId: string, jobId: string][];

/** A value in a body, with the key that leads to it and what it stands in. */
interface Place {
  readonly value: unknown;
  readonly key: string;
  readonly around: Place | undefined;
}

/** Words of a job that will do nothing more; `success` is left out, as answers have it, too. */
const ENDED = /^(complete|done|finish|fail|cancel|abort|terminat)/i;

/** Keys of ids. */
const ID = /(^|_)ids?$/i;

/**
 * Finds the jobs in a body. Of its shape only `job_id` is documented, so that one is looked for
 * wherever it may stand; it is of the records whose ids stand in the same object or below it, else
 * of the one nearest around it, as a value or as the key.
 *
 * Gives undefined when the body is none of the API, or tells of a job without saying whose it is.
 *
 * @param ids what was asked for; a body about one record need not name it
 */
export function jobsIn(body: unknown, ids: readonly string[]): Jobs | undefined {
  if (!isObject(body) || isRefusal(body)) return undefined;
  const asked = new Set(ids);
  const jobs: Jobs = [];
  const open: Place[] = [{ value: body, key: '', around: undefined }];
  // A loop and not a recursion: no answer, however deep, can overflow the stack.
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value } = place;
    if (!isObject(value)) continue;
    if (isRefusal(value)) return undefined;
    const job = pendingJobOf(value);
    if (job !== undefined) {
      const records = recordsOf(place, asked);
      if (records.length === 0) return undefined;
      for (const record of records) jobs.push([record, job]);
    }
    for (const [key, part] of Object.entries(value)) {
      open.push({ value: part, key, around: place });
    }
  }
  return jobs;
}

/** The records that a job is for, among those that were asked for; none where nobody can tell. */
function recordsOf(place: Place, asked: ReadonlySet<string>): string[] {
  const named = namesIn(place.value, true);
  const isAsked = ({ text }: Name) => asked.has(text);
  if (named.some(isAsked)) return textsOf(named.filter(isAsked));
  for (let at: Place | undefined = place; at !== undefined; at = at.around) {
    if (asked.has(at.key) && !Array.isArray(at.around?.value)) return [at.key];
    // What stands beside it in a list is of another record.
    const beside = namesIn(at.around?.value, false);
    const nearest = beside.find(isAsked);
    if (nearest !== undefined) return [nearest.text];
    named.push(...beside);
  }
  return asked.size === 1 && !named.some(({ key }) => ID.test(key)) ? [...asked] : [];
}

/** A text or a number in a body. */
interface Name {
  readonly key: string;
  readonly text: string;
}

/** What an object says of itself, in itself and below, but for what is of another job. */
function namesIn(top: unknown, intoLists: boolean): Name[] {
  const names: Name[] = [];
  const open = [{ key: '', value: top }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value } = next;
    if (!isObject(value) || (Array.isArray(value) && !intoLists)) continue;
    for (const [name, part] of Object.entries(value)) {
      const key = Array.isArray(value) ? next.key : name;
      if (isObject(part)) {
        if (!('job_id' in part)) open.push({ key, value: part });
      } else if (key !== 'job_id') {
        for (const text of textOf(part).split(',')) {
          if (text.trim() !== '') names.push({ key, text: text.trim() });
        }
      }
    }
  }
  return names;
}

function textsOf(names: readonly Name[]): string[] {
  return [...new Set(names.map(({ text }) => text))];
}

/** The job of an object, unless it has none or says that it has ended. */
function pendingJobOf(value: object): string | undefined {
  const { job_id: id, status, job_status: jobStatus = status } = value as Record<string, unknown>;
  const job = textOf(id).trim();
  const isNone = job === '' || job === '0' || job === 'null';
  return isNone || ENDED.test(textOf(jobStatus)) ? undefined : job;
}

/** Whether the org says that it does not tell, in an answer or in a part of it. */
function isRefusal(value: object): boolean {
  return 'code' in value && 'status' in value && value.status === 'error' && !('job_id' in value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** An id, written as a text or as a number; nothing for anything else. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
