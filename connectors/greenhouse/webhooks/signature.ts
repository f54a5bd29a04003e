import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingWebhook } from '#libs/connector-kit';

/**
 * `Signature: sha256 <hex>`, with a blank and not an equals sign: HMAC-SHA-256 over the bytes as they came. They hold
 * escapes such as `\u003c` which a parser would undo, and with them the signature. There is no timestamp to check.
 */
export function verify({ headers, rawBody }: IncomingWebhook, secret: string): boolean {
  const given = /^sha256 ([0-9a-f]{64})$/.exec(headers.signature?.trim() ?? '')?.[1];
  if (given === undefined || secret === '') return false;
  const right = createHmac('sha256', secret).update(rawBody).digest();
  return timingSafeEqual(right, Buffer.from(given, 'hex'));
}

/** "Unique id of this delivery"; whether a retry keeps it is not documented, so the bytes are compared besides. */
export function deliveryId({ headers }: IncomingWebhook): string | null {
  const id = headers['greenhouse-event-id']?.trim() ?? '';
  return id === '' || id.length > 255 ? null : id;
}
