import { Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyKeys } from './idempotency-keys.js';
import { InputPipe } from './input.pipe.js';
import { ProblemFilter } from './problem.filter.js';
import { RateLimitInterceptor } from './rate-limit.interceptor.js';
import { UnexpectedInputInterceptor } from './unexpected-input.interceptor.js';

/** What every HTTP call of the process goes through. Needs config, store and telemetry to be there (`PlatformModule`). */
@Module({
  providers: [
    IdempotencyKeys,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useClass: InputPipe },
    { provide: APP_INTERCEPTOR, useClass: RateLimitInterceptor },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
    { provide: APP_INTERCEPTOR, useClass: UnexpectedInputInterceptor },
  ],
})
export class HttpModule {}
