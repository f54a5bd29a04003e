import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';

/** `/healthz`, `/readyz` and `/metrics`, for every process that listens. Needs `QueueModule`. */
@Module({ controllers: [HealthController] })
export class HealthModule {}
