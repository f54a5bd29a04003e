import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createDatabaseUrl, dropDatabase } from '../support/database.js';
import { type Hub, startHub } from '../support/hub.js';
import { until } from '../support/until.js';

export interface RunView {
  id: string;
  mode: string;
  status: string;
  counts: Record<'seen' | 'new' | 'modified' | 'deleted' | 'unreadable', number>;
  resources: { resource: string; state: string; counts: Record<string, number>; error: string | null }[];
  error: { code: string; detail: string } | null;
}

export interface Answer<T> {
  status: number;
  body: T;
  headers: Headers;
}

export interface Call {
  body?: unknown;
  /** The first account's unless told. */
  apiKey?: string;
  integrationId?: string;
}

/** A client of the stand-in, as its Dev Center or its Partner Support makes them. */
export interface Client {
  id: string;
  secret: string;
}

/** A hub as people run it, with its sandbox: everything goes over HTTP, and no private address may be called but the sandbox. */
export interface GreenhouseDesk {
  hub: Hub;
  /** One statement, for what the API does not show. */
  query<T extends object>(sql: string, values?: unknown[]): Promise<T[]>;
  call<T = Record<string, unknown>>(method: string, path: string, call?: Call): Promise<Answer<T>>;
  /** All pages of a list of records. */
  records<T = Record<string, unknown>>(integrationId: string, path: string): Promise<T[]>;
  /** Of the stand-in itself: its controls, or the API behind it with a token. */
  standIn<T = unknown>(method: string, path: string, body?: unknown, token?: string): Promise<Answer<T>>;
  /** The next requests meet it. */
  fault(fault: string, more?: { path?: string; count?: number; ms?: number }): Promise<void>;
  /** How many are still to meet it. */
  left(fault: string): Promise<number>;
  calm(): Promise<void>;
  client(kind: 'custom' | 'partner', scopes?: string[]): Promise<Client>;
  /** A token with all scopes, to be the customer with. */
  token(): Promise<string>;
  /** A new integration, connected with a credential of the customer's; its first sync is asked for. */
  connect(options?: { client?: Client; permissions?: string[] }): Promise<string>;
  integration(apiKey?: string): Promise<string>;
  /** Asks for a sync and waits for its end. */
  sync(integrationId: string, body?: object): Promise<RunView>;
  settled(integrationId: string, apiKey?: string): Promise<RunView>;
  close(): Promise<void>;
}

const WITHIN_MS = 60_000;

export async function openGreenhouseDesk({ candidates = 30, env = {} } = {}): Promise<GreenhouseDesk> {
  const databaseUrl = await createDatabaseUrl();
  const hub = await startHub({
    databaseUrl,
    encryptionKey: `k1:${randomBytes(32).toString('base64')}`,
    env: {
      ATSUME_SANDBOX: 'true',
      ATSUME_SANDBOX_CANDIDATES: String(candidates),
      ATSUME_SANDBOX_RATE_LIMIT: '0',
      ATSUME_ALLOW_PRIVATE_TARGETS: 'false',
      ...env,
    },
  });
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  const query: GreenhouseDesk['query'] = async (sql, values = []) =>
    (await database.query(sql, values)).rows as never[];
  let customers = 0;
  const desk: GreenhouseDesk = {
    hub,
    query,
    call: (method, path, { body, apiKey = hub.apiKey, integrationId } = {}) =>
      send(hub.url + path, method, body, {
        authorization: `Bearer ${apiKey}`,
        ...(integrationId === undefined ? {} : { 'x-integration-id': integrationId }),
      }),
    records: async (integrationId, path) => {
      const rows: never[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const next = `${path.includes('?') ? '&' : '?'}limit=250${cursor && `&cursor=${cursor}`}`;
        const page: Answer<{ data: never[]; nextCursor: string | null }> = await desk.call('GET', path + next, {
          integrationId,
        });
        rows.push(...page.body.data);
        cursor = page.body.nextCursor;
      }
      return rows;
    },
    standIn: (method, path, body, token) =>
      send(`${hub.url}/sandbox/greenhouse/${path}`, method, body, token ? { authorization: `Bearer ${token}` } : {}),
    fault: async (fault, more = {}) => void (await desk.standIn('POST', 'faults', { fault, ...more })),
    left: async (fault) => {
      const { body } = await desk.standIn<{ id: string; left: number }[]>('GET', 'faults');
      return body.find(({ id }) => id === fault)!.left;
    },
    calm: async () => void (await desk.standIn('DELETE', 'faults')),
    client: async (kind, scopes) =>
      (await desk.standIn<Client>('POST', 'clients', { kind, name: 'Hub', ...(scopes && { scopes }) })).body,
    token: async () => tokenOf(hub.url, await desk.client('custom')),
    integration: async (apiKey = hub.apiKey) => {
      const body = { provider: 'greenhouse', originOrgId: `customer-${++customers}`, originOrgName: 'Globex' };
      return (await desk.call<{ id: string }>('POST', '/v1/integrations', { body, apiKey })).body.id;
    },
    connect: async ({ client, permissions } = {}) => {
      const { id: clientId, secret: clientSecret } = client ?? (await desk.client('custom'));
      const id = await desk.integration();
      const body = {
        ...{ method: 'client-credentials', region: 'sandbox', credentials: { clientId, clientSecret } },
        ...(permissions && { permissions }),
      };
      const reply = await desk.call('POST', `/v1/integrations/${id}/connect`, { body });
      if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
      return id;
    },
    sync: async (id, body = {}) => {
      const reply = await desk.call('POST', `/v1/integrations/${id}/sync`, { body });
      if (reply.status !== 202) throw new Error(JSON.stringify(reply.body));
      return desk.settled(id);
    },
    settled: (id, apiKey = hub.apiKey) =>
      until(
        async () => {
          const { data } = (await desk.call<{ data: RunView[] }>('GET', `/v1/integrations/${id}/syncs`, { apiKey }))
            .body;
          return data.length > 0 && data.every(isOver) ? data[0] : null;
        },
        { what: 'the end of the syncs', withinMs: WITHIN_MS },
      ),
    close: async () => {
      await hub.stop();
      await database.end();
      await dropDatabase(databaseUrl);
    },
  };
  await quiet(desk);
  return desk;
}

function isOver({ status }: { status: string }): boolean {
  return status !== 'QUEUED' && status !== 'RUNNING';
}

/** The sandbox has an integration of its own, which would meet the faults that tests ask for. */
function quiet({ query }: GreenhouseDesk): Promise<unknown> {
  return until(
    async () => {
      const runs = await query<{ status: string }>('SELECT status FROM sync_runs');
      return runs.length > 0 && runs.every(isOver);
    },
    { what: 'the sandbox to have set itself up', withinMs: WITHIN_MS },
  );
}

async function tokenOf(hubUrl: string, { id, secret }: Client): Promise<string> {
  const reply = await fetch(`${hubUrl}/sandbox/greenhouse/auth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  return ((await reply.json()) as { access_token: string }).access_token;
}

async function send<T>(
  url: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Answer<T>> {
  const reply = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? null : JSON.stringify(body),
    redirect: 'manual',
  });
  const text = await reply.text();
  const isJson = reply.headers.get('content-type')?.includes('json');
  return { status: reply.status, body: (isJson ? JSON.parse(text) : text) as T, headers: reply.headers };
}
