import { setImmediate, setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { SandboxAccess, SandboxContext, SandboxPart, SandboxReply, SandboxSettings } from '#libs/connector-kit';
import { createHttpAdapter } from '#libs/http';
import { serveStandIn } from '../../apps/sandbox/src/stand-ins/serve-stand-in.js';
import { StandIns } from '../../apps/sandbox/src/stand-ins/stand-ins.js';
import { MemorySandboxStore } from './memory-sandbox-store.js';

export interface StandInOptions extends Partial<SandboxSettings> {
  /** Keeps what a former stand-in had. */
  store?: MemorySandboxStore;
  /** Milliseconds that the stand-in's clock is ahead; may be changed while it runs. */
  clock?: { aheadMs: number };
}

/** A stand-in ATS on a port of its own, without a hub and without a database. */
export interface StandIn {
  part: SandboxPart;
  context: SandboxContext;
  store: MemorySandboxStore;
  clock: { aheadMs: number };
  /** `http://127.0.0.1:<port>/sandbox/<slug>`; a connector's host `x` is at `${url}/x`. */
  url: string;
  /** The connector's hosts, by their names. */
  hosts(...names: string[]): Record<string, string>;
  access(): Promise<SandboxAccess>;
  /** Makes the next requests meet a fault; see the stand-in's README. */
  fault(fault: string, options?: { count?: number; path?: string; ms?: number }): Promise<void>;
  /** Changes the stand-in's settings, e.g. how long tokens live. */
  tune(settings: Record<string, unknown>): Promise<void>;
  /** The lines `METHOD path?query` it was asked so far. */
  asked: string[];
  stop(): Promise<void>;
}

/** Starts the stand-in of a connector. Without a rate limit and with 60 candidates unless told. */
export async function startStandIn(slug: string, options: StandInOptions = {}): Promise<StandIn> {
  const part = (await StandIns.load()).find(slug);
  if (!part) throw new Error(`connectors/${slug} has no sandbox`);
  const fastify = createHttpAdapter({ trustProxy: false }).getInstance<FastifyInstance>();
  const { store = new MemorySandboxStore(), clock = { aheadMs: 0 } } = options;
  const { context, stop } = contextOf({ store, clock, options });
  const asked: string[] = [];
  fastify.addHook('onRequest', (request, _reply, done) => {
    asked.push(`${request.method} ${request.raw.url?.slice(`/sandbox/${slug}/`.length) ?? ''}`);
    done();
  });
  await fastify.register((scope, _options, done) => {
    serveStandIn(scope, part, () => context);
    done();
  });
  const origin = await fastify.listen({ port: 0, host: '127.0.0.1' });
  const url = `${origin}/sandbox/${slug}`;
  Object.assign(context.hub, { selfUrl: url, publicUrl: origin, baseUrl: `${origin}/no-partner` });
  await part.seed(store);
  const send = async (method: string, path: string, body: unknown) => {
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(`${url}/${path}`, { method, headers, body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
  };
  return {
    ...{ part, context, store, clock, url, asked },
    hosts: (...names) => Object.fromEntries(names.map((name) => [name, `${url}/${name}`])),
    access: () => part.access!(context),
    fault: (fault, more = {}) => send('POST', 'faults', { fault, ...more }),
    tune: (settings) => send('PATCH', 'settings', settings),
    stop: async () => {
      stop();
      fastify.server.closeAllConnections();
      await fastify.close();
    },
  };
}

interface Parts {
  store: MemorySandboxStore;
  clock: { aheadMs: number };
  options: StandInOptions;
}

function contextOf({ store, clock, options }: Parts): { context: SandboxContext; stop: () => void } {
  const memory = new Map<string, unknown>();
  const stopping = new AbortController();
  const { signal } = stopping;
  const context: SandboxContext = {
    store,
    hub: { baseUrl: '', secretKey: 'gh_test', selfUrl: '', publicUrl: '', call },
    settings: { candidates: options.candidates ?? 60, rateLimit: options.rateLimit ?? null },
    now: () => new Date(Date.now() + clock.aheadMs).toISOString(),
    later: (task, afterMs = 0) => {
      const wait = afterMs === 0 ? setImmediate() : pause(afterMs, undefined, { signal, ref: false });
      void wait.then(() => (signal.aborted ? undefined : task())).catch(() => {});
    },
    pause: async (ms) => void (await (ms === 0 ? setImmediate() : pause(ms))),
    memory: <T>(name: string, make: () => T): T => {
      if (!memory.has(name)) memory.set(name, make());
      return memory.get(name) as T;
    },
  };
  return { context, stop: () => stopping.abort() };
}

async function call(request: Parameters<SandboxContext['hub']['call']>[0]): Promise<SandboxReply> {
  try {
    const { url, method, headers, body } = request;
    const reply = await fetch(url, { method, headers, body: body ?? null, signal: AbortSignal.timeout(5000) });
    return { status: reply.status, body: await reply.text(), failure: null };
  } catch (error) {
    return { status: 0, body: '', failure: (error as Error).name };
  }
}
