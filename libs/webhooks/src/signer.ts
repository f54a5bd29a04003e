import { createHmac, randomBytes } from 'node:crypto';

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

/** The value of `webhook-signature`: one `v1,…` per secret, so that the receiver's secret of either side of a rotation verifies. */
export function standardSignature(secrets: readonly string[], { id, timestamp, body }: Message): string {
  return secrets
    .map((secret) => {
      const hmac = createHmac('sha256', Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64'));
      return `v1,${hmac.update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
    })
    .join(' ');
}

/** The value of `X-Knit-Signature`: base64url without padding, keyed with the secret as it is written. */
export function knitSignature(secret: string, body: Buffer): string {
  return createHmac('sha256', secret).update(body).digest('base64url');
}
