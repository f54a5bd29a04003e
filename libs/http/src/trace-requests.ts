import type { TracedRequest, Tracing } from '#libs/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { QUIET_ROUTES } from './access-log.js';

/**
 * Traces every request, and what is done because of it, under the pattern of its route. Like the access log it says
 * nothing of addresses, queries or bodies.
 */
export function traceRequests(fastify: FastifyInstance, tracing: Tracing): void {
  const traced = new WeakMap<FastifyRequest, TracedRequest>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const route = request.routeOptions.url;
    if (route !== undefined && QUIET_ROUTES.has(route)) return done();
    const name = route === undefined ? request.method : `${request.method} ${route}`;
    const found = tracing.request(name, request.headers.traceparent, {
      'http.request.method': request.method,
      'http.route': route ?? '',
      'atsume.request_id': request.id,
    });
    if (found) traced.set(request, found);
    done();
  });
  // Not before: reading the body takes a turn of the event loop that belongs to nobody.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const found = traced.get(request);
    if (found) found.run(done);
    else done();
  });
  fastify.addHook('onResponse', (request, { statusCode }, done) => {
    const error = statusCode >= 500 ? String(statusCode) : null;
    traced.get(request)?.end({ 'http.response.status_code': statusCode }, error);
    done();
  });
}
