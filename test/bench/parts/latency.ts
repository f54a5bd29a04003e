import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { withBed, type Bed } from '../bed.ts';
import { pointEndpoints } from '../backlog.ts';
import { hubEnvironment, order } from '../hub.ts';
import { withClient } from '../postgres.ts';
import { freePort, startProcess } from '../processes.ts';
import { type Backend, type Figure, quantile } from '../report.ts';
import { setting } from '../settings.ts';

const ORDERS = setting('BENCH_ORDERS', 300);
const WARM_UP = 20;
const PAUSE_MS = 40;

/** From sending an order to the subscriber holding its event, one at a time on an idle hub in one process; and a bare POST to it as the floor. */
export async function benchLatency(backends: Backend[]): Promise<Figure[]> {
  return withBed(backends, async (bed) => {
    const subscriber = await startReader();
    try {
      const figures: Figure[] = [];
      for (const backend of bed.backends) figures.push(...(await oneHub(bed, backend, subscriber)));
      return figures;
    } finally {
      subscriber.close();
    }
  });
}

type Reader = Awaited<ReturnType<typeof startReader>>;

/** A subscriber that reads the whole event and knows which order it tells of. */
async function startReader() {
  const arrivals = new Map<string, (at: number) => void>();
  const port = await freePort();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.end();
      const at = performance.now();
      const email = /imani\.([\w-]+)@/.exec(Buffer.concat(chunks).toString('utf8'))?.[1] ?? '';
      arrivals.get(email)?.(at);
    });
  }).listen(port, '127.0.0.1');
  return {
    url: `http://127.0.0.1:${port}/`,
    arrival: (id: string) => new Promise<number>((resolve) => arrivals.set(id, resolve)),
    close: () => void server.close(),
  };
}

async function oneHub(bed: Bed, backend: Backend, reader: Reader): Promise<Figure[]> {
  const site = await bed.site(backend);
  const { customer } = bed.tenants[0]!;
  await withClient(site.databaseUrl, (client) => pointEndpoints(client, bed.tenants.slice(0, 1), [reader.url]));
  const hub = await startProcess(
    'dist/apps/standalone/src/main.js',
    { ...hubEnvironment(site), ATSUME_SANDBOX: 'false' },
    '/readyz',
  );
  try {
    const headers = { 'content-type': 'application/json', authorization: customer.authorization };
    const hubMs = await measure(reader, `hub-${backend}`, (id) =>
      fetch(`${hub.url}${customer.path}/send_test`, { method: 'POST', headers, body: order(id, null) }),
    );
    const bareMs = await measure(reader, `bare-${backend}`, (id) =>
      fetch(reader.url, { method: 'POST', headers, body: order(id, null) }),
    );
    return [
      { q: 0.5, aim: '≤ 15 ms' },
      { q: 0.99, aim: '≤ 60 ms' },
    ].map(({ q, aim }) => ({
      name: `order to subscriber, idle, p${q * 100}`,
      backend,
      value: quantile(hubMs, q),
      floor: quantile(bareMs, q),
      unit: 'ms',
      aim,
    }));
  } finally {
    await hub.stop();
    await bed.postgres.drop(site.name);
  }
}

async function measure(reader: Reader, prefix: string, send: (id: string) => Promise<Response>): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < ORDERS + WARM_UP; n++) {
    const id = `${prefix}-${n}`;
    const arrived = reader.arrival(id);
    const sentAt = performance.now();
    const reply = await send(id);
    await reply.arrayBuffer();
    if (!reply.ok) throw new Error(`order refused: ${reply.status}`);
    const at = await arrived;
    // The first ones warm the code up.
    if (n >= WARM_UP) took.push(at - sentAt);
    await pause(PAUSE_MS);
  }
  return took;
}
