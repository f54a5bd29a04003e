import { pointEndpoints } from '../backlog.ts';
import { type Bed, say, type Tenant, withBed } from '../bed.ts';
import { type Arrivals, COMMIT_TIMES, commitToArrival, startToArrival } from '../commit-times.ts';
import { type Site, startApi, startDispatcher } from '../hub.ts';
import { withClient } from '../postgres.ts';
import { type Helper, startHelper } from '../processes.ts';
import { type Backend, type Figure, median, quantile } from '../report.ts';
import { ROUNDS, SECONDS } from '../settings.ts';

const ENDPOINTS = 200;
const RATES = [
  { perSecond: 100, p99: '≤ 40 ms' },
  { perSecond: 1_000, p99: '≤ 100 ms' },
  { perSecond: 2_000, p99: '≤ 250 ms' },
];
const WARM_UP = { perSecond: 200, seconds: 5 };

/** What the driver says of an open loop. */
export interface Paced {
  started: number;
  ok: number;
  refused: number;
  failed: number;
  latestMs: number;
  seconds: number;
}

/** p50 and p99 of one round; `rate` is what the machine could make of the rate that was wanted. */
export interface Round {
  p50: number;
  p99: number;
  rate: number;
}

/** From the commit of an order to its event at the subscriber, at rates that do not wait for the hub; a bare POST beside it. */
export async function benchCommit(backends: Backend[]): Promise<Figure[]> {
  return withBed(
    backends,
    async (bed) => {
      const [subscriber, driver] = await Promise.all([startHelper('subscriber'), startHelper('driver')]);
      try {
        const urls = await subscriber.ask<string[]>('listen', ENDPOINTS);
        const bare = RATES.map(() => [] as Round[]);
        const measured = new Map<Backend, Round[][]>(bed.backends.map((backend) => [backend, RATES.map(() => [])]));
        for (let round = 0; round < ROUNDS; round++) {
          for (const [at, { perSecond }] of RATES.entries()) {
            bare[at]!.push(await barePosts(bed, { subscriber, driver, urls, perSecond }));
          }
          for (const [backend, results] of measured) {
            const rounds = await oneHub(bed, backend, { subscriber, driver, urls });
            for (const [at, result] of rounds.entries()) results[at]!.push(result);
          }
        }
        return [...measured].flatMap(([backend, results]) =>
          RATES.flatMap((rate, at) => figuresOf(backend, rate, { rounds: results[at]!, bare: bare[at]! })),
        );
      } finally {
        await Promise.all([subscriber.stop(), driver.stop()]);
      }
    },
    COMMIT_TIMES,
  );
}

interface With {
  subscriber: Helper;
  driver: Helper;
  urls: string[];
}

async function barePosts(bed: Bed, { subscriber, driver, urls, perSecond }: With & { perSecond: number }) {
  await subscriber.ask('reset', { arrivals: true });
  const { id: templateId, payload: template } = bed.template;
  const about = { urls, template, templateId, perSecond, seconds: SECONDS };
  const { paced, ...started } = await driver.ask<{ paced: Paced } & Arrivals>('posts', about);
  const result = roundOf(await startToArrival(subscriber, started), paced);
  say(`${perSecond}/s`, null, `floor ${describeRound(result)}`);
  return result;
}

/** All rates in turn against one hub of an api and a dispatcher process. */
async function oneHub(bed: Bed, backend: Backend, { subscriber, driver, urls }: With): Promise<Round[]> {
  const site = await bed.site(backend);
  const tenants = bed.tenants.slice(0, ENDPOINTS);
  const results: Round[] = [];
  try {
    await withClient(site.databaseUrl, (client) => pointEndpoints(client, tenants, urls));
    const [api, dispatcher] = await Promise.all([startApi(site), startDispatcher(site)]);
    try {
      const to = { site, hub: api.url, tenants, subscriber, driver };
      await ordersAt(to, WARM_UP);
      for (const { perSecond } of RATES) {
        const { took, paced } = await ordersAt(to, { perSecond, seconds: SECONDS });
        results.push(roundOf(took, paced));
        say(`${perSecond}/s`, backend, describeRound(results.at(-1)!));
      }
    } finally {
      await Promise.all([api.stop(), dispatcher.stop()]);
    }
  } finally {
    await bed.postgres.drop(site.name);
  }
  return results;
}

export interface Load {
  site: Site;
  hub: string;
  /** Who orders, in turn. */
  tenants: Tenant[];
  /** Those whose events are timed; all unless given. */
  timed?: Tenant[];
  subscriber: Helper;
  driver: Helper;
}

/** Orders of these tenants at a rate, and how long after its commit each timed one's event arrived. */
export async function ordersAt(
  { site, hub, tenants, timed = tenants, subscriber, driver }: Load,
  pace: { perSecond: number; seconds: number },
): Promise<{ took: number[]; paced: Paced }> {
  await subscriber.ask('reset', { arrivals: true });
  const since = Date.now();
  const customers = tenants.map(({ customer }) => customer);
  const paced = await driver.ask<Paced>('orders', { hub, customers, prefix: `open-${since}`, ...pace });
  if (paced.ok < paced.started) throw new Error(`${paced.refused} orders were refused, ${paced.failed} failed`);
  const accountIds = timed.map(({ accountId }) => accountId);
  const took = await withClient(site.databaseUrl, (client) =>
    commitToArrival(client, subscriber, { accountIds, since }),
  );
  return { took, paced };
}

export function roundOf(took: number[], { ok, seconds }: Paced): Round {
  return { p50: quantile(took, 0.5), p99: quantile(took, 0.99), rate: ok / seconds };
}

export function describeRound({ p50, p99, rate }: Round): string {
  return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms at ${rate.toFixed(0)}/s`;
}

function figuresOf(
  backend: Backend,
  { perSecond, p99 }: { perSecond: number; p99: string },
  { rounds, bare }: { rounds: Round[]; bare: Round[] },
): Figure[] {
  const of = (all: Round[], key: keyof Round): number => median(all.map((round) => round[key]));
  const rate = of(rounds, 'rate');
  // Said only where the machine could not make the rate, and so where the figure is for another one.
  const name = `commit to subscriber at ${perSecond}/s${rate < 0.97 * perSecond ? ` (only ${rate.toFixed(0)}/s came about)` : ''}`;
  const shared = { backend, unit: 'ms' };
  return [
    {
      ...shared,
      name: `${name}, p50`,
      value: of(rounds, 'p50'),
      floor: of(bare, 'p50'),
      aim: `≤ ${(of(bare, 'p50') + 8).toFixed(1)} ms`,
    },
    { ...shared, name: `${name}, p99`, value: of(rounds, 'p99'), floor: of(bare, 'p99'), aim: p99 },
  ];
}
