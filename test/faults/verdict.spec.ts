import { describe, expect, it } from '@jest/globals';
import type { Order } from './driver.ts';
import type { Request } from './subscriber.ts';
import { type Evidence, judge } from './verdict.ts';

const LIMITS = { duplicates: 0.01, recoveryMs: null };

const anAcknowledged = (recordId: string): Order => ({ recordId, ackedAt: 1_000, tries: 1 });
const aRequest = (recordId: string, over: Partial<Request> = {}): Request => ({
  id: `evt-${recordId}`,
  endpoint: '/0',
  hash: `body of ${recordId}`,
  recordId,
  email: `imani.${recordId}@example.org`,
  at: 1_050,
  doneAt: 1_060,
  end: 'full',
  ...over,
});
const evidence = (over: Partial<Evidence>): Evidence => ({
  orders: [anAcknowledged('a'), anAcknowledged('b')],
  requests: [aRequest('a'), aRequest('b')],
  faults: [],
  committedAt: new Map([
    ['a', 990],
    ['b', 950],
  ]),
  left: 0,
  refusals: new Map(),
  crashes: [],
  problems: [],
  ...over,
});

describe('the verdict on a run', () => {
  it('finds nothing when every order arrived once', () => {
    const verdict = judge(evidence({}), LIMITS);

    expect(verdict).toMatchObject({ acknowledged: 2, delivered: 2, lost: 0, duplicates: 0, differing: 0, broken: [] });
    expect(verdict.recovery.max).toBe(100);
  });

  it('calls an order lost when no request for it was answered in full', () => {
    const requests = [aRequest('a'), aRequest('b', { end: 'none' }), aRequest('b', { end: 'cut' })];

    const verdict = judge(evidence({ requests }), LIMITS);

    expect(verdict.lost).toBe(1);
    expect(verdict.broken).toEqual(['1 acknowledged orders were lost']);
  });

  it('counts as a duplicate only what had its 2xx before', () => {
    const requests = [aRequest('a', { end: 'refused' }), aRequest('a'), aRequest('b'), aRequest('b', { at: 2_000 })];

    const verdict = judge(evidence({ requests }), LIMITS);

    expect([verdict.duplicates, verdict.sentAgain]).toEqual([1, 1]);
    expect(verdict.broken).toEqual(['1 duplicates, and the limit is 1 %']);
  });

  it('takes no duplicate at all where none is allowed', () => {
    const orders = Array.from({ length: 1_000 }, () => anAcknowledged('a'));
    const requests = [aRequest('a'), aRequest('a')];

    expect(judge(evidence({ orders, requests }), LIMITS).broken).toEqual([]);
    expect(judge(evidence({ orders, requests }), { ...LIMITS, duplicates: 0 }).broken).toHaveLength(1);
  });

  it('says what was done to the hub between a 2xx and its repetition', () => {
    const faults = [{ what: 'kill -9 of both', at: 1_100, inFlight: 0, justAnswered: 1 }];
    const requests = [aRequest('a'), aRequest('b'), aRequest('b', { at: 2_000 })];

    expect([...judge(evidence({ requests, faults }), LIMITS).origins]).toEqual([
      ['answered 20–100 ms before: kill -9 of both', 1],
    ]);
  });

  it.each<[string, Partial<Evidence>, string]>([
    [
      'another body under the same id, whatever it was answered',
      { requests: [aRequest('a'), aRequest('b', { hash: 'other', end: 'none' }), aRequest('b')] },
      '1 messages came with different bodies under one id',
    ],
    [
      'an order that became two records',
      { requests: [aRequest('a'), aRequest('b'), aRequest('c', { email: 'imani.a@example.org' })] },
      '1 orders became two records',
    ],
    [
      'an order that was never acknowledged',
      { orders: [anAcknowledged('a'), { recordId: null, ackedAt: null, tries: 9 }] },
      '1 orders were never acknowledged, although all was well again',
    ],
    ['an order the hub refused', { refusals: new Map([[400, 2]]) }, '2 orders were answered with 400'],
    [
      'an acknowledged order without a record',
      { committedAt: new Map([['a', 1]]) },
      '1 acknowledged orders are not in the database',
    ],
    ['work that is left', { left: 3 }, 'the hub still has 3 deliveries to make'],
    ['a crash', { crashes: ['api ended with 7'] }, 'a process crashed: api ended with 7'],
    ['what the scenario found', { problems: ['it was late'] }, 'it was late'],
  ])('does not let pass %s', (_, over, sentence) => {
    expect(judge(evidence(over), LIMITS).broken).toEqual([sentence]);
  });

  it('does not let pass an order that waited too long', () => {
    expect(judge(evidence({}), { ...LIMITS, recoveryMs: 80 }).broken).toEqual([
      'an order waited 100 ms, and the limit is 80 ms',
    ]);
  });
});
