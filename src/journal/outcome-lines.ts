import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { Finding, Outcome, Status } from '../vocabulary.ts';

const COLUMNS =
  'row, status, code, cause, value, field, resolution, suggestion, id, job_id, http_status, attempts';

/** Takes the values of {@link lineOf}. */
export const INSERT_OUTCOME = `
  INSERT INTO outcomes (${COLUMNS}) VALUES (${COLUMNS.replace(/\w+/g, '?')})`;

/** Gives lines for {@link outcomeOf}, in row order. */
export const SELECT_OUTCOMES = `SELECT ${COLUMNS} FROM outcomes ORDER BY row`;

/** An outcome as a line of its table. */
export function lineOf(outcome: Outcome): SQLInputValue[] {
  const { finding } = outcome;
  return [
    outcome.row,
    outcome.status,
    finding?.code ?? null,
    finding?.cause ?? null,
    finding?.value ?? null,
    finding?.field ?? null,
    finding?.resolution ?? null,
    finding?.suggestion ?? null,
    outcome.id ?? null,
    outcome.jobId ?? null,
    outcome.httpStatus ?? null,
    outcome.attempts,
  ];
}

/** Takes the values of {@link amendmentOf}. */
export const AMEND_OUTCOME = `
  UPDATE outcomes SET status = ?, code = ?, cause = ?, field = ?, resolution = ? WHERE row = ?`;

/** What has become of a row since its outcome was written. */
export function amendmentOf({
  row,
  status,
  finding,
}: Pick<Outcome, 'row' | 'status' | 'finding'>): SQLInputValue[] {
  return [
    status,
    finding?.code ?? null,
    finding?.cause ?? null,
    finding?.field ?? null,
    finding?.resolution ?? null,
    row,
  ];
}

/** A line of its table as an outcome. */
export function outcomeOf(line: readonly SQLOutputValue[]): Outcome {
  const [
    row,
    status,
    code,
    cause,
    value,
    field,
    resolution,
    suggestion,
    id,
    jobId,
    httpStatus,
    attempts,
  ] = line;
  const finding: Finding = {
    code: String(code),
    cause: String(cause),
    ...(value === null ? {} : { value: String(value) }),
    ...(field === null ? {} : { field: String(field) }),
    resolution: String(resolution),
    ...(suggestion === null ? {} : { suggestion: String(suggestion) }),
  };
  return {
    row: Number(row),
    status: String(status) as Status,
    ...(code === null ? {} : { finding }),
    ...(id === null ? {} : { id: String(id) }),
    ...(jobId === null ? {} : { jobId: String(jobId) }),
    ...(httpStatus === null ? {} : { httpStatus: Number(httpStatus) }),
    attempts: Number(attempts),
  };
}
