import { ConnectionsModule } from '#libs/connections';
import { type Connector, type Resource, resourceOf } from '#libs/connector-kit';
import { IntegrationsModule } from '#libs/integrations';
import { type ModelName, recordId } from '#libs/model';
import { RecordEvents, RecordReadsModule, RecordStore, type RecordScope } from '#libs/records';
import { SyncModule } from '#libs/sync';
import { withPartitions } from '#libs/events';
import { type FeatureApp, type Reply, startFeatures } from '../support/feature-app.js';

export type View = Record<string, unknown> & { id: string; remoteId: string };

export interface Listed {
  data: View[];
  nextCursor: string | null;
  coverage?: Record<string, string>;
}

/** A hub whose mirror a test fills as a sync would, and the calls that read it. */
export interface ReadsDesk {
  hub: FeatureApp;
  /** An integration with the connector, connected unless told; its id. */
  integration(options?: { isConnected?: boolean }): Promise<string>;
  scope(integrationId: string): RecordScope;
  /** Saves rows of the ATS as a page of a sync does; models are read completely with it. */
  fill(integrationId: string, resource: Resource | ModelName, rows: readonly unknown[]): Promise<void>;
  remove(integrationId: string, model: ModelName, ...remoteIds: string[]): Promise<void>;
  merge(integrationId: string, model: ModelName, remoteId: string, into: string): Promise<void>;
  list(integrationId: string, model: string, query?: string, apiKey?: string): Promise<Reply<Listed>>;
  get(integrationId: string, model: ModelName, remoteId: string, query?: string): Promise<Reply<View>>;
  close(): Promise<void>;
}

export async function openReadsDesk(connector: Connector, others: Connector[] = []): Promise<ReadsDesk> {
  const hub = await startFeatures(
    [IntegrationsModule, ConnectionsModule, SyncModule, RecordReadsModule],
    [connector, ...others],
  );
  const version = Object.keys(connector.api!.versions)[0]!;
  const declared = connector.api!.versions[version]!;
  let customers = 0;
  const store = hub.get(RecordStore);
  const events = hub.get(RecordEvents);
  const desk: ReadsDesk = {
    hub,
    integration: async ({ isConnected = true } = {}) => {
      const body = { provider: connector.slug, originOrgId: `customer-${++customers}`, originOrgName: 'Globex' };
      const { id } = (await hub.call<{ id: string }>('POST', '/v1/integrations', { body })).body;
      if (isConnected) {
        await hub.database.query(
          `INSERT INTO connections
             (integration_id, account_id, provider, method, region, version, state, budget_key, permissions)
           VALUES ($1, $2, $3, 'any', 'any', $4, 'ACTIVE', $1, $5)`,
          [id, hub.accountId, connector.slug, version, Object.keys(declared.permissions)],
        );
      }
      return id;
    },
    scope: (integrationId) => ({ accountId: hub.accountId, integrationId }),
    fill: async (integrationId, from, rows) => {
      const resource = typeof from === 'string' ? resourceOf(declared, from)! : from;
      const about = { syncType: 'initial_sync', syncJobId: 'sjb_test', syncRunId: 'srn_test' } as const;
      const scope = desk.scope(integrationId);
      await withPartitions(hub.database, () =>
        hub.database.transaction(async (tx) => {
          const { changes, unreadable } =
            resource.kind === 'part'
              ? await store.saveParts(tx, scope, resource, rows)
              : await store.save(tx, scope, resource, rows);
          if (unreadable.length > 0) throw new Error(JSON.stringify(unreadable));
          await events.append(tx, scope, changes, about);
          await tx.query(
            `INSERT INTO sync_states (integration_id, resource, account_id, initial_at, complete_at)
             VALUES ($1, $2, $3, now(), now()) ON CONFLICT DO NOTHING`,
            [integrationId, resource.kind === 'part' ? resource.name : resource.model, hub.accountId],
          );
        }),
      );
    },
    remove: async (integrationId, model, ...remoteIds) => {
      await hub.database.transaction((tx) => store.remove(tx, desk.scope(integrationId), model, remoteIds));
    },
    merge: async (integrationId, model, remoteId, into) => {
      await hub.database.transaction((tx) => store.merge(tx, desk.scope(integrationId), model, { remoteId, into }));
    },
    list: (integrationId, model, query = '', apiKey = hub.apiKey) =>
      hub.call('GET', `/v1/ats/${model}?${query}`, { apiKey, headers: { 'x-integration-id': integrationId } }),
    get: (integrationId, model, remoteId, query = '') =>
      hub.call('GET', `/v1/ats/${model}/${recordId(integrationId, model, remoteId)}?${query}`, {
        headers: { 'x-integration-id': integrationId },
      }),
    close: () => hub.close(),
  };
  return desk;
}
