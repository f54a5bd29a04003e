import type { FastifyInstance } from 'fastify';
import type { SandboxContext, SandboxPart } from '#libs/connector-kit';
import { createHttpAdapter } from '#libs/http';
import { MemorySandboxStore } from '../../support/memory-sandbox-store.ts';
import { freePort } from '../processes.ts';
import { answer } from './answer.ts';

/** The stand-in of Greenhouse in a process of its own, as the hub has it, with what it was asked. */
interface Start {
  candidates: number;
  /** Requests per 30 s; null is no limit. */
  rateLimit: number | null;
}

/** One question of the API, and when it was answered. */
export interface Asked {
  path: string;
  status: number;
  at: number;
}

type Serve = (scope: FastifyInstance, part: SandboxPart, contextOf: () => SandboxContext) => void;

const built = async <T>(path: string): Promise<T> =>
  (await import(new URL(`../../../dist/${path}`, import.meta.url).href)) as T;

let asked: Asked[] = [];

async function start({ candidates, rateLimit }: Start) {
  const { serveStandIn } = await built<{ serveStandIn: Serve }>('apps/sandbox/src/stand-ins/serve-stand-in.js');
  const { default: part } = await built<{ default: SandboxPart }>('connectors/greenhouse/sandbox/index.js');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/sandbox/${part.slug}`;
  const context = contextOf(url, { candidates, rateLimit });
  const fastify = createHttpAdapter({ trustProxy: false }).getInstance<FastifyInstance>();
  const isApi = `/sandbox/${part.slug}/api/`;
  fastify.addHook('onResponse', (request, reply, done) => {
    const [path = ''] = (request.raw.url ?? '').split('?', 1);
    if (path.startsWith(isApi))
      asked.push({ path: path.slice(isApi.length), status: reply.statusCode, at: Date.now() });
    done();
  });
  await fastify.register((scope, _options, done) => {
    serveStandIn(scope, part, () => context);
    done();
  });
  await fastify.listen({ port, host: '127.0.0.1' });
  await part.seed(context.store);
  const { credentials } = await part.access!(context);
  return { url, credentials: credentials.values };
}

function contextOf(selfUrl: string, settings: SandboxContext['settings']): SandboxContext {
  const memory = new Map<string, unknown>();
  return {
    store: new MemorySandboxStore(),
    hub: {
      baseUrl: `${selfUrl}/no-partner`,
      secretKey: 'bench',
      selfUrl,
      publicUrl: new URL(selfUrl).origin,
      call: () => Promise.resolve({ status: 0, body: '', failure: 'nobody is called' }),
    },
    settings,
    now: () => new Date().toISOString(),
    later: (task, afterMs = 0) => void setTimeout(() => void task().catch(() => {}), afterMs),
    pause: (ms) => new Promise((resolve) => (ms === 0 ? setImmediate(resolve) : setTimeout(resolve, ms))),
    memory: <T>(name: string, make: () => T): T => {
      if (!memory.has(name)) memory.set(name, make());
      return memory.get(name) as T;
    },
  };
}

answer({
  start,
  asked: () => asked,
  forget: () => void (asked = []),
});
