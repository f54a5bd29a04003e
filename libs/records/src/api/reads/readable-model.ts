import { Injectable } from '@nestjs/common';
import { type ConnectedBefore, Connections } from '#libs/connections';
import { type RecordResource, resourceOf } from '#libs/connector-kit';
import { HubError } from '#libs/errors';
import { type ModelName, SENSITIVE_MODELS } from '#libs/model';
import { Database, type Statement } from '#libs/store';
import type { RecordScope } from '../../store/record-change.js';

/** A model of one integration that may be read. */
export interface ReadableModel {
  scope: RecordScope;
  model: ModelName;
  resource: RecordResource;
  connection: ConnectedBefore;
}

const SETTING: Statement = {
  name: 'records_synced_models',
  text: 'SELECT models FROM sync_settings WHERE account_id = $1 AND integration_id = $2',
};

/** Decides whether the records of an integration can be read. Nothing here asks the ATS. */
@Injectable()
export class ReadableModels {
  constructor(
    private readonly database: Database,
    private readonly connections: Connections,
  ) {}

  /**
   * A disconnected integration's records are still there.
   * @throws HubError integration_not_connected, capability_unsupported.
   */
  async open(scope: RecordScope, model: ModelName): Promise<ReadableModel> {
    const connection = await this.connections.describe(scope.accountId, scope.integrationId);
    if (!connection) throw new HubError('integration_not_connected');
    const resource = resourceOf(connection.version, model);
    if (!resource) {
      throw new HubError('capability_unsupported', { detail: `${connection.connector.name} does not give ${model}.` });
    }
    if (SENSITIVE_MODELS.includes(model) && !(await this.syncedModels(scope))?.includes(model)) {
      throw new HubError('capability_unsupported', {
        detail: `${model} is off for this integration until its sync settings name it among their models.`,
      });
    }
    return { scope, model, resource, connection };
  }

  /** The models the settings of the sync name; null when they name none, which stands for all that are not sensitive. */
  async syncedModels({ accountId, integrationId }: RecordScope): Promise<string[] | null> {
    const [row] = await this.database.query<{ models: string[] | null }>(SETTING, [accountId, integrationId]);
    return row?.models ?? null;
  }
}
