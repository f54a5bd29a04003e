import type { Socket } from 'node:net';
import helmet from '@fastify/helmet';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { HubError } from '#libs/errors';
import { type Logger, type Metrics, Tracing } from '#libs/telemetry';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { accessLog } from './access-log.js';
import { MAX_BODY_BYTES, acceptJsonBodies } from './body-reader.js';
import { PROBLEM_TYPE, toHubError, toProblem } from './problem.js';
import { sendProblem } from './problem.filter.js';
import { parseQuery } from './query.js';
import { checkRequest } from './request-checks.js';
import { requestIdOf } from './request-id.js';
import { RouteTable } from './route-table.js';
import { traceRequests } from './trace-requests.js';
import { answerOfAddress } from './unreadable-address.js';

/** Longer than any id in a path, percent-encoded; the exact limit is checked, and answered, by us. */
const MAX_PARAM_LENGTH = 4096;
const REQUEST_TIMEOUT_MS = 60_000;
/** What a stopping process gives requests under way; then a client that does not read its reply holds it no longer. */
const FAREWELL_MS = 5_000;

/** Fastify as this hub wants it, for `NestFactory.create`. {@link configureHttp} does the rest. */
export function createHttpAdapter(options: { trustProxy: boolean }): FastifyAdapter {
  return new FastifyAdapter({
    logger: false,
    // Nothing here uses Express-style middleware; its engine would cost every request.
    skipMiddie: true,
    trustProxy: options.trustProxy,
    bodyLimit: MAX_BODY_BYTES,
    requestIdHeader: false,
    genReqId: requestIdOf,
    requestTimeout: REQUEST_TIMEOUT_MS,
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH, querystringParser: parseQuery },
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      reply.header('x-request-id', request.id);
      const answer = answerOfAddress(request);
      if (answer) answer(request, reply);
      else sendProblem(reply, toHubError(error), request.id);
    },
    clientErrorHandler: answerBrokenHttp,
  });
}

/**
 * Puts request ids, checks, headers, body parsing, 405 and the access log on the application. To be called after
 * `NestFactory.create` and before `init`: hooks only see routes that are added after them.
 */
export async function configureHttp(
  fastify: FastifyInstance,
  log: Logger,
  metrics: Metrics,
  tracing: Tracing = new Tracing(),
): Promise<void> {
  const routes = new RouteTable();
  const record = accessLog(log, metrics);
  fastify.addHook('onRoute', ({ method, url }) => routes.add(method, url));
  traceRequests(fastify, tracing);
  await fastify.register(helmet, { global: false, ...PAGE_HEADERS });
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    admitRequest(routes, request, reply, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    record(request, reply);
    done();
  });
  fastify.addHook('preClose', (done) => {
    setTimeout(() => fastify.server.closeAllConnections(), FAREWELL_MS).unref();
    done();
  });
  acceptJsonBodies(fastify);
}

/** Swagger's and our own pages need inline styles; nothing needs a script from elsewhere. The hub may well be plain http inside a network. */
const PAGE_HEADERS = {
  // Whether the hub's sister domains speak https is not for the hub to say.
  strictTransportSecurity: { includeSubDomains: false },
  contentSecurityPolicy: {
    directives: { scriptSrc: ["'self'"], imgSrc: ["'self'", 'data:'], upgradeInsecureRequests: null },
  },
};

/** Pages get all of helmet's headers; the API and the ATSs get the two that mean something to them. */
function isForMachines(request: FastifyRequest): boolean {
  const url = request.raw.url ?? '';
  return url.startsWith('/v1/') || url.startsWith('/partners/') || url.startsWith('/hooks/');
}

/** Checks a request before anything reads it, and answers what no route matched. */
function admitRequest(
  routes: RouteTable,
  request: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
): void {
  try {
    if (isForMachines(request)) reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
    else reply.helmet();
    checkRequest(request);
    if (!request.is404) return done();
    answerUnmatched(routes, request, reply);
  } catch (error) {
    done(error as Error);
  }
}

/** 404, or 405 with `Allow` where only the method is wrong; OPTIONS is answered with the same list. */
function answerUnmatched(routes: RouteTable, request: FastifyRequest, reply: FastifyReply): void {
  const path = (request.raw.url ?? '').split('?', 1)[0] ?? '';
  const methods = routes.methodsOf(path);
  if (methods.length === 0) throw new HubError('not_found');
  reply.header('allow', methods.join(', '));
  if (request.method === 'OPTIONS') return void reply.code(204).send();
  throw new HubError('method_not_allowed', { detail: `This address answers ${methods.join(', ')}.` });
}

const BROKEN_HTTP_STATUS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What is not HTTP never reaches a route; the socket gets a last word and is closed. */
function answerBrokenHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const statusLine = BROKEN_HTTP_STATUS[error.code ?? ''] ?? '400 Bad Request';
  const problem = toProblem(new HubError('bad_request', { detail: 'This is not a request that can be read.' }), '');
  const { requestId: _, ...document } = { ...problem, status: Number(statusLine.slice(0, 3)) };
  const body = JSON.stringify(document);
  socket.end(
    `HTTP/1.1 ${statusLine}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
