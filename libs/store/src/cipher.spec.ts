import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Cipher } from './cipher.js';

const OLD = { id: 'old', key: Buffer.alloc(32, 1) };
const NEW = { id: 'new', key: Buffer.alloc(32, 2) };

describe('the cipher', () => {
  const cipher = new Cipher([OLD]);

  it('gives back what it was given, in any script', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (plaintext) => cipher.open(cipher.seal(plaintext)) === plaintext),
    );
  });

  it('never makes the same bytes twice', () => {
    expect(cipher.seal('same').data).not.toEqual(cipher.seal('same').data);
  });

  it('shows nothing of the text', () => {
    expect(cipher.seal('whsec_visible').data.includes('visible')).toBe(false);
  });

  it('refuses bytes that were changed anywhere', () => {
    const sealed = cipher.seal('secret');

    for (let at = 0; at < sealed.data.length; at++) {
      const data = Buffer.from(sealed.data);
      data[at]! ^= 1;
      expect(() => cipher.open({ ...sealed, data })).toThrow();
    }
  });

  it('refuses bytes that were cut off', () => {
    const sealed = cipher.seal('secret');

    for (let length = 0; length < sealed.data.length; length++) {
      expect(() => cipher.open({ ...sealed, data: sealed.data.subarray(0, length) })).toThrow();
    }
  });

  it('does not start without a key', () => {
    expect(() => new Cipher([])).toThrow('the key ring is empty');
  });
});

describe('a rotation of encryption keys', () => {
  it('encrypts with the first key and still reads the other', () => {
    const before = new Cipher([OLD]).seal('kept');
    const rotated = new Cipher([NEW, OLD]);

    expect(rotated.seal('fresh').keyId).toBe('new');
    expect(rotated.open(before)).toBe('kept');
  });

  it('names the key that is missing', () => {
    const before = new Cipher([OLD]).seal('lost');

    expect(() => new Cipher([NEW]).open(before)).toThrow("encryption key 'old' is not in the ring");
  });

  it('refuses another key under a known id', () => {
    const sealed = new Cipher([OLD]).seal('secret');

    expect(() => new Cipher([{ id: 'old', key: NEW.key }]).open(sealed)).toThrow();
  });
});
