import { type Answer, invalidData, NOTHING, ok, pageInfo } from './answers.ts';
import { idList, pageOf } from './body.ts';
import type { Call } from './call.ts';
import { DEMO_ORG } from './demo-org.ts';
import { SMALL_PAGE } from './territories-read.ts';
import { zuidOf } from './territory-json.ts';
import { fullName, type User } from './user-store.ts';

const MAX_IDS = 100;

const isAdmin = (user: User) => user.profile.name === 'Administrator';
const isActive = (user: User) => user.status === 'active';

/** The values of `type` (D7:get-users); every user of the sandbox has confirmed the invitation. */
const TYPES: Readonly<Record<string, (user: User) => boolean>> = {
  AllUsers: (user) => user.status !== 'deleted',
  ActiveUsers: isActive,
  DeactiveUsers: (user) => user.status === 'inactive',
  ConfirmedUsers: (user) => user.status !== 'deleted',
  NotConfirmedUsers: () => false,
  DeletedUsers: (user) => user.status === 'deleted',
  ActiveConfirmedUsers: isActive,
  AdminUsers: (user) => user.status !== 'deleted' && isAdmin(user),
  ActiveConfirmedAdmins: (user) => isActive(user) && isAdmin(user),
  CurrentUser: (user) => user.id === DEMO_ORG.currentUserId,
};

/** A user as the user calls and a territory's member list give it. */
export function userJson(user: User): object {
  const time = '2025-01-01T08:00:00+00:00';
  const me = { name: 'Alex Morgan', id: DEMO_ORG.currentUserId };
  return {
    id: user.id,
    full_name: fullName(user),
    first_name: user.firstName,
    last_name: user.lastName,
    email: user.email,
    status: user.status,
    confirm: true,
    zuid: zuidOf(user.id),
    role: user.role,
    profile: user.profile,
    Reporting_To: null,
    type__s: 'Regular User',
    country_locale: 'en_US',
    language: 'en_US',
    time_zone: 'Etc/UTC',
    Current_Shift: null,
    Isonline: false,
    created_time: time,
    Modified_Time: time,
    created_by: me,
    Modified_By: me,
  };
}

/** GET /users. */
export function getUsers(call: Call): Answer {
  const type = call.query.get('type') ?? 'AllUsers';
  const isOfType = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (isOfType === undefined) {
    const details = { param_name: 'type', supported_values: Object.keys(TYPES) };
    throw invalidData('invalid data', details);
  }
  const { page, perPage, offset } = pageOf(call.query, SMALL_PAGE);
  const ids = call.query.get('ids');
  const asked = ids === null ? undefined : idList(ids);
  if (asked !== undefined && asked.length > MAX_IDS) {
    throw invalidData('invalid data', { param_name: 'ids', maximum_length: MAX_IDS });
  }
  const found = call.org.users
    .all()
    .filter((user) => isOfType(user) && (asked === undefined || asked.includes(user.id)));
  const shown = found.slice(offset, offset + perPage);
  if (shown.length === 0) return NOTHING;
  return ok({
    users: shown.map(userJson),
    info: pageInfo(page, perPage, shown.length, found.length > offset + perPage),
  });
}

/** GET /users/{id}. */
export function getUser(call: Call): Answer {
  const user = call.org.users.get(call.param('id'));
  if (user === undefined) {
    throw invalidData('the id given seems to be invalid', { resource_path_index: 1 });
  }
  return ok({ users: [userJson(user)] });
}
