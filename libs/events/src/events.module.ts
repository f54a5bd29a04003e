import { Module } from '@nestjs/common';
import { EventsService } from './events.service.js';

/** Appending events; `EventLogModule` is the reading side. */
@Module({
  providers: [EventsService],
  exports: [EventsService],
})
export class EventsModule {}
