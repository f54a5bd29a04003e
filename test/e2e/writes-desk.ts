import { ActionsModule } from '#libs/actions';
import { ConnectionsModule } from '#libs/connections';
import type { Connector } from '#libs/connector-kit';
import { withPartitions } from '#libs/events';
import { IntegrationsModule } from '#libs/integrations';
import { type ModelName, recordId } from '#libs/model';
import { RecordReadsModule, RecordStore } from '#libs/records';
import { SyncModule } from '#libs/sync';
import greenhouse from '../../connectors/greenhouse/index.js';
import { type FeatureApp, type Reply, startFeatures } from '../support/feature-app.js';
import { type Harvest, startHarvest } from '../support/harvest-client.js';

export type Row = Record<string, unknown> & { id: number };

export interface Problem {
  code: string;
  detail: string;
  errors: { path: string; message: string }[];
}

export interface Written extends Problem {
  recordId: string | null;
  remoteId: string | null;
  record: (Record<string, unknown> & { id: string; remoteId: string }) | null;
  changed: { model: string; id: string; remoteId: string }[];
  effects: string[];
  warnings: string[];
  dryRun?: true;
  wouldSend?: { method: string; path: string; body: Record<string, unknown> } | null;
}

/** A job of the stand-in with stages to move in, and an active application for it. */
export interface OpenJob {
  job: string;
  /** In their order. */
  stages: string[];
}

/** A hub beside the stand-in, with an integration that is connected and whose mirror is filled. */
export interface WritesDesk {
  hub: FeatureApp;
  harvest: Harvest;
  integrationId: string;
  id(model: ModelName, remoteId: string | number): string;
  /** A call of `/v1/ats/…` about the integration. */
  call<T = Written>(
    method: string,
    path: string,
    body?: unknown,
    options?: { headers?: Record<string, string>; apiKey?: string | null },
  ): Promise<Reply<T>>;
  /** Of the stand-in, by the ATS's id. */
  row(path: string, remoteId: string): Promise<Row | undefined>;
  /** Fills the mirror again, as a sync would. */
  fill(integrationId?: string): Promise<void>;
  connect(): Promise<string>;
  job(): Promise<OpenJob>;
  /** What was asked of the stand-in that writes, since the last time. */
  written(): string[];
  close(): Promise<void>;
}

export async function openWritesDesk(): Promise<WritesDesk> {
  const harvest = await startHarvest({ candidates: 60 });
  const { standIn } = harvest;
  // The stand-in has no limit, and tests are not to wait for one.
  const v3 = { ...greenhouse.api!.versions.v3!, rateLimit: { requests: 10_000, perSeconds: 1 } };
  const connector: Connector = {
    ...greenhouse,
    api: { ...greenhouse.api!, regions: { us: standIn.hosts('api', 'auth') }, versions: { v3 } },
  };
  const modules = [IntegrationsModule, ConnectionsModule, SyncModule, RecordReadsModule, ActionsModule];
  const hub = await startFeatures(modules, [connector], { ATSUME_ALLOW_PRIVATE_TARGETS: 'true' });
  const { credentials } = await standIn.access();
  let customers = 0;
  let seen = 0;
  const desk: WritesDesk = {
    hub,
    harvest,
    integrationId: '',
    id: (model, remoteId) => recordId(desk.integrationId, model, String(remoteId)),
    call: (method, path, body, { headers, apiKey = hub.apiKey } = {}) =>
      hub.call(method, `/v1/ats/${path}`, {
        apiKey,
        ...(body === undefined ? {} : { body }),
        headers: { 'x-integration-id': desk.integrationId, ...headers },
      }),
    row: async (path, remoteId) => (await harvest.get(`${path}?ids=${remoteId}`)).body[0] as Row | undefined,
    fill: (integrationId = desk.integrationId) => fill(hub, harvest, integrationId),
    connect: async () => {
      const body = { provider: 'greenhouse', originOrgId: `customer-${++customers}`, originOrgName: 'Globex' };
      const { id } = (await hub.call<{ id: string }>('POST', '/v1/integrations', { body })).body;
      const wanted = { method: credentials.method, credentials: credentials.values };
      const reply = await hub.call('POST', `/v1/integrations/${id}/connect`, { body: wanted });
      if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
      return id;
    },
    job: () => openJob(harvest),
    written: () => {
      const asked = standIn.asked.slice(seen);
      seen = standIn.asked.length;
      return asked.filter((line) => !line.startsWith('GET ') && line.includes(' api/'));
    },
    close: async () => {
      await hub.close();
      await standIn.stop();
    },
  };
  desk.integrationId = await desk.connect();
  await desk.fill();
  return desk;
}

async function fill(hub: FeatureApp, harvest: Harvest, integrationId: string): Promise<void> {
  const store = hub.get(RecordStore);
  const scope = { accountId: hub.accountId, integrationId };
  for (const resource of greenhouse.api!.versions.v3!.resources) {
    const query = new URLSearchParams({ ...(resource.list.query as Record<string, string>), per_page: '500' });
    const rows = await harvest.all(`${resource.list.path}?${query}`);
    await withPartitions(hub.database, () =>
      hub.database.transaction((tx) =>
        resource.kind === 'part' ? store.saveParts(tx, scope, resource, rows) : store.save(tx, scope, resource, rows),
      ),
    );
  }
}

async function openJob(harvest: Harvest): Promise<OpenJob> {
  const stages = (await harvest.all('job_interview_stages?per_page=500')) as Row[];
  const open = (await harvest.all('jobs?status=open&per_page=500')) as Row[];
  for (const { id } of open) {
    const ofJob = stages.filter((stage) => stage.job_id === id && stage.active === true);
    const ordered = ofJob.toSorted((a, b) => Number(a.sort_order) - Number(b.sort_order));
    if (ordered.length > 2) return { job: String(id), stages: ordered.map((stage) => String(stage.id)) };
  }
  throw new Error('no job with three stages');
}
