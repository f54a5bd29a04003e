import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/** What a route that takes requests as they come says of them. */
interface RawRoute {
  mostBytes: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    atsumeRaw?: RawRoute;
  }
}

/**
 * A route that hands on what it gets: its body, of any type up to `mostBytes`, is `request.rawBody` (none is undefined), and its
 * query string is read by nobody, so that names may repeat.
 */
export const TakesRaw = (mostBytes: number): MethodDecorator => RouteConfig({ atsumeRaw: { mostBytes } });

/** Undefined for all other routes. */
export function rawRouteOf({ routeOptions }: FastifyRequest): RawRoute | undefined {
  return routeOptions.config.atsumeRaw;
}
