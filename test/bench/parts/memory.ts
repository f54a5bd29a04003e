import { setTimeout as pause } from 'node:timers/promises';
import { pointEndpoints } from '../backlog.ts';
import { type Bed, say, withBed } from '../bed.ts';
import { residentMb } from '../cpu.ts';
import { startApi, startDispatcher } from '../hub.ts';
import { withClient } from '../postgres.ts';
import { type Running, startHelper } from '../processes.ts';
import { type Backend, type Figure, median } from '../report.ts';
import { setting } from '../settings.ts';

const MINUTES = setting('BENCH_MINUTES', 30);
/** A sixth of the time: five minutes of thirty. */
const EARLY_MINUTES = MINUTES / 6;
const RATE = setting('BENCH_RATE', 200);
const ENDPOINTS = 200;
const SAMPLE_MS = 1_000;
/** The garbage collector makes single minutes jump by a tenth; the median of this many seconds counts. */
const SAMPLES = Math.max(1, Math.round(EARLY_MINUTES * 60));

/** Resident memory of api and dispatcher after half an hour of orders, beside that after five minutes. */
export async function benchMemory(backends: Backend[]): Promise<Figure[]> {
  return withBed(backends, async (bed) => {
    const figures: Figure[] = [];
    for (const backend of bed.backends) figures.push(...(await grow(bed, backend)));
    return figures;
  });
}

async function grow(bed: Bed, backend: Backend): Promise<Figure[]> {
  const [subscriber, driver] = await Promise.all([startHelper('subscriber'), startHelper('driver')]);
  const site = await bed.site(backend);
  try {
    const urls = await subscriber.ask<string[]>('listen', ENDPOINTS);
    const tenants = bed.tenants.slice(0, ENDPOINTS);
    await withClient(site.databaseUrl, (client) => pointEndpoints(client, tenants, urls));
    const processes = { api: await startApi(site), dispatcher: await startDispatcher(site) };
    try {
      const customers = tenants.map(({ customer }) => customer);
      const about = { hub: processes.api.url, customers, prefix: 'memory', perSecond: RATE, seconds: MINUTES * 60 };
      const [paced, samples] = await Promise.all([
        driver.ask<{ started: number; ok: number }>('orders', about),
        sample(processes, backend),
      ]);
      if (paced.ok < paced.started) throw new Error(`${paced.started - paced.ok} of ${paced.started} orders failed`);
      return Object.entries(samples).map(([name, { early, late }]) => ({
        name: `memory of the ${name} after ${MINUTES} min at ${RATE} orders/s, beside ${EARLY_MINUTES.toFixed(1)} min`,
        backend,
        value: late,
        floor: early,
        unit: 'MB',
        aim: 'ratio ≤ 1.1',
      }));
    } finally {
      await Promise.all([processes.api.stop(), processes.dispatcher.stop()]);
    }
  } finally {
    await Promise.all([subscriber.stop(), driver.stop()]);
    await bed.postgres.drop(site.name);
  }
}

async function sample(processes: Record<string, Running>, backend: Backend) {
  const until = performance.now() + MINUTES * 60_000;
  const series = Object.entries(processes).map(([name, { child }]) => ({
    name,
    pid: child.pid ?? 0,
    mb: [] as number[],
  }));
  while (performance.now() < until) {
    await pause(SAMPLE_MS);
    for (const { pid, mb } of series) mb.push(residentMb(pid));
    const taken = series[0]?.mb.length ?? 0;
    if (taken % 60 === 0) {
      say('memory', backend, series.map(({ name, mb }) => `${name} ${mb.at(-1)?.toFixed(0)} MB`).join(', '));
    }
  }
  return Object.fromEntries(
    series.map(({ name, mb }) => {
      const early = Math.round(mb.length / 6);
      return [name, { early: median(mb.slice(early, early + SAMPLES)), late: median(mb.slice(-SAMPLES)) }];
    }),
  );
}
