import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AccountId, ApiPage, ApiProblem, Scopes } from '#libs/http';
import type { Page } from '#libs/model';
import { ListRecoveriesDto, RecoverDto, RecoveryDto } from './recoveries.dto.js';
import { RecoveriesService } from './recoveries.service.js';

@ApiTags('Webhooks')
@ApiBearerAuth()
@Controller('v1/webhooks')
export class RecoveriesController {
  constructor(private readonly recoveries: RecoveriesService) {}

  @Post('endpoints/:id/recover')
  @HttpCode(202)
  @Scopes('webhooks:write')
  @ApiOperation({
    summary: 'Send again what an endpoint failed on or missed',
    description: 'In the background; follow it at `/v1/webhooks/recoveries/{id}`. Same event ids, same bodies.',
  })
  @ApiParam({ name: 'id', example: 'whe_0Mrh4K7dT1cQpJx2vLw8Zb' })
  @ApiAcceptedResponse({ type: RecoveryDto })
  @ApiProblem('not_found', 'conflict')
  recover(@AccountId() accountId: string, @Param('id') id: string, @Body() body: RecoverDto): Promise<RecoveryDto> {
    return this.recoveries.start(accountId, id, body);
  }

  @Get('recoveries')
  @Scopes('webhooks:read')
  @ApiOperation({ summary: 'List recoveries, newest first' })
  @ApiPage(RecoveryDto)
  list(@AccountId() accountId: string, @Query() query: ListRecoveriesDto): Promise<Page<RecoveryDto>> {
    return this.recoveries.list(accountId, query);
  }

  @Get('recoveries/:id')
  @Scopes('webhooks:read')
  @ApiOperation({ summary: 'See how far a recovery is' })
  @ApiParam({ name: 'id', example: 'rec_0Mrh4K7dT1cQpJx2vLw8Zb' })
  @ApiOkResponse({ type: RecoveryDto })
  @ApiProblem('not_found')
  get(@AccountId() accountId: string, @Param('id') id: string): Promise<RecoveryDto> {
    return this.recoveries.get(accountId, id);
  }
}
