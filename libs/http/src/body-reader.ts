import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { HubError } from '#libs/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseJsonBody } from './json-body.js';
import { parseFormBody } from './pairs.js';
import { rawRouteOf } from './raw-route.js';

/** Largest body, in bytes. */
export const MAX_BODY_BYTES = 1_048_576;

/** How much more of a body that is too large is still read, so that its sender gets to see the 413 instead of a reset. */
const MAX_DRAINED_BYTES = 15 * MAX_BODY_BYTES;

/** How long who still sends after the answer is listened to. */
const FAREWELL_MS = 2_000;

declare module 'fastify' {
  interface FastifyRequest {
    /** The exact bytes of the body, once it has been read; what signatures are checked on. */
    rawBody?: Buffer;
  }
}

/**
 * Bodies of `/v1`: `application/json` in UTF-8 and nothing else, parsed by {@link parseJsonBody}, except on routes that take
 * them as they come. Replaces Fastify's own parsers.
 */
export function acceptJsonBodies(scope: FastifyInstance): void {
  acceptBodies(scope, (request, bytes) => {
    if (bytes.length === 0) return undefined;
    if (!isJson(request.headers)) throw new HubError('unsupported_media_type');
    return parseJsonBody(bytes);
  });
}

/**
 * Bodies as they came, of any type up to 1 MB: `request.body` and `request.rawBody` are the bytes. For routes that answer
 * in another dialect than ours and parse with {@link parseBody} themselves, where they can catch.
 */
export function acceptRawBodies(scope: FastifyInstance): void {
  acceptBodies(scope, (_request, bytes) => bytes);
}

/**
 * Parses a body by its content type: JSON, or form fields as an object. No body is `undefined`.
 * @throws HubError unsupported_media_type, or as {@link parseJsonBody} and `parseFormBody` do.
 */
export function parseBody(headers: IncomingMessage['headers'], bytes: Buffer | undefined): unknown {
  if (bytes === undefined || bytes.length === 0) return undefined;
  if (isJson(headers)) return parseJsonBody(bytes);
  if (isType(headers, 'application/x-www-form-urlencoded')) return parseFormBody(bytes);
  throw new HubError('unsupported_media_type');
}

function acceptBodies(scope: FastifyInstance, parse: (request: FastifyRequest, bytes: Buffer) => unknown): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    const raw = rawRouteOf(request);
    const bytes = await readBytes(payload, raw?.mostBytes ?? MAX_BODY_BYTES);
    request.rawBody = bytes;
    return raw ? bytes : parse(request, bytes);
  });
}

/** Reads to the end even what is too large, within reason: a reply to a half-read request is lost in a reset connection. */
function readBytes(payload: IncomingMessage, mostBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    payload.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= mostBytes) chunks.push(chunk);
      else chunks.length = 0;
      if (size <= mostBytes + MAX_DRAINED_BYTES) return;
      closeGently(payload.socket);
      reject(tooLarge(mostBytes));
    });
    payload.on('end', () => {
      if (size > mostBytes) reject(tooLarge(mostBytes));
      // A copy, never a view that would keep the socket's whole read buffer alive.
      else resolve(Buffer.concat(chunks, size));
    });
    payload.on('error', () => reject(endedEarly()));
    payload.on('close', () => {
      // After every good body too, where an error would be made for nothing.
      if (!payload.readableEnded) reject(endedEarly());
    });
  });
}

/**
 * Has the answer be the last word on a connection, and what is still sent be read for a moment and dropped: a socket that is
 * closed with something unread resets the connection, and the answer may be lost in that.
 */
function closeGently(socket: Socket): void {
  socket.destroySoon = () => {
    socket.end();
    setTimeout(() => socket.destroy(), FAREWELL_MS).unref();
  };
}

function tooLarge(mostBytes: number): HubError {
  const message = `is larger than ${Math.floor(mostBytes / MAX_BODY_BYTES)} MB`;
  return new HubError('body_too_large', { detail: `The body ${message}.`, errors: [{ path: '', message }] });
}

function endedEarly(): HubError {
  return new HubError('bad_request', { detail: 'The body ended early.' });
}

function isJson(headers: IncomingMessage['headers']): boolean {
  return isType(headers, 'application/json');
}

/** Compressed bodies and other character sets are other media types to us. */
function isType(headers: IncomingMessage['headers'], wanted: string): boolean {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity';
  return type.trim() === wanted && encoding === 'identity' && (!charset || /^charset="?utf-?8"?$/.test(charset));
}
