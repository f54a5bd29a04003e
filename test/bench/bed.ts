import { backendName, call, connectCustomer, type Customer, order, type Site, startApi } from './hub.ts';
import type pg from 'pg';
import { type OwnPostgres, startPostgres, withClient } from './postgres.ts';
import { startRedis } from './redis.ts';
import type { Backend } from './report.ts';

const ACCOUNTS = 400;
const AT_ONCE = 16;
export const WORLD = 'world';

/** An account with one customer and one endpoint. */
export interface Tenant {
  accountId: string;
  endpointId: string;
  customer: Customer;
}

/** A real event of the hub, which others are made after. */
export interface Template {
  id: string;
  payload: string;
}

/**
 * What a part runs on: PostgreSQL and Redis of its own, and a database with 400 accounts which is copied for every hub,
 * so that each starts from the same.
 */
export interface Bed {
  postgres: OwnPostgres;
  backends: Backend[];
  tenants: Tenant[];
  template: Template;
  /** The state of a new hub: a copy of the world (or of `from`), and an empty database of Redis. */
  site(backend: Backend, from?: string): Promise<Site & { name: string }>;
  /** The state of a hub on a database that is there, with a queue of its own. */
  siteOn(backend: Backend, databaseUrl: string): Promise<Site>;
  /** The process id of what holds the queue beside PostgreSQL, if anything does. */
  queuePid(backend: Backend): number | null;
  stop(): Promise<void>;
}

async function makeBed(wanted: Backend[], flags: Record<string, string>): Promise<Bed> {
  const postgres = await startPostgres(flags);
  const redis = wanted.includes('redis') ? await startRedis() : null;
  if (wanted.includes('redis') && redis === null) console.warn('No redis-server on this machine: Redis is left out.');
  const stop = async (): Promise<void> => {
    await redis?.stop();
    await postgres.stop();
  };
  let queues = 0;
  let copies = 0;
  const siteOn = async (backend: Backend, databaseUrl: string): Promise<Site> => {
    const emptied = backend === 'redis' ? redis?.emptied(++queues % 16) : undefined;
    return { databaseUrl, redisUrl: (await emptied) ?? null };
  };
  try {
    return {
      ...(await makeWorld(await postgres.url(WORLD))),
      postgres,
      backends: wanted.filter((backend) => backend === 'postgres' || redis !== null),
      site: async (backend, from = WORLD) => {
        const name = `hub_${++copies}`;
        return { name, ...(await siteOn(backend, await postgres.url(name, from))) };
      },
      siteOn,
      queuePid: (backend) => (backend === 'redis' ? (redis?.pid ?? null) : null),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs a part's rounds on a bed of its own and takes it away afterwards. */
export async function withBed<T>(
  wanted: Backend[],
  work: (bed: Bed) => Promise<T>,
  flags: Record<string, string> = {},
): Promise<T> {
  const bed = await makeBed(wanted, flags);
  try {
    return await work(bed);
  } finally {
    await bed.stop();
  }
}

/** Prints what is going on, since a run takes long. */
export function say(part: string, backend: Backend | null, text: string): void {
  console.log(`  ${part}${backend === null ? '' : `, ${backendName(backend)}`}: ${text}`);
}

async function makeWorld(databaseUrl: string): Promise<{ tenants: Tenant[]; template: Template }> {
  const api = await startApi({ databaseUrl, redisUrl: null });
  try {
    const tenants: Tenant[] = [];
    let next = 0;
    const makeSome = async (): Promise<void> => {
      for (let n = next++; n < ACCOUNTS; n = next++) tenants[n] = await makeTenant(api.url, n);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, makeSome));
    await placeOrder(api.url, tenants[0]!.customer);
    return { tenants, template: await withClient(databaseUrl, takeTemplate) };
  } finally {
    await api.stop();
  }
}

async function makeTenant(hub: string, n: number): Promise<Tenant> {
  const { id, apiKey } = await call<{ id: string; apiKey: string }>(hub, 'POST', '/v1/accounts', {
    body: { name: `Vendor ${n}` },
  });
  const customer = await connectCustomer(hub, `customer-${n}`, apiKey);
  const endpoint = await call<{ id: string }>(hub, 'POST', '/v1/webhooks/endpoints', {
    body: { url: 'http://127.0.0.1:9/', category: 'ATS' },
    apiKey,
  });
  return { accountId: id, endpointId: endpoint.id, customer };
}

async function placeOrder(hub: string, { path, authorization }: Customer): Promise<void> {
  const reply = await fetch(`${hub}${path}/send_test`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: order('template', null),
  });
  if (!reply.ok) throw new Error(`the first order was refused: ${reply.status} ${await reply.text()}`);
}

/** Reads the one event there is; nothing of it is left to deliver. */
async function takeTemplate(client: pg.Client): Promise<Template> {
  await client.query('DELETE FROM delivery_work');
  const { rows } = await client.query<Template>(`SELECT id, convert_from(payload, 'UTF8') AS payload FROM events`);
  if (!rows[0]) throw new Error('the first order made no event');
  return rows[0];
}
