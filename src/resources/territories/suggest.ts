import { createNearest, createSparing } from '../../nearest.ts';
import type { Finding } from '../../vocabulary.ts';
import { normaliseName } from '../names.ts';
import type { Org } from '../resource.ts';

/**
 * Makes the finding for parents that are nowhere. What was meant may be in the org or in the file,
 * but is never the row's own territory.
 *
 * @param namesInFile names that rows give to territories
 */
export function createParentSuggestion(
  org: Org,
  namesInFile: readonly string[],
): (text: string, ownName: string) => Finding {
  const names = [...org.territories.map(({ name }) => name), ...namesInFile];
  const find = createSparing()(createNearest(names));
  return (text, ownName) => {
    const answer = find(text);
    const isOwn = answer !== undefined && normaliseName(answer) === normaliseName(ownName);
    return unknownParent(org, text, isOwn ? undefined : answer);
  };
}

function unknownParent(org: Org, text: string, suggestion: string | undefined): Finding {
  const looked = org.territory(text, 'reporting_to');
  if ('found' in looked) throw new Error(`bug: the org has ${text} after all`);
  // The org knows its own names only.
  const { suggestion: _, ...finding } = looked.finding;
  return suggestion === undefined ? finding : { ...finding, suggestion };
}
