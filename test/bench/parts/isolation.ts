import { setTimeout as pause } from 'node:timers/promises';
import { fillBacklog, pointEndpoints, settle } from '../backlog.ts';
import { type Bed, say, withBed, WORLD } from '../bed.ts';
import { COMMIT_TIMES } from '../commit-times.ts';
import { type Site, startApi, startDispatcher } from '../hub.ts';
import { withClient } from '../postgres.ts';
import { type Helper, startHelper } from '../processes.ts';
import { type Backend, type Figure, median } from '../report.ts';
import { ROUNDS, setting } from '../settings.ts';
import { describeRound, ordersAt, type Round, roundOf } from './commit.ts';

const RATE = setting('BENCH_RATE', 1_000);
const RUN_SECONDS = setting('BENCH_ISOLATION_SECONDS', 20);
const HUGE = setting('BENCH_HUGE', 1_000_000);
const BURST = setting('BENCH_BURST', 20_000);
/** The tenant behind those that order, whose backlog or burst disturbs them. */
const NOISY = 200;
const WARM_UP = { perSecond: 200, seconds: 4 };
const HUGE_DATABASE = 'huge';

interface Case {
  key: string;
  name: string;
  ordering: number;
  /** So many of those that order hang for ten seconds; they come first and are not timed. */
  hanging: number;
  disturbance: 'backlog' | 'burst' | null;
}

const CASES: Case[] = [
  { key: 'few', name: '2 of 200 endpoints hang', ordering: 200, hanging: 2, disturbance: null },
  { key: 'many', name: '200 of 400 endpoints hang', ordering: 400, hanging: 200, disturbance: null },
  { key: 'backlog', name: `a backlog of ${HUGE} beside 200`, ordering: 200, hanging: 0, disturbance: 'backlog' },
  { key: 'burst', name: `a burst of ${BURST} beside 200`, ordering: 200, hanging: 0, disturbance: 'burst' },
];

/** How the healthy fare under 1,000 orders/s while something disturbs, beside the same without it. */
export async function benchIsolation(backends: Backend[], only?: string): Promise<Figure[]> {
  const cases = CASES.filter(({ key }) => only === undefined || only === key);
  return withBed(
    backends,
    async (bed) => {
      if (cases.some(({ disturbance }) => disturbance === 'backlog')) await makeHuge(bed);
      const figures: Figure[] = [];
      for (const one of cases) figures.push(...(await compare(bed, one)));
      return figures;
    },
    COMMIT_TIMES,
  );
}

async function compare(bed: Bed, one: Case): Promise<Figure[]> {
  const rounds = new Map(bed.backends.map((backend) => [backend, { calm: [] as Round[], disturbed: [] as Round[] }]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [backend, { calm, disturbed }] of rounds) {
      calm.push(await oneRun(bed, backend, { ...one, isDisturbed: false }));
      say(one.name, backend, `without: ${describeRound(calm.at(-1)!)}`);
      disturbed.push(await oneRun(bed, backend, { ...one, isDisturbed: true }));
      say(one.name, backend, `with: ${describeRound(disturbed.at(-1)!)}`);
    }
  }
  return [...rounds].flatMap(([backend, { calm, disturbed }]) => {
    const of = (all: Round[], key: keyof Round): number => median(all.map((round) => round[key]));
    const slowest = Math.min(of(calm, 'rate'), of(disturbed, 'rate'));
    const name = `${one.name}${slowest < 0.97 * RATE ? ` (only ${slowest.toFixed(0)}/s came about)` : ''}: the others'`;
    return (['p50', 'p99'] as const).map((key) => ({
      name: `${name} ${key}`,
      backend,
      value: of(disturbed, key),
      floor: of(calm, key),
      unit: 'ms',
      aim: key === 'p99' ? 'ratio ≤ 1.3' : 'stated',
    }));
  });
}

async function oneRun(bed: Bed, backend: Backend, one: Case & { isDisturbed: boolean }): Promise<Round> {
  const helpers = await Promise.all(['subscriber', 'subscriber', 'driver'].map(startHelper));
  const [subscriber, other, driver] = helpers as [Helper, Helper, Helper];
  const isHuge = one.isDisturbed && one.disturbance === 'backlog';
  const site = await bed.site(backend, isHuge ? HUGE_DATABASE : undefined);
  try {
    await point(bed, site, { subscriber, other, hanging: one.isDisturbed ? one.hanging : 0, ordering: one.ordering });
    const [api, dispatcher] = await Promise.all([startApi(site), startDispatcher(site)]);
    try {
      const tenants = bed.tenants.slice(0, one.ordering);
      const load = { site, hub: api.url, tenants, timed: tenants.slice(one.hanging), subscriber, driver };
      await ordersAt(load, WARM_UP);
      const bursting = one.isDisturbed && one.disturbance === 'burst' ? burst(bed, site) : null;
      const { took, paced } = await ordersAt(load, { perSecond: RATE, seconds: RUN_SECONDS });
      await bursting;
      return roundOf(took, paced);
    } finally {
      // Requests that hang would hold up a stop.
      await Promise.all([api.kill(), dispatcher.kill()]);
    }
  } finally {
    await Promise.all(helpers.map((helper) => helper.stop()));
    await bed.postgres.drop(site.name);
  }
}

/** The healthy go to one subscriber process; who hangs, and the noisy tenant, to another. */
async function point(
  bed: Bed,
  site: Site,
  to: { subscriber: Helper; other: Helper; hanging: number; ordering: number },
): Promise<void> {
  const healthy = await to.subscriber.ask<string[]>('listen', to.ordering);
  const others = await to.other.ask<string[]>('listen', to.hanging + 1);
  const urls = bed.tenants.map((_, at) => {
    if (at < to.hanging) return `${others[at]}/slow/10000`;
    return at < to.ordering ? healthy[at]! : others[to.hanging]!;
  });
  await withClient(site.databaseUrl, (client) => pointEndpoints(client, bed.tenants, urls));
}

/** A world in which one tenant already has all that waiting. */
async function makeHuge(bed: Bed): Promise<void> {
  say('isolation', null, `makes a backlog of ${HUGE}`);
  await bed.postgres.set('max_wal_size', '8GB');
  const url = await bed.postgres.url(HUGE_DATABASE, WORLD);
  await withClient(url, async (client) => {
    await client.query('SET synchronous_commit = off');
    await fillBacklog(client, { tenants: [bed.tenants[NOISY]!], template: bed.template, count: HUGE });
    await settle(client);
  });
  await bed.postgres.set('max_wal_size', null);
}

async function burst(bed: Bed, site: Site): Promise<void> {
  await pause(3_000);
  await withClient(site.databaseUrl, (client) =>
    fillBacklog(client, { tenants: [bed.tenants[NOISY]!], template: bed.template, count: BURST }),
  );
}
