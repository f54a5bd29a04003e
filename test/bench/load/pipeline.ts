import { Pool } from 'undici';
import { type Customer, order } from '../hub.ts';
import { answer, now } from './answer.ts';
import { listenAs } from './listen.ts';

interface Run {
  hub: string;
  customers: Customer[];
  /** Orders whose event has not come out yet, at most. */
  within: number;
  warmUpSeconds: number;
  seconds: number;
}

const PATIENCE_SECONDS = 60;

/**
 * Orders and the subscriber they end at, in one process: a closed loop around the whole hub. An order is placed only
 * when an event has come out, so what is in between cannot grow, and the rate is one that the hub can keep up.
 */
let delivered = 0;
let onDelivered = (): void => {};

async function run({ hub, customers, within, seconds, warmUpSeconds }: Run): Promise<{ perSecond: number }> {
  const pool = new Pool(hub, { connections: 64, pipelining: 1, keepAliveTimeout: 60_000 });
  const prefix = `pipeline-${Date.now()}`;
  let placed = 0;
  let isOver = false;
  const failures: unknown[] = [];
  delivered = 0;
  onDelivered = () => {
    while (!isOver && placed - delivered < within) void place(placed++);
  };
  onDelivered();
  await sleep(warmUpSeconds);
  // On a slow machine the first lot, which goes in at once, takes longer than that.
  await until(
    () => failures.length > 0 || delivered >= 2 * within,
    () => `only ${delivered} events came out`,
  );
  const start = { delivered, at: now() };
  await sleep(seconds);
  const end = { delivered, at: now() };
  isOver = true;
  // Everything that went in comes out before the next round.
  await until(
    () => failures.length > 0 || placed <= delivered,
    () => `${placed - delivered} events did not come out`,
  );
  await pool.destroy();
  if (failures.length > 0) throw new Error(`${failures.length} orders failed, first ${String(failures[0])}`);
  return { perSecond: ((end.delivered - start.delivered) * 1_000) / (end.at - start.at) };

  async function place(n: number): Promise<void> {
    const { path, authorization } = customers[n % customers.length]!;
    try {
      const { statusCode, body } = await pool.request({
        path: `${path}/send_test`,
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: order(`${prefix}-${n}`, null),
      });
      await body.dump();
      if (statusCode !== 200) throw new Error(`an order was refused: ${statusCode}`);
    } catch (error) {
      failures.push(error);
    }
  }
}

/** @throws Error when it does not come about in time. */
async function until(isSo: () => boolean, otherwise: () => string): Promise<void> {
  const startedAt = now();
  while (!isSo()) {
    if (now() - startedAt > PATIENCE_SECONDS * 1_000) throw new Error(otherwise());
    await sleep(0.05);
  }
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
}

answer({
  listen: (origins: number) =>
    listenAs(origins, (request, response) => {
      request.resume();
      response.end();
      delivered += 1;
      onDelivered();
    }),
  run,
});
