import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { PoolGauges } from './pool-gauges.js';

/** `/healthz`, `/readyz` and `/metrics`, for every process that listens. Needs `QueueModule`. */
@Module({ controllers: [HealthController], providers: [PoolGauges] })
export class HealthModule {}
