import type pg from 'pg';
import { fillBacklog, pointEndpoints, settle } from '../backlog.ts';
import { type Bed, say, type Tenant, withBed } from '../bed.ts';
import { cpuSeconds } from '../cpu.ts';
import { type Site, startDispatcher } from '../hub.ts';
import { withClient } from '../postgres.ts';
import { type Helper, startHelper } from '../processes.ts';
import { type Backend, type Figure, median } from '../report.ts';
import { BACKLOG, ROUNDS } from '../settings.ts';

/** More than this does not make the bare loop faster. */
export const FLOOR_AT_ONCE = 64;

interface Case {
  name: string;
  endpoints: number;
  dispatchers: number;
  aims: Record<Backend, string>;
}

const AIMS = { redis: 'ratio ≥ 0.35', postgres: 'ratio ≥ 0.3' };
const STATED = { redis: 'stated', postgres: 'stated' };
const CASES: Case[] = [
  { name: 'drain over 200 endpoints, deliveries/s', endpoints: 200, dispatchers: 1, aims: AIMS },
  { name: 'drain over 1 endpoint, deliveries/s', endpoints: 1, dispatchers: 1, aims: STATED },
  { name: 'drain over 200 endpoints by two dispatchers, deliveries/s', endpoints: 200, dispatchers: 2, aims: STATED },
];

/** Processor seconds per 10,000 deliveries. */
interface Cpu {
  node: number;
  postgres: number;
  queue: number;
}

interface Drained {
  perSecond: number;
  cpu: Cpu;
}

/** A backlog that is there when the dispatcher starts, until the last of it is at the subscriber; the bare loop beside it. */
export async function benchDrain(backends: Backend[], only?: string): Promise<Figure[]> {
  const cases = CASES.filter((_, at) => only === undefined || only === String(at));
  return withBed(backends, async (bed) => {
    const figures: Figure[] = [];
    for (const one of cases) figures.push(...(await drainCase(bed, one)));
    return figures;
  });
}

async function drainCase(bed: Bed, one: Case): Promise<Figure[]> {
  const subscriber = await startHelper('subscriber');
  try {
    const urls = await subscriber.ask<string[]>('listen', one.endpoints);
    const tenants = bed.tenants.slice(0, one.endpoints);
    const bare: Drained[] = [];
    const drained = new Map<Backend, Drained[]>(bed.backends.map((backend) => [backend, []]));
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await drainBare(bed, subscriber, urls));
      say(one.name, null, `floor ${bare.at(-1)?.perSecond.toFixed(0)}`);
      for (const [backend, results] of drained) {
        results.push(await drain(bed, backend, { tenants, urls, subscriber, dispatchers: one.dispatchers }));
        say(one.name, backend, results.at(-1)!.perSecond.toFixed(0));
      }
    }
    return [...drained].flatMap(([backend, results]) => figuresOf(one, backend, results, bare));
  } finally {
    await subscriber.stop();
  }
}

function figuresOf(one: Case, backend: Backend, results: Drained[], bare: Drained[]): Figure[] {
  const cpu = (of: keyof Cpu): number => median(results.map((result) => result.cpu[of]));
  const perTenThousand = `${one.name.replace(', deliveries/s', '')}: CPU per 10,000`;
  const shared = { backend, unit: 's', aim: 'stated' };
  return [
    {
      name: one.name,
      backend,
      value: median(results.map(({ perSecond }) => perSecond)),
      floor: median(bare.map(({ perSecond }) => perSecond)),
      unit: '/s',
      aim: one.aims[backend],
    },
    {
      ...shared,
      name: `${perTenThousand}, dispatcher`,
      value: cpu('node'),
      floor: median(bare.map((floor) => floor.cpu.node)),
    },
    { ...shared, name: `${perTenThousand}, PostgreSQL`, value: cpu('postgres') },
    ...(backend === 'redis' ? [{ ...shared, name: `${perTenThousand}, Redis`, value: cpu('queue') }] : []),
  ];
}

/** How long the subscriber was busy, from the first delivery to the last. */
interface Counted {
  count: number;
  different: number;
  firstAt: number;
  lastAt: number;
}

async function drainBare(bed: Bed, subscriber: Helper, urls: string[]): Promise<Drained> {
  const sender = await startHelper('sender');
  try {
    await subscriber.ask('reset', { seen: true });
    const { id: templateId, payload: template } = bed.template;
    const job = { urls, template, templateId, count: BACKLOG, atOnce: FLOOR_AT_ONCE };
    const { cpuSeconds: node } = await sender.ask<{ cpuSeconds: number }>('send', job);
    const { count, firstAt, lastAt } = await subscriber.ask<Counted>('count');
    if (count !== BACKLOG) throw new Error(`the bare loop sent ${count} of ${BACKLOG}`);
    return {
      perSecond: ((count - 1) * 1_000) / (lastAt - firstAt),
      cpu: { node: (node * 10_000) / count, postgres: 0, queue: 0 },
    };
  } finally {
    await sender.stop();
  }
}

interface To {
  tenants: Tenant[];
  urls: string[];
  subscriber: Helper;
  dispatchers: number;
}

async function drain(bed: Bed, backend: Backend, to: To): Promise<Drained> {
  const site = await bed.site(backend);
  try {
    return await drainSite(bed, site, { ...to, backend });
  } finally {
    await bed.postgres.drop(site.name);
  }
}

/** Fills a backlog into a hub's database, starts dispatchers, and waits until the last of it has arrived. */
export async function drainSite(
  bed: Bed,
  site: Site,
  { tenants, urls, subscriber, dispatchers: wanted, backend }: To & { backend: Backend },
): Promise<Drained> {
  await withClient(site.databaseUrl, async (client) => {
    await pointEndpoints(client, tenants, urls);
    await fillBacklog(client, { tenants, template: bed.template, count: BACKLOG });
    await settle(client);
  });
  await subscriber.ask('reset', { seen: true });
  const dispatchers = await Promise.all(Array.from({ length: wanted }, () => startDispatcher(site)));
  try {
    const pids = {
      node: dispatchers.map(({ child }) => child.pid ?? 0),
      postgres: [bed.postgres.pid],
      queue: [bed.queuePid(backend) ?? 0].filter(Boolean),
    };
    const before = { ...usedBy(pids), count: (await subscriber.ask<Counted>('count')).count };
    const { count, firstAt, lastAt } = await untilDelivered(subscriber, BACKLOG, site.databaseUrl);
    const after = usedBy(pids);
    const share = 10_000 / (count - before.count);
    return {
      perSecond: ((count - 1) * 1_000) / (lastAt - firstAt),
      cpu: {
        node: (after.node - before.node) * share,
        postgres: (after.postgres - before.postgres) * share,
        queue: (after.queue - before.queue) * share,
      },
    };
  } finally {
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
  }
}

function usedBy(pids: Record<keyof Cpu, number[]>): Cpu {
  const sum = (all: number[]): number => all.reduce((total, pid) => total + cpuSeconds(pid), 0);
  return { node: sum(pids.node), postgres: sum(pids.postgres), queue: sum(pids.queue) };
}

const PATIENCE_MS = 30_000;

/** Waits for that many different deliveries. @throws Error with what became of the attempts when none comes any more. */
export async function untilDelivered(subscriber: Helper, wanted: number, databaseUrl: string): Promise<Counted> {
  let progressAt = performance.now();
  let last = -1;
  for (;;) {
    const counted = await subscriber.ask<Counted>('count');
    if (counted.different >= wanted) return counted;
    if (counted.different !== last) progressAt = performance.now();
    last = counted.different;
    if (performance.now() - progressAt > PATIENCE_MS) {
      const attempts = await withClient(databaseUrl, attemptsByEnd);
      throw new Error(`${counted.different} of ${wanted} were delivered, and no more came; attempts: ${attempts}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function attemptsByEnd(client: pg.Client): Promise<string> {
  const { rows } = await client.query(
    `SELECT outcome, status, error, count(*)::integer AS count, max(ms) AS longest_ms FROM attempts GROUP BY 1, 2, 3`,
  );
  return JSON.stringify(rows);
}
