import { createHmac } from 'node:crypto';
import { Agent, type Dispatcher, Pool } from 'undici';
import { order, type Customer } from '../hub.ts';
import { answer, now } from './answer.ts';

/** Open loop: request n starts at its time, whatever became of those before it. */
interface Pace {
  perSecond: number;
  seconds: number;
}

interface Paced {
  started: number;
  ok: number;
  refused: number;
  failed: number;
  /** How much later than its time the latest request started. */
  latestMs: number;
  /** From the first start to the last end. */
  seconds: number;
}

async function openLoop({ perSecond, seconds }: Pace, send: (n: number) => Promise<number>): Promise<Paced> {
  const total = Math.round(perSecond * seconds);
  const result: Paced = { started: 0, ok: 0, refused: 0, failed: 0, latestMs: 0, seconds: 0 };
  const startedAt = now();
  const all = Promise.withResolvers<void>();
  let open = 0;
  const timer = setInterval(() => {
    const elapsed = now() - startedAt;
    while (result.started < total && (result.started * 1_000) / perSecond <= elapsed) {
      result.latestMs = Math.max(result.latestMs, elapsed - (result.started * 1_000) / perSecond);
      void one(result.started++);
    }
    if (result.started === total && open === 0) all.resolve();
  }, 1);
  await all.promise;
  clearInterval(timer);
  return { ...result, seconds: (now() - startedAt) / 1_000 };

  async function one(n: number): Promise<void> {
    open += 1;
    try {
      const status = await send(n);
      if (status >= 200 && status < 300) result.ok += 1;
      else result.refused += 1;
    } catch {
      result.failed += 1;
    }
    open -= 1;
  }
}

/** Orders of these customers in turn, each different. */
function orders(about: Pace & { hub: string; customers: Customer[]; prefix: string }): Promise<Paced> {
  const { hub, customers, prefix } = about;
  const pool = new Pool(hub, { connections: 128, pipelining: 1, keepAliveTimeout: 60_000 });
  return openLoop(about, (n) => {
    const { path, authorization } = customers[n % customers.length]!;
    const headers = { 'content-type': 'application/json', authorization };
    return exchange(pool, {
      path: `${path}/send_test`,
      method: 'POST',
      headers,
      body: order(`${prefix}-${n}`, null),
    });
  }).finally(() => pool.destroy());
}

/** As many orders of one customer as there are, `atOnce` under way. */
async function burst(about: { hub: string; customer: Customer; prefix: string; count: number; atOnce: number }) {
  const { hub, customer, prefix, count, atOnce } = about;
  const pool = new Pool(hub, { connections: atOnce, pipelining: 1 });
  const headers = { 'content-type': 'application/json', authorization: customer.authorization };
  let next = 0;
  async function loop(): Promise<void> {
    for (let n = next++; n < count; n = next++) {
      const body = order(`${prefix}-${n}`, null);
      await exchange(pool, { path: `${customer.path}/send_test`, method: 'POST', headers, body });
    }
  }
  await Promise.all(Array.from({ length: atOnce }, loop)).finally(() => pool.destroy());
}

/** The floor: signed POSTs straight to the subscriber. Returns when each started. */
async function posts(about: Pace & { urls: string[]; template: string; templateId: string }) {
  const { urls, template, templateId } = about;
  const agent = new Agent({ connections: 32, pipelining: 1, keepAliveTimeout: 60_000 });
  const ids: string[] = [];
  const at: number[] = [];
  const paced = await openLoop(about, (n) => {
    const id = `evt-${String(10n ** 24n + BigInt(n))}`;
    ids.push(id);
    at.push(now());
    const body = template.replaceAll(templateId, id);
    const signature = createHmac('sha256', 'bench').update(body).digest('base64');
    const headers = { 'content-type': 'application/json', 'webhook-id': id, 'webhook-signature': `v1,${signature}` };
    return exchange(agent, { origin: urls[n % urls.length]!, path: '/', method: 'POST', headers, body });
  }).finally(() => agent.destroy());
  return { paced, ids, at };
}

async function exchange(to: Dispatcher, options: Dispatcher.RequestOptions): Promise<number> {
  const { statusCode, body } = await to.request(options);
  await body.dump();
  return statusCode;
}

answer({ orders, burst, posts });
