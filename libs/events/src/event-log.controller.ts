import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountId, ApiProblem, Scopes } from '#libs/http';
import { EventPageDto, ListEventsDto } from './event-log.dto.js';
import { EventLogService } from './event-log.service.js';

@ApiTags('Events')
@ApiBearerAuth()
@Controller('v1/events')
export class EventLogController {
  constructor(private readonly log: EventLogService) {}

  @Get()
  @Scopes('events:read')
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({
    summary: 'Read the event log',
    description:
      'Pull instead of push: the same bodies under the same ids as webhooks bring, in one fixed order that no late ' +
      'commit can slip behind. Start without a cursor; afterwards always ask with the last `nextCursor`.',
  })
  @ApiOkResponse({ type: EventPageDto })
  @ApiProblem('bad_cursor', 'cursor_expired')
  list(@AccountId() accountId: string, @Query() query: ListEventsDto): Promise<string> {
    return this.log.page(accountId, query);
  }
}
