import type { Action, ApiPart, ApiVersion, ConnectMethod, Resource } from '#libs/connector-kit';
import { FILTER_FIELDS, FILTER_NAMES, hasFilter } from '#libs/model';
import type {
  ApiDeclarationDto,
  ConnectMethodDto,
  DeclaredActionDto,
  DeclaredModelDto,
  DeclaredVersionDto,
} from './api-declaration.dto.js';

/** What a connector declares about calling its ATS, in words for the hub's clients. */
export function toApiDeclaration(api: ApiPart, hasSandbox: boolean): ApiDeclarationDto {
  return {
    regions: [...Object.keys(api.regions), ...(hasSandbox ? ['sandbox'] : [])],
    connect: api.connect.map(toMethod),
    versions: Object.entries(api.versions).map(([name, version]) => toVersion(name, version)),
    webhooks: api.webhooks
      ? {
          events: api.webhooks.events.map(({ action, when }) => ({ action, when })),
          isSubscribable: api.webhooks.subscribing !== undefined,
        }
      : null,
  };
}

function toMethod(method: ConnectMethod): ConnectMethodDto {
  const { id, kind, label, version, steps } = method;
  const fields = method.kind === 'oauth2' ? {} : method.fields;
  return {
    id,
    kind,
    label,
    version,
    steps,
    fields: Object.entries(fields).map(([name, field]) => ({
      name,
      label: field.label,
      kind: field.kind,
      hint: field.hint ?? null,
      pattern: field.pattern?.source ?? null,
      isRequired: field.isOptional !== true,
    })),
    consentHint: method.kind === 'oauth2' ? method.consentHint : null,
  };
}

function toVersion(version: string, { permissions, resources, actions }: ApiVersion): DeclaredVersionDto {
  return {
    version,
    permissions: Object.entries(permissions).map(([permission, { label, access, scopes }]) => ({
      permission,
      label,
      access,
      scopes,
    })),
    models: resources.flatMap((resource) => toModel(resource, resources)),
    actions: Object.entries(actions).map(([name, action]) => toAction(name, action)),
  };
}

function toAction(
  action: string,
  { takes, needs, choices = {}, onBehalfOf, effects, permission }: Omit<Action, 'run'>,
): DeclaredActionDto {
  return {
    action,
    takes: [...takes],
    needs: [...needs],
    choices: Object.entries(choices).map(([field, choice]) =>
      'model' in choice ? { field, values: null, model: choice.model } : { field, values: [...choice], model: null },
    ),
    onBehalfOf,
    effects: [...effects],
    permission,
  };
}

/** A record's fields and those its parts bring. */
function toModel(resource: Resource, all: readonly Resource[]): DeclaredModelDto[] {
  if (resource.kind === 'part') return [];
  const { model, covers, list } = resource;
  const parts = all.flatMap((other) => (other.kind === 'part' && other.of === model ? [...other.covers] : []));
  const fields = [...new Set<string>([...covers, ...parts])];
  return [
    {
      model,
      fields,
      filters: FILTER_NAMES.filter((filter) => hasFilter(model, filter) && fields.includes(FILTER_FIELDS[filter])),
      readsChanges: list.since !== undefined,
      permission: resource.permission,
    },
  ];
}
