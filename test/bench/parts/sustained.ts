import { pointEndpoints } from '../backlog.ts';
import { type Bed, say, withBed } from '../bed.ts';
import { startApi, startDispatcher } from '../hub.ts';
import { withClient } from '../postgres.ts';
import { type Helper, startHelper } from '../processes.ts';
import { type Backend, type Figure, median } from '../report.ts';
import { ROUNDS, SECONDS } from '../settings.ts';
import { FLOOR_AT_ONCE } from './drain.ts';

/** Orders under way through the hub, from being placed to their event being at the subscriber. */
const WITHIN = 2_000;
const WARM_UP_SECONDS = 3;
const FLOOR_COUNT = 20_000;

/** Orders in and events out at the same time on one machine, at the highest rate that does not leave a growing backlog. */
export async function benchSustained(backends: Backend[]): Promise<Figure[]> {
  return withBed(backends, async (bed) => [
    ...(await sustain(bed, { endpoints: 200, aim: 'ratio ≥ 0.15' })),
    ...(await sustain(bed, { endpoints: 1, aim: 'stated' })),
  ]);
}

async function sustain(bed: Bed, { endpoints, aim }: { endpoints: number; aim: string }): Promise<Figure[]> {
  const name = `orders in and events out over ${endpoints} endpoint${endpoints === 1 ? '' : 's'}, events/s`;
  const rates = new Map<Backend, number[]>(bed.backends.map((backend) => [backend, []]));
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await bareLoop(bed, endpoints));
    say(name, null, `floor ${bare.at(-1)?.toFixed(0)}`);
    for (const [backend, results] of rates) {
      results.push(await oneRun(bed, backend, endpoints));
      say(name, backend, results.at(-1)!.toFixed(0));
    }
  }
  const floor = median(bare);
  return [...rates].map(([backend, results]) => ({ name, backend, value: median(results), floor, unit: '/s', aim }));
}

async function oneRun(bed: Bed, backend: Backend, endpoints: number): Promise<number> {
  const pipeline = await startHelper('pipeline');
  const site = await bed.site(backend);
  try {
    const urls = await pipeline.ask<string[]>('listen', endpoints);
    const tenants = bed.tenants.slice(0, endpoints);
    await withClient(site.databaseUrl, (client) => pointEndpoints(client, tenants, urls));
    const [api, dispatcher] = await Promise.all([startApi(site), startDispatcher(site)]);
    try {
      const { perSecond } = await pipeline.ask<{ perSecond: number }>('run', {
        hub: api.url,
        customers: tenants.map(({ customer }) => customer),
        within: WITHIN,
        warmUpSeconds: WARM_UP_SECONDS,
        seconds: SECONDS,
      });
      return perSecond;
    } finally {
      await Promise.all([api.stop(), dispatcher.stop()]);
    }
  } finally {
    await pipeline.stop();
    await bed.postgres.drop(site.name);
  }
}

async function bareLoop(bed: Bed, endpoints: number): Promise<number> {
  const [subscriber, sender]: Helper[] = await Promise.all([startHelper('subscriber'), startHelper('sender')]);
  try {
    const urls = await subscriber!.ask<string[]>('listen', endpoints);
    await subscriber!.ask('reset', {});
    const { id: templateId, payload: template } = bed.template;
    await sender!.ask('send', { urls, template, templateId, count: FLOOR_COUNT, atOnce: FLOOR_AT_ONCE });
    const { count, firstAt, lastAt } = await subscriber!.ask<{ count: number; firstAt: number; lastAt: number }>(
      'count',
    );
    return ((count - 1) * 1_000) / (lastAt - firstAt);
  } finally {
    await Promise.all([subscriber!.stop(), sender!.stop()]);
  }
}
