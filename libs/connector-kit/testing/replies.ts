import { describe, expect, it } from '@jest/globals';
import type { ApiPart, ConnectMethod } from '../src/index.js';
import { type Fixture, ofKind } from './fixtures.js';
import { judge } from './judge.js';
import { toReply } from './replay.js';

/** Kinds of trouble every ATS has; each is recorded. */
const TROUBLES = [
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not_found'],
  [429, 'rate_limited'],
] as const;

/** What answers mean: failures by status, failures that look like success, tokens. */
export function describeReplies(api: ApiPart, fixtures: readonly Fixture[]): void {
  describe.each(Object.entries(api.versions))('an answer of its version %s', (name, version) => {
    const recorded = ofKind(fixtures, 'replies').filter((one) => one.version === name);
    const replies = recorded.flatMap((one) => Object.entries(one.replies));

    it.each(TROUBLES)('with %i is recorded, and is %s', (status, kind) => {
      const troubles = replies.filter(([, reply]) => reply.status === status);

      expect(troubles).not.toEqual([]);
      for (const [, reply] of troubles) expect(judge(version, toReply(reply))?.kind).toBe(kind);
    });

    it('with a fault of the server may pass', () => {
      const faults = replies.filter(([, { status }]) => status >= 500);

      expect(faults).not.toEqual([]);
      for (const [, reply] of faults) expect(judge(version, toReply(reply))?.kind).toBe('unavailable');
    });

    it('means what is expected', () => {
      for (const { replies: all, expected } of recorded) {
        const judged = Object.entries(all).map(([what, reply]) => [what, judge(version, toReply(reply))]);

        expect(Object.fromEntries(judged)).toEqual(expected);
      }
    });

    it('is judged whatever its body is', () => {
      for (const status of [200, 202, 204, 400, 401, 403, 404, 409, 422, 429, 500, 503]) {
        for (const body of [
          undefined,
          null,
          '',
          'text',
          7,
          [],
          {},
          { errors: 1 },
          { errors: [null, {}] },
          { message: [] },
        ]) {
          const judged = judge(version, { status, headers: {}, body });

          expect(judged?.reasons.every((reason) => typeof reason === 'string') ?? true).toBe(true);
          expect(status < 300 || judged !== null).toBe(true);
        }
      }
    });

    it('says how much is left, or nothing', () => {
      for (const headers of [{}, { 'retry-after': 'soon' }, ...replies.map(([, reply]) => reply.headers ?? {})]) {
        const state = version.rateLimit.read?.(headers) ?? {};

        expect(Object.values(state).every((value) => Number.isFinite(value))).toBe(true);
      }
    });
  });

  const methods = api.connect.filter(
    (method): method is Exclude<ConnectMethod, { kind: 'key' }> => method.kind !== 'key',
  );
  if (methods.length > 0) describeTokens(methods, fixtures);
}

function describeTokens(
  methods: readonly Exclude<ConnectMethod, { kind: 'key' }>[],
  fixtures: readonly Fixture[],
): void {
  describe.each(methods.map((method) => ({ method, id: method.id })))('a token for $id', ({ method, id }) => {
    const recorded = ofKind(fixtures, 'tokens').filter(({ connect }) => connect === id);

    it('is recorded', () => expect(recorded).not.toEqual([]));

    it('is read, or its refusal understood', () => {
      for (const { replies, now, expected } of recorded) {
        const read = Object.entries(replies).map(([what, reply]) => [
          what,
          reply.status < 300
            ? { token: method.readToken(reply.body, now) }
            : { isFinal: method.isFinalRefusal(toReply(reply)) },
        ]);

        expect(Object.fromEntries(read)).toEqual(expected);
      }
    });

    it('is none in any other body', () => {
      for (const body of [undefined, null, '', 'token', 7, [], {}, { access_token: 7 }, { access_token: '' }]) {
        expect(method.readToken(body, '2026-03-02T10:03:00.000Z')).toBeNull();
        expect(typeof method.isFinalRefusal({ status: 400, headers: {}, body })).toBe('boolean');
      }
    });
  });
}
