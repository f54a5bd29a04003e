import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { CONFIG } from '#libs/config';
import type { Config } from '#libs/config';
import { HubError } from '#libs/errors';

const READS = new Set(['GET', 'HEAD']);

/**
 * A site that lets its own name resolve to this machine must not get at the sandbox through a visitor's browser. Such a
 * request has that site's name as its host; addresses by number, `localhost` and `PUBLIC_URL` cannot be faked that way.
 *
 * @throws HubError bad_request for any other name.
 */
export function refuseStrangeHost(config: Pick<Config, 'publicUrl' | 'host'>, { headers }: FastifyRequest): void {
  const name = URL.parse(`http://${headers.host ?? ''}`)?.hostname ?? '';
  const isKnown = name === 'localhost' || name === config.host || name === new URL(config.publicUrl).hostname;
  if (isKnown || isIP(name.replace(/^\[|\]$/g, '')) !== 0) return;
  throw new HubError('bad_request', {
    detail: 'The sandbox does not answer under this name: use localhost, or start the hub with PUBLIC_URL.',
  });
}

/** Before what the hub calls: no strange host. */
@Injectable()
export class KnownHostGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  canActivate(context: ExecutionContext): boolean {
    refuseStrangeHost(this.config, context.switchToHttp().getRequest<FastifyRequest>());
    return true;
  }
}

/** Before everything the page asks for: no strange host, and no writes that a page of another site has sent. */
@Injectable()
export class SameSiteGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    refuseStrangeHost(this.config, request);
    if (!READS.has(request.method)) refuseOtherSites(request);
    return true;
  }
}

/** A form of another site cannot send JSON, and its scripts cannot without being asked about (which nobody answers). */
function refuseOtherSites({ headers }: FastifyRequest): void {
  if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) throw new HubError('unsupported_media_type');
  const site = headers['sec-fetch-site'];
  const isOwn = headers.origin === undefined || URL.parse(headers.origin)?.host === headers.host;
  if (isOwn && (site === undefined || site === 'same-origin')) return;
  throw new HubError('bad_request', { detail: 'This call was sent by another site.' });
}
