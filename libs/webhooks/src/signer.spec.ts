import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { knitSignature, newSigningSecret, signingKey, standardSignature } from './signer.js';

const now = () => Math.floor(Date.now() / 1_000);
const headersOf = (id: string, timestamp: number, signature: string) => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestamp),
  'webhook-signature': signature,
});

describe('a signing secret', () => {
  it('is whsec_ and the base64 of 32 bytes, another one each time', () => {
    const secret = newSigningSecret();

    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(newSigningSecret()).not.toBe(secret);
  });
});

describe('a standard signature', () => {
  it('is accepted by the public verifiers, whatever the body', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const [secret, timestamp, body] = [newSigningSecret(), now(), JSON.stringify({ text })];
        const signature = standardSignature([signingKey(secret)], { id: 'evt-1', timestamp, body: Buffer.from(body) });
        new SvixWebhook(secret).verify(body, headersOf('evt-1', timestamp, signature));
        new StandardWebhook(secret).verify(body, headersOf('evt-1', timestamp, signature));
      }),
      { numRuns: 30 },
    );
  });

  it('is the one of the specification', () => {
    // The worked example on https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const body = Buffer.from('{"test": 2432232314}');
    const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1_614_265_330, body };

    expect(standardSignature([signingKey(secret)], message)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('has one part per secret', () => {
    const message = { id: 'evt-1', timestamp: 1, body: Buffer.from('{}') };
    const [a, b] = [signingKey(newSigningSecret()), signingKey(newSigningSecret())];

    expect(standardSignature([a, b], message)).toBe(
      `${standardSignature([a], message)} ${standardSignature([b], message)}`,
    );
  });
});

describe('a Knit signature', () => {
  it('is the base64url of an HMAC over the bytes, without padding', () => {
    const body = Buffer.from('{"name":"Zoë"}');

    const signature = knitSignature(signingKey('whsec_abc'), body);

    expect(signature).toBe(createHmac('sha256', 'whsec_abc').update(body).digest('base64url'));
    expect(signature).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
});
