import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Tracing } from '#libs/telemetry';
import { type Collector, startCollector } from '../../../test/support/collector.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { until } from '../../../test/support/until.js';
import { type EngineDesk, startEngine } from '../testing/engine-desk.js';
import { anAccess, type FakeAts, sendJson, startFakeAts } from '../testing/index.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('the spans of calls', () => {
  let test: TestDatabase;
  let desk: EngineDesk;
  let ats: FakeAts;
  let collector: Collector;
  let runs = 0;

  beforeAll(async () => {
    test = await createTestDatabase();
    collector = await startCollector();
    desk = await startEngine(test.url, {
      endpoint: collector.url,
      headers: {},
      serviceName: 'test',
      ratio: 1,
    });
    ats = await startFakeAts();
  });
  afterAll(async () => {
    await desk?.close();
    await ats?.close();
    await collector?.close();
    await test?.drop();
  });
  beforeEach(() => {
    runs += 1;
    ats.got.length = 0;
    ats.answer = (_, response) => sendJson(response, 200, {});
  });

  const integrationId = () => `int_${runs}`;
  const call = (path = 'rooms/7') => {
    const access = anAccess(ats.origin, { integrationId: integrationId(), budgetKey: integrationId() });
    return desk.engine.send(access, { method: 'GET', path, query: { email: 'imani@example.org' } });
  };
  const spans = (count: number) =>
    until(
      () => {
        const found = collector.spans.filter(
          ({ attributes }) => attributes['atsume.integration_id'] === integrationId(),
        );
        return found.length === count ? found : null;
      },
      { what: 'the spans', withinMs: 10_000 },
    );

  it('belong to the work that made the call, attempt by attempt, and the ATS is told nothing', async () => {
    ats.answer = (_, response) => sendJson(response, ats.got.length === 1 ? 503 : 200, {});
    const task = { name: 'work', traceParent: `00-${TRACE}-${SPAN}-01`, attributes: {} };

    await desk.tracing.task(task, () => call());

    const found = await spans(2);
    const work = await until(() => collector.spans.find(({ name }) => name === 'work'), { what: 'the work' });
    const about = { 'atsume.connector': 'acme-ats', 'atsume.family': 'rooms', 'http.request.method': 'GET' };
    const common = { name: 'call ats', kind: 'client', traceId: TRACE, parentSpanId: work.spanId };
    expect(found).toMatchObject([
      { ...common, isError: true, attributes: { ...about, 'atsume.attempt': 1, 'http.response.status_code': 503 } },
      { ...common, isError: false, attributes: { ...about, 'atsume.attempt': 2, 'http.response.status_code': 200 } },
    ]);
    const told = ats.got.flatMap(({ headers }) => Object.keys(headers));
    expect(told.filter((name) => /^(?:trace|baggage|b3|x-b3)/.test(name))).toEqual([]);
  });

  it('are traces of their own where nobody traces the work', async () => {
    await call();

    expect(await spans(1)).toMatchObject([{ parentSpanId: '', isError: false }]);
  });

  it('say nothing of people, keys and addresses', async () => {
    await call('imani@example.org/notes');
    await spans(1);

    for (const word of ['imani', 'example.org', 'token-1', '127.0.0.1', 'email=']) {
      expect(collector.text()).not.toContain(word);
    }
  });
});

it('are all there are: tracing that is off makes none', () => {
  expect(new Tracing().outgoing('call ats', {})).toBeNull();
});
