import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { AccountId, ApiPage, ApiProblem, PageQueryDto, Scopes } from '#libs/http';
import type { Page } from '#libs/model';
import { StartedSyncDto, StartSyncDto, SyncRunDto } from './runs.dto.js';
import { RunsService } from './runs.service.js';

const ID = { name: 'id', example: 'int_0Mrh4K7dT1cQpJx2vLw8Zb' };
const RUN_ID = { name: 'runId', example: 'srn_0Mrh4K7dT1cQpJx2vLw8Zb' };

@ApiTags('Sync')
@ApiBearerAuth()
@ApiProblem('not_found')
@Controller('v1/integrations/:id')
export class SyncsController {
  constructor(private readonly runs: RunsService) {}

  @Post('sync')
  @HttpCode(202)
  @Scopes('integrations:write')
  @ApiOperation({
    summary: 'Sync now',
    description: 'In the background. Asked for again while it waits, the same sync is named again.',
  })
  @ApiParam(ID)
  @ApiProblem('integration_not_connected', 'needs_relink')
  @ApiAcceptedResponse({ type: StartedSyncDto })
  start(@AccountId() accountId: string, @Param('id') id: string, @Body() body: StartSyncDto): Promise<StartedSyncDto> {
    return this.runs.start(accountId, id, body);
  }

  @Get('syncs')
  @Scopes('integrations:read')
  @ApiOperation({ summary: 'List syncs, newest first' })
  @ApiParam(ID)
  @ApiPage(SyncRunDto)
  list(
    @AccountId() accountId: string,
    @Param('id') id: string,
    @Query() page: PageQueryDto,
  ): Promise<Page<SyncRunDto>> {
    return this.runs.list(accountId, id, page);
  }

  @Get('syncs/:runId')
  @Scopes('integrations:read')
  @ApiOperation({ summary: 'Read a sync, and how far it is' })
  @ApiParam(ID)
  @ApiParam(RUN_ID)
  @ApiOkResponse({ type: SyncRunDto })
  get(@AccountId() accountId: string, @Param('id') id: string, @Param('runId') runId: string): Promise<SyncRunDto> {
    return this.runs.get(accountId, id, runId);
  }

  @Delete('syncs/:runId')
  @HttpCode(204)
  @Scopes('integrations:write')
  @ApiOperation({ summary: 'Cancel a sync', description: 'It ends after the page it is at; what it has read stays.' })
  @ApiParam(ID)
  @ApiParam(RUN_ID)
  @ApiProblem('conflict')
  @ApiNoContentResponse()
  cancel(@AccountId() accountId: string, @Param('id') id: string, @Param('runId') runId: string): Promise<void> {
    return this.runs.cancel(accountId, id, runId);
  }
}
