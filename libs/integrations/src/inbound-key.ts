import { createHash, randomBytes } from 'node:crypto';
import type { SecretSpec } from '#libs/connector-kit';

/** A new key an ATS will present to us, as its connector wants keys to look. */
export function newInboundKey({ prefix, bytes }: SecretSpec): string {
  return prefix + randomBytes(bytes).toString('base64url');
}

/** What a presented key is looked up by. Looking a hash up compares nothing secret byte by byte. */
export function hashInboundKey(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest();
}
