import { describe, expect, it } from '@jest/globals';
import { describeError, scrub } from './redact.js';

describe('scrubbed text', () => {
  it.each([
    ['an API key', 'key atsm_2vTq0mYpX8rJ is revoked', 'key [redacted] is revoked'],
    ['a signing secret', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', '[redacted]'],
    ['an authorization', 'sent Basic Z2hfc2VjcmV0Og== today', 'sent [redacted] today'],
    ['an e-mail address', 'no mailbox jane.doe+x@example.co.uk', 'no mailbox [redacted]'],
    ['credentials in a URL', 'postgres://hub:s3cret@db:5432/hub', 'postgres://[redacted]db:5432/hub'],
  ])('loses %s', (_case, text, expected) => {
    expect(scrub(text)).toBe(expected);
  });

  it('keeps what is harmless', () => {
    expect(scrub('connect ECONNREFUSED 127.0.0.1:5432')).toBe('connect ECONNREFUSED 127.0.0.1:5432');
  });
});

describe('a described error', () => {
  it('has kind, code, message, place and cause, and nothing else that hangs on it', () => {
    const cause = Object.assign(new Error('duplicate key'), {
      code: '23505',
      constraint: 'accounts_pkey',
      detail: 'Key (email)=(jane@example.com) already exists.',
    });
    const error = Object.assign(new Error('failed for jane@example.com', { cause }), { parameters: ['Jane'] });

    const described = describeError(error);

    expect(described).toEqual({
      type: 'Error',
      message: 'failed for [redacted]',
      stack: expect.stringMatching(/^\s+at /),
      cause: {
        type: 'Error',
        message: 'duplicate key',
        code: '23505',
        constraint: 'accounts_pkey',
        stack: expect.any(String),
      },
    });
  });

  it('does not quote a value that the database refused', () => {
    const error = Object.assign(new Error('invalid input syntax for type integer: "Jane"'), { code: '22P02' });

    expect(describeError(error)['message']).toBe('a value was refused by the database');
  });

  it('ends with the third cause', () => {
    const error = new Error('a');
    error.cause = error;

    expect(JSON.stringify(describeError(error)).match(/"type"/g)).toHaveLength(4);
  });

  it('may be anything that was thrown', () => {
    expect(describeError('text')).toEqual({ message: 'text' });
    expect(describeError(undefined)).toEqual({ message: 'undefined' });
  });
});
