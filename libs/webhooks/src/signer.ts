import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

const SECRET_PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** What is signed: the exact bytes of the body, under the event's id, at the time of the attempt. */
export interface Message {
  id: string;
  /** Seconds since 1970. */
  timestamp: number;
  body: Buffer;
}

/** A new signing secret, `whsec_` and base64, as Standard Webhooks has it. */
export function newSigningSecret(): string {
  return SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/** A signing secret, made ready once: keys cost about as much to make as a signature. */
export interface SigningKey {
  /** Of what the base64 in the secret says. */
  standard: KeyObject;
  /** Of the secret as it is written. */
  knit: KeyObject;
}

/** Makes a secret ready to sign with. */
export function signingKey(secret: string): SigningKey {
  return {
    standard: createSecretKey(secret.slice(SECRET_PREFIX.length), 'base64'),
    knit: createSecretKey(secret, 'utf8'),
  };
}

/** The value of `webhook-signature`: one `v1,…` per key, so that the receiver's secret of either side of a rotation verifies. */
export function standardSignature(keys: readonly SigningKey[], { id, timestamp, body }: Message): string {
  const start = `${id}.${timestamp}.`;
  return keys
    .map(({ standard }) => `v1,${createHmac('sha256', standard).update(start).update(body).digest('base64')}`)
    .join(' ');
}

/** The value of `X-Knit-Signature`: base64url without padding, keyed with the secret as it is written. */
export function knitSignature({ knit }: SigningKey, body: Buffer): string {
  return createHmac('sha256', knit).update(body).digest('base64url');
}
