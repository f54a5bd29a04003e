import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { activeTraceParent, describeActive, type Span, type SpanMaker, type SpanStart, Tracing } from './tracing.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const GIVEN = `00-${TRACE}-00f067aa0ba902b7-01`;
const UNSAMPLED = `00-${TRACE}-00f067aa0ba902b7-00`;

/** Records what it is told; makes a span for whatever is sampled, or begins here. */
function recorder({ samplesNew = true } = {}) {
  const started: (SpanStart & { said: Record<string, unknown>; error?: string | null })[] = [];
  const maker: SpanMaker = {
    start: (start): Span | null => {
      if (!(start.parent?.isSampled ?? samplesNew)) return null;
      const record: (typeof started)[number] = { ...start, said: { ...start.attributes } };
      started.push(record);
      return {
        traceParent: `00-${start.parent?.traceId ?? 'a'.repeat(32)}-${String(started.length).padStart(16, '0')}-01`,
        set: (attributes) => void Object.assign(record.said, attributes),
        end: (error) => void (record.error = error),
      };
    },
    close: () => Promise.resolve(),
  };
  return { started, tracing: new Tracing(maker) };
}

/** What a request leaves behind, once it has waited for something. */
async function left(tracing: Tracing, header?: string): Promise<string | null> {
  const request = tracing.request('GET /', header, {});
  if (!request) return activeTraceParent();
  return new Promise((resolve) => request.run(() => void turn().then(() => resolve(activeTraceParent()))));
}

describe('tracing that is off', () => {
  it('hands on what a caller brought, and nothing else', async () => {
    const tracing = new Tracing();

    expect(await left(tracing, GIVEN)).toBe(GIVEN);
    expect(await left(tracing, UNSAMPLED)).toBe(UNSAMPLED);
    expect(await left(tracing, 'nonsense')).toBeNull();
    expect(await left(tracing)).toBeNull();
    expect(tracing.call('deliver', GIVEN, {})).toBeNull();
    expect(tracing.outgoing('call ats', {})).toBeNull();
    for (const [traceParent, handedOn] of [
      [GIVEN, GIVEN],
      [null, null],
      ['nonsense', null],
    ] as const) {
      const task = { name: 'tidy', traceParent, attributes: {} };
      expect(await tracing.task(task, () => Promise.resolve(activeTraceParent()))).toBe(handedOn);
    }
  });
});

describe('tracing', () => {
  it("continues a caller's trace and begins one otherwise", async () => {
    const { tracing, started } = recorder();

    expect(await left(tracing, GIVEN)).toBe(`00-${TRACE}-0000000000000001-01`);
    expect(await left(tracing)).toBe(`00-${'a'.repeat(32)}-0000000000000002-01`);
    expect(started.map(({ parent }) => parent?.spanId)).toEqual(['00f067aa0ba902b7', undefined]);
  });

  it('has spans of what is called in the middle of work, and of what is called by itself', async () => {
    const { tracing, started } = recorder();
    const called = (traceParent: string | null) =>
      tracing.task({ name: 'tidy', traceParent, attributes: {} }, () =>
        Promise.resolve(tracing.outgoing('call ats', { 'atsume.attempt': 1 })),
      );

    tracing.outgoing('call ats', {})?.end(null);
    (await called(GIVEN))?.end('429');

    expect(started).toMatchObject([
      { name: 'call ats', kind: 'client', parent: null, error: null },
      { name: 'tidy' },
      { name: 'call ats', kind: 'client', parent: { traceId: TRACE, spanId: '0000000000000002' }, error: '429' },
    ]);
    expect(recorder({ samplesNew: false }).tracing.outgoing('call ats', {})).toBeNull();
  });

  it('hands on a trace that is not sampled, and begins none where the ratio says no', async () => {
    const { tracing, started } = recorder({ samplesNew: false });

    expect(await left(tracing, UNSAMPLED)).toBe(UNSAMPLED);
    expect(await left(tracing)).toBeNull();
    expect(started).toEqual([]);
  });

  it('belongs to one request and what follows from it', async () => {
    const { tracing } = recorder();

    const both = await Promise.all([left(tracing, GIVEN), left(tracing), Promise.resolve(activeTraceParent())]);

    expect(new Set(both).size).toBe(3);
    expect(both[2]).toBeNull();
  });

  it('tells more of the request at hand, and how it ended', () => {
    const { tracing, started } = recorder();
    const request = tracing.request('GET /', undefined, { first: 1 })!;

    request.run(() => describeActive({ second: 2 }));
    describeActive({ third: 3 });
    request.end({ status: 503 }, '503');

    expect(started).toMatchObject([{ kind: 'server', said: { first: 1, second: 2, status: 503 }, error: '503' }]);
    expect(started[0]?.said).not.toHaveProperty('third');
  });

  it('makes a task part of a stored trace, or begins one, and knows how it ended', async () => {
    const { tracing, started } = recorder();
    const task = (traceParent: string | null, work = () => turn().then(activeTraceParent)) =>
      tracing.task({ name: 'tidy', traceParent, attributes: {} }, work);

    expect(await task(GIVEN)).toBe(`00-${TRACE}-0000000000000001-01`);
    expect(await task(null)).toBe(`00-${'a'.repeat(32)}-0000000000000002-01`);
    expect(await task(UNSAMPLED)).toBe(UNSAMPLED);
    await expect(task(null, () => Promise.reject(new Error('no')))).rejects.toThrow('no');

    expect(started).toMatchObject([
      { error: null },
      { error: null },
      { name: 'tidy', kind: 'internal', error: 'failed' },
    ]);
  });

  it('makes calls part of a stored trace that is sampled, and of no other', () => {
    const { tracing, started } = recorder();

    const calls = [GIVEN, UNSAMPLED, null, 'nonsense'].map((stored) => tracing.call('deliver', stored, {}));

    expect(calls.map((call) => call !== null)).toEqual([true, false, false, false]);
    expect(started).toMatchObject([{ name: 'deliver', kind: 'client', parent: { traceId: TRACE } }]);
  });
});
