import { type Answer, invalidData, NOTHING, ok, pageInfo } from './answers.ts';
import { idList, pageOf } from './body.ts';
import type { Call } from './call.ts';
import { territoryFilter } from './territory-filters.ts';
import { enabledCriteria, type TerritoryView, territoryJson } from './territory-json.ts';
import { CRITERIA_KEYS, type Territory } from './territory-store.ts';

/** Territories per page: D7 and O26b allow 2000, O26a 200; the default is what we ask for. */
const PAGE = { perPage: 200, max: 2_000 };
/** Children per page (D7:get-child-territories), likewise counts and members. */
export const SMALL_PAGE: { perPage: number; max: number } = { perPage: 200, max: 200 };

/** The territory of a call's path. */
export function territoryOfPath(call: Call): Territory {
  const territory = call.org.territories.get(call.param('id'));
  if (territory !== undefined) return territory;
  throw invalidData('The given territory id is invalid', { resource_path_index: 2 });
}

/** The criteria that `include` asks for; lists show none otherwise. */
function viewOf(call: Call): TerritoryView {
  const asked = idList(call.query.get('include') ?? '');
  for (const key of asked) {
    if (CRITERIA_KEYS.some((known) => known === key)) continue;
    const details = { param_name: 'include', supported_values: CRITERIA_KEYS };
    throw invalidData('invalid data', details);
  }
  return {
    criteria: enabledCriteria(call.org).filter((key) => asked.includes(key)),
    innerDetails: call.query.has('include_inner_details'),
  };
}

/** One page out of all territories, filtered when the call asks so. */
function page(
  call: Call,
  limits: typeof PAGE,
  list: (limit: number, offset: number) => Territory[],
): Answer {
  const view = viewOf(call);
  const { page: number, perPage, offset } = pageOf(call.query, limits);
  const filters = call.query.get('filters');
  const found =
    filters === null
      ? list(perPage + 1, offset)
      : list(-1, 0)
          .filter(territoryFilter(filters))
          .slice(offset, offset + perPage + 1);
  const shown = found.slice(0, perPage);
  if (shown.length === 0) return NOTHING;
  return ok({
    territories: shown.map((territory) => territoryJson(call.org, territory, view)),
    info: pageInfo(number, perPage, shown.length, found.length > perPage),
  });
}

/** GET /settings/territories. */
export function getTerritories(call: Call): Answer {
  const { territories } = call.org;
  const ids = call.query.get('ids');
  if (ids === null) return page(call, PAGE, territories.list);
  const view = viewOf(call);
  const found = idList(ids)
    .map((id) => territories.get(id))
    .filter((territory) => territory !== undefined);
  if (found.length === 0) return NOTHING;
  return ok({ territories: found.map((territory) => territoryJson(call.org, territory, view)) });
}

/** GET /settings/territories/{id}: with criteria, unasked. */
export function getTerritory(call: Call): Answer {
  const view = { ...viewOf(call), criteria: enabledCriteria(call.org), isSingle: true };
  return ok({ territories: [territoryJson(call.org, territoryOfPath(call), view)] });
}

/** GET /settings/territories/{id}/__child_territories. */
export function getChildTerritories(call: Call): Answer {
  const { id } = territoryOfPath(call);
  return page(call, SMALL_PAGE, (limit, offset) =>
    call.org.territories.children(id, limit, offset),
  );
}

/** GET /settings/territories/actions/associated_users_count; counts are strings. */
export function getUserCounts(call: Call): Answer {
  const { page: number, perPage, offset } = pageOf(call.query, SMALL_PAGE);
  const found = call.org.territories.memberCounts(perPage + 1, offset);
  const shown = found.slice(0, perPage);
  if (shown.length === 0) return NOTHING;
  return ok({
    associated_users_count: shown.map(({ id, name, count }) => ({
      count: String(count),
      territory: { id, name },
    })),
    info: pageInfo(number, perPage, shown.length, found.length > perPage),
  });
}
