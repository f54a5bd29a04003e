import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { CONFIG } from '#libs/config';
import type { Config } from '#libs/config';
import { HubError } from '#libs/errors';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';

const WINDOW_MS = 60_000;

/**
 * At most `ATSUME_RATE_LIMIT_PER_KEY` requests per API key and minute, counted in this process: with three api processes
 * a key has up to three times that. Calls without an API key (ATSs, pages) are never counted.
 */
@Injectable()
export class RateLimitInterceptor implements NestInterceptor {
  private readonly limit: number | null;
  private windowStart = 0;
  private counts = new Map<string, number>();

  constructor(@Inject(CONFIG) config: Config) {
    this.limit = config.rateLimitPerKey;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
    if (this.limit !== null && caller) this.count(caller.apiKeyId, this.limit, Date.now());
    return next.handle();
  }

  private count(apiKeyId: string, limit: number, now: number): void {
    if (now - this.windowStart >= WINDOW_MS || now < this.windowStart) {
      this.windowStart = now;
      this.counts = new Map();
    }
    const count = (this.counts.get(apiKeyId) ?? 0) + 1;
    this.counts.set(apiKeyId, count);
    if (count <= limit) return;
    const retryAfterSeconds = Math.ceil((this.windowStart + WINDOW_MS - now) / 1000);
    throw new HubError('rate_limited', {
      detail: `This API key has used up its ${limit} requests of this minute.`,
      retryAfterSeconds,
    });
  }
}
