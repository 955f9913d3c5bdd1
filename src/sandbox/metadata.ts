import { type Answer, ok, Refusal } from './answers.ts';
import { requiredParam } from './body.ts';
import type { Call } from './call.ts';
import { FIELDS, type Field } from './demo-fields.ts';
import { DEMO_ORG, MODULES, type ModuleName } from './demo-org.ts';

/** GET /org. */
export function getOrg(_call: Call): Answer {
  return ok({
    org: [
      {
        id: DEMO_ORG.id,
        zgid: '700000001',
        domain_name: 'org700000001',
        company_name: DEMO_ORG.name,
        primary_email: 'alex.morgan@northwind.example',
        primary_zuid: '700100001',
        country: 'United States',
        country_code: 'US',
        currency: 'US Dollar',
        iso_code: 'USD',
        currency_symbol: '$',
        currency_locale: 'en_US',
        time_zone: 'Etc/UTC',
        created_time: '2025-01-01T08:00:00+00:00',
        mc_status: false,
        gapps_enabled: false,
        translation_enabled: false,
        zia_portal_id: null,
        license_details: {
          paid: true,
          paid_type: 'enterprise',
          paid_expiry: null,
          trial_type: null,
          trial_expiry: null,
          users_license_purchased: 60,
        },
      },
    ],
  });
}

/** GET /settings/modules. */
export function getModules(_call: Call): Answer {
  return ok({ modules: MODULES.map(moduleJson) });
}

/** GET /settings/modules/{module}. */
export function getModule(call: Call): Answer {
  return ok({ modules: [moduleJson(known(call.param('module'), { resource_path_index: 2 }))] });
}

/** GET /settings/fields?module=. */
export function getFields(call: Call): Answer {
  const module = known(requiredParam(call.query, 'module'), { param_name: 'module' });
  return ok({ fields: [...FIELDS[module].values()].map((field) => fieldJson(field)) });
}

function known(name: string, details: Record<string, unknown>): ModuleName {
  const module = MODULES.find((one) => one.toLowerCase() === name.toLowerCase());
  if (module !== undefined) return module;
  throw new Refusal('INVALID_MODULE', 'the module name given seems to be invalid', details);
}

function moduleJson(module: ModuleName): object {
  const singular = module.slice(0, -1);
  return {
    id: `572576700000000${2_171 + MODULES.indexOf(module) * 2}`,
    api_name: module,
    module_name: module,
    singular_label: singular,
    plural_label: module,
    actual_singular_label: singular,
    actual_plural_label: module,
    generated_type: 'default',
    api_supported: true,
    viewable: true,
    creatable: true,
    editable: true,
    deletable: true,
    visible: true,
    show_as_tab: true,
    profiles: [{ name: 'Administrator', id: '5725767000000026011' }],
    modified_time: null,
    modified_by: null,
    visibility: 1,
    sequence_number: MODULES.indexOf(module) + 1,
  };
}

const JSON_TYPES: Readonly<Record<string, string>> = {
  integer: 'integer',
  bigint: 'string',
  currency: 'double',
  double: 'double',
  boolean: 'boolean',
  lookup: 'jsonobject',
  ownerlookup: 'jsonobject',
  multiselectlookup: 'jsonarray',
};

/** A field of the metadata call. */
function fieldJson(field: Field): object {
  return {
    id: field.id,
    api_name: field.apiName,
    field_label: field.apiName.replaceAll('_', ' '),
    display_label: field.apiName.replaceAll('_', ' '),
    data_type: field.dataType,
    json_type: JSON_TYPES[field.dataType] ?? 'string',
    length: field.dataType === 'textarea' ? 32_000 : 255,
    system_mandatory: /^(Account|Deal|Last)_Name$/.test(field.apiName),
    custom_field: false,
    visible: true,
    read_only: field.isSystem,
    field_read_only: field.isSystem,
    searchable: true,
    filterable: field.dataType !== 'textarea',
    pick_list_values: [],
    lookup: {},
    multiselectlookup: {},
    unique: {},
    created_source: 'default',
    type: 'used',
  };
}
