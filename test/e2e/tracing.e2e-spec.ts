import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { anOrder } from '../factories/order.js';
import { type CollectedSpan, type Collector, startCollector } from '../support/collector.js';
import { createEmptyDatabaseUrl, dropDatabase } from '../support/database.js';
import { type Hub, startHub } from '../support/hub.js';
import { freePort } from '../support/ports.js';
import { type Received, startSubscriber, type Subscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';
import { aVendor, type Vendor } from '../support/vendor.js';

const aTraceId = () => randomBytes(16).toString('hex');
const aSpanId = () => randomBytes(8).toString('hex');
const encryptionKey = `k1:${randomBytes(32).toString('base64')}`;

/** Processes on one database, with a vendor who listens and a customer's ATS. */
interface Setting {
  databaseUrl: string;
  subscriber: Subscriber;
  vendor: Vendor;
  hubs: Hub[];
  /** Places an order and waits until the vendor has it. */
  order(headers?: Record<string, string>): Promise<{ id: string; received: Received }>;
  close(): Promise<void>;
}

async function start(apps: ('api' | 'dispatcher' | 'standalone')[], env: Record<string, string>): Promise<Setting> {
  const databaseUrl = await createEmptyDatabaseUrl();
  const subscriber = await startSubscriber();
  const hubs: Hub[] = [];
  for (const app of apps) {
    hubs.push(
      await startHub({ app, databaseUrl, encryptionKey, env: { ATSUME_ALLOW_PRIVATE_TARGETS: 'true', ...env } }),
    );
  }
  const vendor = await aVendor(hubs[0]!.url, hubs[0]!.apiKey);
  const endpoint = { url: subscriber.url, category: 'ATS', eventTypes: ['record.new'] };
  await vendor.call('POST', '/v1/webhooks/endpoints', endpoint);
  const order = async (headers?: Record<string, string>) => {
    const reply = await vendor.ats('POST', 'send_test', anOrder(), headers);
    expect(reply.status).toBe(200);
    const { partner_interview_id: id } = (await reply.json()) as { partner_interview_id: string };
    const arrived = () => subscriber.received.find(({ body }) => body.includes(`"recordId":"${id}"`));
    return { id, received: await until(arrived, { what: 'the order', withinMs: 20_000 }) };
  };
  const close = async () => {
    await Promise.all(hubs.map((hub) => hub.stop()));
    await subscriber.close();
    await dropDatabase(databaseUrl);
  };
  return { databaseUrl, subscriber, vendor, hubs, order, close };
}

describe('a trace, with api and dispatcher apart', () => {
  let collector: Collector;
  let setting: Setting;
  beforeAll(async () => {
    collector = await startCollector();
    setting = await start(['api', 'dispatcher'], { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  });
  afterAll(async () => {
    await setting.close();
    await collector.close();
  });

  const spanOf = (traceId: string, kind: CollectedSpan['kind']) =>
    until(() => collector.spans.find((span) => span.traceId === traceId && span.kind === kind), {
      what: `the ${kind} span`,
    });

  it("leads from the ATS's own trace through both processes to the subscriber", async () => {
    const traceId = aTraceId();
    const spanId = aSpanId();

    const { id, received } = await setting.order({ traceparent: `00-${traceId}-${spanId}-01` });

    const server = await spanOf(traceId, 'server');
    const client = await spanOf(traceId, 'client');
    expect(received.headers.traceparent).toBe(`00-${traceId}-${client.spanId}-01`);
    expect(server).toMatchObject({
      service: 'atsume-api',
      name: 'POST /partners/:provider/:accountToken/*',
      parentSpanId: spanId,
      attributes: {
        'atsume.action': 'placeOrder',
        'atsume.connector': 'greenhouse',
        'http.response.status_code': 200,
      },
      isError: false,
    });
    expect(client).toMatchObject({
      service: 'atsume-dispatcher',
      name: 'deliver webhook',
      parentSpanId: server.spanId,
      attributes: {
        'atsume.kind': 'WEBHOOK',
        'atsume.event_id': received.id,
        'atsume.event_type': 'record.new',
        'atsume.attempt': 1,
        'atsume.outcome': 'DELIVERED',
        'http.response.status_code': 200,
      },
      isError: false,
    });
    expect(collector.text()).not.toContain(id);
  });

  it.each([undefined, '00-00000000000000000000000000000000-00f067aa0ba902b7-01', 'nonsense'])(
    'begins here when the ATS brings none (%s)',
    async (traceparent) => {
      const { received } = await setting.order(traceparent === undefined ? {} : { traceparent });

      const traceId = String(received.headers.traceparent).split('-')[1]!;
      const server = await spanOf(traceId, 'server');
      expect(server.parentSpanId).toBe('');
      expect((await spanOf(traceId, 'client')).parentSpanId).toBe(server.spanId);
    },
  );

  it('is passed on, and told to nobody, when the ATS says it is not sampled', async () => {
    const traceparent = `00-${aTraceId()}-${aSpanId()}-00`;

    const { received } = await setting.order({ traceparent });
    const later = aTraceId();
    await setting.order({ traceparent: `00-${later}-${aSpanId()}-01` });
    await Promise.all([spanOf(later, 'server'), spanOf(later, 'client')]);

    expect(received.headers.traceparent).toBe(traceparent);
    expect(collector.spans.filter(({ traceId }) => traceparent.includes(traceId))).toEqual([]);
  });

  it('is of one order, however many share a statement', async () => {
    const traceIds = Array.from({ length: 20 }, aTraceId);

    const orders = await Promise.all(
      traceIds.map((traceId) => setting.order({ traceparent: `00-${traceId}-${aSpanId()}-01` })),
    );

    expect(orders.map(({ received }) => String(received.headers.traceparent).split('-')[1])).toEqual(traceIds);
  });

  it('goes on with the next attempt', async () => {
    const traceId = aTraceId();
    setting.subscriber.answer = (_, response) => {
      setting.subscriber.answer = (_again, next) => next.end();
      response.writeHead(500).end();
    };

    await setting.order({ traceparent: `00-${traceId}-${aSpanId()}-01` });

    const attempts = await until(
      () => {
        const found = collector.spans.filter((span) => span.traceId === traceId && span.kind === 'client');
        return found.length === 2 ? found : null;
      },
      { what: 'the second attempt', withinMs: 20_000 },
    );
    expect(attempts).toMatchObject([
      { attributes: { 'atsume.attempt': 1, 'atsume.outcome': 'RETRYING', 'error.type': '500' }, isError: true },
      { attributes: { 'atsume.attempt': 2, 'atsume.outcome': 'DELIVERED' }, isError: false },
    ]);
    expect(attempts[1]?.parentSpanId).toBe(attempts[0]?.parentSpanId);
  });

  const toldOf = (subscriber: Subscriber, endpointId: string) =>
    until(() => subscriber.received.find(({ body }) => body.includes(endpointId)), {
      what: 'endpoint.disabled',
      withinMs: 20_000,
    });
  const anEndpoint = async (url: string, eventTypes: string[]): Promise<string> =>
    (await setting.vendor.call<{ id: string }>('POST', '/v1/webhooks/endpoints', { url, category: 'ATS', eventTypes }))
      .id;

  it('goes on with what the hub says of an endpoint that refused the order for good', async () => {
    const traceId = aTraceId();
    const [gone, other] = await Promise.all([startSubscriber(), startSubscriber()]);
    gone.answer = (_, response) => void response.writeHead(410).end();
    const refusing = await anEndpoint(gone.url, ['record.new']);
    await anEndpoint(other.url, ['endpoint.disabled']);

    await setting.order({ traceparent: `00-${traceId}-${aSpanId()}-01` });
    const { headers } = await toldOf(other, refusing);

    const task = await spanOf(traceId, 'internal');
    const order = await spanOf(traceId, 'server');
    expect(task).toMatchObject({
      service: 'atsume-dispatcher',
      name: 'disable endpoint',
      parentSpanId: order.spanId,
      attributes: { 'atsume.endpoint_id': refusing },
      isError: false,
    });
    const told = await until(
      () => collector.spans.find(({ parentSpanId }) => parentSpanId === task.spanId && task.spanId !== ''),
      { what: 'the span of the delivery' },
    );
    expect(headers.traceparent).toBe(`00-${traceId}-${told.spanId}-01`);
    await Promise.all([gone.close(), other.close()]);
  });

  it('begins with what the hub does by itself', async () => {
    const [dead, other] = await Promise.all([startSubscriber(), startSubscriber()]);
    const failing = await anEndpoint(dead.url, ['ping']);
    await anEndpoint(other.url, ['endpoint.disabled']);
    const database = new pg.Client({ connectionString: setting.databaseUrl });
    await database.connect();
    await database.query(
      `UPDATE endpoint_runs SET fails = 500, failing_since = now() - interval '6 days' WHERE endpoint_id = $1`,
      [failing],
    );
    await database.query(
      `INSERT INTO attempts (at, work_id, n, account_id, endpoint_id, event_id, event_at, outcome, status, ms)
       SELECT now(), gen_random_uuid(), 1, account_id, id, 'evt-1', now(), 'RETRYING', 500, 1 FROM webhook_endpoints WHERE id = $1`,
      [failing],
    );
    await database.query(`UPDATE clocks SET next_at = now() WHERE name = 'worn-out-endpoints'`);
    await database.end();

    const { headers } = await toldOf(other, failing);

    const task = await spanOf(String(headers.traceparent).split('-')[1]!, 'internal');
    expect(task).toMatchObject({
      name: 'disable endpoint',
      parentSpanId: '',
      attributes: { 'atsume.endpoint_id': failing },
    });
    await Promise.all([dead.close(), other.close()]);
  });

  it('says nothing of people, keys and addresses', async () => {
    await setting.order();
    await setting.vendor.call('GET', '/v1/ats/assessments?limit=1');
    await until(() => collector.spans.some(({ name }) => name === 'GET /v1/ats/assessments'), { what: 'the span' });

    const text = collector.text();
    for (const word of [
      'Imani',
      'example.org',
      setting.vendor.secretKey,
      setting.hubs[0]!.apiKey,
      'limit=1',
      '/hook',
    ]) {
      expect(text).not.toContain(word);
    }
    expect(collector.spans.map(({ name }) => name).filter((name) => /healthz|readyz|metrics/.test(name))).toEqual([]);
  });
});

describe('the trace of a result', () => {
  it('leads from the report to the call that tells the ATS', async () => {
    const collector = await startCollector();
    const setting = await start(['standalone'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_SERVICE_NAME: 'hub',
      // The one host without TLS that results may be told to.
      ATSUME_SANDBOX: 'true',
    });
    try {
      const url = `${setting.hubs[0]!.url}/sandbox/no-such-test`;
      const reply = await setting.vendor.ats('POST', 'send_test', anOrder({ url }));
      const { partner_interview_id: id } = (await reply.json()) as { partner_interview_id: string };

      await setting.vendor.call('PATCH', `/v1/ats/assessments/${id}`, {
        status: 'COMPLETED',
        profileUrl: 'https://vendor.example/r/1',
      });

      const callback = await until(() => collector.spans.find(({ name }) => name === 'deliver ats callback'), {
        what: 'the span of the callback',
      });
      const report = await until(() => collector.spans.find(({ spanId }) => spanId === callback.parentSpanId), {
        what: 'the span of the report',
      });
      expect(report).toMatchObject({ service: 'hub', name: 'PATCH /v1/ats/assessments/:id', kind: 'server' });
      expect(report.traceId).toBe(callback.traceId);
    } finally {
      await setting.close();
      await collector.close();
    }
  });
});

describe('a hub without tracing', () => {
  let setting: Setting;
  beforeAll(async () => {
    setting = await start(['standalone'], {});
  });
  afterAll(() => setting.close());

  it('passes on what the ATS brings', async () => {
    const traceparent = `00-${aTraceId()}-${aSpanId()}-01`;

    expect((await setting.order({ traceparent })).received.headers.traceparent).toBe(traceparent);
  });

  it.each<Record<string, string>>([{}, { traceparent: 'nonsense' }])('adds none of its own (%j)', async (headers) => {
    expect((await setting.order(headers)).received.headers).not.toHaveProperty('traceparent');
  });
});

describe('a trace collector', () => {
  let endpoint: string;
  let silent: ReturnType<typeof createServer>;
  beforeEach(async () => {
    // Takes connections and requests, and never says a word.
    silent = createServer(() => {});
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
  });
  afterEach(async () => {
    silent.closeAllConnections();
    silent.close();
    await once(silent, 'close');
  });

  it.each(['hangs', 'is away'])('that %s fails no order, and does not keep the hub from stopping', async (how) => {
    const address = silent.address() as { port: number };
    endpoint = `http://127.0.0.1:${how === 'hangs' ? address.port : await freePort()}`;
    const setting = await start(['standalone'], { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });

    // More than fit into one export, so that at least one is under way when the hub stops.
    const orders = await Promise.all(Array.from({ length: 300 }, () => setting.order()));

    expect(orders).toHaveLength(300);
    expect(await setting.hubs[0]!.stop()).toBe(0);
    await setting.close();
  });
});
