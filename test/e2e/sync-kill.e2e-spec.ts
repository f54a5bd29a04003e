import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createDatabaseUrl, dropDatabase } from '../support/database.js';
import { type Hub, startHub } from '../support/hub.js';
import { startSubscriber, type Subscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';

const CANDIDATES = 1_000;

interface Run {
  id: string;
  status: string;
  resources: { resource: string; state: string; counts: Record<string, number>; error: string | null }[];
}

describe('a first sync whose hub is killed', () => {
  let databaseUrl: string;
  let client: pg.Client;
  let subscriber: Subscriber;
  let hub: Hub;

  beforeAll(async () => {
    databaseUrl = await createDatabaseUrl();
    client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    subscriber = await startSubscriber();
    hub = await startHub({
      databaseUrl,
      encryptionKey: `k1:${randomBytes(32).toString('base64')}`,
      env: {
        ATSUME_ALLOW_PRIVATE_TARGETS: 'true',
        ATSUME_SANDBOX: 'true',
        ATSUME_SANDBOX_CANDIDATES: String(CANDIDATES),
        ATSUME_SANDBOX_RATE_LIMIT: '0',
      },
    });
  });
  afterAll(async () => {
    await hub.stop();
    await client.end();
    await subscriber.close();
    await dropDatabase(databaseUrl);
  });

  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const reply = await fetch(hub.url + path, {
      method,
      headers: { authorization: `Bearer ${hub.apiKey}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : null,
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  };
  const count = async (sql: string, values: unknown[] = []) => Number((await client.query(sql, values)).rows[0].count);

  it('goes on where it was: every record is there, and was told of once', async () => {
    const events = ['record.new', 'sync.events.processed', 'sync.events.allConsumed'];
    await call('POST', '/v1/webhooks/endpoints', { url: subscriber.url, category: 'ATS', eventTypes: events });
    const custom = { kind: 'custom', name: 'Hub' };
    // The sandbox sets itself up when the hub is ready.
    const credentials = await until(
      () => call<{ id: string; secret: string }>('POST', '/sandbox/greenhouse/clients', custom).catch(() => null),
      { what: 'the sandbox', withinMs: 30_000 },
    );
    const wanted = { provider: 'greenhouse', originOrgId: 'lumen', originOrgName: 'Lumen' };
    const { id } = await call<{ id: string }>('POST', '/v1/integrations', wanted);
    await call('POST', `/v1/integrations/${id}/connect`, {
      method: 'client-credentials',
      region: 'sandbox',
      credentials: { clientId: credentials.id, clientSecret: credentials.secret },
    });
    const people = `SELECT count(*) FROM records WHERE model = 'candidates' AND integration_id = $1`;
    await until(async () => (await count(people, [id])) >= 500, { what: 'the first candidates', withinMs: 60_000 });

    await hub.kill9();
    const before = await count(people, [id]);
    hub = await startHub(hub.options);
    // The lease of the killed one would run out by itself, in half a minute.
    await client.query(`UPDATE sync_runs SET due_at = now() WHERE status = 'RUNNING'`);
    const latest = async () => (await call<{ data: Run[] }>('GET', `/v1/integrations/${id}/syncs`)).data[0]!;
    await until(async () => !['QUEUED', 'RUNNING'].includes((await latest()).status), {
      what: 'the end of the sync',
      withinMs: 120_000,
    });

    expect(before).toBeLessThan(CANDIDATES);
    const run = await latest();
    expect(run.resources.filter(({ state }) => state !== 'DONE')).toEqual([]);
    expect(run.status).toBe('SUCCEEDED');
    expect(await count(people, [id])).toBe(CANDIDATES);
    const records = await count('SELECT count(*) FROM records WHERE integration_id = $1', [id]);
    const told = `SELECT count(*) FROM events WHERE integration_id = $1 AND type = 'record.new'`;
    expect(await count(told, [id])).toBe(records);
    expect(await count(told.replace('count(*)', 'count(DISTINCT subject_id)'), [id])).toBe(records);
    await until(async () => (await count('SELECT count(*) FROM sync_runs WHERE consumed_at IS NULL')) === 0, {
      what: 'all consumed',
      withinMs: 120_000,
    });
    expect(new Set(subscriber.received.map((received) => received.id)).size).toBeGreaterThanOrEqual(records);
  }, 400_000);
});
