import type { Logger, Metrics } from '#libs/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Questions of machines about the process itself; thousands a day, all alike. */
export const QUIET_ROUTES = new Set(['/healthz', '/readyz', '/metrics']);

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * One line and one measurement per request. Both name the route by its pattern: addresses hold account tokens and ids,
 * query strings and bodies hold people.
 */
export function accessLog(log: Logger, metrics: Metrics): (request: FastifyRequest, reply: FastifyReply) => void {
  const duration = metrics.histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the end of its reply',
    labels: ['route', 'method', 'status'],
    buckets: BUCKETS_SECONDS,
  });
  return (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const status = reply.statusCode;
    const ms = reply.elapsedTime;
    duration.observe({ route, method: request.method, status: String(status) }, ms / 1000);
    log[QUIET_ROUTES.has(route) ? 'debug' : 'info'](
      { requestId: request.id, method: request.method, route, status, ms: Math.round(ms * 10) / 10 },
      'request',
    );
  };
}
