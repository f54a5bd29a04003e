import { Module } from '@nestjs/common';
import { EventLogController } from './event-log.controller.js';
import { EventLogRepository } from './event-log.repository.js';
import { EventLogService } from './event-log.service.js';

/** Reading the event log over HTTP. */
@Module({
  controllers: [EventLogController],
  providers: [EventLogService, EventLogRepository],
  exports: [EventLogRepository],
})
export class EventLogModule {}
