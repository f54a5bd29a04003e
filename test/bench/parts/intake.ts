import autocannon from 'autocannon';
import { type Bed, say, withBed } from '../bed.ts';
import { order, startApi } from '../hub.ts';
import { type Running, startProcess } from '../processes.ts';
import { type Backend, type Figure, median } from '../report.ts';
import { ROUNDS, SECONDS } from '../settings.ts';

const CONNECTIONS = 32;
const RESUME = 'https://files.example.org/cv.pdf';

interface Target {
  url: string;
  authorization?: string;
}

/**
 * Acknowledged orders per second against the floor, alternating in one run. Api process alone (deliveries are another
 * process's work), one webhook endpoint, so each order is a record, an event and a delivery row; then with a résumé to fetch.
 */
export async function benchIntake(backends: Backend[]): Promise<Figure[]> {
  return withBed(backends, async (bed) => {
    const hubs = await Promise.all(bed.backends.map(async (backend) => startApi(await bed.site(backend))));
    const floor = await startProcess(
      'test/bench/load/floor-server.ts',
      { DATABASE_URL: await bed.postgres.url('floor') },
      '/',
    );
    try {
      return await compare(bed, floor, hubs);
    } finally {
      await Promise.all([floor, ...hubs].map((running) => running.stop().catch(() => {})));
    }
  });
}

async function compare(bed: Bed, floor: Running, hubs: Running[]): Promise<Figure[]> {
  const { path, authorization } = bed.tenants[0]!.customer;
  const bare: number[] = [];
  const rows = bed.backends.map((backend, at) => ({
    backend,
    target: { url: `${hubs[at]?.url}${path}/send_test`, authorization },
    plain: [] as number[],
    resume: [] as number[],
  }));
  await shoot({ url: floor.url }, null, 2);
  for (const { target } of rows) await shoot(target, null, 3);
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await shoot({ url: floor.url }, null));
    say('intake', null, `floor ${bare.at(-1)?.toFixed(0)}`);
    for (const { backend, target, plain, resume } of rows) {
      plain.push(await shoot(target, null));
      resume.push(await shoot(target, RESUME));
      say('intake', backend, `${plain.at(-1)?.toFixed(0)}, with a résumé ${resume.at(-1)?.toFixed(0)}`);
    }
  }
  const shared = { floor: median(bare), unit: '/s' };
  return rows.flatMap(({ backend, plain, resume }) => [
    { ...shared, name: 'intake, acknowledged orders/s', backend, value: median(plain), aim: 'ratio ≥ 0.7' },
    { ...shared, name: 'the same with a résumé to fetch', backend, value: median(resume), aim: 'stated' },
  ]);
}

/** Orders from 32 connections, one after the other each. @throws Error when one is refused. */
export async function shoot(
  { url, authorization }: Target,
  resumeUrl: string | null,
  seconds = SECONDS,
): Promise<number> {
  const result = await autocannon({
    url,
    method: 'POST',
    connections: CONNECTIONS,
    duration: seconds,
    // autocannon replaces [<id>] with a new id in every request.
    idReplacement: true,
    body: order('[<id>]', resumeUrl),
    headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} errors`);
  }
  return result['2xx'] / result.duration;
}
