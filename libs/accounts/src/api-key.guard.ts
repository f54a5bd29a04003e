import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { HubError } from '#libs/errors';
import { type NeededScope, PUBLIC_KEY, SCOPES_KEY } from '#libs/http';
import { hashApiKey } from './api-key.js';
import { ApiKeyLookup } from './api-key-lookup.js';

/** What a handler or its class says about who may call; null when it says nothing. */
type Access = 'public' | readonly NeededScope[] | null;

/**
 * Lets a request in when its API key lives and has every scope of the route, and sets `request.caller`.
 * A route that says neither `@Scopes` nor `@Public` is refused: forgetting it must not open a door.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly lookup: ApiKeyLookup,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.accessOf(context.getHandler()) ?? this.accessOf(context.getClass());
    if (access === 'public') return true;
    if (access === null) throw new HubError('scope_missing', { detail: 'This call is open to nobody.' });
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const apiKey = readBearer(request.headers.authorization);
    const caller = apiKey === null ? null : await this.lookup.find(hashApiKey(apiKey));
    if (!caller) throw new HubError('unauthorized');
    const missing = access.filter((one) => ![one].flat().some((scope) => caller.scopes.includes(scope)));
    if (missing.length > 0) {
      const names = missing.map((one) => [one].flat().join(' or ')).join(', ');
      throw new HubError('scope_missing', { detail: `This API key lacks the scope ${names}.` });
    }
    request.caller = caller;
    return true;
  }

  private accessOf(target: Parameters<Reflector['get']>[1]): Access {
    // Scopes win over Public where both stand on one target: the stricter reading is the safe one.
    const scopes = this.reflector.get<readonly NeededScope[] | undefined>(SCOPES_KEY, target);
    if (scopes) return scopes;
    return this.reflector.get<boolean | undefined>(PUBLIC_KEY, target) ? 'public' : null;
  }
}

function readBearer(header: string | undefined): string | null {
  return /^bearer +([\x21-\x7e]{1,255})$/i.exec(header ?? '')?.[1] ?? null;
}
