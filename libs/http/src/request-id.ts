import type { IncomingMessage } from 'node:http';
import { newId } from '#libs/model';

const GIVEN = /^[\w.-]{1,64}$/;

/** The caller's own `X-Request-Id` where it is a plain word, so that two systems' logs can be joined; else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && GIVEN.test(given) ? given : newId('request');
}
