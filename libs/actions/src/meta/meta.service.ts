import { Injectable } from '@nestjs/common';
import { Connections, type PermissionState } from '#libs/connections';
import type { Action } from '#libs/connector-kit';
import { HubError } from '#libs/errors';
import type { ModelName } from '#libs/model';
import type { RecordScope } from '#libs/records';
import type { ActionSpec } from '../fields/action-spec.js';
import { ACTION_SPECS } from '../fields/action-specs.js';
import { permissionLabel, requireAction } from '../run/actions.service.js';
import { MappedInput } from '../run/mapped-input.js';
import { UserMappingsRepository } from '../users/user-mappings.repository.js';
import { actionSchema, type Choice, takenFields } from './action-schema.js';
import type { JsonSchema } from './body-schema.js';
import { ChoicesRepository } from './choices.repository.js';

/** What an action takes and does for one integration. */
export interface ActionMeta {
  action: string;
  method: string;
  path: string;
  schema: JsonSchema;
  effects: readonly string[];
  onBehalfOf: { rule: 'REQUIRED' | 'OPTIONAL' | 'UNUSED'; defaultUserId: string | null };
  permission: { permission: string; label: string; state: PermissionState };
}

/** Says what can be done in an integration's ATS. Asks nobody. */
@Injectable()
export class MetaService {
  constructor(
    private readonly connections: Connections,
    private readonly choices: ChoicesRepository,
    private readonly mappings: UserMappingsRepository,
    private readonly mapped: MappedInput,
  ) {}

  /** @throws HubError not_found, integration_not_connected, capability_unsupported. */
  async describe(scope: RecordScope, name: string): Promise<ActionMeta> {
    const spec = ACTION_SPECS.find((one) => one.name === name);
    if (!spec) throw new HubError('not_found', { detail: 'There is no such action.' });
    const connection = await this.connections.describe(scope.accountId, scope.integrationId);
    if (!connection) throw new HubError('integration_not_connected');
    const action = requireAction(connection, spec.name);
    const [choices, mapped, defaultUserId] = await Promise.all([
      this.choicesOf(scope, spec, action),
      this.mapped.writable(scope, spec, action),
      this.mappings.findDefault(scope),
    ]);
    const context = { ats: connection.connector.name, choices, mapped, hasDefaultUser: defaultUserId !== null };
    const { permission } = action;
    return {
      action: spec.name,
      method: spec.method,
      path: `/v1/ats/${spec.path.replaceAll(/:(\w+)/g, '{$1}')}`,
      schema: actionSchema(spec, action, context),
      effects: action.effects,
      onBehalfOf: { rule: RULES[action.onBehalfOf], defaultUserId },
      permission: {
        permission,
        label: permissionLabel(connection, permission),
        state: connection.permitted(permission),
      },
    };
  }

  private async choicesOf(scope: RecordScope, spec: ActionSpec, action: Action) {
    const models = new Set(takenFields(spec, action).flatMap(({ model }) => model ?? []));
    const found = await Promise.all(
      [...models].map(async (model): Promise<[ModelName, Choice[] | null]> => [
        model,
        await this.choices.find(scope, model),
      ]),
    );
    return new Map(found);
  }
}

const RULES = { required: 'REQUIRED', optional: 'OPTIONAL', unused: 'UNUSED' } as const;
