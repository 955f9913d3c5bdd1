import type { Journal } from '../journal/journal.ts';
import { faultOf, type ResultContext, resolutionFor } from './result-files.ts';
import type { Summary } from './summary.ts';

const MOST_CAUSES = 100;

/** Groups the rows of a run by why they ended as they did, the most frequent reason first. */
export function causesOf(
  journal: Journal,
  context: Pick<ResultContext, 'header' | 'places'>,
): Summary['causes'] {
  return journal.causes(MOST_CAUSES).map(({ field, example, resolution, ...cause }) => {
    const { suggestion } = example;
    const { value, place } = faultOf({ value: example.value, field }, example.cells, context);
    const header = place === undefined ? undefined : context.header[place];
    return {
      ...cause,
      resolution: resolutionFor({ resolution, field }, header),
      example: { row: example.row, value, ...(suggestion === undefined ? {} : { suggestion }) },
    };
  });
}
