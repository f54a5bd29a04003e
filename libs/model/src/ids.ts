import { randomBytes, randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const TAIL_LENGTH = 22;

/** The type prefix of every id the API gives out. */
export const ID_PREFIX = {
  account: 'acc_',
  apiKey: 'key_',
  integration: 'int_',
  secret: 'sec_',
  secretKey: 'sky_',
  package: 'pkg_',
  assessment: 'ats_ass_',
  timeline: 'tml_',
  report: 'rep_',
  file: 'fil_',
  endpoint: 'whe_',
  callbackEndpoint: 'whc_',
  fileEndpoint: 'whf_',
  recovery: 'rec_',
  request: 'req_',
  outboundCall: 'oca_',
  syncJob: 'sjb_',
  syncRun: 'srn_',
  transition: 'tran_',
  webhookSubscription: 'whs_',
  providerWebhook: 'pwh_',
  fieldMapping: 'fmap_',
} as const;

export type IdKind = keyof typeof ID_PREFIX;

const random = Buffer.alloc(16 * 256);
let randomAt = random.length;

/**
 * A new id: prefix + 22 base62 characters, a 128-bit number whose first 48 bits are the time in milliseconds,
 * so that ids made later sort later (byte order) and 80 random bits keep them apart.
 */
export function newId(kind: IdKind): string {
  if (randomAt === random.length) {
    randomFillSync(random);
    randomAt = 0;
  }
  const high = (BigInt(Date.now()) << 16n) | BigInt(random.readUInt16BE(randomAt));
  const low = random.readBigUInt64BE(randomAt + 2);
  randomAt += 16;
  return ID_PREFIX[kind] + toBase62((high << 64n) | low, TAIL_LENGTH);
}

/** Whether a string has the form of an id of that kind; says nothing about existence. */
export function isId(kind: IdKind, value: string): boolean {
  const prefix = ID_PREFIX[kind];
  return (
    value.length === prefix.length + TAIL_LENGTH &&
    value.startsWith(prefix) &&
    /^[0-9A-Za-z]+$/.test(value.slice(prefix.length))
  );
}

/** Base62 (0-9A-Za-z, which sorts like the number), left-padded with zeros to `length`. */
export function toBase62(value: bigint, length: number): string {
  let out = '';
  let rest = value;
  // Ten digits at a time keep most of the work in plain numbers.
  const CHUNK = 62n ** 8n;
  while (rest > 0n) {
    let part = Number(rest % CHUNK);
    rest /= CHUNK;
    for (let i = 0; i < 8 && (part > 0 || rest > 0n); i++) {
      out = ALPHABET.charAt(part % 62) + out;
      part = Math.floor(part / 62);
    }
  }
  return out.padStart(length, '0');
}

/** The number behind base62 text, or null when it is none. */
export function fromBase62(text: string): bigint | null {
  let value = 0n;
  for (const char of text) {
    const digit = ALPHABET.indexOf(char);
    if (digit < 0) return null;
    value = value * 62n + BigInt(digit);
  }
  return value;
}

const EVENT_RANDOM_DIGITS = 12;
let lastEventMs = 0;
let lastEventTail = 0;

/**
 * A new event id: `evt-` and 25 decimal digits, the time in milliseconds (13) and a tail (12) that starts at random
 * and counts up within a millisecond. {@link eventTime} gives the time back.
 */
export function newEventId(): string {
  const now = Date.now();
  if (now > lastEventMs) {
    lastEventMs = now;
    lastEventTail = randomBytes(6).readUIntBE(0, 6) % 999_000_000_000;
  } else {
    lastEventTail += 1;
  }
  return `evt-${String(lastEventMs).padStart(13, '0')}${String(lastEventTail).padStart(EVENT_RANDOM_DIGITS, '0')}`;
}

/** The moment an event id was made (its `created_at`, which selects the partition), or null for what is no event id. */
export function eventTime(eventId: string): Date | null {
  return /^evt-\d{25}$/.test(eventId) ? new Date(Number(eventId.slice(4, 17))) : null;
}

const DELIVERY_DIGITS = 14;

/** The id of a delivery: the pair (event, endpoint) in one word, `dlv_…`. */
export function deliveryId(eventId: string, endpointId: string): string {
  return `dlv_${toBase62(BigInt(eventId.slice(4)), DELIVERY_DIGITS)}${endpointId.slice(ID_PREFIX.endpoint.length)}`;
}

/** The pair a delivery id stands for, or null for what is no delivery id. */
export function parseDeliveryId(id: string): { eventId: string; endpointId: string } | null {
  const match = /^dlv_([0-9A-Za-z]{14})([0-9A-Za-z]{22})$/.exec(id);
  const digits = match?.[1] ? fromBase62(match[1])?.toString().padStart(25, '0') : undefined;
  if (!match?.[2] || !digits || digits.length !== 25) return null;
  return { eventId: `evt-${digits}`, endpointId: ID_PREFIX.endpoint + match[2] };
}

/** The internal endpoint over which results of one integration are signalled to its ATS. */
export function callbackEndpointId(integrationId: string): string {
  return ID_PREFIX.callbackEndpoint + integrationId.slice(ID_PREFIX.integration.length);
}

/** The internal endpoint over which files of one integration are fetched. */
export function fileEndpointId(integrationId: string): string {
  return ID_PREFIX.fileEndpoint + integrationId.slice(ID_PREFIX.integration.length);
}

const SLOTS = 16;

/** The shard (0–15) of an endpoint: the same on every process and for ever. */
export function slotOf(endpointId: string): number {
  let hash = 0;
  for (const char of endpointId) hash = (hash * 31 + char.charCodeAt(0)) >>> 0;
  return hash % SLOTS;
}
