import { OrgError, TransientError, UnansweredError } from './errors.ts';

/** Whether a request that failed on the way may have reached the server: then it counts there. */
export function wasSent(error: unknown): boolean {
  return (
    error instanceof UnansweredError ||
    (error instanceof TransientError && error.cause instanceof UnansweredError) ||
    // An answer that is too large is an answer.
    (error instanceof OrgError && error.code === 'UNEXPECTED_RESPONSE')
  );
}
