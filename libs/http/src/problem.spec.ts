import { BadRequestException, ForbiddenException, HttpException, NotFoundException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { ERRORS, type ErrorCode, HubError } from '#libs/errors';
import { problemHeaders, toHubError, toProblem } from './problem.js';

const failure = (fields: object) => Object.assign(new Error(fields['message' as never] ?? 'x'), fields);

describe('what an error means to the caller', () => {
  it.each<[string, unknown, ErrorCode]>([
    ['our own error', new HubError('state_conflict'), 'state_conflict'],
    ['Nest’s bad request', new BadRequestException(), 'bad_request'],
    ['Nest’s not found', new NotFoundException(), 'not_found'],
    ['Nest’s forbidden', new ForbiddenException(), 'scope_missing'],
    ['a teapot', new HttpException('x', 418), 'bad_request'],
    ['Nest’s 500', new HttpException('x', 500), 'internal'],
    ['Nest’s 503', new HttpException('x', 503), 'unavailable'],
    ['Fastify’s body limit', failure({ code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 }), 'body_too_large'],
    [
      'Fastify’s media type',
      failure({ code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE', statusCode: 415 }),
      'unsupported_media_type',
    ],
    ['Fastify’s bad address', failure({ code: 'FST_ERR_BAD_URL', statusCode: 400 }), 'bad_request'],
    ['a refused connection', failure({ code: 'ECONNREFUSED' }), 'unavailable'],
    [
      'a connection refused on every address',
      Object.assign(new AggregateError([failure({ code: 'ECONNREFUSED' })])),
      'unavailable',
    ],
    ['a database that shuts down', failure({ code: '57P01' }), 'unavailable'],
    ['a statement that ran out of time', failure({ code: '57014' }), 'unavailable'],
    ['a database that is full', failure({ code: '53300' }), 'unavailable'],
    ['a broken connection', failure({ message: 'Connection terminated unexpectedly' }), 'unavailable'],
    ['a pool with nothing free', failure({ message: 'timeout exceeded when trying to connect' }), 'unavailable'],
    ['TypeORM’s wrapper', failure({ driverError: { code: '57P03' } }), 'unavailable'],
    ['text the database cannot store', failure({ code: '22021' }), 'invalid_input'],
    ['a number the database cannot store', failure({ code: '22003' }), 'invalid_input'],
    ['a broken rule of the database', failure({ code: '23505' }), 'internal'],
    ['a bug', new TypeError('x is not a function'), 'internal'],
    ['a thrown string', 'x', 'internal'],
    ['nothing', undefined, 'internal'],
    ['null', null, 'internal'],
  ])('%s', (_case, error, code) => {
    expect(toHubError(error).code).toBe(code);
  });

  it('keeps the original for the log', () => {
    const error = new Error('x');

    expect(toHubError(error).cause).toBe(error);
  });
});

describe('a problem document', () => {
  it('says everything about an error but its cause', () => {
    const errors = [{ path: 'name', message: 'is required' }];
    const error = new HubError(
      'invalid_input',
      { detail: 'name is required.', errors },
      { cause: new Error('secret') },
    );

    expect(toProblem(error, 'req_1')).toEqual({
      type: '/problems/invalid_input',
      title: ERRORS.invalid_input.message,
      status: 422,
      detail: 'name is required.',
      code: 'invalid_input',
      errors,
      requestId: 'req_1',
    });
  });

  it('comes with the headers that belong to it', () => {
    expect(problemHeaders(new HubError('rate_limited', { retryAfterSeconds: 2.2 }))).toEqual({ 'retry-after': '3' });
    expect(problemHeaders(new HubError('unavailable'))).toEqual({ 'retry-after': '1' });
    expect(problemHeaders(new HubError('unauthorized'))).toEqual({ 'www-authenticate': 'Bearer realm="atsume"' });
    expect(problemHeaders(new HubError('not_found'))).toEqual({});
  });
});
