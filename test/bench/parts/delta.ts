import { connectAts, startAts, startHubAt, untilSynced } from '../ats.ts';
import { say } from '../bed.ts';
import { call } from '../hub.ts';
import { startPostgres } from '../postgres.ts';
import type { Figure } from '../report.ts';

const CANDIDATES = 3_000;

/** What a sync asks when nothing has changed since the last one, with every model the hub syncs by itself. */
export async function benchDelta(): Promise<Figure[]> {
  const postgres = await startPostgres();
  const ats = await startAts(CANDIDATES, null);
  const site = { databaseUrl: await postgres.url('hub'), redisUrl: null };
  const [api, dispatcher] = [await startHubAt(ats, site, 'api'), await startHubAt(ats, site, 'dispatcher')];
  try {
    const id = await connectAts(api.url, ats, null);
    const first = await untilSynced(api.url, id);
    await ats.forget();
    await call(api.url, 'POST', `/v1/integrations/${id}/sync`, { body: { mode: 'DELTA' } });
    const delta = await untilSynced(api.url, id);
    if (delta.id === first.id) throw new Error('there was no second sync');
    const counts = new Map<string, number>();
    for (const { path } of await ats.asked()) counts.set(path, (counts.get(path) ?? 0) + 1);
    const lists = [...counts].filter(([path]) => path !== 'v3/webhooks');
    say('delta', null, lists.map(([path, count]) => `${path} ${count}`).join(', '));
    const total = lists.reduce((sum, [, count]) => sum + count, 0);
    return [
      { name: 'delta with nothing changed, resources', value: delta.resources.length, unit: '', aim: 'stated' },
      { name: 'delta with nothing changed, requests', value: total, unit: '', aim: 'one per resource' },
      {
        name: 'delta with nothing changed, most requests for one resource',
        value: Math.max(...lists.map(([, count]) => count)),
        unit: '',
        aim: '1',
      },
    ];
  } finally {
    await Promise.all([api.stop(), dispatcher.stop()]);
    await ats.stop();
    await postgres.stop();
  }
}
