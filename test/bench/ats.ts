import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { call, hubEnvironment, type Site } from './hub.ts';
import type { Asked } from './load/ats.ts';
import { type Helper, type Running, startHelper, startProcess } from './processes.ts';

const PRELOAD = join(import.meta.dirname, 'load', 'greenhouse-at.mjs');
const LOOK_EVERY_MS = 250;

/** A stand-in of Greenhouse in a process of its own, which every hub of a part is connected to. */
export interface Ats {
  url: string;
  helper: Helper;
  credentials: Record<string, string>;
  asked(): Promise<Asked[]>;
  forget(): Promise<void>;
  stop(): Promise<void>;
}

export async function startAts(candidates: number, rateLimit: number | null): Promise<Ats> {
  const helper = await startHelper('ats');
  const started = await helper.ask<{ url: string; credentials: Record<string, string> }>('start', {
    candidates,
    rateLimit,
  });
  return {
    ...started,
    helper,
    asked: () => helper.ask<Asked[]>('asked'),
    forget: () => helper.ask('forget'),
    stop: () => helper.stop(),
  };
}

/** A process of a hub for which Greenhouse is where `ats` is. */
export function startHubAt(ats: Ats, site: Site, app: 'api' | 'dispatcher'): Promise<Running> {
  const env = { ...hubEnvironment(site), NODE_OPTIONS: `--import=${PRELOAD}`, BENCH_ATS_URL: ats.url };
  return startProcess(`dist/apps/${app}/src/main.js`, env, '/readyz');
}

/** Connects a new integration, of which these models are synced; null for all. Returns its id. */
export async function connectAts(hub: string, ats: Ats, models: string[] | null): Promise<string> {
  const customer = { provider: 'greenhouse', originOrgId: 'bench', originOrgName: 'Bench' };
  const { id } = await call<{ id: string }>(hub, 'POST', '/v1/integrations', { body: customer });
  // Once a day: no second sync comes into what is measured.
  const settings = { intervalMinutes: 1440, models, downloadFiles: 'NONE' };
  await call(hub, 'PATCH', `/v1/integrations/${id}/sync-settings`, { body: settings });
  const connection = { method: 'client-credentials', region: 'us', credentials: ats.credentials };
  await call(hub, 'POST', `/v1/integrations/${id}/connect`, { body: connection });
  return id;
}

export interface SyncRun {
  id: string;
  status: string;
  startedAt: string;
  finishedAt: string;
  resources: { resource: string; state: string; counts: { seen: number } }[];
}

/** The latest sync, once it has ended. @throws Error when it did not end well. */
export async function untilSynced(hub: string, id: string, look: () => void = () => {}): Promise<SyncRun> {
  for (;;) {
    const { data } = await call<{ data: SyncRun[] }>(hub, 'GET', `/v1/integrations/${id}/syncs`);
    const [run] = data;
    if (run?.status === 'SUCCEEDED') return run;
    if (run && !['QUEUED', 'RUNNING'].includes(run.status)) throw new Error(`the sync ended: ${JSON.stringify(run)}`);
    look();
    await pause(LOOK_EVERY_MS);
  }
}
