import { type Bed, say, withBed, WORLD } from '../bed.ts';
import { EVENTS, fillBig } from '../big-data.ts';
import { type Site, startApi } from '../hub.ts';
import { withClient } from '../postgres.ts';
import { type Helper, startHelper } from '../processes.ts';
import { type Backend, type Figure, median } from '../report.ts';
import { ROUNDS } from '../settings.ts';
import { drainSite } from './drain.ts';
import { shoot } from './intake.ts';

const ENDPOINTS = 200;

interface Rates {
  intake: number[];
  drain: number[];
}

/** Intake and draining with millions of rows stored, beside the same with none. */
export async function benchBig(backends: Backend[]): Promise<Figure[]> {
  return withBed(backends, async (bed) => {
    const databases = { empty: await bed.postgres.url('empty', WORLD), full: await bed.postgres.url('full', WORLD) };
    await fill(bed, databases.full);
    const subscriber = await startHelper('subscriber');
    try {
      const urls = await subscriber.ask<string[]>('listen', ENDPOINTS);
      const figures: Figure[] = [];
      for (const backend of bed.backends)
        figures.push(...(await compare(bed, backend, { databases, subscriber, urls })));
      return figures;
    } finally {
      await subscriber.stop();
    }
  });
}

async function fill(bed: Bed, databaseUrl: string): Promise<void> {
  const startedAt = performance.now();
  await bed.postgres.set('max_wal_size', '16GB');
  await withClient(databaseUrl, (client) => fillBig(client, bed.tenants, bed.template));
  await bed.postgres.set('max_wal_size', null);
  say('big', null, `filled ${EVENTS} events in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
}

async function compare(
  bed: Bed,
  backend: Backend,
  { databases, subscriber, urls }: { databases: Record<'empty' | 'full', string>; subscriber: Helper; urls: string[] },
): Promise<Figure[]> {
  const rates = { empty: { intake: [], drain: [] } as Rates, full: { intake: [], drain: [] } as Rates };
  for (let round = 0; round < ROUNDS; round++) {
    for (const which of round % 2 === 0 ? (['empty', 'full'] as const) : (['full', 'empty'] as const)) {
      const site = await bed.siteOn(backend, databases[which]);
      const { intake, drain } = rates[which];
      intake.push(await takeIn(bed, site));
      await forgetWork(site);
      const to = { tenants: bed.tenants.slice(0, ENDPOINTS), urls, subscriber, dispatchers: 1, backend };
      drain.push((await drainSite(bed, site, to)).perSecond);
      say(which, backend, `intake ${intake.at(-1)?.toFixed(0)}, drain ${drain.at(-1)?.toFixed(0)}`);
    }
  }
  const { empty, full } = rates;
  return (['intake', 'drain'] as const).map((what) => ({
    name: `${what} with ${EVENTS / 1e6} million events stored, beside none`,
    backend,
    value: median(full[what]),
    floor: median(empty[what]),
    unit: '/s',
    aim: 'ratio ≥ 0.85',
  }));
}

/** From a checkpoint on, which makes PostgreSQL write whole pages again: another time's would fall into some runs only. */
async function takeIn(bed: Bed, site: Site): Promise<number> {
  const api = await startApi(site);
  try {
    const { path, authorization } = bed.tenants[0]!.customer;
    const target = { url: `${api.url}${path}/send_test`, authorization };
    await shoot(target, null, 2);
    await withClient(site.databaseUrl, (client) => client.query('CHECKPOINT'));
    return await shoot(target, null);
  } finally {
    await api.stop();
  }
}

/** Only the backlog is to be drained, not what the orders left. */
async function forgetWork({ databaseUrl }: Site): Promise<void> {
  await withClient(databaseUrl, (client) => client.query('TRUNCATE delivery_work'));
}
