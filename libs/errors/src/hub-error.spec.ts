import { describe, expect, it } from '@jest/globals';
import { ERRORS } from './catalogue.js';
import { HubError } from './hub-error.js';

describe('a HubError', () => {
  it('speaks the words of the catalogue unless told better ones', () => {
    expect(new HubError('not_found').message).toBe(ERRORS.not_found.message);
    expect(new HubError('not_found', { detail: 'No assessment has this id.' }).detail).toBe(
      'No assessment has this id.',
    );
  });

  it('carries the status of its code', () => {
    expect(new HubError('rate_limited', { retryAfterSeconds: 7 })).toMatchObject({
      code: 'rate_limited',
      spec: { status: 429 },
      retryAfterSeconds: 7,
      errors: [],
    });
  });

  it('keeps the raw error as its cause and out of its text', () => {
    const cause = new Error('password=hunter2');

    const error = new HubError('internal', {}, { cause });

    expect(error.cause).toBe(cause);
    expect(JSON.stringify({ message: error.message, detail: error.detail, errors: error.errors })).not.toContain(
      'hunter2',
    );
  });
});
