import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Observable, tap } from 'rxjs';

/** Nothing is created by a dry run, so that its status is 200 whatever the call's own is. */
@Injectable()
export class DryRunStatusInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<object>): Observable<object> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      tap((value) => {
        if ('dryRun' in value) reply.code(200);
      }),
    );
  }
}
