import { createHash, randomBytes } from 'node:crypto';
import { toBase62 } from '#libs/model';

const PREFIX = 'atsm_';
const KEY_BYTES = 32;
/** Characters behind the prefix that a list may show: enough to tell keys apart, far too few to guess one. */
const SHOWN = 4;

/** A key as it is stored: what it hashes to, and what of it may be shown again. */
export interface StoredKey {
  hash: Buffer;
  /** `''` for a key somebody chose, of which only the end may be shown. */
  prefix: string;
  lastFour: string;
}

/** A new API key: `atsm_` and 32 random bytes. Shown once, kept only as its hash. */
export function newApiKey(): string {
  return PREFIX + randomBytes(KEY_BYTES).toString('base64url');
}

/** What an API key is looked up by. A plain hash will do: no dictionary holds 256 random bits. */
export function hashApiKey(apiKey: string): Buffer {
  return createHash('sha256').update(apiKey, 'utf8').digest();
}

export function toStoredKey(apiKey: string): StoredKey {
  return {
    hash: hashApiKey(apiKey),
    prefix: apiKey.startsWith(PREFIX) ? apiKey.slice(0, PREFIX.length + SHOWN) : '',
    lastFour: apiKey.slice(-4),
  };
}

/** The part of an account's partner address nobody can guess: 22 base62 characters from 128 random bits. */
export function newPartnerToken(): string {
  return toBase62(BigInt(`0x${randomBytes(16).toString('hex')}`), 22);
}
