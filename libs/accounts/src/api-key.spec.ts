import { describe, expect, it } from '@jest/globals';
import { hashApiKey, newApiKey, newPartnerToken, toStoredKey } from './api-key.js';

describe('an API key', () => {
  it('is new every time and says what it is', () => {
    const keys = new Set(Array.from({ length: 100 }, () => newApiKey()));

    expect(keys.size).toBe(100);
    for (const key of keys) expect(key).toMatch(/^atsm_[A-Za-z0-9_-]{43}$/);
  });

  it('is stored as its hash, with the little of it that a list shows', () => {
    expect(toStoredKey('atsm_abcdefghijklmnop')).toEqual({
      hash: hashApiKey('atsm_abcdefghijklmnop'),
      prefix: 'atsm_abcd',
      lastFour: 'mnop',
    });
  });

  it('that somebody chose shows its end only', () => {
    expect(toStoredKey('correct-horse-battery')).toMatchObject({ prefix: '', lastFour: 'tery' });
  });
});

describe('the token of a partner address', () => {
  it('is 22 characters that need no escaping, another one every time', () => {
    const tokens = new Set(Array.from({ length: 100 }, () => newPartnerToken()));

    expect(tokens.size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^[0-9A-Za-z]{22}$/);
  });
});
