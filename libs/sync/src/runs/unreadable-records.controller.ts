import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AccountId, ApiPage, ApiProblem, PageQueryDto, Scopes } from '#libs/http';
import type { Page } from '#libs/model';
import { UnreadableRecordDto } from './unreadable-records.dto.js';
import { UnreadableRecordsService } from './unreadable-records.service.js';

@ApiTags('Sync')
@ApiBearerAuth()
@ApiProblem('not_found')
@Controller('v1/integrations/:id/unreadable-records')
export class UnreadableRecordsController {
  constructor(private readonly unreadable: UnreadableRecordsService) {}

  @Get()
  @Scopes('integrations:read')
  @ApiOperation({
    summary: 'What the ATS sent and the hub could not read',
    description: 'Put aside, so that one record stops no sync. It disappears once it can be read, or is gone.',
  })
  @ApiParam({ name: 'id', example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb' })
  @ApiPage(UnreadableRecordDto)
  list(
    @AccountId() accountId: string,
    @Param('id') id: string,
    @Query() page: PageQueryDto,
  ): Promise<Page<UnreadableRecordDto>> {
    return this.unreadable.list(accountId, id, page);
  }
}
