import autocannon from 'autocannon';
import { connectCustomer, call, order } from './hub.ts';
import { hubEnvironment, startProcess } from './processes.ts';
import { median, type Figure } from './report.ts';

const CONNECTIONS = 32;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);

/**
 * Acknowledged orders per second against the floor, alternating in one run. Api process alone (deliveries are another
 * process's work), one webhook endpoint, so each order is a record, an event and a delivery row; then with a résumé to fetch.
 */
export async function benchIntake(databaseUrl: (name: string) => Promise<string>): Promise<Figure[]> {
  const floor = await startProcess('test/bench/floor-server.ts', { DATABASE_URL: await databaseUrl('floor') }, '/');
  const hub = await startProcess('dist/apps/api/src/main.js', hubEnvironment(await databaseUrl('intake')), '/readyz');
  try {
    const customer = await connectCustomer(hub.url, 'bench');
    await call(hub.url, 'POST', '/v1/webhooks/endpoints', { url: 'http://127.0.0.1:9/', category: 'ATS' });
    const target = { url: `${customer.baseUrl}/send_test`, authorization: customer.authorization };
    const plain: number[] = [];
    const resume: number[] = [];
    const bare: number[] = [];
    await shoot(floor.url, {}, null, 2);
    await shoot(target.url, target, null, 3);
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await shoot(floor.url, {}, null));
      plain.push(await shoot(target.url, target, null));
      resume.push(await shoot(target.url, target, 'https://files.example.org/cv.pdf'));
    }
    return [
      {
        name: 'intake, acknowledged orders/s',
        value: median(plain),
        floor: median(bare),
        unit: '/s',
        aim: 'ratio ≥ 0.5',
      },
      {
        name: 'the same with a résumé to fetch',
        value: median(resume),
        floor: median(bare),
        unit: '/s',
        aim: 'stated',
      },
    ];
  } finally {
    await Promise.all([floor.stop(), hub.stop()].map((end) => end.catch(() => {})));
  }
}

async function shoot(
  url: string,
  headers: { authorization?: string },
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
    headers: {
      'content-type': 'application/json',
      ...(headers.authorization ? { authorization: headers.authorization } : {}),
    },
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} errors`);
  return result['2xx'] / result.duration;
}
