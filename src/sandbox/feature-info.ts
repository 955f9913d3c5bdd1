import { type Answer, invalidData, NOTHING, ok } from './answers.ts';
import { idList, requiredParam } from './body.ts';
import { type Call, moduleOf } from './call.ts';
import type { JobAction } from './record-store.ts';

/** CRM records per call (D7:feature-info). */
const MAX_IDS = 100;
const FEATURE = 'territory_scheduled_jobs';

const SOURCE: Record<JobAction, string> = {
  assign: 'manual_territory_assignment',
  remove: 'manual_territory_removal',
};

/** GET /{module}/actions/get_feature_specific_info. */
export function getFeatureInfo(call: Call): Answer {
  const module = moduleOf(call);
  checkFeature(call);
  const ids = idList(requiredParam(call.query, 'ids'));
  if (ids.length > MAX_IDS) {
    throw invalidData('invalid data', { param_name: 'ids', maximum_length: MAX_IDS });
  }
  for (const id of ids) {
    if (call.org.records.get(id)?.module === module) continue;
    throw invalidData('the id given seems to be invalid', { param_name: 'ids', id });
  }
  return pendingJobs(call, ids);
}

/** GET /{module}/{record_id}/actions/get_feature_specific_info. */
export function getFeatureInfoOfOne(call: Call): Answer {
  const module = moduleOf(call);
  checkFeature(call);
  const record = call.org.records.get(call.param('recordid'));
  if (record?.module !== module) {
    throw invalidData('the id given seems to be invalid', { resource_path_index: 1 });
  }
  return pendingJobs(call, [record.id]);
}

function checkFeature(call: Call): void {
  if (requiredParam(call.query, 'features') === FEATURE) return;
  throw invalidData('invalid data', { param_name: 'features', supported_values: [FEATURE] });
}

/**
 * The jobs that have not run yet; 204 when there are none.
 *
 * Only `job_id` and `source` are documented; the container and leaving out records without a job are
 * our choice (INF).
 */
function pendingJobs(call: Call, ids: readonly string[]): Answer {
  const data = ids.flatMap((id) => {
    const job = call.org.records.pendingJob(id);
    if (job === undefined) return [];
    return [{ id, [FEATURE]: { job_id: job.id, source: SOURCE[job.action] } }];
  });
  return data.length === 0 ? NOTHING : ok({ data });
}
