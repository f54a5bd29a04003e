import { describe, expect, it } from '@jest/globals';
import { noAnswer } from './failures.js';

describe('a call without an answer', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'connect_timeout'])('was not sent after %s', (code) => {
    expect(noAnswer(code).mayHaveHappened).toBe(false);
  });

  it.each(['ECONNRESET', 'timeout', 'reply_too_large'])('may have been carried out after %s', (code) => {
    expect(noAnswer(code).mayHaveHappened).toBe(true);
  });
});
