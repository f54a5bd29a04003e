import { fillBacklog, pointEndpoints, settle } from '../backlog.ts';
import { type Bed, say, withBed } from '../bed.ts';
import { startDispatcher } from '../hub.ts';
import { withClient } from '../postgres.ts';
import { startHelper } from '../processes.ts';
import type { Backend, Figure } from '../report.ts';
import { setting } from '../settings.ts';
import { untilDelivered } from './drain.ts';

const DELIVERIES = setting('BENCH_DELIVERIES', 100_000);
const ENDPOINTS = 200;

/** Two and three dispatchers share one backlog: how many deliveries arrived twice (none may), and how fast it went. */
export async function benchWorkers(backends: Backend[]): Promise<Figure[]> {
  return withBed(backends, async (bed) => {
    const figures: Figure[] = [];
    for (const backend of bed.backends) {
      for (const dispatchers of [2, 3]) figures.push(...(await share(bed, backend, dispatchers)));
    }
    return figures;
  });
}

async function share(bed: Bed, backend: Backend, count: number): Promise<Figure[]> {
  const name = `${DELIVERIES} deliveries shared by ${count} dispatchers`;
  const subscriber = await startHelper('subscriber');
  const site = await bed.site(backend);
  try {
    const urls = await subscriber.ask<string[]>('listen', ENDPOINTS);
    const tenants = bed.tenants.slice(0, ENDPOINTS);
    await withClient(site.databaseUrl, async (client) => {
      await pointEndpoints(client, tenants, urls);
      await fillBacklog(client, { tenants, template: bed.template, count: DELIVERIES });
      await settle(client);
    });
    await subscriber.ask('reset', { seen: true });
    const dispatchers = await Promise.all(Array.from({ length: count }, () => startDispatcher(site)));
    const busy = await untilDelivered(subscriber, DELIVERIES, site.databaseUrl);
    // Stopping ends every request that is under way: after it nothing more can come.
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
    const all = await subscriber.ask<{ count: number; different: number }>('count');
    const doubles = all.count - all.different;
    say(name, backend, `${doubles} twice`);
    return [
      { name: `${name}: arrived twice`, backend, value: doubles, unit: '', aim: '0' },
      {
        name: `${name}: deliveries/s`,
        backend,
        value: (DELIVERIES * 1_000) / (busy.lastAt - busy.firstAt),
        unit: '/s',
        aim: 'stated',
      },
    ];
  } finally {
    await subscriber.stop();
    await bed.postgres.drop(site.name);
  }
}
