import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../support/ports.ts';
import { Clock } from './clock.ts';
import type { Customer } from './driver.ts';
import { HubProcess } from './hub-process.ts';
import { Postgres } from './postgres.ts';
import { Redis } from './redis.ts';
import { Subscriber } from './subscriber.ts';

export type Backend = 'postgres' | 'redis';

export interface WorldOptions {
  backend: Backend;
  seed: number;
  accounts: number;
  dispatchers: number;
  /** Whether the clocks can be moved. */
  movesClock: boolean;
  latencyMs: number;
}

/** What was done to the hub, and what was under way to the subscriber at that moment. */
export interface Fault {
  what: string;
  at: number;
  inFlight: number;
  justAnswered: number;
}

const API_KEY = `atsm_${randomBytes(32).toString('base64url')}`;
/** The one that `anOrder` orders. */
const PACKAGE = { id: 'backend-l2', name: 'Backend Engineer, level 2' };
/** Soon enough for a run, and for ever as far as it goes. */
const RETRY_POLICY = { delaysSeconds: [1, 1, 2, 2, 3], maxAgeSeconds: 7 * 86_400 };

/** A hub of separate processes on a PostgreSQL (and Redis) of its own, with a subscriber and customers who order. */
export class World {
  readonly faults: Fault[] = [];
  /** What a scenario found wrong by itself. */
  readonly problems: string[] = [];
  customers: Customer[] = [];
  readonly postgres: Postgres;
  readonly redis: Redis | null;
  readonly clock: Clock | null;
  readonly subscriber: Subscriber;
  readonly api: HubProcess;
  readonly dispatchers: HubProcess[];
  private readonly startedAt = performance.now();

  private constructor(parts: Pick<World, 'postgres' | 'redis' | 'clock' | 'subscriber' | 'api' | 'dispatchers'>) {
    this.postgres = parts.postgres;
    this.redis = parts.redis;
    this.clock = parts.clock;
    this.subscriber = parts.subscriber;
    this.api = parts.api;
    this.dispatchers = parts.dispatchers;
  }

  static async start(options: WorldOptions): Promise<World> {
    const clock = options.movesClock ? new Clock() : null;
    const postgres = await Postgres.start(clock?.environment('postgres') ?? {});
    const redis = options.backend === 'redis' ? await Redis.start() : null;
    const environment = {
      ...clock?.environment('hub'),
      DATABASE_URL: postgres.url,
      REDIS_URL: redis?.url ?? '',
      ATSUME_ENCRYPTION_KEY: `faults:${randomBytes(32).toString('base64')}`,
      ATSUME_BOOTSTRAP_API_KEY: API_KEY,
      ATSUME_ALLOW_PRIVATE_TARGETS: 'true',
    };
    const hubProcess = async (app: 'api' | 'dispatcher', name: string): Promise<HubProcess> =>
      new HubProcess(app, name, { port: await freePort(), environment });
    const dispatchers: HubProcess[] = [];
    for (let n = 1; n <= options.dispatchers; n++) dispatchers.push(await hubProcess('dispatcher', `dispatcher ${n}`));
    const world = new World({
      postgres,
      redis,
      clock,
      subscriber: await Subscriber.start(options.seed, options.latencyMs),
      api: await hubProcess('api', 'api'),
      dispatchers,
    });
    await world.api.start();
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.start()));
    for (let n = 0; n < options.accounts; n++) world.customers.push(await world.connectCustomer(n));
    return world;
  }

  get dispatcher(): HubProcess {
    const [first] = this.dispatchers;
    if (!first) throw new Error('a world without a dispatcher');
    return first;
  }

  get processes(): HubProcess[] {
    return [this.api, ...this.dispatchers];
  }

  /** Does something to the hub, and notes when. */
  async fault(what: string, work: () => Promise<unknown> | void): Promise<void> {
    const { inFlight, justAnswered } = await this.subscriber.glance();
    this.faults.push({ what, at: Date.now(), inFlight, justAnswered });
    this.say(`${what} (${inFlight} requests in flight, ${justAnswered} answered in the 50 ms before)`);
    await work();
  }

  say(what: string): void {
    const seconds = ((performance.now() - this.startedAt) / 1_000).toFixed(1).padStart(5);
    console.log(`   ${seconds} s  ${what}`);
  }

  /** Waits until the hub has nothing left to deliver; returns how much it still has after `withinMs`. */
  async drain(withinMs: number): Promise<number> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const left = await this.workLeft();
      if (left === 0 || performance.now() > deadline) return left;
      await pause(250);
    }
  }

  async stop(): Promise<void> {
    this.redis?.thaw();
    await Promise.all(this.processes.map((hub) => hub.kill9()));
    await this.subscriber.stop();
    await this.redis?.kill9();
    await this.postgres.stop();
    this.clock?.remove();
  }

  private async workLeft(): Promise<number> {
    const [row] = await this.postgres.query<{ left: number }>('SELECT count(*)::integer AS left FROM delivery_work');
    return row?.left ?? 0;
  }

  /** An account of its own with one customer, one test and one webhook endpoint. */
  private async connectCustomer(n: number): Promise<Customer> {
    const { apiKey } = await this.call<{ apiKey: string }>(API_KEY, 'POST', '/v1/accounts', { name: `Vendor ${n}` });
    const secret = await this.call<{ secretKey: string; baseUrl: string }>(
      apiKey,
      'POST',
      '/v1/ats/assessments/secrets',
      { provider: 'greenhouse', originOrgId: `customer-${n}`, originOrgName: 'Customer' },
    );
    await this.call(apiKey, 'PUT', '/v1/ats/assessments/packages', { packages: [PACKAGE] });
    await this.call(apiKey, 'POST', '/v1/webhooks/endpoints', {
      url: `${this.subscriber.url}/${n}`,
      eventTypes: ['record.new'],
      retryPolicy: RETRY_POLICY,
    });
    return {
      sendTestUrl: `${this.api.url}${new URL(secret.baseUrl).pathname}/send_test`,
      authorization: `Basic ${Buffer.from(`${secret.secretKey}:`).toString('base64')}`,
    };
  }

  private async call<T>(apiKey: string, method: string, path: string, body: unknown): Promise<T> {
    const reply = await fetch(this.api.url + path, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
    return JSON.parse(text) as T;
  }
}
