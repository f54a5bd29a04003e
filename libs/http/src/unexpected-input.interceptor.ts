import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import { type FieldError, HubError } from '#libs/errors';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';

const MOST_PATH_CHARACTERS = 200;

/** Which parts of a request a handler looks at, and so checks itself. */
interface Reads {
  body: boolean;
  query: boolean;
}

/**
 * Refuses fields of clients that no handler would ever see: a body or a query string at a call that takes none. Ignored,
 * `?overlapSeconds=3600` beside a rotation would end a live key at once. Pages and probes may be asked with anything.
 */
@Injectable()
export class UnexpectedInputInterceptor implements NestInterceptor {
  private readonly known = new WeakMap<object, Reads>();

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { caller, body, query } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!caller) return next.handle();
    const reads = this.readsOf(context);
    const errors = [...(reads.query ? [] : unknownFields(query)), ...(reads.body ? [] : unknownFields(body))];
    if (errors.length > 0) throw new HubError('invalid_input', { errors });
    return next.handle();
  }

  private readsOf(context: ExecutionContext): Reads {
    const handler = context.getHandler();
    const found = this.known.get(handler);
    if (found) return found;
    const parameters: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), handler.name);
    // `<kind>:<index>`; those of decorators made with createParamDecorator begin with something random instead.
    const kinds = new Set(Object.keys(parameters ?? {}).map((key) => Number(key.split(':', 1)[0])));
    const readsAll = kinds.has(RouteParamtypes.REQUEST);
    const reads = {
      body: readsAll || kinds.has(RouteParamtypes.BODY),
      query: readsAll || kinds.has(RouteParamtypes.QUERY),
    };
    this.known.set(handler, reads);
    return reads;
  }
}

function unknownFields(value: unknown): FieldError[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object' || Array.isArray(value)) return [{ path: '', message: 'must be left out or {}' }];
  return Object.keys(value).map((name) => ({
    path: name.slice(0, MOST_PATH_CHARACTERS).toWellFormed(),
    message: 'is not a known field',
  }));
}
