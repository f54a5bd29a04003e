import { describe, expect, it } from '@jest/globals';
import type { IncomingWebhook, WebhooksPart } from '../src/index.js';
import { type Fixture, type WebhooksFixture, ofKind } from './fixtures.js';

/** Signatures, and what events say. */
export function describeWebhooks(webhooks: WebhooksPart, fixtures: readonly Fixture[]): void {
  describe('its webhooks', () => {
    const recorded = ofKind(fixtures, 'webhooks');
    const all = recorded.flatMap(({ secret, now, webhooks: bodies }) =>
      Object.values(bodies).map((one) => ({ secret, nowMs: Date.parse(now), incoming: incoming(one) })),
    );

    it('are recorded, one of each event', () => {
      const actions = recorded.flatMap(({ expected }) => Object.values(expected).map(({ parsed }) => parsed?.action));

      expect(webhooks.events.map(({ action }) => action).filter((action) => !actions.includes(action))).toEqual([]);
    });

    it('are taken with a good signature', () => {
      for (const { incoming: one, secret, nowMs } of all) expect(webhooks.verify(one, secret, nowMs)).toBe(true);
    });

    it.each<[string, (one: IncomingWebhook, secret: string) => [IncomingWebhook, string]]>([
      ['another secret', (one, secret) => [one, `${secret}x`]],
      ['no secret', (one) => [one, '']],
      ['no signature', (one, secret) => [{ ...one, headers: {} }, secret]],
      ['another body', (one, secret) => [{ ...one, rawBody: Buffer.concat([one.rawBody, Buffer.from(' ')]) }, secret]],
      ['an empty body', (one, secret) => [{ ...one, rawBody: Buffer.alloc(0) }, secret]],
      ['broken headers', (one, secret) => [{ ...one, headers: broken(one.headers) }, secret]],
    ])('are refused with %s', (_what, change) => {
      expect(all).not.toEqual([]);
      for (const { incoming: one, secret, nowMs } of all) {
        const [changed, with_] = change(one, secret);

        expect(webhooks.verify(changed, with_, nowMs)).toBe(false);
      }
    });

    it('say what is expected', () => {
      for (const { webhooks: bodies, expected } of recorded) {
        const read = Object.entries(bodies).map(([what, one]) => [
          what,
          { deliveryId: webhooks.deliveryId(incoming(one)), parsed: webhooks.parse(JSON.parse(one.body)) },
        ]);

        expect(Object.fromEntries(read)).toEqual(expected);
      }
    });

    it('are refused where they say nothing that can be read', () => {
      for (const body of [undefined, null, '', 'x', 7, [], {}]) expect(() => webhooks.parse(body)).toThrow();
    });

    it('can be made by hand for every event', () => {
      const url = 'https://hub.example/hooks/x';
      const made = webhooks.manual({ url, secret: 's3cret', errorEmail: null, vendorName: 'Acme' });
      const names = made.webhooks.map(({ name }) => name);

      expect(made.webhooks.map(({ when }) => when)).toEqual(webhooks.events.map(({ when }) => when));
      expect(new Set(names).size).toBe(names.length);
      expect(made.webhooks.every((one) => one.url === url && one.secret === 's3cret')).toBe(true);
      expect(made.steps).not.toEqual([]);
    });
  });
}

function incoming({ headers, body }: WebhooksFixture['webhooks'][string]): IncomingWebhook {
  return { headers, rawBody: Buffer.from(body, 'utf8') };
}

/** Every header there, and none of them what it was. */
function broken(headers: IncomingWebhook['headers']): IncomingWebhook['headers'] {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, 'sha256=00']));
}
