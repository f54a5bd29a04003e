import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { connectCustomer, call, order } from './hub.ts';
import { freePort, hubEnvironment, startProcess } from './processes.ts';
import { quantile, type Figure } from './report.ts';

const ORDERS = Number(process.env.BENCH_ORDERS ?? 300);
const PAUSE_MS = 40;

/** From sending an order to the subscriber holding its event, one at a time on an idle hub in one process; and a bare POST to it as the floor. */
export async function benchLatency(databaseUrl: (name: string) => Promise<string>): Promise<Figure[]> {
  const arrivals = new Map<string, (at: number) => void>();
  const port = await freePort();
  const subscriber = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.end();
      const at = performance.now();
      const email = /imani\.([\w-]+)@/.exec(Buffer.concat(chunks).toString('utf8'))?.[1] ?? '';
      arrivals.get(email)?.(at);
    });
  }).listen(port, '127.0.0.1');
  const hub = await startProcess(
    'dist/apps/standalone/src/main.js',
    { ...hubEnvironment(await databaseUrl('latency')), ATSUME_SANDBOX: 'false' },
    '/readyz',
  );
  try {
    const customer = await connectCustomer(hub.url, 'bench');
    await call(hub.url, 'POST', '/v1/webhooks/endpoints', { url: `http://127.0.0.1:${port}/`, category: 'ATS' });
    const headers = { 'content-type': 'application/json', authorization: customer.authorization };
    const hubMs = await measure('hub', (id) =>
      fetch(`${customer.baseUrl}/send_test`, { method: 'POST', headers, body: order(id, null) }),
    );
    const bareMs = await measure('bare', (id) =>
      fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: order(id, null) }),
    );
    return [
      {
        name: 'order to subscriber, idle, p50',
        value: quantile(hubMs, 0.5),
        floor: quantile(bareMs, 0.5),
        unit: 'ms',
        aim: '≤ 15 ms',
      },
      {
        name: 'order to subscriber, idle, p99',
        value: quantile(hubMs, 0.99),
        floor: quantile(bareMs, 0.99),
        unit: 'ms',
        aim: '≤ 60 ms',
      },
    ];
  } finally {
    subscriber.close();
    await hub.stop();
  }

  async function measure(prefix: string, send: (id: string) => Promise<Response>): Promise<number[]> {
    const took: number[] = [];
    for (let n = 0; n < ORDERS + 20; n++) {
      const id = `${prefix}-${n}`;
      const arrived = new Promise<number>((resolve) => arrivals.set(id, resolve));
      const sentAt = performance.now();
      const reply = await send(id);
      await reply.arrayBuffer();
      if (!reply.ok) throw new Error(`order refused: ${reply.status}`);
      const at = await arrived;
      // The first twenty warm the code up.
      if (n >= 20) took.push(at - sentAt);
      await pause(PAUSE_MS);
    }
    return took;
  }
}
