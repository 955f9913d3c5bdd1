import type { Journal } from '../journal/journal.ts';
import { type ResultContext, valueAtFault } from './result-files.ts';
import type { Summary } from './summary.ts';

const MOST_CAUSES = 20;

/** Groups the rows of a run by why they ended as they did, the most frequent reason first. */
export function causesOf(
  journal: Journal,
  context: Pick<ResultContext, 'header' | 'headers'>,
): Summary['causes'] {
  return journal.causes(MOST_CAUSES).map(({ field, example, ...cause }) => ({
    ...cause,
    example: {
      row: example.row,
      value: valueAtFault({ value: example.value, field }, example.cells, context),
    },
  }));
}
