import { type KeyObject, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** What a server shows, and the key to it; both PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

export interface Authority {
  /** For those who are to trust it. PEM. */
  cert: string;
  issue(options: { name: string; expired?: boolean }): Certificate;
}

interface Fields {
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  signedWith: KeyObject;
  extensions: Buffer[];
  expired?: boolean;
}

const HOUR_MS = 3_600_000;
const TAG = { integer: 0x02, bits: 0x03, octets: 0x04, utf8: 0x0c, sequence: 0x30, set: 0x31, utcTime: 0x17 };
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const ECDSA_WITH_SHA256 = Buffer.from('300a06082a8648ce3d040302', 'hex');
const TRUE = Buffer.from('0101ff', 'hex');
const BASIC_CONSTRAINTS = Buffer.from('0603551d13', 'hex');
const SUBJECT_ALT_NAME = Buffer.from('0603551d11', 'hex');

/** A certificate authority of one's own, which nobody trusts unless told. */
export function makeAuthority(): Authority {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = `Test authority ${randomBytes(4).toString('hex')}`;
  const isAuthority = der(TAG.sequence, BASIC_CONSTRAINTS, TRUE, der(TAG.octets, der(TAG.sequence, TRUE)));
  const own = { subject, issuer: subject, publicKey, signedWith: privateKey, extensions: [isAuthority] };
  return {
    cert: certificate(own),
    issue: ({ name, expired = false }) => leaf(name, { issuer: subject, signedWith: privateKey, expired }),
  };
}

/** A server's certificate that vouches for itself. */
export function selfSigned(name: string): Certificate {
  return leaf(name, { issuer: name });
}

function leaf(name: string, { signedWith, ...more }: Pick<Fields, 'issuer' | 'expired'> & { signedWith?: KeyObject }) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const dnsName = der(0x82, Buffer.from(name));
  const extensions = [der(TAG.sequence, SUBJECT_ALT_NAME, der(TAG.octets, der(TAG.sequence, dnsName)))];
  return {
    cert: certificate({ ...more, subject: name, publicKey, extensions, signedWith: signedWith ?? privateKey }),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function certificate({ subject, issuer, publicKey, signedWith, extensions, expired = false }: Fields): string {
  const now = Date.now();
  const from = now - (expired ? 48 : 1) * HOUR_MS;
  const body = der(
    TAG.sequence,
    der(0xa0, der(TAG.integer, Buffer.of(2))),
    der(TAG.integer, Buffer.from(`01${randomBytes(8).toString('hex')}`, 'hex')),
    ECDSA_WITH_SHA256,
    nameOf(issuer),
    der(TAG.sequence, time(from), time(from + 24 * HOUR_MS)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(TAG.sequence, ...extensions)),
  );
  const signature = der(TAG.bits, Buffer.of(0), sign('sha256', body, signedWith));
  const text = der(TAG.sequence, body, ECDSA_WITH_SHA256, signature).toString('base64');
  const lines = text.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function nameOf(text: string): Buffer {
  const value = der(TAG.sequence, COMMON_NAME, der(TAG.utf8, Buffer.from(text)));
  return der(TAG.sequence, der(TAG.set, value));
}

function time(at: number): Buffer {
  return der(TAG.utcTime, Buffer.from(`${new Date(at).toISOString().replace(/\D/g, '').slice(2, 14)}Z`));
}

/** One value in DER: its tag, its length, its content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}
