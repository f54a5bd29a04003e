import { createHmac } from 'node:crypto';
import { Agent, request } from 'undici';
import { answer } from './answer.ts';

/** As many as the hub's client opens per origin, and its other settings. */
const CONNECTIONS_PER_ORIGIN = 32;
const agent = new Agent({
  connect: { timeout: 5_000, allowH2: false },
  connections: CONNECTIONS_PER_ORIGIN,
  keepAliveTimeout: 30_000,
  pipelining: 1,
  maxHeaderSize: 16_384,
  headersTimeout: 0,
  bodyTimeout: 0,
});
const secret = Buffer.alloc(32, 7);

interface Job {
  urls: string[];
  template: string;
  templateId: string;
  count: number;
  atOnce: number;
}

/** The floor of deliveries: a loop that signs and POSTs the same bodies to the same addresses, with nothing stored. */
async function send({ urls, template, templateId, count, atOnce }: Job): Promise<{ cpuSeconds: number }> {
  const messages = Array.from({ length: count }, (_, n) => {
    const id = `evt-${String(10n ** 24n + BigInt(n))}`;
    return { id, body: Buffer.from(template.replaceAll(templateId, id)) };
  });
  const before = process.cpuUsage();
  let next = 0;
  async function loop(): Promise<void> {
    for (let n = next++; n < count; n = next++) await post(urls[n % urls.length]!, messages[n]!);
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, urls.length * CONNECTIONS_PER_ORIGIN) }, loop));
  const { user, system } = process.cpuUsage(before);
  return { cpuSeconds: (user + system) / 1e6 };
}

async function post(url: string, { id, body }: { id: string; body: Buffer }): Promise<void> {
  const timestamp = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64');
  const reply = await request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Atsume-Webhooks/1',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${signature}`,
    },
    body,
    dispatcher: agent,
  });
  await reply.body.dump();
  if (reply.statusCode !== 200) throw new Error(`${url}: ${reply.statusCode}`);
}

answer({ send });
