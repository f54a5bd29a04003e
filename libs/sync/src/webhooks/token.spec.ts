import { describe, expect, it } from '@jest/globals';
import { hashToken, newSecret, newToken } from './token.js';

describe('what a webhook is known by', () => {
  it('has a token of its own that fits into an address', () => {
    const tokens = Array.from({ length: 100 }, newToken);

    expect(new Set(tokens).size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^t_[A-Za-z0-9_-]{32}$/);
    expect(hashToken(tokens[0]!)).not.toEqual(hashToken(tokens[1]!));
  });

  it.each([1, 32, 40, 255])('has a secret of exactly %i letters and digits', (characters) => {
    expect(newSecret(characters)).toMatch(new RegExp(`^[A-Za-z0-9]{${characters}}$`));
  });
});
