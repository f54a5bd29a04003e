import { createHash, randomBytes } from 'node:crypto';

/** The part of a webhook's address that says whose it is: nobody guesses it. */
export function newToken(): string {
  return `t_${randomBytes(24).toString('base64url')}`;
}

/** What a token is looked up by. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** The largest multiple of their number below 256: bytes from there on would make some letters likelier. */
const FAIR_BYTES = 256 - (256 % LETTERS.length);

/** A secret of so many letters and digits, which every form and every ATS takes. */
export function newSecret(characters: number): string {
  let secret = '';
  while (secret.length < characters) {
    for (const byte of randomBytes(characters)) {
      if (byte < FAIR_BYTES && secret.length < characters) secret += LETTERS[byte % LETTERS.length];
    }
  }
  return secret;
}
