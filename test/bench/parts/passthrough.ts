import { Agent, request } from 'undici';
import { connectAts, startAts, startHubAt } from '../ats.ts';
import { say } from '../bed.ts';
import { API_KEY } from '../hub.ts';
import { startPostgres } from '../postgres.ts';
import { type Figure, quantile } from '../report.ts';
import { setting } from '../settings.ts';

const CALLS = setting('BENCH_CALLS', 1_000);
const WARM_UP = 200;
const TARGET = 'candidates?per_page=5';

/** What the hub adds to a call of the ATS: the same call through it and straight to the stand-in, in turn. */
export async function benchPassthrough(): Promise<Figure[]> {
  const postgres = await startPostgres();
  const ats = await startAts(3_000, null);
  const api = await startHubAt(ats, { databaseUrl: await postgres.url('hub'), redisUrl: null }, 'api');
  try {
    const id = await connectAts(api.url, ats, null);
    const through = caller(`${api.url}/v1/passthrough/${TARGET}`, {
      authorization: `Bearer ${API_KEY}`,
      'x-integration-id': id,
    });
    const token = await tokenOf(ats.url, ats.credentials);
    const direct = caller(`${ats.url}/api/v3/${TARGET}`, { authorization: `Bearer ${token}` });
    const [hubMs, directMs]: number[][] = [[], []];
    for (let n = 0; n < CALLS + WARM_UP; n++) {
      const [hub, bare] = [await through(), await direct()];
      if (n < WARM_UP) continue;
      hubMs!.push(hub);
      directMs!.push(bare);
    }
    say(
      'passthrough',
      null,
      `p50 ${quantile(hubMs!, 0.5).toFixed(2)} beside ${quantile(directMs!, 0.5).toFixed(2)} ms`,
    );
    return [
      { q: 0.5, aim: '≤ 3 ms' },
      { q: 0.99, aim: 'stated' },
    ].map(({ q, aim }) => ({
      name: `passthrough, added to a direct call, p${q * 100}`,
      value: quantile(hubMs!, q) - quantile(directMs!, q),
      unit: 'ms',
      aim,
    }));
  } finally {
    await api.stop();
    await ats.stop();
    await postgres.stop();
  }
}

/** A client with one kept-alive connection; each call resolves to its milliseconds. */
function caller(url: string, headers: Record<string, string>): () => Promise<number> {
  const dispatcher = new Agent({ connections: 1, keepAliveTimeout: 30_000 });
  return async () => {
    const startedAt = performance.now();
    const reply = await request(url, { headers, dispatcher });
    await reply.body.arrayBuffer();
    if (reply.statusCode !== 200) throw new Error(`${url}: ${reply.statusCode}`);
    return performance.now() - startedAt;
  };
}

async function tokenOf(url: string, { clientId, clientSecret }: Record<string, string>): Promise<string> {
  const reply = await fetch(`${url}/auth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  return ((await reply.json()) as { access_token: string }).access_token;
}
