import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Encrypted bytes and the id of the key that did it, stored side by side so that keys can rotate. */
export interface Sealed {
  data: Buffer;
  keyId: string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM under a ring of keys: the first encrypts, all decrypt. Layout: nonce (12) · tag (16) · ciphertext. */
export class Cipher {
  constructor(private readonly keys: readonly { id: string; key: Buffer }[]) {
    if (keys.length === 0) throw new Error('the key ring is empty');
  }

  seal(plaintext: string): Sealed {
    const { id, key } = this.keys[0]!;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
    return { data: Buffer.concat([nonce, cipher.getAuthTag(), body]), keyId: id };
  }

  /** @throws Error when the key is not in the ring, or the data was not made with it. */
  open({ data, keyId }: Sealed): string {
    const entry = this.keys.find(({ id }) => id === keyId);
    if (!entry) throw new Error(`encryption key '${keyId}' is not in the ring`);
    const decipher = createDecipheriv('aes-256-gcm', entry.key, data.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(data.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(data.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  }
}
